//! What an attempt means, in the words of the table of [`crate::resend`].

use std::time::{Duration, SystemTime};

use crate::answer::Envelope;
use crate::attempt::{Answer, Attempt, Fault};
use crate::delay;
use crate::generated::ErrorCode;
use crate::generated::runtime::{CodeResend, Operation};
use crate::resend::Outcome;

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
            let everywhere = status == 503;
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
        _ => Outcome::Strange { status, wait },
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
