//! What is not the API: the page at the root, what it is made of, and the document.

mod accept;
mod curl;
mod guard;
mod html;
mod overview;
mod reference;
mod snippet;

use http::header::{CACHE_CONTROL, HeaderName, LOCATION, VARY};
use http::request::Parts;
use http::{HeaderValue, Method};
use serde_json::json;

use self::overview::Overview;
pub(crate) use self::overview::shown;
use crate::answer::Answer;
use crate::engine::Engine;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
const DOCS_SCRIPT: &str = include_str!("docs.js");

/// Nothing but the page's own style, script and requests; nothing may frame it, and it leads nowhere else.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                      img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Where the page is told that something is new.
pub(crate) const EVENTS: &str = "/events";

/// Whether a path is for the person at this machine, and for no page but the sandbox's own.
pub(crate) fn is_private(head: &Parts) -> bool {
    matches!(
        head.uri.path(),
        "/" | "/docs"
            | "/page.css"
            | "/page.js"
            | "/docs.js"
            | "/events"
            | "/reset"
            | "/favicon.ico"
    )
}

/// The answer to a path of the sandbox's own, if this is one.
pub(crate) fn answer(engine: &Engine, head: &Parts) -> Option<Answer> {
    let path = head.uri.path();
    let allowed: &[Method] = match path {
        "/" | "/docs" | "/page.css" | "/page.js" | "/docs.js" | "/events" | "/openapi.yaml"
        | "/openapi.json" => &[Method::GET, Method::HEAD],
        "/reset" => &[Method::POST],
        "/healthz" => &[Method::GET, Method::HEAD],
        // A browser asks for it by itself.
        "/favicon.ico" => return Some(Answer::new(404, None, "")),
        _ => return None,
    };
    if !allowed.contains(&head.method) {
        return Some(Answer::other_method_here(allowed));
    }
    if path == "/healthz" {
        // Under whatever name it is asked: it says nothing else.
        return Some(Answer::json(200, &json!({ "status": "ok" })));
    }
    if let Err(refusal) = guard::check(engine, head) {
        return Some(guarded(Answer::json(
            403,
            &json!({ "error": "forbidden", "message": refusal }),
        )));
    }
    let wants_json = accept::json(&head.headers);
    let answer = match path {
        "/page.css" => Answer::new(200, Some("text/css; charset=utf-8"), STYLE),
        "/page.js" => Answer::new(200, Some("text/javascript; charset=utf-8"), SCRIPT),
        "/docs.js" => Answer::new(200, Some("text/javascript; charset=utf-8"), DOCS_SCRIPT),
        // Its body is the server's to send.
        "/events" => Answer::new(200, Some("text/event-stream"), ""),
        "/docs" => Answer::new(
            200,
            Some("text/html; charset=utf-8"),
            reference::page(engine),
        ),
        "/openapi.yaml" => Answer::new(200, Some("application/yaml"), engine.document.text.clone()),
        "/openapi.json" => Answer::json(200, &engine.document.tree),
        "/reset" => {
            if let Err(why) = engine.reset() {
                let message = format!("The state was not written, so it is as it was: {why}.");
                let body = json!({ "error": "not_saved", "message": message });
                return Some(guarded(Answer::json(500, &body)));
            }
            if wants_json {
                Answer::json(200, &json!({ "reset": true }))
            } else {
                // Back to the page, so that loading it again resets nothing.
                Answer::new(303, None, "").with(LOCATION, HeaderValue::from_static("/"))
            }
        }
        _ => {
            let overview = Overview::of(engine);
            let answer = if wants_json {
                Answer::json(200, &overview.json())
            } else {
                Answer::new(200, Some("text/html; charset=utf-8"), html::page(&overview))
            };
            answer.with(VARY, HeaderValue::from_static("accept"))
        }
    };
    Some(guarded(answer))
}

/// With the headers that keep a page of a browser in its place.
fn guarded(answer: Answer) -> Answer {
    let header = HeaderValue::from_static;
    let name = HeaderName::from_static;
    answer
        .with(name("content-security-policy"), header(POLICY))
        .with(name("x-content-type-options"), header("nosniff"))
        // Not `no-referrer`: with that a browser names no origin with a form, and the button would be refused.
        .with(name("referrer-policy"), header("same-origin"))
        .with(name("cross-origin-resource-policy"), header("same-origin"))
        .with(CACHE_CONTROL, header("no-store"))
}
