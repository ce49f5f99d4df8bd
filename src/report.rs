//! What is known of a call when it has ended.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

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
        report.retryable = resend::retryable(
            self.resend,
            Outcome::Lost { wait: None },
            true,
            self.own_key,
        );
        report
    }
}

/// What a documented error of the generated layer carries of its call, as a header of its own: of all
/// that a response has, that layer keeps the status, the headers and the body.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Carried {
    attempts: u32,
    waited: Duration,
    retry_after: Option<Duration>,
    unfit: Option<Duration>,
    maybe_applied: bool,
    retryable: bool,
    idempotency_key: Option<String>,
}

impl Carried {
    /// The name of the header. One that a server sends is taken off.
    pub(crate) const HEADER: HeaderName = HeaderName::from_static("xquik-call");

    /// Writes what is known of a call that ended with this answer into its headers.
    pub(crate) fn put(report: &Report, headers: &mut HeaderMap) {
        let carried = Self {
            attempts: report.attempts,
            waited: report.waited,
            retry_after: report.retry_after,
            unfit: report.unfit,
            maybe_applied: report.maybe_applied,
            retryable: report.retryable,
            idempotency_key: (report.idempotency_key.as_ref()).map(|key| key.as_str().to_owned()),
        };
        let text = serde_json::to_string(&carried).unwrap_or_default();
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(Self::HEADER, value);
        }
    }

    /// What the headers of an error carry. Without it nobody knows what the call did, and so the most
    /// careful is said.
    pub(crate) fn of(headers: &HeaderMap) -> Report {
        let carried = headers
            .get(Self::HEADER)
            .and_then(|value| serde_json::from_slice::<Self>(value.as_bytes()).ok());
        let Some(carried) = carried else {
            return Report {
                maybe_applied: true,
                ..Report::default()
            };
        };
        Report {
            attempts: carried.attempts,
            waited: carried.waited,
            retry_after: carried.retry_after,
            unfit: carried.unfit,
            maybe_applied: carried.maybe_applied,
            retryable: carried.retryable,
            idempotency_key: (carried.idempotency_key)
                .and_then(|key| IdempotencyKey::new(&key).ok()),
            ..Report::default()
        }
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
