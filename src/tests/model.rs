//! A model of the whole call: the real loop, a server that answers by a script, and a clock that
//! jumps. Every script of up to three answers is played with every operation, and what has to hold of
//! any call is checked of each.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use reqwest::Request;
use tokio::time::{Instant, sleep_until};

use crate::attempt::{Answer, Attempt, Fault, SendOnce};
use crate::error::Error;
use crate::generated::operations::{
    DISCONNECT_X_ACCOUNT, SUBMIT_X_ACCOUNT_CONNECTION_CHALLENGE, UPDATE_AVATAR,
};
use crate::generated::runtime::{Operation, Resend};
use crate::redact::Redactor;
use crate::report::Report;
use crate::send::{CallContext, Shared};
use crate::{CallOptions, Credential};

/// What a server does with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Play {
    NoConnection,
    Lost,
    Hangs,
    CutSuccess,
    CutRefusal,
    Done,
    LimitedShortly,
    LimitedForAnHour,
    OutOfService,
    UnknownCode,
    NotFound,
    Unauthenticated,
    GatewayPage,
    Redirect,
    NoConnectionInTime,
    CutFailure,
    TooLarge,
    NotNowByWord,
    DailyLimit,
    Ended,
    Open,
    CutLimited,
    LimitedForAMinute,
}

use Play::*;

const PLAYS: [Play; 22] = [
    NoConnection,
    Lost,
    Hangs,
    CutSuccess,
    CutRefusal,
    Done,
    LimitedShortly,
    LimitedForAnHour,
    OutOfService,
    UnknownCode,
    NotFound,
    Unauthenticated,
    GatewayPage,
    Redirect,
    NoConnectionInTime,
    CutFailure,
    TooLarge,
    NotNowByWord,
    DailyLimit,
    Ended,
    Open,
    CutLimited,
];

impl Play {
    /// Whether the service may have done what it was asked, for all that anybody knows.
    fn may_have_acted(self, operation: &Operation) -> bool {
        // A record of a write that has ended, where the document has no such answer.
        let strange = self == Ended && operation.answer(500).is_none();
        strange
            || matches!(
                self,
                Lost | Hangs | CutSuccess | Done | GatewayPage | CutFailure | TooLarge | Open
            )
    }

    /// Whether even a code may be sent again after it: nothing left, or the service says "not now".
    fn harmless(self) -> bool {
        matches!(
            self,
            NoConnection
                | NoConnectionInTime
                | LimitedShortly
                | LimitedForAnHour
                | OutOfService
                | NotNowByWord
        )
    }

    /// Whether nothing is ever sent after it.
    fn is_final(self) -> bool {
        matches!(
            self,
            Done | CutRefusal
                | NotFound
                | Unauthenticated
                | Redirect
                | LimitedForAnHour
                | TooLarge
                | DailyLimit
                | Ended
                | Open
        )
    }

    /// The wait that it asks for.
    fn asks_for(self) -> Duration {
        match self {
            LimitedShortly => Duration::from_secs(5),
            LimitedForAnHour => Duration::from_secs(3_600),
            LimitedForAMinute => Duration::from_secs(60),
            CutFailure | CutLimited => Duration::from_secs(4),
            NotNowByWord => Duration::from_secs(3),
            _ => Duration::ZERO,
        }
    }

    async fn play(self, operation: &Operation, until: Instant) -> Attempt {
        let failed = |nothing_left, timed_out| Attempt::Failed {
            nothing_left,
            timed_out,
            reason: format!("{self:?}"),
            source: None,
        };
        let mut headers = HeaderMap::new();
        if self.asks_for() > Duration::ZERO && self != NotNowByWord {
            headers.insert("retry-after", self.asks_for().as_secs().into());
        }
        let broken = |status, fault| Attempt::Broken {
            status,
            headers: headers.clone(),
            fault,
            reason: "cut".to_owned(),
        };
        let answer = |status: u16, body: &'static str| {
            Attempt::Answered(Answer {
                status: StatusCode::from_u16(status).expect("a status"),
                headers: headers.clone(),
                body: Bytes::from_static(body.as_bytes()),
            })
        };
        match self {
            NoConnection => failed(true, false),
            Lost => failed(false, false),
            Hangs => {
                sleep_until(until).await;
                failed(false, true)
            }
            CutSuccess => broken(StatusCode::OK, Fault::Cut),
            CutRefusal => broken(StatusCode::UNAUTHORIZED, Fault::Cut),
            Done if operation.id == "submitXAccountConnectionChallenge" => answer(201, "{}"),
            Done => answer(200, r#"{"success":true}"#),
            LimitedShortly | LimitedForAnHour | LimitedForAMinute => {
                answer(429, r#"{"error":"rate_limit_exceeded"}"#)
            }
            OutOfService => answer(503, r#"{"error":"service_unavailable"}"#),
            UnknownCode => answer(429, r#"{"error":"a_code_of_tomorrow"}"#),
            NotFound => answer(404, r#"{"error":"not_found"}"#),
            Unauthenticated => answer(401, r#"{"error":"unauthenticated"}"#),
            GatewayPage => answer(502, "<html>"),
            Redirect => answer(307, ""),
            NoConnectionInTime => {
                sleep_until(until).await;
                failed(true, true)
            }
            CutLimited => broken(StatusCode::TOO_MANY_REQUESTS, Fault::Cut),
            CutFailure => broken(StatusCode::SERVICE_UNAVAILABLE, Fault::Cut),
            TooLarge => broken(StatusCode::OK, Fault::TooLarge),
            NotNowByWord => answer(
                503,
                r#"{"error":"service_unavailable","retryAfterMs":3000}"#,
            ),
            DailyLimit => answer(429, r#"{"error":"x_daily_limit","retryAfter":1}"#),
            Ended => answer(500, r#"{"error":"x_write_failed","terminal":true}"#),
            Open => answer(
                500,
                r#"{"error":"x_write_failed","terminal":false,"safeToRetry":false}"#,
            ),
        }
    }
}

/// What was sent, and when.
#[derive(Debug)]
struct Sent {
    at: Instant,
    ended: Instant,
    play: Play,
    key: Option<String>,
    body: Vec<u8>,
}

struct Model {
    operation: &'static Operation,
    script: Vec<Play>,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl SendOnce for Model {
    async fn send(&self, request: Request, until: Instant) -> Attempt {
        let at = Instant::now();
        let number = self.sent.lock().expect("the log").len();
        // After the script the last answer goes on for ever.
        let play = self.script[number.min(self.script.len() - 1)];
        let key = request
            .headers()
            .get("idempotency-key")
            .map(|key| key.to_str().expect("ASCII").to_owned());
        let body = request.body().and_then(reqwest::Body::as_bytes);
        let sent = Sent {
            at,
            ended: at,
            play,
            key,
            body: body.unwrap_or_default().to_vec(),
        };
        self.sent.lock().expect("the log").push(sent);
        let attempt = play.play(self.operation, until).await;
        self.sent.lock().expect("the log")[number].ended = Instant::now();
        attempt
    }
}

fn url(text: &str) -> url::Url {
    text.parse().expect("a URL")
}

const CALL: Duration = Duration::from_secs(20);
const ATTEMPT: Duration = Duration::from_secs(8);

async fn call(
    operation: &'static Operation,
    script: &[Play],
    max_attempts: u32,
    seed: u64,
) -> (Result<Report, Error>, Vec<Sent>, Duration) {
    let options = CallOptions::new()
        .timeout(CALL)
        .attempt_timeout(ATTEMPT)
        .max_attempts(max_attempts);
    let sent = Arc::default();
    let (result, took) = call_into(&sent, operation, script, options, seed).await;
    let sent = std::mem::take(&mut *sent.lock().expect("the log"));
    (result, sent, took)
}

/// The same with any options, and what is sent is written down as it is sent.
async fn call_into(
    sent: &Arc<Mutex<Vec<Sent>>>,
    operation: &'static Operation,
    script: &[Play],
    options: CallOptions,
    seed: u64,
) -> (Result<Report, Error>, Duration) {
    let context = CallContext {
        shared: Arc::new(Shared {
            http: reqwest::Client::builder()
                .tls_backend_preconfigured(crate::tls::config(false, Vec::new()).expect("no TLS"))
                .build()
                .expect("a client"),
            origin: url("http://localhost").origin(),
            credential: Credential::api_key("xq_model").expect("a key"),
            redactor: Redactor::new(),
            proxies: Redactor::new(),
            way: String::new(),
            max_body: 1_000,
            random: Mutex::new(fastrand::Rng::with_seed(seed)),
            observer: None,
        }),
        options,
        report: Arc::default(),
    };
    let model = Model {
        operation,
        script: script.to_vec(),
        sent: Arc::clone(sent),
    };
    let method = Method::from_bytes(operation.method.as_bytes()).expect("a method");
    let mut request = Request::new(method, url("http://localhost/x"));
    *request.body_mut() = Some("the body".into());
    let begun = Instant::now();
    let result = context.run(&model, request, Some(operation)).await;
    let took = begun.elapsed();
    let report = context.report.lock().expect("the report").clone();
    let report = match result {
        Ok((_, report)) => Ok(report),
        Err(error) => {
            assert_eq!(error.attempts(), report.expect("noted").attempts);
            Err(error)
        }
    };
    (report, took)
}

/// What has to hold of any call.
fn check(
    operation: &Operation,
    max_attempts: u32,
    result: &Result<Report, Error>,
    sent: &[Sent],
    took: Duration,
    told: &str,
) {
    let (attempts, waited, maybe_applied) = match result {
        Ok(report) => (report.attempts, report.waited, report.maybe_applied),
        Err(error) => (error.attempts(), error.waited(), error.maybe_applied()),
    };
    assert_eq!(
        attempts as usize,
        sent.len(),
        "{told}: attempts are counted"
    );
    assert!((1..=max_attempts).contains(&attempts), "{told}");
    assert!(took <= CALL, "{told}: it took {took:?}");
    for sent in sent {
        assert!(sent.ended - sent.at <= ATTEMPT, "{told}");
    }

    let (last, before) = sent.split_last().expect("one attempt at least");
    let mut pauses = Duration::ZERO;
    for pair in sent.windows(2) {
        let pause = pair[1].at - pair[0].ended;
        assert!(pause >= pair[0].play.asks_for(), "{told}: {pause:?}");
        let most = pair[0].play.asks_for().max(Duration::from_secs(8));
        assert!(
            pause <= most + Duration::from_millis(2),
            "{told}: {pause:?}"
        );
        pauses += pause;
        assert_eq!(pair[0].key, pair[1].key, "{told}: one key");
        assert_eq!(pair[0].body, pair[1].body, "{told}: one body");
    }
    // tokio's clock has whole milliseconds; a wait is rounded up to them.
    let slack = Duration::from_millis(2 * sent.len() as u64);
    assert!(
        pauses >= waited && pauses - waited <= slack,
        "{told}: {waited:?}"
    );
    assert_eq!(
        last.key.is_some(),
        operation.resend == Resend::Keyed,
        "{told}"
    );

    for earlier in before {
        assert!(
            !earlier.play.is_final(),
            "{told}: {:?} is the end",
            earlier.play
        );
        if operation.resend == Resend::Never {
            assert!(earlier.play.harmless(), "{told}: after {:?}", earlier.play);
        }
    }
    let acted = before
        .iter()
        .any(|sent| sent.play.may_have_acted(operation))
        || (last.play != Done && last.play.may_have_acted(operation));
    assert_eq!(maybe_applied, acted, "{told}: maybe_applied");

    // It goes on for as long as it may: what ends a call is the answer, the count or the time.
    let goes_on = match operation.resend {
        Resend::Never => last.play.harmless(),
        Resend::Idempotent | Resend::Keyed => !last.play.is_final(),
    };
    if goes_on && attempts < max_attempts {
        let most = last.play.asks_for().max(Duration::from_secs(8));
        assert!(took + most >= CALL, "{told}: it gave up after {took:?}");
    }
    if last.play == Done {
        let report = result.as_ref().expect(told);
        assert_eq!(report.lost_before, maybe_applied, "{told}");
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_a_server_answers_the_rules_hold() {
    let mut played = 0;
    for operation in [
        &SUBMIT_X_ACCOUNT_CONNECTION_CHALLENGE,
        &DISCONNECT_X_ACCOUNT,
        &UPDATE_AVATAR,
    ] {
        for first in PLAYS {
            for second in PLAYS {
                for third in PLAYS {
                    for max_attempts in [1, 2, 3, 5] {
                        let script = [first, second, third];
                        let told = format!("{}, {script:?}, {max_attempts} attempts", operation.id);
                        let (result, sent, took) =
                            call(operation, &script, max_attempts, played).await;
                        check(operation, max_attempts, &result, &sent, took, &told);
                        played += 1;
                    }
                }
            }
        }
    }
    assert_eq!(played, 3 * 22 * 22 * 22 * 4);
}

#[tokio::test(start_paused = true)]
async fn the_worked_schedule_is_kept() {
    // Three attempts of 8 s each do not fit into 20 s: the last one gets what is left.
    let (result, sent, took) = call(&DISCONNECT_X_ACCOUNT, &[Hangs], 3, 1).await;
    let error = result.expect_err("nobody answers");
    assert_eq!(error.attempts(), 3);
    assert_eq!(error.needed_wait(), None, "no wait was in the way");
    assert!(
        took <= CALL && took >= CALL - Duration::from_millis(5),
        "{took:?}"
    );
    assert_eq!(sent[0].ended - sent[0].at, ATTEMPT);
    assert_eq!(sent[1].ended - sent[1].at, ATTEMPT);
    assert!(sent[2].ended - sent[2].at < ATTEMPT);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_asks_for_too_long_ends_the_call_at_once() {
    let (result, _, took) = call(&UPDATE_AVATAR, &[LimitedForAnHour], 5, 1).await;
    let report = result.expect("an answer");
    assert_eq!(took, Duration::ZERO);
    assert_eq!(report.unfit, Some(Duration::from_secs(3_600)));
    assert_eq!(report.retry_after, report.unfit);
}

#[tokio::test(start_paused = true)]
async fn dropping_a_call_while_it_waits_sends_nothing_more() {
    let sent: Arc<Mutex<Vec<Sent>>> = Arc::default();
    let log = Arc::clone(&sent);
    let running = tokio::spawn(async move {
        let script = [LimitedShortly, Done];
        let _ = call_into(&log, &DISCONNECT_X_ACCOUNT, &script, CallOptions::new(), 1).await;
    });
    let count = || sent.lock().expect("the log").len();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(count(), 1, "it waits");
    running.abort();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(count(), 1, "and sends nothing more");
}

#[tokio::test(start_paused = true)]
async fn the_schedule_of_a_call_without_options_is_kept() {
    let with = async |operation, script: &[Play], options| {
        let sent = Arc::default();
        let (result, took) = call_into(&sent, operation, script, options, 1).await;
        let sent = std::mem::take(&mut *sent.lock().expect("the log"));
        (result, sent, took)
    };
    let silent = &[Hangs];
    let (result, sent, took) = with(&UPDATE_AVATAR, silent, CallOptions::new()).await;
    let error = result.expect_err("silence");
    assert_eq!(error.kind(), crate::ErrorKind::Timeout);
    assert_eq!((error.attempts(), error.maybe_applied()), (2, true));
    assert!(took > Duration::from_secs(59) && took <= Duration::from_secs(60));
    assert_eq!(sent[0].ended - sent[0].at, Duration::from_secs(30));
    assert_eq!(sent[0].key, sent[1].key);

    let code = &SUBMIT_X_ACCOUNT_CONNECTION_CHALLENGE;
    let (result, sent, took) = with(code, silent, CallOptions::new()).await;
    assert!(result.expect_err("silence").maybe_applied());
    assert_eq!((sent.len(), took), (1, Duration::from_secs(30)));

    // A minute does not fit in a minute, and does in two.
    let limited = [LimitedForAMinute, Done];
    let (result, sent, took) = with(&UPDATE_AVATAR, &limited, CallOptions::new()).await;
    assert_eq!(
        result.expect("the answer").unfit,
        Some(Duration::from_secs(60))
    );
    assert_eq!((sent.len(), took), (1, Duration::ZERO));
    let patient = CallOptions::new().timeout(Duration::from_secs(120));
    let (result, sent, _) = with(&UPDATE_AVATAR, &limited, patient).await;
    assert_eq!(result.expect("done").attempts, 2);
    assert_eq!(sent[1].at - sent[0].ended, Duration::from_secs(60));
}
