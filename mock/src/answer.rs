//! An answer of the sandbox, made of what the document shows.

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, HeaderName, RETRY_AFTER};
use http::{HeaderValue, Method};
use serde_json::{Map, Value, json};

use crate::blank::header_text;
use crate::document::{Document, Documented, Example, Operation};
use crate::magic;
use crate::situation::Situation;

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn new(status: u16, kind: Option<&str>, body: impl Into<Bytes>) -> Self {
        let mut headers = Vec::new();
        if let Some(kind) = kind.and_then(|kind| HeaderValue::from_str(kind).ok()) {
            headers.push((CONTENT_TYPE, kind));
        }
        Self {
            status,
            headers,
            body: body.into(),
        }
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::new(status, Some("application/json"), body.to_string())
    }

    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// What stands for no answer, where the connection ends instead.
    pub(crate) fn none() -> Self {
        Self::new(0, None, Bytes::new())
    }

    /// Whatever a test wants; a header that HTTP does not allow is left out.
    pub(crate) fn scripted(status: u16, headers: &[(String, String)], body: Bytes) -> Self {
        let mut answer = Self::new(status, None, body);
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes());
            let value = HeaderValue::from_bytes(value.as_bytes());
            if let (Ok(name), Ok(value)) = (name, value) {
                answer.headers.push((name, value));
            }
        }
        answer
    }

    /// The answer to a path that is none of the document's.
    pub(crate) fn nowhere(document: &Document) -> Self {
        let known: Vec<String> = document
            .operations
            .iter()
            .map(|operation| {
                format!(
                    "{} {}{}",
                    operation.method, document.base, operation.template
                )
            })
            .collect();
        Self::json(
            404,
            &json!({
                "error": "not_found",
                "message": format!("The document has no such path. It has: {}.", known.join(", ")),
            }),
        )
    }

    /// The answer to the id of a write action that nobody was told of.
    pub(crate) fn unknown_write_action() -> Self {
        Self::json(
            404,
            &json!({
                "error": "not_found",
                "message": "The sandbox has no write action of this id. It gives one with each record.",
            }),
        )
    }

    /// The answer to a browser that asks for a page that is not let in.
    pub(crate) fn not_let_in() -> Self {
        Self::json(
            403,
            &json!({
                "error": "forbidden",
                "message": "Pages of this origin are not let in. Start the sandbox with `--cors ORIGIN` to let them in.",
            }),
        )
    }

    /// The answer to what is no request at all.
    pub(crate) fn no_request() -> Self {
        Self::json(
            400,
            &json!({
                "error": "bad_request",
                "message": "This cannot be read as a request. The sandbox speaks HTTP/1.1 without TLS.",
            }),
        )
    }

    /// The answer to a method that a path of the document does not have.
    pub(crate) fn other_method(allowed: &[Method]) -> Self {
        Self::method_not_allowed("The document", allowed)
    }

    /// The same for a path that is the sandbox's own.
    pub(crate) fn other_method_here(allowed: &[Method]) -> Self {
        Self::method_not_allowed("The sandbox", allowed)
    }

    /// The headers as text, for the record.
    pub(crate) fn shown_headers(&self) -> Vec<(String, String)> {
        let shown = self.headers.iter();
        shown
            .map(|(name, value)| (name.as_str().to_owned(), header_text(value)))
            .collect()
    }

    fn method_not_allowed(whose: &str, allowed: &[Method]) -> Self {
        let allowed: Vec<&str> = allowed.iter().map(Method::as_str).collect();
        let allowed = allowed.join(", ");
        let answer = Self::json(
            405,
            &json!({
                "error": "method_not_allowed",
                "message": format!("{whose} has this path with another method: {allowed}."),
            }),
        );
        match HeaderValue::from_str(&allowed) {
            Ok(allowed) => answer.with(ALLOW, allowed),
            Err(_) => answer,
        }
    }
}

/// Makes answers of one operation.
#[derive(Clone, Copy)]
pub(crate) struct Answers<'d> {
    pub(crate) document: &'d Document,
    pub(crate) operation: &'d Operation,
    /// Whether the newer forms were asked for.
    pub(crate) newer: bool,
}

impl Answers<'_> {
    /// A documented success with this body.
    pub(crate) fn success(&self, status: u16, body: &Value) -> Answer {
        match self.operation.answer(status) {
            Some(documented) => assemble(documented, body, None),
            None => Answer::json(status, body),
        }
    }

    /// The documented answer to a situation, with a sentence about this case and with how long to wait.
    pub(crate) fn refusal(
        &self,
        situation: Situation,
        detail: Option<&str>,
        wait_millis: Option<u64>,
    ) -> Answer {
        let Some((documented, code)) = situation.documented(self.operation) else {
            // Not documented for this operation: the status is still the right one.
            let mut body = json!({ "error": situation.code });
            if let Some(detail) = detail {
                body["message"] = json!(detail);
            }
            return Answer::json(situation.status, &body);
        };
        let shown = documented.example(&code);
        let mut body = shown.map_or_else(|| json!({ "error": code }), |shown| shown.value.clone());
        if let (Some(detail), Some(members)) = (detail, body.as_object_mut()) {
            let message = match members.get("message").and_then(Value::as_str) {
                Some(message) => {
                    let end = if message.ends_with(['.', '!', '?']) {
                        ""
                    } else {
                        "."
                    };
                    format!("{message}{end} {detail}")
                }
                None => detail.to_owned(),
            };
            members.insert("message".to_owned(), json!(message));
        }
        if let Some(millis) = wait_millis {
            let seconds = seconds(millis);
            if let Some(members) = body.as_object_mut() {
                if members.contains_key("retryAfterMs") {
                    members.insert("retryAfterMs".to_owned(), json!(seconds * 1_000));
                }
                members.insert("retryAfter".to_owned(), json!(seconds));
            }
        }
        if self.newer {
            body = self.object_form(documented, body);
        }
        assemble(documented, &body, wait_millis.map(seconds))
    }

    /// An example of the document as an answer.
    pub(crate) fn shown(&self, documented: &Documented, example: Option<&Example>) -> Answer {
        let Some(example) = example else {
            return assemble(documented, &Value::Null, None);
        };
        let mut body = example.value.clone();
        if self.newer && !documented.is_success() {
            body = self.object_form(documented, body);
        }
        let wait = hint(&body);
        assemble(documented, &body, wait)
    }

    /// The documented answer with this status and code, or the nearest thing to it where there is none.
    pub(crate) fn documented_or_bare(&self, status: u16, code: Option<&str>) -> Answer {
        let documented = self.operation.answer(status);
        match (documented, code) {
            (Some(documented), None) => self.shown(documented, documented.first()),
            (Some(documented), Some(code)) if documented.example(code).is_some() => {
                self.shown(documented, documented.example(code))
            }
            (_, Some(code)) => Answer::json(status, &json!({ "error": code })),
            (None, None) => Answer::new(status, None, Bytes::new()),
        }
    }

    /// An error whose `error` is an object: that of the document's example where it has one.
    fn object_form(&self, documented: &Documented, body: Value) -> Value {
        let Some(code) = body.get("error").and_then(Value::as_str).map(str::to_owned) else {
            return body;
        };
        let shown = documented
            .object_form(&code)
            .map(|example| &example.value["error"]);
        let mut members = match body {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        let message = members.shift_remove("message").or_else(|| {
            let shown = shown.and_then(|error| error.get("message")).cloned();
            shown.or_else(|| Some(json!(self.document.registered(&code)?.1)))
        });
        let mut error = Map::new();
        let kind = shown
            .and_then(|error| error.get("type"))
            .cloned()
            .unwrap_or_else(|| json!(magic::error_type(documented.status)));
        error.insert("type".to_owned(), kind);
        error.insert("code".to_owned(), json!(code));
        error.insert(
            "message".to_owned(),
            message.unwrap_or_else(|| json!(documented.description)),
        );
        members.insert("error".to_owned(), Value::Object(error));
        Value::Object(members)
    }
}

/// The seconds that a body's hint names, rounded up.
fn hint(body: &Value) -> Option<u64> {
    let number = |name: &str| body.get(name).and_then(Value::as_f64);
    let seconds = number("retryAfter").or_else(|| number("retryAfterMs").map(|ms| ms / 1_000.0))?;
    // A hint of the document is a small number; what is no such number is cut to one.
    Some(seconds.ceil().clamp(0.0, 1e9) as u64)
}

/// Whole seconds, rounded up, at least one: a shorter wait would end too early.
fn seconds(millis: u64) -> u64 {
    millis.div_ceil(1_000).max(1)
}

fn assemble(documented: &Documented, body: &Value, wait: Option<u64>) -> Answer {
    let mut answer = match &documented.media {
        None => Answer::new(documented.status, None, Bytes::new()),
        Some(kind) => match body {
            Value::String(text) if !kind.contains("json") => {
                Answer::new(documented.status, Some(kind), text.clone())
            }
            body => Answer::new(documented.status, Some(kind), body.to_string()),
        },
    };
    for (name, example) in &documented.headers {
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else {
            continue;
        };
        let text = if name == RETRY_AFTER {
            match wait {
                Some(seconds) => seconds.to_string(),
                // Every 429 says how long to wait; elsewhere the header stands only beside a hint in the body.
                None if documented.status == 429 => text(example),
                None => continue,
            }
        } else {
            text(example)
        };
        if let Ok(value) = HeaderValue::from_str(&text) {
            answer.headers.push((name, value));
        }
    }
    answer
}

fn text(example: &Value) -> String {
    match example {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
