//! The three ways to authenticate.

use std::fmt;

use bytes::Bytes;
use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

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
            return refuse("begins or ends with white space, perhaps a line break; remove it");
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

    /// The header that carries it, marked sensitive. Its memory is zeroed with its last copy.
    pub(crate) fn header(&self) -> (HeaderName, HeaderValue) {
        let (name, before) = match self.kind {
            Kind::ApiKey => (HeaderName::from_static("x-api-key"), ""),
            Kind::BearerToken => (AUTHORIZATION, "Bearer "),
            Kind::SessionCookie => (COOKIE, "__Host-xquik_session="),
        };
        let value = self.value.expose_secret();
        // Of the full size from the beginning, so that no half is left behind in growing.
        let mut text = Zeroizing::new(Vec::with_capacity(before.len() + value.len()));
        text.extend_from_slice(before.as_bytes());
        text.extend_from_slice(value.as_bytes());
        let mut header = HeaderValue::from_maybe_shared(Bytes::from_owner(Zeroed(text)))
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

/// Bytes that are zeroed when they are dropped.
struct Zeroed(Zeroizing<Vec<u8>>);

impl AsRef<[u8]> for Zeroed {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential({}, <redacted>)", self.kind.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Has two answers for a type that can be serialised, and then compiles no more.
    trait NotSerialised<A> {
        const HELD: () = ();
    }
    impl<T: ?Sized> NotSerialised<()> for T {}
    struct Serialised;
    impl<T: ?Sized + serde::Serialize> NotSerialised<Serialised> for T {}

    const _: () = <Credential as NotSerialised<_>>::HELD;
    const _: () = <crate::EmailCode as NotSerialised<_>>::HELD;
    const _: () = <Error as NotSerialised<_>>::HELD;
    const _: () = <crate::Client as NotSerialised<_>>::HELD;

    #[test]
    fn a_credential_is_zeroed_and_its_header_is_sensitive() {
        fn zeroed(_: &impl zeroize::ZeroizeOnDrop) {}
        for credential in [
            Credential::api_key("xq_1"),
            Credential::bearer_token("t"),
            Credential::session_cookie("c"),
        ] {
            let credential = credential.expect("a credential");
            zeroed(&credential.value);
            let (_, header) = credential.header();
            assert!(header.is_sensitive());
            assert_eq!(format!("{header:?}"), "Sensitive");
        }
    }
}
