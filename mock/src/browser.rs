//! Calls from a browser: which pages are let in, and the headers by which the browser is told so (CORS).
//!
//! Pages of this machine are let in, others by name. What they may send is not judged here: a preflight allows
//! whatever it asks for, so that the request itself comes, is judged by the document, and its answer can be read.

use std::net::IpAddr;

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HOST, HeaderName, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Method, Uri};

use crate::answer::Answer;
use crate::document::Document;

/// What a page says that has no origin which could be named: a file, or a frame that is locked in.
const NO_ORIGIN: &str = "null";

/// What is wrong about a preflight of a page that is not let in.
pub(crate) const NOT_LET_IN: &str = "the page's origin is not let in; name it with `--cors ORIGIN`";

/// What is not wrong about a request of such a page, but will surprise it.
pub(crate) const HIDDEN: &str = "the browser hides this answer from its page, whose origin is not let in; name it \
                                 with `--cors ORIGIN`";

/// How long a browser may remember a preflight, in seconds: as long as some browsers do at most.
const REMEMBERED: &str = "600";

/// Headers of an answer that a page can read without having them named.
const ALWAYS_READ: [&str; 7] = [
    "cache-control",
    "content-language",
    "content-length",
    "content-type",
    "expires",
    "last-modified",
    "pragma",
];

/// Whether a host, as `Host` and origins write it, names this machine to itself.
pub(crate) fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or(six),
        None => host.split(':').next().unwrap_or(host),
    };
    let name = name.to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether an origin is one of this machine's, whatever its port.
pub(crate) fn is_loopback_origin(origin: &str) -> bool {
    origin
        .split_once("://")
        .is_some_and(|(_, host)| is_loopback(host))
}

/// The value of a header, if it is text.
pub(crate) fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// The headers of a head that could not be read as a whole, as far as a browser's page can be told from them.
pub(crate) fn headers_of(head: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in head.split(|byte| *byte == b'\n').skip(1) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        for known in [ORIGIN, HOST] {
            if name.eq_ignore_ascii_case(known.as_str().as_bytes())
                && let Ok(value) = HeaderValue::from_bytes(value)
            {
                headers.insert(known, value);
            }
        }
    }
    headers
}

/// An origin as a browser writes it.
///
/// # Errors
/// What was expected.
pub(crate) fn origin(given: &str) -> Result<String, String> {
    let wrong = || {
        format!(
            "`{given}` is no origin; expected a scheme and a host, such as https://app.example or \
             https://app.example:8443, or {NO_ORIGIN} for pages that are files"
        )
    };
    if given == NO_ORIGIN {
        return Ok(given.to_owned());
    }
    let uri: Uri = given.parse().map_err(|_| wrong())?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(wrong());
    };
    let nothing_else = matches!(uri.path(), "" | "/") && uri.query().is_none();
    // Nothing but a host and a port: no user's name, no fragment.
    if !nothing_else || given.contains(['@', '#', '*']) || authority.host().is_empty() {
        return Err(wrong());
    }
    let (scheme, host) = (scheme.to_lowercase(), authority.host().to_lowercase());
    let usual = match scheme.as_str() {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    };
    match authority.port_u16() {
        Some(port) if Some(port) != usual => Ok(format!("{scheme}://{host}:{port}")),
        // Nothing behind the colon, or a number that is no port.
        None if !authority.as_str().ends_with(authority.host()) => Err(wrong()),
        _ => Ok(format!("{scheme}://{host}")),
    }
}

/// Which pages are let in.
#[derive(Clone, Debug)]
pub(crate) struct Cors {
    origins: Vec<String>,
    /// The headers that the document's answers name.
    documented: Vec<HeaderName>,
}

/// What a request says of the page that it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page<'h> {
    /// None: it comes from no browser, or from the sandbox's own page.
    None,
    LetIn(&'h HeaderValue),
    Foreign,
}

impl Cors {
    pub(crate) fn new(origins: Vec<String>, document: &Document) -> Self {
        let mut documented = Vec::new();
        let answers = document.operations.iter().flat_map(|one| &one.answers);
        for (name, _) in answers.flat_map(|answer| &answer.headers) {
            if let Ok(name) = HeaderName::from_bytes(name.as_bytes())
                && !documented.contains(&name)
            {
                documented.push(name);
            }
        }
        Self {
            origins,
            documented,
        }
    }

    pub(crate) fn page<'h>(&self, headers: &'h HeaderMap) -> Page<'h> {
        let Some(origin) = headers.get(ORIGIN) else {
            return Page::None;
        };
        let Ok(text_of_it) = origin.to_str() else {
            return Page::Foreign;
        };
        let own = text(headers, &HOST).is_some_and(|host| text_of_it == format!("http://{host}"));
        if is_loopback_origin(text_of_it) || self.origins.iter().any(|one| one == text_of_it) {
            Page::LetIn(origin)
        } else if own {
            Page::None
        } else {
            Page::Foreign
        }
    }

    /// The answer to a browser that asks whether a page that is let in may send its request.
    pub(crate) fn preflight(&self, method: &Method, headers: &HeaderMap) -> Option<Answer> {
        if !is_preflight(method, headers) {
            return None;
        }
        let Page::LetIn(_) = self.page(headers) else {
            return None;
        };
        let mut answer = Answer::new(204, None, "")
            .with(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(REMEMBERED));
        for (asked, allowed) in [
            (ACCESS_CONTROL_REQUEST_METHOD, ACCESS_CONTROL_ALLOW_METHODS),
            (ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_ALLOW_HEADERS),
            (
                HeaderName::from_static("access-control-request-private-network"),
                HeaderName::from_static("access-control-allow-private-network"),
            ),
        ] {
            if let Some(value) = headers.get(&asked) {
                answer = answer.with(allowed, value.clone());
            }
            answer = answer.with(VARY, HeaderValue::from(asked));
        }
        Some(self.marked(answer, headers))
    }

    /// The answer with what a browser has to know before it shows it to the page that asked.
    pub(crate) fn marked(&self, mut answer: Answer, headers: &HeaderMap) -> Answer {
        answer
            .headers
            .push((VARY, HeaderValue::from_static("origin")));
        let Page::LetIn(origin) = self.page(headers) else {
            return answer;
        };
        let mut exposed = self.documented.clone();
        for (name, _) in &answer.headers {
            // What a fault was scripted to say is read as well as what the document says.
            let known = ALWAYS_READ.contains(&name.as_str()) || *name == VARY;
            if !known && !name.as_str().starts_with("access-control-") && !exposed.contains(name) {
                exposed.push(name.clone());
            }
        }
        let exposed: Vec<&str> = exposed.iter().map(HeaderName::as_str).collect();
        let exposed = exposed.join(", ");
        answer = answer
            .with(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone())
            .with(
                ACCESS_CONTROL_ALLOW_CREDENTIALS,
                HeaderValue::from_static("true"),
            );
        match HeaderValue::from_str(&exposed) {
            Ok(exposed) if !exposed.is_empty() => {
                answer.with(ACCESS_CONTROL_EXPOSE_HEADERS, exposed)
            }
            _ => answer,
        }
    }
}

/// Whether a browser asks for permission, and nothing else.
pub(crate) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_loopback() {
        for host in [
            "localhost:4010",
            "127.0.0.1:1",
            "127.1.2.3",
            "[::1]:80",
            "LOCALHOST",
            "app.localhost:5173",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "example.com",
            "127.0.0.1.example.com:80",
            "localhost.example",
            "notlocalhost",
            "10.0.0.1",
            "",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
        assert!(is_loopback_origin("https://localhost:3000"));
        for origin in [
            "null",
            "file://",
            "http://localhost.evil.example",
            "localhost",
        ] {
            assert!(!is_loopback_origin(origin), "{origin}");
        }
    }

    #[test]
    fn an_origin_is_read_as_a_browser_writes_it() {
        for (given, expected) in [
            ("https://app.example", "https://app.example"),
            ("HTTPS://App.Example/", "https://app.example"),
            ("https://app.example:443", "https://app.example"),
            ("http://app.example:8080", "http://app.example:8080"),
            ("http://[fd00::1]:80", "http://[fd00::1]"),
            ("null", "null"),
        ] {
            assert_eq!(origin(given).as_deref(), Ok(expected), "{given}");
        }
        for given in [
            "",
            "*",
            "app.example",
            "https://*.example",
            "https://app.example/path",
            "https://app.example?x",
            "https://app.example#x",
            "https://user@app.example",
            "https://app.example:port",
            "https://app.example:99999",
            "https://app.example:",
            "https://",
            "https://app example",
        ] {
            let said = origin(given).expect_err(given);
            assert!(said.contains("such as https://app.example"), "{said}");
        }
    }
}
