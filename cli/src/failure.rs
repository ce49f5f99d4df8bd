//! Why a command did not do what it was asked for.

use xquik::{Error, ErrorKind};

use crate::drive::Stop;
use crate::exit::Exit;

/// Why a command did not do what it was asked for.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A call failed, or the crate refused it.
    Call(Error),
    /// Refused here, before anything was sent.
    Refused(String),
    /// Ctrl-C or SIGTERM.
    Interrupted(Interruption),
    /// This machine is in the way: a port is taken, an output cannot be written.
    Local(String),
}

/// What was under way when Ctrl-C or SIGTERM came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Interruption {
    pub(crate) stop: Stop,
    /// How often the request had been tried.
    pub(crate) attempts: u32,
    /// Whether the service may have acted on it.
    pub(crate) maybe_applied: bool,
    /// Whether running the same command again is safe.
    pub(crate) retryable: bool,
    /// The key that it went out with.
    pub(crate) idempotency_key: Option<String>,
}

impl Interruption {
    /// Before anything was sent.
    pub(crate) fn before_anything(stop: Stop) -> Self {
        Self {
            stop,
            retryable: true,
            ..Self::default()
        }
    }
}

impl Failure {
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Call(error) if error.kind() == ErrorKind::InvalidRequest => Exit::Refused,
            Self::Refused(_) => Exit::Refused,
            Self::Call(_) | Self::Local(_) => Exit::Failed,
            Self::Interrupted(interruption) => interruption.stop.into(),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

/// The key of a write that left. What never left has none that anyone would need.
pub(crate) fn key_of(error: &Error) -> Option<&str> {
    let left = error.status().is_some() || error.maybe_applied();
    error
        .idempotency_key()
        .filter(|_| left)
        .map(xquik::IdempotencyKey::as_str)
}
