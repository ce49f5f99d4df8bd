//! One-time codes.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::error::Error;
use crate::generated::types::EmailCodeSubmission;

/// A one-time code from an email, with its spaces stripped and its length checked.
///
/// It is a secret: `Debug` shows nothing of it, and its memory is zeroed when it is dropped.
#[derive(Clone)]
pub struct EmailCode(SecretString);

impl EmailCode {
    /// Takes a code as a person typed it: spaces (U+0020) do not count and are stripped.
    ///
    /// # Errors
    ///
    /// When fewer or more characters (Unicode scalar values) are left than the document allows for
    /// `EmailCodeSubmission.email_code`: 4 to 64.
    pub fn new(code: &str) -> Result<Self, Error> {
        let (min, max) = (
            EmailCodeSubmission::EMAIL_CODE_MIN_LENGTH,
            EmailCodeSubmission::EMAIL_CODE_MAX_LENGTH,
        );
        // Stripped in place of a secret's own kind, so that no plain copy is left behind.
        // It is as long as what it takes in: to grow or shrink it would leave a copy.
        let spaces = code.bytes().filter(|byte| *byte == b' ').count();
        let mut stripped = String::with_capacity(code.len() - spaces);
        stripped.extend(code.chars().filter(|c| *c != ' '));
        let length = stripped.chars().count() as u64;
        let stripped = SecretString::from(stripped);
        if !(min..=max).contains(&length) {
            return Err(Error::invalid_request(format!(
                "an email code has {min} to {max} characters without its spaces, not {length}"
            )));
        }
        Ok(Self(stripped))
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for EmailCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailCode(<redacted>)")
    }
}
