//! The one error of this crate.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use crate::answer::Envelope;
use crate::generated::runtime::CodeResend;
use crate::generated::{self, ErrorCode, runtime};
use crate::options::IdempotencyKey;
use crate::redact::{Redactor, one_line};
use crate::report::{Carried, Report, Settled};
use crate::resend::Outcome;

/// Why a call failed.
///
/// [`kind`](Self::kind) says in which of five ways; the other methods answer what people ask next:
/// which code, whether to try again and when, whether the service may have acted on it. `Display` is
/// one line, and no secret is in it.
pub struct Error(Box<Inner>);

/// The ways in which a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Refused before anything was sent: a value of the caller's is not what the document allows.
    InvalidRequest,
    /// The service answered with an error of its own.
    Api,
    /// An answer that the document does not describe: another status, another shape, a redirect, a
    /// proxy's page, too large.
    UnexpectedResponse,
    /// No answer: DNS, connect, TLS, or the connection broke.
    Transport,
    /// No answer in time.
    Timeout,
}

impl ErrorKind {
    /// As one word: `invalid_request`, `api`, `unexpected_response`, `transport`, `timeout`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::Api => "api",
            Self::UnexpectedResponse => "unexpected_response",
            Self::Transport => "transport",
            Self::Timeout => "timeout",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    /// What happened, as a fragment, without what the other members say.
    message: String,
    status: Option<u16>,
    code: Option<ErrorCode>,
    service_message: Option<String>,
    retry_after: Option<Duration>,
    retryable: bool,
    maybe_applied: bool,
    attempts: u32,
    waited: Duration,
    unfit: Option<Duration>,
    idempotency_key: Option<IdempotencyKey>,
    safe_to_retry: Option<bool>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            status: None,
            code: None,
            service_message: None,
            retry_after: None,
            retryable: false,
            maybe_applied: false,
            attempts: 0,
            waited: Duration::ZERO,
            unfit: None,
            idempotency_key: None,
            safe_to_retry: None,
            source: None,
        }))
    }

    /// Something of the caller's was refused; nothing was sent.
    pub(crate) fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidRequest, message)
    }

    /// No answer: what happened on the way.
    pub(crate) fn no_answer(
        kind: ErrorKind,
        message: impl Into<String>,
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
        report: &Report,
    ) -> Self {
        let mut error = Self::new(kind, message).with_report(report);
        error.0.source = source;
        error
    }

    /// The service's own error, fit to be shown.
    pub(crate) fn api(status: u16, envelope: Envelope, report: &Report) -> Self {
        let message = format!("the service answered {status} {}", envelope.code);
        let mut error = Self::new(ErrorKind::Api, message).with_report(report);
        error.0.status = Some(status);
        error.0.code = Some(envelope.code);
        error.0.service_message = envelope.message;
        error.0.safe_to_retry = envelope.record.safe_to_retry;
        error
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_retryable(mut self, retryable: bool) -> Self {
        self.0.retryable = retryable;
        self
    }

    /// An answer that the document does not describe.
    pub(crate) fn unexpected(status: u16, message: impl Into<String>, report: &Report) -> Self {
        let mut error = Self::new(ErrorKind::UnexpectedResponse, message).with_report(report);
        error.0.status = Some(status);
        error
    }

    /// Takes over what is known of the whole call.
    fn with_report(mut self, report: &Report) -> Self {
        self.0.attempts = report.attempts;
        self.0.waited = report.waited;
        self.0.unfit = report.unfit;
        self.0.retry_after = report.retry_after;
        self.0.maybe_applied = report.maybe_applied;
        self.0.retryable = report.retryable;
        self.0.idempotency_key = report.idempotency_key.clone();
        if let Outcome::Refused { record, .. } = report.outcome {
            self.0.safe_to_retry = record.safe_to_retry;
        }
        self
    }

    /// In which way the call failed.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The status of the answer, if one came.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The service's code; none unless [`kind`](Self::kind) is [`ErrorKind::Api`].
    #[must_use]
    pub fn code(&self) -> Option<&ErrorCode> {
        self.0.code.as_ref()
    }

    /// What the service says of it, for a person; secrets are blanked.
    #[must_use]
    pub fn service_message(&self) -> Option<&str> {
        self.0.service_message.as_deref()
    }

    /// What a person should do, as the document's registry says of the code. None where the registry
    /// would have the request sent again and the record of this write says that this might carry it
    /// out twice.
    #[must_use]
    pub fn advice(&self) -> Option<&'static str> {
        let code = self.code()?;
        let twice = self.safe_to_retry() == Some(false) && code.resend() != Some(CodeResend::Never);
        code.advice().filter(|_| !twice)
    }

    /// The wait that the service asks for: the header `Retry-After`, else the body's hint.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether running the same call again is safe and may help.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// Whether a request left and it is not known whether the service acted on it.
    #[must_use]
    pub fn maybe_applied(&self) -> bool {
        self.0.maybe_applied
    }

    /// How often the request was tried, a connect that failed included; 0 if it was refused before.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the call waited between its attempts.
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.0.waited
    }

    /// The wait that was due before another attempt and did not fit in the time that was left of the
    /// call: what the service asked for, or backoff. None if the call ended for another reason.
    #[must_use]
    pub fn needed_wait(&self) -> Option<Duration> {
        self.0.unfit
    }

    /// The key that a write went out with: give it to
    /// [`CallOptions::idempotency_key`](crate::CallOptions::idempotency_key) to send that write again.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&IdempotencyKey> {
        self.0.idempotency_key.as_ref()
    }

    /// What the record of a write says of a new attempt with a new key: `Some(false)` if that might carry the
    /// write out twice. None where there is no record, or where it does not say.
    #[must_use]
    pub fn safe_to_retry(&self) -> Option<bool> {
        self.0.safe_to_retry
    }

    /// Makes an error of the generated layer this crate's, with what is known of the call.
    pub(crate) fn from_generated<E: Serialize>(
        error: generated::Error<E>,
        report: Option<&Report>,
    ) -> Self {
        match error {
            generated::Error::InvalidRequest(message) | generated::Error::Custom(message) => {
                Self::invalid_request(message)
            }
            generated::Error::CommunicationError(error) => {
                // The request could not be built: everything later comes back as a settled answer.
                Self::invalid_request(crate::attempt::describe(&error, ""))
            }
            generated::Error::ErrorResponse(answer) => {
                let status = answer.status().as_u16();
                // What the call itself read comes first: it knows the code as it came.
                let known = report.and_then(|report| report.envelope.clone());
                let envelope = known.or_else(|| {
                    // Its secrets were blanked when it came.
                    Envelope::of(&*answer).map(|envelope| envelope.shown(&Redactor::new()))
                });
                let carried;
                let report = match report {
                    Some(report) => report,
                    None => {
                        carried = Carried::of(answer.headers());
                        &carried
                    }
                };
                match envelope {
                    Some(envelope) => Self::api(status, envelope, report),
                    None => Self::unexpected(
                        status,
                        format!("unexpected answer {status}: the body names no error"),
                        report,
                    ),
                }
            }
            generated::Error::UnexpectedResponse(mut response) => {
                match response.extensions_mut().remove::<Settled>() {
                    Some(Settled::Failed(error)) => error.take(),
                    Some(Settled::Answered(report)) => Self::from_answer(&response, &report),
                    None => Self::unexpected(
                        response.status().as_u16(),
                        "an answer that did not pass through this client",
                        &Report::default(),
                    ),
                }
            }
            generated::Error::ResponseBodyError(error)
            | generated::Error::InvalidUpgrade(error) => {
                Self::new(ErrorKind::Transport, crate::attempt::describe(&error, ""))
            }
            generated::Error::InvalidResponsePayload(_, _) => Self::new(
                ErrorKind::UnexpectedResponse,
                "the body is not the documented JSON",
            ),
        }
    }

    /// An answer that came whole and is none of the documented ones.
    fn from_answer(response: &reqwest::Response, report: &Report) -> Self {
        let status = response.status().as_u16();
        if let (
            Outcome::Refused {
                documented: true, ..
            },
            Some(envelope),
        ) = (report.outcome, report.envelope.clone())
        {
            return Self::api(status, envelope, report);
        }
        let unreadable;
        let report = if (200..300).contains(&status) {
            unreadable = report.unreadable_success();
            &unreadable
        } else {
            report
        };
        let what = match response.extensions().get::<runtime::Undecodable>() {
            Some(undecodable) => undecodable.reason.clone(),
            None if (300..400).contains(&status) => {
                let to = response
                    .headers()
                    .get(http::header::LOCATION)
                    .map(|to| one_line(&String::from_utf8_lossy(to.as_bytes()), 200))
                    .map(|to| format!(" to {to}"))
                    .unwrap_or_default();
                format!("a redirect{to}, which a client with a credential does not follow")
            }
            None => "the document has no such answer".to_owned(),
        };
        let snippet = match &report.snippet {
            Some(snippet) => format!(": {snippet}"),
            None => String::new(),
        };
        Self::unexpected(
            status,
            format!("unexpected answer {status}: {what}{snippet}"),
            report,
        )
    }
}

impl<E: Serialize> From<generated::Error<E>> for Error {
    /// The one conversion from the generated layer.
    fn from(error: generated::Error<E>) -> Self {
        Self::from_generated(error, None)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if let Some(message) = &self.0.service_message {
            write!(f, ": {message}")?;
        }
        if let Some(wait) = self.0.unfit {
            write!(
                f,
                " (the next attempt would have to wait {} s, and too little is left of the call's time)",
                // No more digits than a person can use; such a wait is never nothing.
                (wait.as_secs_f64() * 1000.0).ceil() / 1000.0
            )?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
