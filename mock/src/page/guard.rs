//! The page is for the person at this machine: no other site's page may read it or press its button.

use std::net::IpAddr;

use http::HeaderMap;
use http::header::{HOST, ORIGIN};
use http::request::Parts;

use crate::engine::Engine;

/// Refuses a browser that was led here by a foreign name (a site can point its name at this machine), and one
/// that comes from a foreign page to change something.
///
/// # Errors
/// What was refused.
pub(super) fn check(engine: &Engine, head: &Parts) -> Result<(), &'static str> {
    let host = text(&head.headers, HOST.as_str()).unwrap_or_default();
    if !engine.allow_remote && !is_loopback(host) {
        return Err(
            "The sandbox shows its page under the name of this machine only, such as 127.0.0.1.",
        );
    }
    if head.method == http::Method::POST {
        let foreign_origin = text(&head.headers, ORIGIN.as_str())
            .is_some_and(|origin| origin != format!("http://{host}"));
        let foreign_site = text(&head.headers, "sec-fetch-site")
            .is_some_and(|site| !matches!(site, "same-origin" | "none"));
        if foreign_origin || foreign_site {
            return Err("Only the sandbox's own page can do this in a browser.");
        }
    }
    Ok(())
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// Whether a `Host` names this machine to itself. None at all is no browser's.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or(six),
        None => host.split(':').next().unwrap_or(host),
    };
    name.is_empty()
        || name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_names_of_this_machine_are_loopback() {
        for host in [
            "localhost:4010",
            "127.0.0.1:1",
            "127.1.2.3",
            "[::1]:80",
            "LOCALHOST",
            "",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "example.com",
            "127.0.0.1.example.com:80",
            "localhost.example",
            "10.0.0.1",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
