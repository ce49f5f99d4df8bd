//! What is known of a call when it has ended.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::answer::Envelope;
use crate::error::Error;
use crate::generated::runtime::Resend;
use crate::options::IdempotencyKey;
use crate::resend::{self, Outcome};

/// What is known of a call when it has ended.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    pub(crate) attempts: u32,
    pub(crate) waited: Duration,
    pub(crate) retry_after: Option<Duration>,
    /// The wait that was due and did not fit in the time that was left.
    pub(crate) unfit: Option<Duration>,
    pub(crate) maybe_applied: bool,
    pub(crate) retryable: bool,
    pub(crate) idempotency_key: Option<IdempotencyKey>,
    /// Whether the caller gave that key.
    pub(crate) own_key: bool,
    pub(crate) resend: Resend,
    pub(crate) outcome: Outcome,
    /// Whether the service may have acted on an attempt before the last one.
    pub(crate) lost_before: bool,
    /// The service's error, secrets blanked.
    pub(crate) envelope: Option<Envelope>,
    /// The beginning of the last body, secrets blanked.
    pub(crate) snippet: Option<String>,
}

impl Default for Report {
    fn default() -> Self {
        Self {
            attempts: 0,
            waited: Duration::ZERO,
            retry_after: None,
            unfit: None,
            maybe_applied: false,
            retryable: false,
            idempotency_key: None,
            own_key: false,
            resend: Resend::Never,
            outcome: Outcome::Success,
            lost_before: false,
            envelope: None,
            snippet: None,
        }
    }
}

impl Report {
    /// The same, for a success by its status that could not be read or says that it is none.
    pub(crate) fn unreadable_success(&self) -> Self {
        let mut report = self.clone();
        report.maybe_applied = true;
        report.retryable = resend::retryable(self.resend, Outcome::Lost, true, self.own_key);
        report
    }
}

/// How a call ended, in the extensions of what the hook returns.
#[derive(Clone)]
pub(crate) enum Settled {
    /// The service answered; the response is what it answered.
    Answered(Arc<Report>),
    /// It did not; the response is made up.
    Failed(Failure),
}

/// An error on its way through a type that wants to be cloned; the first taker gets it.
#[derive(Clone)]
pub(crate) struct Failure(Arc<Mutex<Option<Error>>>);

impl Failure {
    pub(crate) fn new(error: Error) -> Self {
        Self(Arc::new(Mutex::new(Some(error))))
    }

    pub(crate) fn take(&self) -> Error {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
            .unwrap_or_else(|| Error::invalid_request("this call's error was taken before"))
    }
}
