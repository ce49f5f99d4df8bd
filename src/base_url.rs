//! The base URL: where requests go, and whether a credential may go there.

use url::{Host, Url};

use crate::error::Error;

/// A base URL that credentials may be sent to: https, or http to this machine itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BaseUrl(Url);

impl BaseUrl {
    /// Reads a base URL; a slash at its end makes no difference.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let refuse = |what: String| Err(Error::invalid_request(format!("the base URL {what}")));
        // URL parsers drop tabs and line breaks and trim; a person did not mean them.
        if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return refuse("has white space or a control character in it".to_owned());
        }
        let url = match Url::parse(text) {
            Ok(url) => url,
            Err(error) => return refuse(format!("is no URL: {error}")),
        };
        // The text is not repeated before this point: it may hold a password.
        if !url.username().is_empty() || url.password().is_some() {
            return refuse(
                "has a user name or password in it; credentials have variables of their own".into(),
            );
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse(format!(
                "`{text}` has a query or fragment, which operations cannot follow"
            ));
        }
        match url.scheme() {
            "https" if url.has_host() => {}
            "http" if is_loopback(&url) => {}
            "http" => {
                return refuse(format!(
                    "`{text}` is plain http to another machine, which would show the credential to \
                     everyone on the way; use https"
                ));
            }
            other => return refuse(format!("has the scheme `{other}`; use https")),
        }
        if let Err(what) = sendable(&url) {
            return refuse(what);
        }
        Ok(Self(url))
    }

    /// The URL of this document's first server.
    pub(crate) fn document() -> Result<Self, Error> {
        Self::parse(crate::generated::operations::SERVER_URL)
    }

    /// Without a slash at its end, as the generated client joins it.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// Scheme, host and port.
    pub(crate) fn origin(&self) -> url::Origin {
        self.0.origin()
    }

    pub(crate) fn is_plain_http(&self) -> bool {
        self.0.scheme() == "http"
    }
}

/// Whether a request can be made of a URL: HTTP takes fewer of them than there are.
pub(crate) fn sendable(url: &Url) -> Result<(), String> {
    match url.as_str().parse::<http::Uri>() {
        Ok(_) => Ok(()),
        Err(error) => Err(format!(
            "of {} bytes cannot be sent: {error}",
            url.as_str().len()
        )),
    }
}

/// Whether a URL leads to this machine: `localhost`, 127.0.0.0/8 or `::1`, by its parsed host.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_go_over_https_or_to_this_machine() {
        for accepted in [
            "https://xquik.com/api/v1",
            "https://xquik.com/api/v1/",
            "http://localhost:4010/api/v1",
            "http://LOCALHOST",
            "http://127.9.8.7:1",
            "http://[::1]:4010",
            "http://0x7f.1/",
        ] {
            assert!(BaseUrl::parse(accepted).is_ok(), "{accepted}");
        }
        for refused in [
            "http://xquik.com",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://[::ffff:127.0.0.1]",
            "http://0.0.0.0",
            "ftp://localhost",
            "https://user:secret@xquik.com",
            "https://xquik.com?x=1",
            "https://xquik.com/#x",
            "xquik.com",
            "",
            "https://xquik.com/ ",
        ] {
            let error = BaseUrl::parse(refused).expect_err(refused).to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_slash_at_the_end_makes_no_difference() {
        let url = BaseUrl::parse("http://localhost:1/api/v1/").expect("loopback");
        assert_eq!(url.as_str(), "http://localhost:1/api/v1");
    }
}
