//! The page is for the person at this machine: no other site's page may read it or press its button.

use http::header::{HOST, HeaderName, ORIGIN};
use http::request::Parts;

use crate::browser::{is_loopback, text};
use crate::engine::Engine;

/// Refuses a browser that was led here by a foreign name (a site can point its name at this machine), and one
/// that comes from a foreign page to change something.
///
/// # Errors
/// What was refused.
pub(super) fn check(engine: &Engine, head: &Parts) -> Result<(), &'static str> {
    // None at all is no browser's.
    let host = text(&head.headers, &HOST).unwrap_or_default();
    if !engine.allow_remote && !host.is_empty() && !is_loopback(host) {
        return Err(
            "The sandbox shows its page under the name of this machine only, such as 127.0.0.1.",
        );
    }
    if head.method == http::Method::POST {
        let foreign_origin =
            text(&head.headers, &ORIGIN).is_some_and(|origin| origin != format!("http://{host}"));
        let foreign_site = text(&head.headers, &HeaderName::from_static("sec-fetch-site"))
            .is_some_and(|site| !matches!(site, "same-origin" | "none"));
        if foreign_origin || foreign_site {
            return Err("Only the sandbox's own page can do this in a browser.");
        }
    }
    Ok(())
}
