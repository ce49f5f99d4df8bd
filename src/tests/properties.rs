//! What has to hold of any input.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};
use proptest::prelude::*;
use serde_json::Value;

use crate::answer::{Envelope, LONGEST_WAIT};
use crate::attempt::{Answer, Attempt};
use crate::delay;
use crate::generated::operations::ALL;
use crate::generated::runtime::{CodeResend, Resend, path_segment};
use crate::judge::judge;
use crate::redact::Redactor;
use crate::resend::{self, Budget, Decision, Outcome, Record};

fn duration() -> impl Strategy<Value = Duration> {
    prop_oneof![
        Just(Duration::ZERO),
        Just(Duration::MAX),
        (0..100_000_u64).prop_map(Duration::from_millis),
        (any::<u64>(), 0..1_000_000_000_u32).prop_map(|(s, n)| Duration::new(s, n)),
    ]
}

fn operation() -> impl Strategy<Value = Resend> {
    prop_oneof![
        Just(Resend::Never),
        Just(Resend::Idempotent),
        Just(Resend::Keyed)
    ]
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let code = prop_oneof![
        Just(None),
        Just(Some(CodeResend::Never)),
        Just(Some(CodeResend::AfterDelay)),
        Just(Some(CodeResend::Backoff)),
    ];
    let status = prop_oneof![100..1000_u16, Just(408_u16), Just(429_u16), 500..505_u16];
    prop_oneof![
        Just(Outcome::NotSent),
        proptest::option::of(duration()).prop_map(|wait| Outcome::Lost { wait }),
        Just(Outcome::Success),
        (status.clone(), proptest::option::of(duration()))
            .prop_map(|(status, wait)| Outcome::Strange { status, wait }),
        (
            status,
            code,
            proptest::option::of(duration()),
            any::<bool>(),
            any::<bool>()
        )
            .prop_map(
                |(status, resend, wait, documented, exact)| Outcome::Refused {
                    status,
                    resend,
                    wait,
                    documented: documented || exact,
                    exact,
                    record: Record::default(),
                }
            ),
    ]
}

fn budget() -> impl Strategy<Value = Budget> {
    (1..10_u32, 1..10_u32, duration(), duration()).prop_map(
        |(attempts, max_attempts, time, backoff)| Budget {
            attempts,
            max_attempts,
            time,
            backoff,
        },
    )
}

proptest! {
    #[test]
    fn a_decision_keeps_to_its_budget(o in operation(), outcome in outcome(), budget in budget()) {
        match resend::decide(o, outcome, budget) {
            Decision::Again(wait) => {
                prop_assert!(budget.attempts < budget.max_attempts);
                prop_assert!(budget.time - wait >= resend::LEAST);
            }
            Decision::TooLate(wait) => {
                prop_assert!(budget.time.saturating_sub(wait) < resend::LEAST);
            }
            Decision::Spent => prop_assert!(
                budget.attempts >= budget.max_attempts || budget.time < resend::LEAST
            ),
            Decision::Final => {}
        }
    }

    #[test]
    fn a_code_that_may_have_been_delivered_is_never_sent_again(
        outcome in outcome(),
        budget in budget(),
    ) {
        if let Decision::Again(_) = resend::decide(Resend::Never, outcome, budget) {
            prop_assert!(!resend::maybe_applied(outcome));
            let said_so = matches!(outcome, Outcome::Refused { exact: true, .. });
            prop_assert!(outcome == Outcome::NotSent || said_so);
        }
    }

    #[test]
    fn a_code_of_the_registry_that_is_final_is_never_sent_again(
        o in operation(), status in 100..1000_u16, budget in budget(), exact in any::<bool>(),
    ) {
        let resend = Some(CodeResend::Never);
        let outcome = Outcome::Refused { status, resend, wait: None, documented: exact, exact, record: Record::default() };
        prop_assert_eq!(resend::decide(o, outcome, budget), Decision::Final);
        for unknown in [false, true] {
            prop_assert!(!resend::retryable(o, outcome, unknown, true));
        }
    }

    #[test]
    fn an_operation_that_may_be_repeated_is_sent_at_least_as_often_as_one_that_may_not(
        outcome in outcome(), budget in budget(),
    ) {
        let never = resend::decide(Resend::Never, outcome, budget);
        for other in [Resend::Idempotent, Resend::Keyed] {
            let other = resend::decide(other, outcome, budget);
            prop_assert!(never == Decision::Final || never == other);
        }
    }

    #[test]
    fn what_the_service_asks_for_is_waited_for(
        o in operation(), status in 100..1000_u16, asked in duration(), budget in budget(),
    ) {
        let resend = Some(CodeResend::AfterDelay);
        let wait = Some(asked);
        let outcome = Outcome::Refused { status, resend, wait, documented: true, exact: true, record: Record::default() };
        if let Decision::Again(wait) | Decision::TooLate(wait) = resend::decide(o, outcome, budget) {
            prop_assert_eq!(wait, asked);
        }
    }

    #[test]
    fn no_header_makes_the_delay_panic(
        values in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..4),
        date in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let mut headers = HeaderMap::new();
        for value in values {
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                headers.append("retry-after", value);
            }
        }
        if let Ok(date) = HeaderValue::from_bytes(&date) {
            headers.insert("date", date);
        }
        delay::retry_after(&headers, SystemTime::now());
    }

    #[test]
    fn seconds_are_read_as_they_stand(seconds in any::<u32>(), fraction in 0..1000_u32) {
        let text = format!("{seconds}.{fraction:03}");
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", text.parse().expect("a value"));
        let wait = delay::retry_after(&headers, SystemTime::UNIX_EPOCH).expect("a wait");
        let expected = Duration::new(seconds.into(), fraction * 1_000_000);
        let difference = wait.max(expected) - wait.min(expected);
        prop_assert!(difference < Duration::from_micros(10), "{wait:?}");
    }

    #[test]
    fn a_date_is_measured_against_the_servers_own(
        now in 0..4_000_000_000_u64, ahead in 0..100_000_u64, own in any::<u32>(),
    ) {
        let at = |seconds| httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        let mut headers = HeaderMap::new();
        headers.insert("date", at(now).parse().expect("a value"));
        headers.insert("retry-after", at(now + ahead).parse().expect("a value"));
        let ours = SystemTime::UNIX_EPOCH + Duration::from_secs(own.into());
        prop_assert_eq!(delay::retry_after(&headers, ours), Some(Duration::from_secs(ahead)));
    }

    #[test]
    fn backoff_stays_within_its_bound(attempt in any::<u32>(), random in any::<f64>()) {
        let random = if random.is_nan() { 0.5 } else { random };
        let wait = delay::backoff(attempt, random);
        prop_assert!(wait <= delay::backoff(attempt, 1.0));
        prop_assert!(wait <= Duration::from_secs(8));
    }

    #[test]
    fn an_id_stays_one_segment_and_comes_back_as_it_was(id in any::<String>()) {
        match path_segment("id", &id) {
            Err(_) => prop_assert!(matches!(&*id, "" | "." | "..")),
            Ok(segment) => {
                let url = format!("http://localhost/a/{segment}/b");
                let url = url::Url::parse(&url).expect("a URL");
                let segments: Vec<_> = url.path_segments().expect("a path").collect();
                prop_assert_eq!(&segments, &["a", &*segment, "b"]);
                prop_assert!(url.query().is_none() && url.fragment().is_none());
                let pair = format!("id={segment}");
                let mut decoded = url::form_urlencoded::parse(pair.as_bytes());
                prop_assert_eq!(decoded.next().expect("a pair").1, id);
            }
        }
    }

    #[test]
    fn any_body_is_judged_and_nothing_panics(
        body in proptest::collection::vec(any::<u8>(), 0..200),
        status in 100..1000_u16,
    ) {
        judged(&body, status)?;
    }

    #[test]
    fn any_json_is_judged_and_nothing_panics(body in json(), status in 100..1000_u16) {
        judged(body.to_string().as_bytes(), status)?;
        let wrapped = serde_json::json!({"error": body, "retryAfter": body, "message": body});
        judged(wrapped.to_string().as_bytes(), status)?;
    }

    #[test]
    fn an_envelope_keeps_its_code_and_message(code in any::<String>(), message in any::<String>()) {
        for body in [
            serde_json::json!({"error": code, "message": message}),
            serde_json::json!({"error": {"type": "t", "code": code, "message": message}}),
        ] {
            let envelope = Envelope::read(body.to_string().as_bytes()).expect("an envelope");
            prop_assert_eq!(envelope.code.as_str(), &code);
            prop_assert_eq!(envelope.message.as_deref(), Some(&*message));
            let shown = envelope.shown(&Redactor::new());
            prop_assert!(!shown.code.as_str().contains(char::is_control));
        }
    }

    #[test]
    fn a_secret_is_found_wherever_it_stands(
        secret in "[!-~]{4,40}", before in any::<String>(), after in any::<String>(),
    ) {
        let mut redactor = Redactor::new();
        redactor.add(&secret);
        let text = format!("{before}{secret}{after}");
        let cleaned = redactor.clean(&text);
        let around = format!("{before}<redacted>{after}");
        // Unless what stands around it makes another one of it together with the blank.
        prop_assert!(!cleaned.contains(&secret) || around.contains(&secret));
        let body = serde_json::json!({"error": "x", "message": text}).to_string();
        let cleaned = redactor.clean_body(&Bytes::from(body), false);
        let cleaned: Value = serde_json::from_slice(&cleaned).expect("JSON still");
        let message = cleaned["message"].as_str().expect("text still");
        prop_assert!(!message.contains(&secret) || around.contains(&secret));
    }

    #[test]
    fn no_base_url_panics_and_none_that_is_accepted_leaks(text in any::<String>()) {
        if let Ok(url) = crate::base_url::BaseUrl::parse(&text) {
            let parsed = url::Url::parse(url.as_str()).expect("a URL");
            prop_assert!(parsed.scheme() == "https" || parsed.scheme() == "http");
        }
    }
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(Value::from("rate_limit_exceeded")),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        let names = prop_oneof![
            Just("error".to_owned()),
            Just("code".to_owned()),
            Just("message".to_owned()),
            Just("retryAfter".to_owned()),
            Just("retryAfterMs".to_owned()),
            any::<String>(),
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(names, inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Judges an answer of every operation, and checks what has to hold of any.
fn judged(body: &[u8], status: u16) -> Result<(), TestCaseError> {
    for operation in ALL {
        let attempt = Attempt::Answered(Answer {
            status: StatusCode::from_u16(status).expect("a status"),
            headers: HeaderMap::new(),
            body: Bytes::copy_from_slice(body),
        });
        let judgement = judge(&attempt, Some(operation), SystemTime::UNIX_EPOCH);
        prop_assert!(judgement.wait.is_none_or(|wait| wait <= LONGEST_WAIT));
        match judgement.outcome {
            Outcome::Success => prop_assert!((200..300).contains(&status)),
            Outcome::Refused {
                documented, exact, ..
            } => {
                prop_assert!(status >= 400 && judgement.envelope.is_some());
                prop_assert!(documented || !exact);
            }
            Outcome::Strange { .. } => {}
            Outcome::Lost { .. } | Outcome::NotSent => prop_assert!(false, "an answer came"),
        }
        if let Some(envelope) = judgement.envelope {
            let shown = envelope.shown(&Redactor::new());
            let message = shown.message.unwrap_or_default();
            prop_assert!(!message.contains(char::is_control));
            prop_assert!(message.chars().count() <= 1_001);
        }
    }
    Ok(())
}
