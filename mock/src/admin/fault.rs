//! A fault as JSON.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue};
use serde_json::{Map, Value, json};

use super::filter::{operation, whole};
use crate::document::Document;
use crate::fault::{Fault, Scripted};

/// Members that go with every kind.
const ALWAYS: [&str; 5] = ["kind", "operation", "nth", "times", "delay_ms"];

/// The members that a kind takes besides, and those that it needs.
fn members_of(kind: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match kind {
        "documented" => (&["status", "code"], &["status"]),
        "answer" => (&["status", "headers", "body", "body_base64"], &["status"]),
        "raw" => (&["body", "body_base64"], &[]),
        "cut" => (&["bytes"], &["bytes"]),
        "none" => (&[], &["delay_ms"]),
        _ => (&[], &[]),
    }
}

/// A fault out of a body that its schema found right.
///
/// # Errors
/// What is wrong with it, as a sentence.
pub(super) fn read(given: &Map<String, Value>, document: &Document) -> Result<Fault, String> {
    let text = |name: &str| given.get(name).and_then(Value::as_str);
    let number = |name: &str| given.get(name).and_then(whole);
    // Whatever stands here was found to be small enough by the schema.
    let count =
        |name: &str| number(name).map(|number| usize::try_from(number).unwrap_or(usize::MAX));
    let kind = text("kind").unwrap_or_default();
    let (taken, needed) = members_of(kind);
    for name in given.keys() {
        if !taken.contains(&name.as_str()) && !ALWAYS.contains(&name.as_str()) {
            return Err(format!("`{name}` does not go with the kind `{kind}`."));
        }
    }
    for name in needed {
        if !given.contains_key(*name) {
            return Err(format!("`{name}` is missing; the kind `{kind}` needs it."));
        }
    }
    let status = number("status").and_then(|status| u16::try_from(status).ok());
    let status = status.unwrap_or_default();
    let mut fault = match kind {
        "documented" => match text("code") {
            Some(code) => Fault::code(status, code),
            None => Fault::status(status),
        },
        "answer" => {
            let (headers, body) = answer(given)?;
            let headers = headers.iter();
            let headers = headers.map(|(name, value)| (name.as_str(), value.as_str()));
            Fault::answer(status, headers, body)
        }
        "raw" => match bytes(given)? {
            Some((bytes, _)) => Fault::raw(bytes),
            None => {
                return Err(
                    "`body` is missing, or `body_base64`; the kind `raw` needs one.".to_owned(),
                );
            }
        },
        "garbage" => Fault::garbage(),
        "refused" => Fault::refused(),
        "lost" => Fault::lost(),
        "cut" => Fault::cut_after(count("bytes").unwrap_or_default()),
        "half_body" => Fault::half_body(),
        // Nothing else is left of what the schema allows.
        _ => Fault::none(),
    };
    if let Some(name) = text("operation") {
        fault = fault.on(operation(name, document)?);
    }
    if let Some(nth) = count("nth") {
        fault = fault.nth(nth);
    }
    if let Some(times) = count("times") {
        fault = fault.times(times);
    }
    if let Some(delay) = number("delay_ms") {
        fault = fault.delayed(Duration::from_millis(delay));
    }
    Ok(fault)
}

type Headers = Vec<(String, String)>;

fn answer(given: &Map<String, Value>) -> Result<(Headers, Vec<u8>), String> {
    let mut headers = Vec::new();
    let all = given.get("headers").and_then(Value::as_object);
    for (name, value) in all.into_iter().flatten() {
        let value = value.as_str().unwrap_or_default();
        let right =
            HeaderName::from_bytes(name.as_bytes()).is_ok() && HeaderValue::from_str(value).is_ok();
        if !right {
            return Err("`headers` has one that HTTP does not allow.".to_owned());
        }
        headers.push((name.clone(), value.to_owned()));
    }
    let (body, is_json) = bytes(given)?.unwrap_or_default();
    let named = |wanted: &str| {
        let mut headers = headers.iter();
        headers.any(|(name, _)| name.eq_ignore_ascii_case(wanted))
    };
    for framing in ["content-length", "transfer-encoding", "connection"] {
        if named(framing) {
            return Err(format!(
                "`headers` has `{framing}`, which the server sets itself; the kind `raw` sends what it is told."
            ));
        }
    }
    if is_json && !named("content-type") {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    Ok((headers, body))
}

/// The body, and whether it is JSON.
fn bytes(given: &Map<String, Value>) -> Result<Option<(Vec<u8>, bool)>, String> {
    let encoded = given.get("body_base64").and_then(Value::as_str);
    let is_raw = given.get("kind").is_some_and(|kind| kind == "raw");
    match (given.get("body"), encoded) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err("`body` and `body_base64` are one too many.".to_owned()),
        (None, Some(encoded)) => match STANDARD.decode(encoded) {
            Ok(bytes) => Ok(Some((bytes, false))),
            Err(error) => Err(format!("`body_base64` is no base64: {error}.")),
        },
        (Some(Value::String(text)), None) => Ok(Some((text.clone().into_bytes(), false))),
        (Some(_), None) if is_raw => Err(
            "`body` is no text, expected the bytes to send; JSON goes with the kind `answer`."
                .to_owned(),
        ),
        (Some(json), None) => Ok(Some((json.to_string().into_bytes(), true))),
    }
}

/// A fault that is still to happen.
pub(super) fn shown(scripted: &Scripted) -> Value {
    let fault = &scripted.fault;
    let mut shown = json!({
        "id": scripted.id,
        "fault": fault.described(),
        "waits_for": fault.skip,
        "left": fault.times,
        "happened": scripted.happened,
    });
    if let Some(operation) = &fault.operation {
        shown["operation"] = json!(operation);
    }
    shown
}
