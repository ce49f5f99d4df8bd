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
    Lost {
        /// The wait that the part that came asks for.
        wait: Option<Duration>,
    },
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
        /// What the record of the write says, where the error is one.
        record: Record,
    },
    /// Any other answer that is no success: a proxy's page, a redirect, a body of another shape.
    Strange { status: u16, wait: Option<Duration> },
    /// A success by its status.
    Success,
}

impl Outcome {
    /// Whether the answer asks for a wait.
    fn asks_to_wait(self) -> bool {
        match self {
            Self::Lost { wait } | Self::Refused { wait, .. } | Self::Strange { wait, .. } => {
                wait.is_some_and(|wait| !wait.is_zero())
            }
            Self::NotSent | Self::Success => false,
        }
    }
}

/// What the record of a write says of the write, in its members `terminal` and `safeToRetry`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Record {
    /// Whether it has ended.
    pub(crate) terminal: Option<bool>,
    /// Whether a new write, under a new key, cannot carry it out twice.
    pub(crate) safe_to_retry: Option<bool>,
}

impl Record {
    /// Whether it is final: the same request would be answered with the same record.
    pub(crate) fn ends_the_call(self) -> bool {
        self.terminal == Some(true) || self.safe_to_retry == Some(false)
    }

    /// Whether the write may still be carried out, or have been.
    fn is_open(self, status: u16) -> bool {
        match self.terminal {
            Some(terminal) => !terminal,
            // A refusal is one, whether or not repeating it is of use.
            None => self.safe_to_retry == Some(false) && status >= 500,
        }
    }
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
    /// The end: it could be sent again, but not more often, or no time is left for it.
    Spent,
    /// The end: it could be sent again, but only after this wait, for which too little time is left.
    TooLate(Duration),
}

/// The time that an attempt needs to be worth it. One that is begun a moment before the deadline is
/// almost certainly lost, and then nobody knows what became of it: of a one-time code, for good.
pub(crate) const LEAST: Duration = Duration::from_millis(100);

/// Decides. See the table of tests below, and `docs/reliability.md`, which is made from it.
pub(crate) fn decide(operation: Resend, outcome: Outcome, budget: Budget) -> Decision {
    match wait(operation, outcome, budget.backoff) {
        None => Decision::Final,
        Some(_) if budget.attempts >= budget.max_attempts => Decision::Spent,
        Some(wait)
            if wait
                .checked_add(LEAST)
                .is_some_and(|needed| needed <= budget.time) =>
        {
            Decision::Again(wait)
        }
        // Where no attempt would fit, a wait of our own is not what is in the way.
        Some(wait) if outcome.asks_to_wait() || budget.time >= LEAST => Decision::TooLate(wait),
        Some(_) => Decision::Spent,
    }
}

/// The wait before it may be sent again; none if it may not.
fn wait(operation: Resend, outcome: Outcome, backoff: Duration) -> Option<Duration> {
    let repeatable = operation != Resend::Never;
    match outcome {
        Outcome::NotSent => Some(backoff),
        Outcome::Lost { wait } => repeatable.then(|| wait.unwrap_or(backoff)),
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
        Outcome::Lost { .. } => true,
        Outcome::Refused {
            status,
            exact,
            record,
            ..
        } => (!exact && status >= 500) || record.is_open(status),
        // Redirects and 4xx are refusals, whoever answered, but for the redirect to what has become of
        // a request that was carried out. Everything else leaves it open.
        Outcome::Strange { status, .. } => !(300..500).contains(&status) || status == 303,
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
        Outcome::NotSent | Outcome::Lost { .. } => true,
        // Under the key of a write that has ended, its record would come again.
        Outcome::Refused {
            record:
                Record {
                    terminal: Some(true),
                    safe_to_retry: Some(true),
                },
            ..
        } => !own_key,
        Outcome::Refused {
            status,
            resend,
            exact,
            ..
        } => match resend {
            Some(CodeResend::Never) => false,
            // A code where the document does not list it may mean something else there.
            Some(_) => exact || operation != Resend::Never,
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
    const LOST: Outcome = Outcome::Lost { wait: None };

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
            record: Record::default(),
        }
    }

    fn elsewhere(status: u16, resend: Option<CodeResend>) -> Outcome {
        Outcome::Refused {
            status,
            resend,
            wait: None,
            documented: false,
            exact: false,
            record: Record::default(),
        }
    }

    /// A failure of a write with a record.
    fn record(terminal: Option<bool>, safe_to_retry: Option<bool>) -> Outcome {
        let record = Record {
            terminal,
            safe_to_retry,
        };
        Outcome::Refused {
            status: 500,
            resend: Some(if record.ends_the_call() {
                CodeResend::Never
            } else {
                CodeResend::Backoff
            }),
            wait: None,
            documented: true,
            exact: true,
            record,
        }
    }

    #[test]
    fn a_wait_is_told_where_it_is_what_stands_in_the_way() {
        let asked = |wait| refused(429, Some(CodeResend::AfterDelay), Some(wait));
        let ms = Duration::from_millis;
        for (outcome, time, expected) in [
            // Room for an attempt, and not for the wait before it.
            (LOST, LEAST, Decision::TooLate(BACKOFF)),
            (LOST, BACKOFF, Decision::TooLate(BACKOFF)),
            (LOST, BACKOFF + LEAST, Decision::Again(BACKOFF)),
            // No room for an attempt at all.
            (LOST, LEAST - ms(1), Decision::Spent),
            (Outcome::NotSent, Duration::ZERO, Decision::Spent),
            (asked(Duration::ZERO), LEAST - ms(1), Decision::Spent),
            (
                asked(Duration::ZERO),
                LEAST,
                Decision::Again(Duration::ZERO),
            ),
            // What the service asks for is always told.
            (asked(MINUTE), Duration::ZERO, Decision::TooLate(MINUTE)),
            (asked(ms(1)), Duration::ZERO, Decision::TooLate(ms(1))),
            (
                Outcome::Lost { wait: Some(MINUTE) },
                Duration::ZERO,
                Decision::TooLate(MINUTE),
            ),
            (
                Outcome::Strange {
                    status: 502,
                    wait: Some(MINUTE),
                },
                Duration::ZERO,
                Decision::TooLate(MINUTE),
            ),
        ] {
            let budget = Budget { time, ..budget() };
            let found = decide(Resend::Idempotent, outcome, budget);
            assert_eq!(found, expected, "{outcome:?} with {time:?} left");
        }
    }

    #[test]
    fn redirects_and_refusals_were_not_carried_out_but_for_see_other() {
        for (status, expected) in [
            (206, true),
            (299, true),
            (300, false),
            (302, false),
            (303, true),
            (304, false),
            (404, false),
            (499, false),
            (500, true),
            (599, true),
        ] {
            let outcome = Outcome::Strange { status, wait: None };
            assert_eq!(maybe_applied(outcome), expected, "{status}");
        }
        for (status, exact, expected) in
            [(500, false, true), (500, true, false), (499, false, false)]
        {
            let outcome = Outcome::Refused {
                status,
                resend: None,
                wait: None,
                documented: exact,
                exact,
                record: Record::default(),
            };
            assert_eq!(maybe_applied(outcome), expected, "{status} {exact}");
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
            (Never, LOST, Stop),
            (Idempotent, LOST, Again(BACKOFF)),
            (Keyed, LOST, Again(BACKOFF)),
            // What came of the answer counts.
            (Keyed, Outcome::Lost { wait: Some(MINUTE) }, Again(MINUTE)),
            (Never, Outcome::Lost { wait: Some(MINUTE) }, Stop),
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
        // Nor one that leaves the attempt after it no time.
        let just_enough = MINUTE + LEAST;
        let too_little = just_enough - Duration::from_nanos(1);
        assert_eq!(with(too_little), Decision::TooLate(MINUTE));
        assert_eq!(with(just_enough), Decision::Again(MINUTE));
    }

    #[test]
    fn the_attempts_are_counted() {
        let after = |attempts| {
            let budget = Budget {
                attempts,
                ..budget()
            };
            decide(Resend::Idempotent, LOST, budget)
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
            (LOST, true),
            (refused(500, Some(CodeResend::Backoff), None), false),
            (elsewhere(500, None), true),
            (elsewhere(500, Some(CodeResend::Never)), true),
            (elsewhere(499, None), false),
            (record(Some(false), None), true),
            (record(Some(false), Some(true)), true),
            (record(None, Some(false)), true),
            (record(None, Some(true)), false),
            (record(Some(true), Some(false)), false),
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
            (Keyed, LOST, true, true, true),
            (Keyed, LOST, true, false, false),
            (Idempotent, LOST, true, false, true),
            (Never, LOST, true, false, false),
            (Never, LOST, true, true, false),
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
            (
                Never,
                elsewhere(422, Some(CodeResend::AfterDelay)),
                false,
                false,
                false,
            ),
            (
                Keyed,
                elsewhere(422, Some(CodeResend::AfterDelay)),
                false,
                false,
                true,
            ),
            (Keyed, record(Some(true), Some(true)), false, false, true),
            (Keyed, record(Some(true), Some(true)), false, true, false),
            (Keyed, record(Some(true), Some(false)), false, false, false),
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
