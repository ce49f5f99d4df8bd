//! The form of a request, judged by the document.

mod body;
mod complaint;
mod json;
mod multipart;
mod picture;

use std::collections::BTreeMap;

use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;

pub(crate) use body::Sent;
pub(crate) use complaint::{Complaint, is_plain_name};

use crate::credential::cookies;
use crate::document::{Operation, Parameter, Place};
use crate::route::decoded;

/// A request as it came.
pub(crate) struct Incoming<'r> {
    pub(crate) path: BTreeMap<String, Option<String>>,
    pub(crate) query: Option<&'r str>,
    pub(crate) headers: &'r HeaderMap,
    pub(crate) body: Received,
}

/// What came of a body.
#[derive(Clone, Debug)]
pub(crate) enum Received {
    Whole(Bytes),
    /// More than the sandbox reads.
    TooLarge,
    /// The connection ended within it.
    BrokenOff,
}

impl Received {
    pub(crate) fn whole(&self) -> Option<&Bytes> {
        match self {
            Self::Whole(bytes) => Some(bytes),
            Self::TooLarge | Self::BrokenOff => None,
        }
    }
}

/// A request whose form was judged; what could be read of it is there even if it was found wrong.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    /// By name, those of the path, the query, the headers and the cookies that the document knows.
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) body: Option<Sent>,
    pub(crate) complaints: Vec<Complaint>,
    /// What is not wrong, but probably not meant.
    pub(crate) remarks: Vec<String>,
}

impl Judged {
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// A member of the body that is text.
    pub(crate) fn text(&self, member: &str) -> Option<&str> {
        self.body.as_ref()?.value.get(member)?.as_str()
    }
}

/// The most bytes that a body of this operation can have and still be right: its files as large as they may be,
/// and a megabyte for the rest.
pub(crate) fn largest_body(operation: &Operation) -> u64 {
    const REST: u64 = 1 << 20;
    let files = operation
        .body
        .iter()
        .flat_map(|body| &body.media)
        .map(|media| {
            media
                .members
                .iter()
                .filter(|(name, _)| media.is_binary(name))
                .map(|(_, schema)| {
                    schema
                        .get("maxLength")
                        .and_then(Value::as_u64)
                        .unwrap_or(REST)
                })
                .sum::<u64>()
        });
    files.max().unwrap_or(0) + REST
}

/// Judges everything about a request but its credential.
pub(crate) async fn judge(
    operation: &Operation,
    incoming: &Incoming<'_>,
    prepare: impl FnMut(&mut Value) + Send,
) -> Judged {
    let mut judged = Judged::default();
    for parameter in &operation.parameters {
        if let Err(complaint) = read(parameter, incoming, &mut judged.parameters) {
            judged.complaints.push(complaint);
        }
    }
    unknown_query(operation, incoming.query, &mut judged.remarks);
    body::judge(operation, incoming, prepare, &mut judged).await;
    judged
}

fn unknown_query(operation: &Operation, query: Option<&str>, remarks: &mut Vec<String>) {
    for pair in query
        .unwrap_or("")
        .split('&')
        .filter(|pair| !pair.is_empty())
    {
        let name = pair.split('=').next().unwrap_or(pair);
        let known = operation
            .parameters
            .iter()
            .any(|parameter| parameter.place == Place::Query && parameter.name == name);
        if !known {
            remarks.push("the query has a parameter that the document does not know".to_owned());
            return;
        }
    }
}

fn read(
    parameter: &Parameter,
    incoming: &Incoming<'_>,
    found: &mut BTreeMap<String, String>,
) -> Result<(), Complaint> {
    let wrong = |text: String| Complaint::parameter(parameter, text);
    let values: Vec<Option<String>> = match parameter.place {
        Place::Path => incoming
            .path
            .get(&parameter.name)
            .cloned()
            .into_iter()
            .collect(),
        Place::Header => incoming
            .headers
            .get_all(&parameter.name)
            .iter()
            .map(|value| value.to_str().ok().map(str::to_owned))
            .collect(),
        Place::Cookie => cookies(incoming.headers)
            .filter(|(name, _)| *name == parameter.name)
            .map(|(_, value)| Some(value.to_owned()))
            .collect(),
        Place::Query => incoming
            .query
            .unwrap_or("")
            .split('&')
            .filter_map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decoded(name)? == parameter.name).then(|| decoded(&value.replace('+', " ")))
            })
            .collect(),
    };
    match values.as_slice() {
        [] if parameter.required => Err(wrong("is missing".to_owned())),
        [] => Ok(()),
        [Some(value)] => {
            let typed = typed(value, &parameter.schema);
            if let Some(error) = parameter.validator.iter_errors(&typed).next() {
                return Err(wrong(complaint::reason(&error)));
            }
            found.insert(parameter.name.clone(), value.clone());
            Ok(())
        }
        [None] => Err(wrong("cannot be read as text".to_owned())),
        _ => Err(wrong("was sent more than once".to_owned())),
    }
}

/// A parameter's or part's text as the type that its schema asks for, where it can be read as that.
pub(crate) fn typed(text: &str, schema: &Value) -> Value {
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    let kind = schema.get("type").and_then(Value::as_str);
    let other = match kind {
        Some("integer" | "number") => read(text).filter(Value::is_number),
        Some("boolean") => read(text).filter(Value::is_boolean),
        Some("array") => Some(
            text.split(',')
                .map(|one| Value::String(one.to_owned()))
                .collect(),
        ),
        Some("object") => read(text).filter(Value::is_object),
        _ => None,
    };
    other.unwrap_or_else(|| Value::String(text.to_owned()))
}
