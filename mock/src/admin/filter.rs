//! Which requests are meant, as JSON and as a query.

use serde_json::Value;

use crate::document::Document;
use crate::filter::Filter;
use crate::judge::Judged;

/// A whole number, however it is written.
pub(super) fn whole(value: &Value) -> Option<u64> {
    let float = |value: &Value| {
        let number = value.as_f64()?;
        // Beyond this, floats are no longer exact; what is allowed is less.
        (number >= 0.0 && number.fract() == 0.0 && number < 9e15).then_some(number as u64)
    };
    value.as_u64().or_else(|| float(value))
}

/// The `operationId` if the document has it: one that it does not have would never fit.
///
/// # Errors
/// The sentence that says which it has.
pub(super) fn operation(name: &str, document: &Document) -> Result<String, String> {
    let known = document.operations.iter().map(|one| one.id.as_str());
    let known: Vec<&str> = known.collect();
    if known.contains(&name) {
        return Ok(name.to_owned());
    }
    Err(format!(
        "`operation` is none of the document's: {}.",
        known.join(", ")
    ))
}

/// The member `matching` of a body; every request where there is none.
///
/// # Errors
/// What is wrong with it, as a sentence.
pub(super) fn read(matching: Option<&Value>, document: &Document) -> Result<Filter, String> {
    let member = |name: &str| matching.and_then(|filter| filter.get(name));
    let text = |name: &str| member(name).and_then(Value::as_str);
    let number = |name: &str| member(name).and_then(whole);
    let mut filter = Filter::new();
    if let Some(name) = text("operation") {
        filter = filter.on(operation(name, document)?);
    }
    if let Some(method) = text("method") {
        filter = filter.method(method);
    }
    if let Some(path) = text("path") {
        filter = filter.path(path);
    }
    let headers = member("headers").and_then(Value::as_object);
    for (name, value) in headers.into_iter().flatten() {
        filter = filter.header(name, value.as_str().unwrap_or_default());
    }
    if let Some(body) = member("body") {
        filter = filter.body(body.clone());
    }
    if let Some(status) = number("status") {
        // The document says how large it may be.
        filter = filter.status(u16::try_from(status).unwrap_or(u16::MAX));
    }
    if let Some(code) = text("code") {
        filter = filter.code(code);
    }
    if let Some(wrong) = member("wrong").and_then(Value::as_bool) {
        filter = filter.wrong(wrong);
    }
    if let Some(after) = number("after") {
        filter = filter.after(after);
    }
    Ok(filter)
}

/// The same out of the parameters of a query.
///
/// # Errors
/// As `read`.
pub(super) fn of_query(judged: &Judged, document: &Document) -> Result<Filter, String> {
    let mut members = serde_json::Map::new();
    for (name, text) in &judged.parameters {
        let value = match name.as_str() {
            "status" | "wrong" | "after" => serde_json::from_str(text).unwrap_or_default(),
            _ => Value::from(text.as_str()),
        };
        members.insert(name.clone(), value);
    }
    read(Some(&Value::Object(members)), document)
}
