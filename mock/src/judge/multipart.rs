//! A `multipart/form-data` body, part by part.

use std::collections::BTreeMap;

use bytes::Bytes;
use http_body_util::{BodyDataStream, Full};
use multer::Multipart;
use serde_json::{Map, Value, json};

use super::body::{Sent, Upload};
use super::complaint::{Complaint, shown_name};
use super::{picture, typed};
use crate::digest::digest;
use crate::document::Media;

pub(super) async fn read(
    media: &Media,
    header: &str,
    bytes: Bytes,
    remarks: &mut Vec<String>,
) -> Result<Sent, Vec<Complaint>> {
    let broken = |what: &str| vec![Complaint::body(format!("the multipart body {what}"))];
    let boundary = multer::parse_boundary(header)
        .map_err(|_| broken("has a Content-Type without a boundary"))?;
    let mut form = Multipart::new(BodyDataStream::new(Full::new(bytes)), boundary);
    let mut members = Map::new();
    let mut files = BTreeMap::new();
    let mut complaints = Vec::new();
    loop {
        let part = match form.next_field().await {
            Ok(Some(part)) => part,
            Ok(None) => break,
            Err(error) => {
                complaints.extend(broken(reason(&error)));
                break;
            }
        };
        let Some(name) = part.name().map(str::to_owned) else {
            complaints.push(Complaint::body("a part has no name"));
            continue;
        };
        let kind = part
            .content_type()
            .map(|kind| kind.essence_str().to_lowercase());
        let file_name = part.file_name().map(str::to_owned);
        let content = match part.bytes().await {
            Ok(content) => content,
            Err(error) => {
                complaints.extend(broken(reason(&error)));
                break;
            }
        };
        if members.contains_key(&name) {
            complaints.push(Complaint::body(format!(
                "the part `{}` was sent more than once",
                shown_name(&name)
            )));
            continue;
        }
        if media.is_binary(&name) {
            let upload = Upload {
                bytes: content,
                kind,
                name: file_name,
            };
            judge_file(media, &name, &upload, &mut complaints, remarks);
            members.insert(name.clone(), described(&upload));
            files.insert(name, upload);
        } else if let Some(schema) = media.members.get(&name) {
            match std::str::from_utf8(&content) {
                Ok(text) => {
                    members.insert(name, typed(text, schema));
                }
                Err(_) => complaints.push(Complaint::body(format!("`{name}` is not UTF-8"))),
            }
        } else {
            // Whatever it holds: the schema says whether members that it does not know are welcome.
            members.insert(
                name,
                Value::String(String::from_utf8_lossy(&content).into_owned()),
            );
        }
    }
    if complaints.is_empty() {
        Ok(Sent {
            value: Value::Object(members),
            files,
        })
    } else {
        Err(complaints)
    }
}

/// What is recorded of a file in the place of its bytes.
fn described(upload: &Upload) -> Value {
    json!({
        "filename": upload.name,
        "content_type": upload.kind,
        "size": upload.bytes.len(),
        "sha256": digest(&upload.bytes),
    })
}

fn judge_file(
    media: &Media,
    name: &str,
    upload: &Upload,
    complaints: &mut Vec<Complaint>,
    remarks: &mut Vec<String>,
) {
    let mut wrong = |text: String| complaints.push(Complaint::body(format!("`{name}` {text}")));
    let limit = |word: &str| {
        media
            .members
            .get(name)
            .and_then(|schema| schema.get(word))
            .and_then(Value::as_u64)
    };
    let size = upload.bytes.len() as u64;
    if let Some(most) = limit("maxLength").filter(|most| size > *most) {
        wrong(format!("has {size} bytes, expected at most {most}"));
    }
    if let Some(least) = limit("minLength").filter(|least| size < *least) {
        wrong(format!("has {size} bytes, expected at least {least}"));
    }
    match &upload.name {
        None => wrong("has no filename, expected one".to_owned()),
        Some(file) if file.contains(['/', '\\']) => {
            remarks.push(format!("the filename of `{name}` names folders"));
        }
        Some(_) => {}
    }
    let Some((_, types)) = media.part_types.iter().find(|(part, _)| part == name) else {
        return;
    };
    let expected = types.join(" or ");
    match &upload.kind {
        None => wrong(format!("has no Content-Type, expected {expected}")),
        Some(kind) if !types.contains(kind) => {
            wrong(match is_plain_type(kind) {
                true => format!("has the Content-Type {kind}, expected {expected}"),
                false => format!("has another Content-Type than {expected}"),
            });
        }
        Some(kind) => {
            if let Err(found) = picture::is(kind, &upload.bytes) {
                wrong(format!(
                    "is said to be {kind}, but its first bytes are {found}"
                ));
            }
        }
    }
}

/// Whether this is a media type as files have them, and no value that landed in its place.
fn is_plain_type(kind: &str) -> bool {
    let known = [
        "application",
        "audio",
        "font",
        "image",
        "model",
        "text",
        "video",
    ];
    kind.len() <= 60
        && kind.split_once('/').is_some_and(|(kind, rest)| {
            known.contains(&kind) && !rest.contains(|c: char| c.is_ascii_digit())
        })
}

fn reason(error: &multer::Error) -> &'static str {
    match error {
        multer::Error::IncompleteStream
        | multer::Error::IncompleteFieldData { .. }
        | multer::Error::IncompleteHeaders => "ends too early: its closing boundary is missing",
        multer::Error::ReadHeaderFailed(_)
        | multer::Error::DecodeHeaderName { .. }
        | multer::Error::DecodeHeaderValue { .. } => "has a part whose headers cannot be read",
        multer::Error::DecodeContentType(_) => "has a part whose Content-Type cannot be read",
        _ => "cannot be read",
    }
}
