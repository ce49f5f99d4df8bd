//! Whether a request is sent again: one table, without a clock.
//!
//! The decision follows from how the operation may be sent again, from what is known of the attempt,
//! and from what is left of the budget; the loop that sleeps and sends is in [`crate::send`].

use std::time::Duration;

use crate::generated::runtime::{CodeResend, Resend};

/// What became of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing left this machine: DNS, connect or TLS failed.
    NotSent,
    /// It left, or may have, and no whole answer came.
    Lost,
    /// An answer of the service, with an error body.
    Refused {
        status: u16,
        /// What the registry says of its code; none for a code that it does not know.
        resend: Option<CodeResend>,
        /// The wait that the answer asks for.
        wait: Option<Duration>,
        /// Whether it is one that the document lists for the operation, or the error table for all.
        documented: bool,
    },
    /// Any other answer that is no success: a proxy's page, a redirect, a body of another shape.
    Strange { status: u16, wait: Option<Duration> },
    /// A success by its status.
    Success,
}

/// What is left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    /// The number of attempts so far, at least 1.
    pub(crate) attempts: u32,
    pub(crate) max_attempts: u32,
    /// The time that is left of the call.
    pub(crate) time: Duration,
    /// The wait that backoff would take now.
    pub(crate) backoff: Duration,
}

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Send it again after this wait, which fits in the time that is left.
    Again(Duration),
    /// This is the end.
    Stop,
}

/// Decides. See the table of tests below.
pub(crate) fn decide(operation: Resend, outcome: Outcome, budget: Budget) -> Decision {
    let Some(wait) = wait(operation, outcome, budget.backoff) else {
        return Decision::Stop;
    };
    if budget.attempts >= budget.max_attempts || wait >= budget.time {
        return Decision::Stop;
    }
    Decision::Again(wait)
}

/// The wait before it may be sent again; none if it may not.
fn wait(operation: Resend, outcome: Outcome, backoff: Duration) -> Option<Duration> {
    let repeatable = operation != Resend::Never;
    match outcome {
        Outcome::NotSent => Some(backoff),
        Outcome::Lost => repeatable.then_some(backoff),
        Outcome::Refused {
            status,
            resend,
            wait,
            documented,
        } => match resend {
            Some(CodeResend::Never) => None,
            // What the document does not list for the operation may mean something else here.
            Some(_) if !documented && !repeatable => None,
            Some(CodeResend::AfterDelay | CodeResend::Backoff) => Some(wait.unwrap_or(backoff)),
            // A code that nobody knows: the statuses that say "not now", and only where twice does
            // no harm.
            None => (repeatable && matches!(status, 429 | 503)).then(|| wait.unwrap_or(backoff)),
        },
        Outcome::Strange { status, wait } => {
            let passing = matches!(status, 408 | 429 | 500 | 502 | 503 | 504);
            (repeatable && passing).then(|| wait.unwrap_or(backoff))
        }
        Outcome::Success => None,
    }
}

/// Whether the service may have acted on an attempt although nobody knows.
pub(crate) fn maybe_applied(outcome: Outcome) -> bool {
    match outcome {
        Outcome::Lost => true,
        Outcome::Refused {
            status, documented, ..
        } => !documented && status >= 500,
        Outcome::Strange { status, .. } => status >= 500 || (200..300).contains(&status),
        Outcome::NotSent | Outcome::Success => false,
    }
}

/// Whether running the same call again is safe and may help.
///
/// `unknown` says that the service may have acted on it, `own_key` that the caller gave the key that
/// a new run would be sent under.
pub(crate) fn retryable(operation: Resend, outcome: Outcome, unknown: bool, own_key: bool) -> bool {
    if unknown {
        let safe = match operation {
            Resend::Never => false,
            Resend::Idempotent => true,
            Resend::Keyed => own_key,
        };
        return safe
            && !matches!(
                outcome,
                Outcome::Refused {
                    resend: Some(CodeResend::Never),
                    ..
                }
            );
    }
    match outcome {
        Outcome::NotSent => true,
        Outcome::Refused { status, resend, .. } => match resend {
            Some(resend) => resend != CodeResend::Never,
            None => matches!(status, 429 | 503),
        },
        Outcome::Strange { status, .. } => matches!(status, 408 | 429),
        Outcome::Lost | Outcome::Success => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Duration = Duration::from_millis(200);
    const MINUTE: Duration = Duration::from_secs(60);

    fn budget() -> Budget {
        Budget {
            attempts: 1,
            max_attempts: 3,
            time: Duration::from_secs(100),
            backoff: BACKOFF,
        }
    }

    fn refused(status: u16, resend: Option<CodeResend>, wait: Option<Duration>) -> Outcome {
        Outcome::Refused {
            status,
            resend,
            wait,
            documented: true,
        }
    }

    #[test]
    fn the_table_of_sending_again() {
        use CodeResend::{AfterDelay, Backoff, Never as Final};
        use Decision::{Again, Stop};
        use Resend::{Idempotent, Keyed, Never};
        let strange = |status| Outcome::Strange { status, wait: None };
        let rows = [
            // Nothing left: any operation.
            (Never, Outcome::NotSent, Again(BACKOFF)),
            (Idempotent, Outcome::NotSent, Again(BACKOFF)),
            (Keyed, Outcome::NotSent, Again(BACKOFF)),
            // It left and no answer came: only what may be repeated.
            (Never, Outcome::Lost, Stop),
            (Idempotent, Outcome::Lost, Again(BACKOFF)),
            (Keyed, Outcome::Lost, Again(BACKOFF)),
            // A documented answer: as the registry says.
            (
                Never,
                refused(429, Some(AfterDelay), Some(MINUTE)),
                Again(MINUTE),
            ),
            (Never, refused(503, Some(Backoff), None), Again(BACKOFF)),
            (Keyed, refused(500, Some(Backoff), None), Again(BACKOFF)),
            (Keyed, refused(429, Some(Final), Some(MINUTE)), Stop),
            (Idempotent, refused(404, Some(Final), None), Stop),
            // A code that nobody knows.
            (Never, refused(429, None, Some(MINUTE)), Stop),
            (Keyed, refused(429, None, Some(MINUTE)), Again(MINUTE)),
            (Keyed, refused(422, None, None), Stop),
            // Pages of proxies and the like.
            (Never, strange(502), Stop),
            (Never, strange(504), Stop),
            (Never, strange(429), Stop),
            (Idempotent, strange(502), Again(BACKOFF)),
            (Keyed, strange(504), Again(BACKOFF)),
            (Keyed, strange(307), Stop),
            (Keyed, strange(200), Stop),
            (Keyed, strange(404), Stop),
            (Keyed, strange(501), Stop),
            // Done is done.
            (Idempotent, Outcome::Success, Stop),
        ];
        for (operation, outcome, expected) in rows {
            let decision = decide(operation, outcome, budget());
            assert_eq!(decision, expected, "{operation:?}, {outcome:?}");
        }
    }

    #[test]
    fn a_wait_that_does_not_fit_is_not_begun() {
        let limited = refused(429, Some(CodeResend::AfterDelay), Some(MINUTE));
        let short = Budget {
            time: MINUTE,
            ..budget()
        };
        assert_eq!(decide(Resend::Keyed, limited, short), Decision::Stop);
    }

    #[test]
    fn the_attempts_are_counted() {
        let last = Budget {
            attempts: 3,
            ..budget()
        };
        assert_eq!(
            decide(Resend::Idempotent, Outcome::Lost, last),
            Decision::Stop
        );
    }

    #[test]
    fn what_may_have_been_applied_is_told() {
        let strange = |status| Outcome::Strange { status, wait: None };
        for (outcome, expected) in [
            (Outcome::NotSent, false),
            (Outcome::Lost, true),
            (refused(500, Some(CodeResend::Backoff), None), false),
            (
                Outcome::Refused {
                    status: 500,
                    resend: None,
                    wait: None,
                    documented: false,
                },
                true,
            ),
            (strange(502), true),
            (strange(200), true),
            (strange(404), false),
            (strange(302), false),
        ] {
            assert_eq!(maybe_applied(outcome), expected, "{outcome:?}");
        }
    }

    #[test]
    fn a_write_that_may_have_been_paid_is_retryable_under_its_own_key_alone() {
        assert!(retryable(Resend::Keyed, Outcome::Lost, true, true));
        assert!(!retryable(Resend::Keyed, Outcome::Lost, true, false));
        assert!(retryable(Resend::Idempotent, Outcome::Lost, true, false));
        assert!(!retryable(Resend::Never, Outcome::Lost, true, false));
        assert!(retryable(Resend::Never, Outcome::NotSent, false, false));
    }
}
