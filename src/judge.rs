//! What an attempt means, in the words of the table of [`crate::resend`].

use std::time::{Duration, SystemTime};

use http::StatusCode;

use crate::answer::Envelope;
use crate::attempt::{Answer, Attempt, Fault};
use crate::delay;
use crate::generated::ErrorCode;
use crate::generated::runtime::{CodeResend, Operation};
use crate::resend::{Outcome, Record};

/// The meaning of an attempt.
#[derive(Debug)]
pub(crate) struct Judgement {
    pub(crate) outcome: Outcome,
    /// The wait that the answer asks for.
    pub(crate) wait: Option<Duration>,
    /// The service's error, as it came.
    pub(crate) envelope: Option<Envelope>,
}

/// Judges an attempt at an operation; `now` is for answers that name a date and not their own.
pub(crate) fn judge(
    attempt: &Attempt,
    operation: Option<&Operation>,
    now: SystemTime,
) -> Judgement {
    let (outcome, wait) = match attempt {
        Attempt::Failed { nothing_left, .. } => (
            if *nothing_left {
                Outcome::NotSent
            } else {
                Outcome::Lost { wait: None }
            },
            None,
        ),
        Attempt::Broken {
            status,
            headers,
            fault,
            ..
        } => {
            let wait = delay::retry_after(headers, now);
            let status = status.as_u16();
            // The head of a refusal or a redirect says all that counts; a success whose body is
            // missing, or a failure of the server's, leaves open what was done.
            let lost = *fault != Fault::TooLarge && !(300..500).contains(&status);
            if lost {
                (Outcome::Lost { wait }, wait)
            } else {
                (Outcome::Strange { status, wait }, wait)
            }
        }
        Attempt::Answered(answer) => return judge_answer(answer, operation, now),
    };
    Judgement {
        outcome,
        wait,
        envelope: None,
    }
}

fn judge_answer(answer: &Answer, operation: Option<&Operation>, now: SystemTime) -> Judgement {
    let status = answer.status.as_u16();
    let documented = operation.and_then(|operation| operation.answer(status));
    if answer.status.is_success() && documented.is_some() {
        return Judgement {
            outcome: Outcome::Success,
            wait: None,
            envelope: None,
        };
    }
    let envelope = Envelope::read(&answer.body);
    let wait = delay::retry_after(&answer.headers, now)
        .or_else(|| envelope.as_ref().and_then(|envelope| envelope.wait));
    let outcome = match &envelope {
        Some(envelope) if status >= 400 => {
            // "Not now" is an answer of the service on every operation.
            let everywhere = answer.status == StatusCode::SERVICE_UNAVAILABLE;
            let exact = match documented {
                Some(documented) => documented.codes.contains(&envelope.code.as_str()),
                None => everywhere && envelope.code.statuses().contains(&status),
            };
            Outcome::Refused {
                status,
                resend: resend_of(envelope),
                wait,
                documented: documented.is_some() || everywhere,
                exact,
                record: envelope.record,
            }
        }
        _ => match Envelope::record_in(&answer.body) {
            record if status >= 400 && record != Record::default() => Outcome::Refused {
                status,
                resend: record.ends_the_call().then_some(CodeResend::Never),
                wait,
                documented: false,
                exact: false,
                record,
            },
            _ => Outcome::Strange { status, wait },
        },
    };
    Judgement {
        outcome,
        wait,
        envelope,
    }
}

/// Whether an error may be sent again: as the registry says of its code, unless the write's own
/// record says that it has ended or must not be repeated.
fn resend_of(envelope: &Envelope) -> Option<CodeResend> {
    if envelope.record.ends_the_call() {
        return Some(CodeResend::Never);
    }
    match &envelope.code {
        ErrorCode::Unknown(_) => None,
        code => code.resend(),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderMap;

    use super::*;
    use crate::generated::operations::DISCONNECT_X_ACCOUNT;

    fn judged(status: u16, body: &str) -> Outcome {
        let attempt = Attempt::Answered(Answer {
            status: StatusCode::from_u16(status).expect("a status"),
            headers: HeaderMap::new(),
            body: Bytes::copy_from_slice(body.as_bytes()),
        });
        judge(
            &attempt,
            Some(&DISCONNECT_X_ACCOUNT),
            SystemTime::UNIX_EPOCH,
        )
        .outcome
    }

    #[test]
    fn an_error_is_documented_where_the_document_has_it_and_not_now_is_everywhere() {
        for (status, code, documented, exact) in [
            (404, "not_found", true, true),
            (404, "no_such_route", true, false),
            (500, "not_found", false, false),
            (418, "rate_limit_exceeded", false, false),
            // Its document has no 503.
            (503, "service_unavailable", true, true),
            (503, "not_found", true, false),
        ] {
            let outcome = judged(status, &format!(r#"{{"error":"{code}"}}"#));
            let Outcome::Refused {
                documented: found,
                exact: found_exact,
                ..
            } = outcome
            else {
                panic!("{status} {code}: {outcome:?}");
            };
            assert_eq!((found, found_exact), (documented, exact), "{status} {code}");
        }
    }

    #[test]
    fn a_record_counts_where_it_names_no_error() {
        let said = |status, body: &str| match judged(status, body) {
            Outcome::Refused {
                resend,
                documented: false,
                exact: false,
                record,
                ..
            } => Some((resend, record.terminal, record.safe_to_retry)),
            Outcome::Strange { status: found, .. } if found == status => None,
            other => panic!("{status} {body}: {other:?}"),
        };
        let never = Some(CodeResend::Never);
        for (status, body, expected) in [
            (
                500,
                r#"{"terminal":false,"safeToRetry":false}"#,
                Some((never, Some(false), Some(false))),
            ),
            (400, r#"{"terminal":true}"#, Some((never, Some(true), None))),
            (
                503,
                r#"{"error":null,"terminal":false}"#,
                Some((None, Some(false), None)),
            ),
            (500, r#"{"success":false}"#, None),
            (500, "<html>", None),
            // No failure by its status.
            (399, r#"{"terminal":true}"#, None),
            (206, r#"{"terminal":true}"#, None),
        ] {
            assert_eq!(said(status, body), expected, "{status} {body}");
        }
    }

    #[test]
    fn the_record_of_a_write_comes_before_the_registry() {
        let resend = |rest: &str| {
            let body = format!(r#"{{"error":"rate_limit_exceeded"{rest}}}"#);
            match judged(429, &body) {
                Outcome::Refused { resend, .. } => resend,
                other => panic!("{rest}: {other:?}"),
            }
        };
        assert_eq!(resend(""), Some(CodeResend::AfterDelay));
        assert_eq!(resend(r#","terminal":true"#), Some(CodeResend::Never));
        assert_eq!(resend(r#","safeToRetry":false"#), Some(CodeResend::Never));
        let open = r#","terminal":false,"safeToRetry":true"#;
        assert_eq!(resend(open), Some(CodeResend::AfterDelay));
    }
}
