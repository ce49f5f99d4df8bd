//! The three ways to authenticate.

use std::fmt;

use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::error::Error;

/// What a client authenticates with (`securitySchemes` of the document; any one is enough).
///
/// It is a secret: `Debug` shows its kind alone, and its memory is zeroed when it is dropped.
#[derive(Clone)]
pub struct Credential {
    kind: Kind,
    value: SecretString,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    ApiKey,
    BearerToken,
    SessionCookie,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::ApiKey => "API key",
            Self::BearerToken => "bearer token",
            Self::SessionCookie => "session cookie",
        }
    }
}

impl Credential {
    /// An API key, sent as `x-api-key`.
    ///
    /// # Errors
    ///
    /// When it is empty or has a character that no header can carry (the value is not repeated).
    pub fn api_key(key: &str) -> Result<Self, Error> {
        Self::new(Kind::ApiKey, key)
    }

    /// An OAuth 2.1 access token, sent as `Authorization: Bearer …`.
    ///
    /// # Errors
    ///
    /// As for [`Credential::api_key`].
    pub fn bearer_token(token: &str) -> Result<Self, Error> {
        Self::new(Kind::BearerToken, token)
    }

    /// The value of the dashboard's session cookie, without its name.
    ///
    /// # Errors
    ///
    /// As for [`Credential::api_key`]; a `;` or `,` would end the cookie and is refused too.
    pub fn session_cookie(value: &str) -> Result<Self, Error> {
        Self::new(Kind::SessionCookie, value)
    }

    fn new(kind: Kind, value: &str) -> Result<Self, Error> {
        let name = kind.name();
        let refuse = |what: &str| {
            Err(Error::invalid_request(format!(
                "the {name} {what}; its value is not shown here"
            )))
        };
        if value.is_empty() {
            return refuse("is empty");
        }
        if value.trim() != value {
            return refuse("begins or ends with white space, perhaps a line break");
        }
        if !value.bytes().all(|byte| matches!(byte, b'!'..=b'~')) {
            return refuse("has a character other than visible ASCII, which no header can carry");
        }
        if kind == Kind::SessionCookie && value.contains([';', ',', '"', '\\']) {
            return refuse("has a character that a cookie's value cannot have");
        }
        Ok(Self {
            kind,
            value: value.to_owned().into(),
        })
    }

    /// The header that carries it, marked sensitive.
    pub(crate) fn header(&self) -> (HeaderName, HeaderValue) {
        let value = self.value.expose_secret();
        let (name, text) = match self.kind {
            Kind::ApiKey => (HeaderName::from_static("x-api-key"), value.to_owned()),
            Kind::BearerToken => (AUTHORIZATION, format!("Bearer {value}")),
            Kind::SessionCookie => (COOKIE, format!("__Host-xquik_session={value}")),
        };
        let mut header = HeaderValue::from_str(&text)
            .expect("the constructor lets visible ASCII through and nothing else");
        header.set_sensitive(true);
        (name, header)
    }

    pub(crate) fn expose(&self) -> &str {
        self.value.expose_secret()
    }

    /// What kind it is, for a person: `API key`, `bearer token` or `session cookie`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.kind.name()
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential({}, <redacted>)", self.kind.name())
    }
}
