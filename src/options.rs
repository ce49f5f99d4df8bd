//! What a single call may take.

use std::time::Duration;

use crate::error::Error;
use crate::generated::{operations, runtime};

/// How long a call may take, how often it may be sent, and under which key.
///
/// A client has defaults ([`ClientBuilder::defaults`](crate::ClientBuilder::defaults)); a call that
/// sets options of its own replaces those that it sets.
///
/// ```
/// use std::time::Duration;
/// use xquik::CallOptions;
///
/// let options = CallOptions::new().timeout(Duration::from_secs(10)).max_attempts(1);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallOptions {
    timeout: Option<Duration>,
    attempt_timeout: Option<Duration>,
    max_attempts: Option<u32>,
    idempotency_key: Option<IdempotencyKey>,
}

/// The whole call, waits and all.
const TIMEOUT: Duration = Duration::from_secs(60);
/// One attempt: shorter than the call, so that a connection that hangs leaves time for another.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
/// The first attempt and two more.
const MAX_ATTEMPTS: u32 = 3;

impl CallOptions {
    /// Options that leave everything to the client's defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The time for the whole call, waits and resending included. Default: 60 seconds.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The time for one attempt, from connecting to the last byte of the answer. Default: 30 seconds.
    ///
    /// Connecting has a limit of its own within it:
    /// [`ClientBuilder::connect_timeout`](crate::ClientBuilder::connect_timeout).
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// How often the request may be sent at most, counting the first time; at least 1. Default: 3.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = Some(attempts.max(1));
        self
    }

    /// The idempotency key of a write. Default: a new one for each call.
    ///
    /// Give the key of an earlier call ([`Error::idempotency_key`](crate::Error::idempotency_key)) to
    /// send that same write again without its being carried out, or paid, twice, where the deployment
    /// knows such keys.
    #[must_use]
    pub fn idempotency_key(mut self, key: IdempotencyKey) -> Self {
        self.idempotency_key = Some(key);
        self
    }

    /// These options, and for what they leave open those of `defaults`.
    pub(crate) fn or(self, defaults: &Self) -> Self {
        Self {
            timeout: self.timeout.or(defaults.timeout),
            attempt_timeout: self.attempt_timeout.or(defaults.attempt_timeout),
            max_attempts: self.max_attempts.or(defaults.max_attempts),
            idempotency_key: self
                .idempotency_key
                .or_else(|| defaults.idempotency_key.clone()),
        }
    }

    /// Refuses what no call can keep to.
    pub(crate) fn check(&self) -> Result<(), Error> {
        for (what, time) in [("call", self.timeout), ("attempt", self.attempt_timeout)] {
            if time.is_some_and(|time| time.is_zero()) {
                return Err(Error::invalid_request(format!(
                    "the time for one {what} is 0, in which nothing can be sent"
                )));
            }
        }
        Ok(())
    }

    pub(crate) fn call_time(&self) -> Duration {
        self.timeout.unwrap_or(TIMEOUT)
    }

    pub(crate) fn attempt_time(&self) -> Duration {
        self.attempt_timeout.unwrap_or(ATTEMPT_TIMEOUT)
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.max_attempts.unwrap_or(MAX_ATTEMPTS)
    }

    pub(crate) fn key(&self) -> Option<&IdempotencyKey> {
        self.idempotency_key.as_ref()
    }
}

/// The name of the header, as the document writes it.
pub(crate) const HEADER: &str = "idempotency-key";

/// A value of the `Idempotency-Key` header: 1 to 255 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// A new key that no other call has.
    #[must_use]
    pub fn random() -> Self {
        Self(uuid::Uuid::new_v4().to_string())
    }

    /// A key of your own.
    ///
    /// # Errors
    ///
    /// When it is empty, longer than the document allows for the parameter `Idempotency-Key` (255
    /// characters), or has a character other than visible ASCII.
    pub fn new(key: &str) -> Result<Self, Error> {
        let max = Self::parameter().and_then(|parameter| parameter.max_length);
        let length = key.chars().count() as u64;
        if key.is_empty() || max.is_some_and(|max| length > max) {
            let max = max.map(|max| format!(" to {max}")).unwrap_or_default();
            return Err(Error::invalid_request(format!(
                "an idempotency key has 1{max} characters, not {length}"
            )));
        }
        if let Some(position) = key.chars().position(|c| !c.is_ascii_graphic()) {
            return Err(Error::invalid_request(format!(
                "an idempotency key has visible ASCII characters alone; character {} is another",
                position + 1
            )));
        }
        Ok(Self(key.to_owned()))
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The parameter of whichever operation takes a key.
    fn parameter() -> Option<&'static runtime::Parameter> {
        operations::ALL
            .iter()
            .flat_map(|operation| operation.parameters)
            .find(|parameter| parameter.name.eq_ignore_ascii_case(HEADER))
    }
}

impl std::fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for IdempotencyKey {
    type Err = Error;

    fn from_str(key: &str) -> Result<Self, Error> {
        Self::new(key)
    }
}
