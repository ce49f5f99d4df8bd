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
        /// What the registry says of its code; none for a code that it does not know. What the
        /// record of a write says of itself comes before the registry.
        resend: Option<CodeResend>,
        /// The wait that the answer asks for.
        wait: Option<Duration>,
        /// Whether the status is one that the document lists for the operation, or for all.
        documented: bool,
        /// Whether it lists this code with this status.
        exact: bool,
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
    /// The end: it may not be sent again, or it need not.
    Final,
    /// The end: it could be sent again, but not more often.
    Spent,
    /// The end: it could be sent again, but only after this wait, for which no time is left.
    TooLate(Duration),
}

/// Decides. See the table of tests below, and `docs/reliability.md`, which is made from it.
pub(crate) fn decide(operation: Resend, outcome: Outcome, budget: Budget) -> Decision {
    match wait(operation, outcome, budget.backoff) {
        None => Decision::Final,
        Some(_) if budget.attempts >= budget.max_attempts => Decision::Spent,
        Some(wait) if wait >= budget.time => Decision::TooLate(wait),
        Some(wait) => Decision::Again(wait),
    }
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
            exact,
            ..
        } => match resend {
            Some(CodeResend::Never) => None,
            // A code where the document does not list it may mean something else there.
            Some(_) if !exact && !repeatable => None,
            Some(CodeResend::AfterDelay | CodeResend::Backoff) => Some(wait.unwrap_or(backoff)),
            // A code that nobody knows: the statuses that say "not now", and only where twice does
            // no harm.
            None => (repeatable && matches!(status, 429 | 503)).then(|| wait.unwrap_or(backoff)),
        },
        Outcome::Strange { status, wait } => {
            (repeatable && passing(status)).then(|| wait.unwrap_or(backoff))
        }
        Outcome::Success => None,
    }
}

/// The statuses of failures that pass, as gateways and servers under load answer.
const fn passing(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502 | 503 | 504)
}

/// Whether the service may have acted on an attempt although nobody knows.
pub(crate) fn maybe_applied(outcome: Outcome) -> bool {
    match outcome {
        Outcome::Lost => true,
        Outcome::Refused { status, exact, .. } => !exact && status >= 500,
        // Redirects and 4xx are refusals, whoever answered. Everything else leaves it open.
        Outcome::Strange { status, .. } => !(300..500).contains(&status),
        Outcome::NotSent | Outcome::Success => false,
    }
}

/// Whether running the same call again is safe and may help.
///
/// `unknown` says that the service may have acted on it, `own_key` that the caller gave the key that
/// a new run would be sent under.
pub(crate) fn retryable(operation: Resend, outcome: Outcome, unknown: bool, own_key: bool) -> bool {
    let safe = !unknown
        || match operation {
            Resend::Never => false,
            Resend::Idempotent => true,
            Resend::Keyed => own_key,
        };
    let helpful = match outcome {
        Outcome::NotSent | Outcome::Lost => true,
        Outcome::Refused { status, resend, .. } => match resend {
            Some(resend) => resend != CodeResend::Never,
            None => passing(status),
        },
        // A success that could not be read is asked for again under the same key.
        Outcome::Strange { status, .. } => passing(status) || (200..300).contains(&status),
        Outcome::Success => false,
    };
    safe && helpful
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
            exact: true,
        }
    }

    fn elsewhere(status: u16, resend: Option<CodeResend>) -> Outcome {
        Outcome::Refused {
            status,
            resend,
            wait: None,
            documented: false,
            exact: false,
        }
    }

    #[test]
    fn the_table_of_sending_again() {
        use CodeResend::{AfterDelay, Backoff, Never as Hopeless};
        use Decision::{Again, Final as Stop};
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
            (Keyed, refused(429, Some(Hopeless), Some(MINUTE)), Stop),
            (Idempotent, refused(404, Some(Hopeless), None), Stop),
            // A code that the document does not list there: only where twice does no harm.
            (Never, elsewhere(422, Some(AfterDelay)), Stop),
            (Never, elsewhere(500, Some(Backoff)), Stop),
            (Idempotent, elsewhere(500, Some(Backoff)), Again(BACKOFF)),
            (Keyed, elsewhere(500, Some(Hopeless)), Stop),
            // A code that nobody knows.
            (Never, elsewhere(503, None), Stop),
            (Keyed, elsewhere(503, None), Again(BACKOFF)),
            (Keyed, elsewhere(500, None), Stop),
            (Never, refused(429, None, Some(MINUTE)), Stop),
            (Keyed, refused(429, None, Some(MINUTE)), Again(MINUTE)),
            (Keyed, refused(422, None, None), Stop),
            // Pages of proxies and the like.
            (Never, strange(502), Stop),
            (Never, strange(504), Stop),
            (Never, strange(429), Stop),
            (Never, strange(408), Stop),
            (Idempotent, strange(408), Again(BACKOFF)),
            (Idempotent, strange(429), Again(BACKOFF)),
            (Idempotent, strange(500), Again(BACKOFF)),
            (Idempotent, strange(503), Again(BACKOFF)),
            (
                Keyed,
                Outcome::Strange {
                    status: 503,
                    wait: Some(MINUTE),
                },
                Again(MINUTE),
            ),
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
        let with = |time| decide(Resend::Keyed, limited, Budget { time, ..budget() });
        assert_eq!(with(MINUTE), Decision::TooLate(MINUTE));
        let just_enough = MINUTE + Duration::from_nanos(1);
        assert_eq!(with(just_enough), Decision::Again(MINUTE));
    }

    #[test]
    fn the_attempts_are_counted() {
        let after = |attempts| {
            let budget = Budget {
                attempts,
                ..budget()
            };
            decide(Resend::Idempotent, Outcome::Lost, budget)
        };
        assert_eq!(after(2), Decision::Again(BACKOFF));
        assert_eq!(after(3), Decision::Spent);
        assert_eq!(after(4), Decision::Spent);
    }

    #[test]
    fn what_may_have_been_applied_is_told() {
        let strange = |status| Outcome::Strange { status, wait: None };
        for (outcome, expected) in [
            (Outcome::NotSent, false),
            (Outcome::Success, false),
            (Outcome::Lost, true),
            (refused(500, Some(CodeResend::Backoff), None), false),
            (elsewhere(500, None), true),
            (elsewhere(500, Some(CodeResend::Never)), true),
            (elsewhere(499, None), false),
            (strange(502), true),
            (strange(500), true),
            (strange(200), true),
            (strange(101), true),
            (strange(299), true),
            (strange(499), false),
            (strange(404), false),
            (strange(300), false),
        ] {
            assert_eq!(maybe_applied(outcome), expected, "{outcome:?}");
        }
    }

    #[test]
    fn retryable_says_whether_the_same_call_is_safe_and_may_help() {
        use Resend::{Idempotent, Keyed, Never};
        let strange = |status| Outcome::Strange { status, wait: None };
        let limited = refused(429, Some(CodeResend::AfterDelay), None);
        let hopeless = refused(404, Some(CodeResend::Never), None);
        for (operation, outcome, unknown, own_key, expected) in [
            (Keyed, Outcome::Lost, true, true, true),
            (Keyed, Outcome::Lost, true, false, false),
            (Idempotent, Outcome::Lost, true, false, true),
            (Never, Outcome::Lost, true, false, false),
            (Never, Outcome::Lost, true, true, false),
            (Never, Outcome::NotSent, false, false, true),
            (Keyed, limited, false, false, true),
            (Keyed, limited, true, false, false),
            (Keyed, limited, true, true, true),
            (Idempotent, hopeless, false, false, false),
            (Idempotent, hopeless, true, false, false),
            (Idempotent, elsewhere(503, None), true, false, true),
            (Idempotent, elsewhere(418, None), false, false, false),
            (Idempotent, strange(502), true, false, true),
            (Idempotent, strange(501), true, false, false),
            (Idempotent, strange(200), true, false, true),
            (Idempotent, strange(299), true, false, true),
            (Idempotent, strange(300), false, false, false),
            (Keyed, strange(200), true, false, false),
            (Never, strange(429), false, false, true),
            (Never, strange(404), false, false, false),
            (Idempotent, Outcome::Success, false, false, false),
        ] {
            assert_eq!(
                retryable(operation, outcome, unknown, own_key),
                expected,
                "{operation:?}, {outcome:?}, {unknown}, {own_key}"
            );
        }
    }
}
