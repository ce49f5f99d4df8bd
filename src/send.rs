//! The one place that sends: every call of both layers leaves through here.
//!
//! It adds the credential and, where the document asks for one, the idempotency key; it keeps the
//! deadline, reads answers up to a bound, and sends again what [`crate::resend`] allows. What comes
//! out is a whole answer, secrets blanked, or a made-up response that carries this crate's error (a
//! hook can fail with nothing but a `reqwest::Error`).

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};
use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};
use reqwest::Request;
use serde_json::Value;
use tokio::time::{Instant, sleep};
use tracing::Instrument;
use zeroize::{Zeroize, Zeroizing};

use crate::attempt::{Answer, Attempt, Fault, Http, SendOnce};
use crate::base_url::sendable;
use crate::credential::Credential;
use crate::delay;
use crate::error::{Error, ErrorKind};
use crate::event::{Event, Observer};
use crate::generated::operations::{SECRETS, by_name};
use crate::generated::runtime::{NotAnAnswer, Operation, Resend};
use crate::judge::{Judgement, judge};
use crate::options::{CallOptions, HEADER as IDEMPOTENCY_KEY, IdempotencyKey};
use crate::redact::{Redactor, snippet};
use crate::report::{Carried, Failure, Report, Settled};
use crate::resend::{self, Budget, Decision};

/// What all calls of a client share.
pub(crate) struct Shared {
    /// What sends. The generated client holds one too, which whoever puts it together chooses; this
    /// one is known to follow no redirect and to add nothing.
    pub(crate) http: reqwest::Client,
    /// Where the credential may go.
    pub(crate) origin: url::Origin,
    pub(crate) credential: Credential,
    /// Knows the secrets that a client has from its beginning.
    pub(crate) redactor: Redactor,
    /// Knows what proxies are given to log in. A failure on the way may repeat it; an answer, which
    /// came through TLS, cannot, and keeps a word that merely looks like a proxy's user.
    pub(crate) proxies: Redactor,
    /// What is said of the way to the service where nobody was reached: its proxy.
    pub(crate) way: String,
    pub(crate) max_body: usize,
    pub(crate) random: Mutex<fastrand::Rng>,
    pub(crate) observer: Option<Observer>,
}

/// The inner value of the generated client: what one call knows.
#[derive(Clone)]
pub struct CallContext {
    pub(crate) shared: Arc<Shared>,
    pub(crate) options: CallOptions,
    /// What became of the call, for the layer that made it.
    pub(crate) report: Arc<Mutex<Option<Report>>>,
}

impl fmt::Debug for CallContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallContext")
            .field("credential", &self.shared.credential)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl ClientHooks<CallContext> for crate::generated::Client {
    async fn exec(
        &self,
        request: Request,
        info: &OperationInfo,
    ) -> reqwest::Result<reqwest::Response> {
        let call = self.inner();
        let http = Http {
            client: &call.shared.http,
            observer: call.shared.observer.as_ref(),
            way: &call.shared.way,
            max_body: call.shared.max_body,
        };
        let settled = call.run(&http, request, by_name(info.operation_id)).await;
        Ok(match settled {
            Ok((answer, report)) => {
                let mut response = http::Response::new(answer.body);
                *response.status_mut() = answer.status;
                *response.headers_mut() = answer.headers;
                if !answer.status.is_success() {
                    Carried::put(&report, response.headers_mut());
                }
                let extensions = response.extensions_mut();
                extensions.insert(Settled::Answered(Arc::new(report)));
                response.into()
            }
            Err(error) => {
                let mut response = http::Response::new(Bytes::new());
                let extensions = response.extensions_mut();
                extensions.insert(Settled::Failed(Failure::new(error)));
                extensions.insert(NotAnAnswer);
                response.into()
            }
        })
    }
}

impl CallContext {
    /// Sends until there is an answer to give back, or a reason to give up.
    pub(crate) async fn run<S: SendOnce>(
        &self,
        http: &S,
        request: Request,
        operation: Option<&'static Operation>,
    ) -> Result<(Answer, Report), Error> {
        let span = tracing::info_span!(
            "xquik call",
            operation = operation.map_or("", |operation| operation.id)
        );
        let result = self.send(http, request, operation).instrument(span).await;
        if let Ok((_, report)) = &result {
            self.note(report);
        }
        result
    }

    async fn send<S: SendOnce>(
        &self,
        http: &S,
        mut request: Request,
        operation: Option<&'static Operation>,
    ) -> Result<(Answer, Report), Error> {
        let deadline = after(Instant::now(), self.options.call_time());
        let (key, own_key) = self.prepare(&mut request, operation)?;
        let redactor = self.redactor(&request);
        let url = redactor.clean(request.url().as_str());
        let shown = self.shown(&request, &redactor);
        let mut report = Report {
            idempotency_key: key,
            own_key,
            resend: operation.map_or(Resend::Never, |operation| operation.resend),
            ..Report::default()
        };
        loop {
            let Some(copy) = request.try_clone() else {
                return Err(Error::invalid_request(
                    "this body can be sent once only, and so not by this client; give bytes",
                ));
            };
            report.attempts += 1;
            self.observe(&Event::Sending {
                attempt: report.attempts,
                method: request.method().as_str(),
                url: &url,
                idempotency_key: report.idempotency_key.as_ref().map(IdempotencyKey::as_str),
                headers: &shown.headers,
                body: shown.blanked.as_deref().unwrap_or(body_of(&request)),
            });
            let until = after(Instant::now(), self.options.attempt_time()).min(deadline);
            let mut attempt = http.send(copy, until).await;
            self.take_in(&mut attempt, operation, &redactor, &mut report);
            let budget = Budget {
                attempts: report.attempts,
                max_attempts: self.options.attempts(),
                time: deadline.saturating_duration_since(Instant::now()),
                backoff: self.backoff(report.attempts),
            };
            let decision = resend::decide(report.resend, report.outcome, budget);
            tracing::debug!(
                attempt = report.attempts,
                outcome = ?report.outcome,
                ?decision,
                "attempt ended"
            );
            let Decision::Again(wait) = decision else {
                if let Decision::TooLate(wait) = decision {
                    report.unfit = Some(wait);
                }
                return self.finish(attempt, report);
            };
            report.lost_before |= report.maybe_applied;
            report.waited += wait;
            let next_attempt = report.attempts + 1;
            self.observe(&Event::Waiting {
                wait,
                next_attempt,
                maybe_applied: report.maybe_applied,
            });
            tracing::info!(wait_ms = wait.as_millis(), next_attempt, "waiting");
            sleep(wait).await;
        }
    }

    /// Adds what every request of this client carries.
    fn prepare(
        &self,
        request: &mut Request,
        operation: Option<&Operation>,
    ) -> Result<(Option<IdempotencyKey>, bool), Error> {
        self.options.check()?;
        if request.url().origin() != self.shared.origin {
            return Err(Error::invalid_request(
                "this URL is of another origin than the client's base URL, and a credential goes \
                 nowhere else",
            ));
        }
        sendable(request.url())
            .map_err(|what| Error::invalid_request(format!("the URL {what}")))?;
        let headers = request.headers_mut();
        let (name, value) = self.shared.credential.header();
        headers.insert(name, value);
        if operation.is_none_or(|operation| operation.resend != Resend::Keyed) {
            return Ok((None, false));
        }
        let given = headers
            .get(IDEMPOTENCY_KEY)
            .map(|value| value.to_str().unwrap_or_default().parse())
            .transpose()?;
        let (key, own) = match given.or_else(|| self.options.key().cloned()) {
            Some(key) => (key, true),
            None => (IdempotencyKey::random(), false),
        };
        let value = HeaderValue::from_str(key.as_str())
            .expect("a key's constructor lets visible ASCII through and nothing else");
        headers.insert(IDEMPOTENCY_KEY, value);
        Ok((Some(key), own))
    }

    /// Knows the client's secrets and those that the request itself carries: what the document calls
    /// a `password` is one, whichever layer made the request.
    fn redactor(&self, request: &Request) -> Redactor {
        let mut redactor = self.shared.redactor.clone();
        let is_json = request
            .headers()
            .get(CONTENT_TYPE)
            .is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
        let body = request.body().and_then(reqwest::Body::as_bytes);
        if let Some(body) = body.filter(|_| is_json)
            && let Ok(mut body) = serde_json::from_slice::<Value>(body)
        {
            add_secrets(&mut body, &mut redactor);
        }
        for (name, value) in request.headers() {
            if SECRETS
                .iter()
                .any(|secret| name.as_str().eq_ignore_ascii_case(secret))
                && let Ok(value) = value.to_str()
            {
                redactor.add(value);
            }
        }
        for (name, value) in request.url().query_pairs() {
            if SECRETS.contains(&&*name) {
                redactor.add(&value);
            }
        }
        redactor
    }

    /// The headers and the body of a request as they may be shown, if anybody looks.
    fn shown(&self, request: &Request, redactor: &Redactor) -> Shown {
        if self.shared.observer.is_none() {
            return Shown::default();
        }
        let mut headers = request.headers().clone();
        redactor.clean_headers(&mut headers, false);
        let blanked = redactor.blanked(body_of(request), false);
        Shown { headers, blanked }
    }

    /// Takes in what an attempt gave: what it means, and what of it may be shown.
    fn take_in(
        &self,
        attempt: &mut Attempt,
        operation: Option<&Operation>,
        redactor: &Redactor,
        report: &mut Report,
    ) {
        let Judgement {
            outcome,
            wait,
            envelope,
        } = judge(attempt, operation, SystemTime::now());
        report.outcome = outcome;
        report.retry_after = wait;
        report.envelope = envelope.map(|envelope| envelope.shown(redactor));
        report.snippet = None;
        report.maybe_applied |= resend::maybe_applied(outcome);
        match attempt {
            Attempt::Answered(answer) => {
                // From here on nothing that came back holds a secret that was sent.
                answer.body = redactor.clean_body(&answer.body, answer.status.is_success());
                redactor.clean_headers(&mut answer.headers, answer.status.is_success());
                answer.headers.remove(Carried::HEADER);
                report.snippet = snippet(redactor, &answer.body);
                self.observe(&Event::Answered {
                    status: answer.status.as_u16(),
                    headers: &answer.headers,
                    body: &answer.body,
                });
            }
            Attempt::Broken { reason, .. } | Attempt::Failed { reason, .. } => {
                *reason = self.shared.proxies.clean(&redactor.clean(reason));
                self.observe(&Event::Failed { reason });
            }
        }
    }

    /// The end of a call: the answer, or this crate's error.
    fn finish(&self, attempt: Attempt, mut report: Report) -> Result<(Answer, Report), Error> {
        report.retryable = resend::retryable(
            report.resend,
            report.outcome,
            report.maybe_applied,
            report.own_key,
        );
        let error = match attempt {
            Attempt::Answered(answer) => return Ok((answer, report)),
            Attempt::Broken {
                status,
                fault: Fault::TooLarge,
                reason,
                ..
            } => {
                let status = status.as_u16();
                Error::unexpected(
                    status,
                    format!("unexpected answer {status}: {reason}"),
                    &report,
                )
            }
            Attempt::Broken {
                status,
                fault,
                reason,
                ..
            } => {
                let kind = match fault {
                    Fault::TimedOut => ErrorKind::Timeout,
                    Fault::Cut | Fault::TooLarge => ErrorKind::Transport,
                };
                Error::no_answer(kind, reason, None, &report).with_status(status.as_u16())
            }
            Attempt::Failed {
                timed_out,
                reason,
                source,
                ..
            } => {
                let kind = if timed_out {
                    ErrorKind::Timeout
                } else {
                    ErrorKind::Transport
                };
                let source = source.map(|source| Box::new(source) as _);
                Error::no_answer(kind, reason, source, &report)
            }
        };
        self.note(&report);
        Err(error)
    }

    /// The next wait of backoff.
    fn backoff(&self, attempts: u32) -> Duration {
        let random = self
            .shared
            .random
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .f64();
        delay::backoff(attempts, random)
    }

    fn note(&self, report: &Report) {
        *self.report.lock().unwrap_or_else(PoisonError::into_inner) = Some(report.clone());
    }

    fn observe(&self, event: &Event<'_>) {
        if let Some(observer) = &self.shared.observer {
            observer(event);
        }
    }
}

/// What of a request may be shown.
#[derive(Default)]
struct Shown {
    headers: HeaderMap,
    /// Its body, where something had to be blanked in it.
    blanked: Option<Bytes>,
}

/// The body of a request; this client sends bytes alone.
fn body_of(request: &Request) -> &[u8] {
    request
        .body()
        .and_then(reqwest::Body::as_bytes)
        .unwrap_or_default()
}

/// A time after another; one that no clock can hold is as good as never.
fn after(start: Instant, time: Duration) -> Instant {
    const NEVER: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);
    start.checked_add(time).unwrap_or_else(|| start + NEVER)
}

/// Makes the secrets of a request's body known, and zeroes what was read of them.
fn add_secrets(body: &mut Value, redactor: &mut Redactor) {
    match body {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(secret) if SECRETS.contains(&name.as_str()) => {
                        redactor.add(secret);
                        // A service that strips spaces repeats it without them.
                        redactor.add(&Zeroizing::new(secret.replace(' ', "")));
                        secret.zeroize();
                    }
                    value => add_secrets(value, redactor),
                }
            }
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| add_secrets(item, redactor)),
        _ => {}
    }
}
