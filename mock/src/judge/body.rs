//! The body of a request: its media type, its text, its members.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use jsonschema::error::ValidationErrorKind;
use serde_json::{Map, Value};

use super::complaint::{Complaint, is_plain_name, shown_name};
use super::{Incoming, Judged, Received, json, largest_body, multipart, typed};
use crate::document::{Media, Operation};

/// A body that could be read.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    /// What it holds; a file is told by its name, type, size and digest.
    pub(crate) value: Value,
    pub(crate) files: BTreeMap<String, Upload>,
}

/// A part that is a file.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) bytes: Bytes,
    pub(crate) kind: Option<String>,
    pub(crate) name: Option<String>,
}

pub(super) async fn judge(
    operation: &Operation,
    incoming: &Incoming<'_>,
    mut prepare: impl FnMut(&mut Value) + Send,
    judged: &mut Judged,
) {
    if matches!(incoming.body, Received::BrokenOff) {
        let complaint = Complaint::body("the body broke off before its end");
        judged.complaints.push(complaint);
        return;
    }
    let Some(documented) = &operation.body else {
        if incoming.body.whole().is_none_or(|body| !body.is_empty()) {
            let remark = "a body was sent, and this operation takes none";
            judged.remarks.push(remark.to_owned());
        }
        return;
    };
    let Some(bytes) = incoming.body.whole() else {
        let mut text = format!("the body is larger than {} bytes", largest_body(operation));
        for media in &documented.media {
            for (name, schema) in &media.members {
                let most = schema.get("maxLength").and_then(Value::as_u64);
                if let Some(most) = most.filter(|_| media.is_binary(name)) {
                    text.push_str(&format!(", expected at most {most} bytes of `{name}`"));
                }
            }
        }
        judged.complaints.push(Complaint::body(text));
        return;
    };
    let kinds: Vec<&str> = documented
        .media
        .iter()
        .map(|media| media.kind.as_str())
        .collect();
    let expected = kinds.join(" or ");
    let mut types = incoming.headers.get_all(CONTENT_TYPE).iter();
    let header = match (types.next(), types.next()) {
        (None, _) if bytes.is_empty() && !documented.required => return,
        (None, _) if bytes.is_empty() => {
            judged.complaints.push(Complaint::body(format!(
                "there is no body, expected {expected}"
            )));
            return;
        }
        (None, _) => {
            judged.complaints.push(Complaint::body(format!(
                "there is no Content-Type, expected {expected}"
            )));
            return;
        }
        (Some(_), Some(_)) => {
            judged
                .complaints
                .push(Complaint::body("there is more than one Content-Type"));
            return;
        }
        (Some(header), None) => header.to_str().unwrap_or(""),
    };
    if incoming.headers.contains_key(CONTENT_ENCODING) {
        judged.complaints.push(Complaint::body(
            "the body has a Content-Encoding, expected none",
        ));
        return;
    }
    let kind = header
        .split(';')
        .next()
        .unwrap_or(header)
        .trim()
        .to_lowercase();
    let Some(media) = documented.media(&kind) else {
        judged.complaints.push(Complaint::body(format!(
            "the Content-Type is another than {expected}"
        )));
        return;
    };
    let read = if kind == "multipart/form-data" {
        multipart::read(media, header, bytes.clone(), &mut judged.remarks).await
    } else if !is_utf8(header) {
        let complaint = "the charset of the Content-Type is another one, expected UTF-8";
        Err(vec![Complaint::body(complaint)])
    } else {
        plain(media, &kind, bytes, documented.secrets.is_empty())
    };
    match read {
        Err(complaints) => judged.complaints.extend(complaints),
        Ok(mut sent) => {
            prepare(&mut sent.value);
            validate(media, &sent, documented.secrets.is_empty(), judged);
            judged.body = Some(sent);
        }
    }
}

/// Whether a media type names no charset, or UTF-8.
fn is_utf8(header: &str) -> bool {
    let mut parameters = header.split(';').skip(1);
    parameters.all(|parameter| match parameter.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    })
}

fn plain(
    media: &Media,
    kind: &str,
    bytes: &Bytes,
    names_may_show: bool,
) -> Result<Sent, Vec<Complaint>> {
    let wrong = |text: &str| vec![Complaint::body(text)];
    let value = if kind.ends_with("json") {
        let value = json::read(bytes).map_err(|what| wrong(&format!("the body {what}")))?;
        let twice: Vec<Complaint> = json::names_that_come_twice(bytes)
            .iter()
            .map(|name| match names_may_show || is_plain_name(name) {
                true => format!("`{}` is there more than once", shown_name(name)),
                false => "a member is there more than once".to_owned(),
            })
            .map(Complaint::body)
            .collect();
        if !twice.is_empty() {
            return Err(twice);
        }
        value
    } else if kind == "application/x-www-form-urlencoded" {
        let text = std::str::from_utf8(bytes).map_err(|_| wrong("the body is not UTF-8"))?;
        let mut members = Map::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decode = |text: &str| crate::route::decoded(&text.replace('+', " "));
            let (Some(name), Some(value)) = (decode(name), decode(value)) else {
                return Err(wrong("the body is not percent-encoded UTF-8"));
            };
            let schema = media.members.get(&name).unwrap_or(&Value::Null);
            let value = typed(&value, schema);
            members.insert(name, value);
        }
        Value::Object(members)
    } else {
        Value::String(String::from_utf8_lossy(bytes).into_owned())
    };
    Ok(Sent {
        value,
        files: BTreeMap::new(),
    })
}

fn validate(media: &Media, sent: &Sent, names_may_show: bool, judged: &mut Judged) {
    let errors: Vec<_> = media.validator.iter_errors(&sent.value).collect();
    for error in &errors {
        // What does not match its pattern need not be told, too, that it has not the form of which that is a part.
        let told = matches!(error.kind(), ValidationErrorKind::Format { .. })
            && errors.iter().any(|other| {
                matches!(other.kind(), ValidationErrorKind::Pattern { .. })
                    && other.instance_path() == error.instance_path()
            });
        if told {
            continue;
        }
        judged
            .complaints
            .extend(Complaint::schema(error, !names_may_show));
    }
}
