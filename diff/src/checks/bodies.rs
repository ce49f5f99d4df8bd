//! Bodies of requests and answers, and their media types.

use std::collections::{BTreeMap, BTreeSet};

use xquik_document::Node;

use super::operations::CALLED_BACK;
use crate::catalogue::{Check, Direction, check};
use crate::compare::{Comparison, Written};
use crate::findings::Findings;
use crate::schema::{Schemas, Types, canonical};
use crate::side::place;

static ADDED_REQUIRED: Check = check!(Request Breaking "request-required-body-added": "requests must have a body, had none", "a client does not send one and is refused");
static ADDED_OPTIONAL: Check = check!(Request Compatible "request-optional-body-added": "requests may have a body, had none", "a client need not send one");
static REMOVED: Check = check!(Request CannotTell "request-body-removed": "requests have no body any more", "whether it is refused or ignored when a client sends it cannot be told");
static BECAME_REQUIRED: Check = check!(Request Breaking "request-body-became-required": "requests must have the body", "a client that leaves it out is refused");
static BECAME_OPTIONAL: Check = check!(Request Compatible "request-body-became-optional": "requests may leave the body out", "whatever BASE allows is still accepted");
static REQUEST_TYPE_REMOVED: Check = check!(Request Breaking "request-media-type-removed": "a media type of the body is gone", "a client that sends it is refused");
static REQUEST_TYPE_ADDED: Check = check!(Request Compatible "request-media-type-added": "a new media type of the body", "whatever BASE allows is still accepted");
static RESPONSE_TYPE_REMOVED: Check = check!(Response Breaking "response-media-type-removed": "a media type of the answer is gone", "a client that asks for it or reads it does not get it");
static RESPONSE_TYPE_ADDED: Check = check!(Response Compatible "response-media-type-added": "a new media type of the answer", "a client gets it only where it accepts it");
static RESPONSE_TYPE_WIDENED: Check = check!(Response Breaking "response-media-type-widened": "a media type of the answer became a range", "a client may get a media type that it does not read");
static RESPONSE_TYPE_NARROWED: Check = check!(Response Compatible "response-media-type-narrowed": "a range of media types of the answer became one of them", "every answer was possible before");
static REQUEST_PARAMETERS: Check = check!(Request CannotTell "request-media-type-parameters-changed": "a media type of the body has other parameters (`version=2`)", "whether what a client sends is still accepted cannot be told");
static RESPONSE_PARAMETERS: Check = check!(Response CannotTell "response-media-type-parameters-changed": "a media type of the answer has other parameters (`version=2`)", "whether a client still reads it cannot be told");
static PART_TYPE_REMOVED: Check = check!(Request Breaking "request-part-type-removed": "a part may not have one of its content types any more", "a client that sends it is refused");
static PART_TYPE_ADDED: Check = check!(Request Compatible "request-part-type-added": "a part may have another content type", "whatever BASE allows is still accepted");
static PART_ENCODING_CHANGED: Check = check!(Request CannotTell "request-part-encoding-changed": "the style or the headers of a part changed", "whether what a client writes is still read cannot be told");
static BODY_TEXT: Check = check!(Request Compatible "request-body-text-changed": "the description of the body changed", "it is read by people only");

pub(crate) const CHECKS: &[&Check] = &[
    &ADDED_REQUIRED,
    &ADDED_OPTIONAL,
    &REMOVED,
    &BECAME_REQUIRED,
    &BECAME_OPTIONAL,
    &REQUEST_TYPE_REMOVED,
    &REQUEST_TYPE_ADDED,
    &RESPONSE_TYPE_REMOVED,
    &RESPONSE_TYPE_ADDED,
    &RESPONSE_TYPE_WIDENED,
    &RESPONSE_TYPE_NARROWED,
    &REQUEST_PARAMETERS,
    &RESPONSE_PARAMETERS,
    &PART_TYPE_REMOVED,
    &PART_TYPE_ADDED,
    &PART_ENCODING_CHANGED,
    &BODY_TEXT,
];

/// Compares the bodies of requests.
pub(crate) fn request<'d>(
    comparison: &mut Comparison<'_, 'd>,
    findings: &mut Findings<'d>,
    was: Option<&'d Node>,
    now: Option<&'d Node>,
) {
    let (base, head) = (comparison.base.side, comparison.head.side);
    let required = |node: &'d Node| {
        node.get("required")
            .filter(|node| node.as_bool() == Some(true))
    };
    let subject = "the request body";
    match (was, now) {
        (None, None) => {}
        (None, Some(now)) => match required(head.resolve(now)) {
            Some(_) => findings.tell(
                &ADDED_REQUIRED,
                head.at(now),
                "requests must have a body now",
            ),
            None => findings.tell(
                &ADDED_OPTIONAL,
                head.at(now),
                "requests may have a body now",
            ),
        },
        (Some(was), None) => {
            findings.tell(&REMOVED, base.at(was), "requests have no body any more")
        }
        (Some(was), Some(now)) => {
            let (was, now) = (base.resolve(was), head.resolve(now));
            match (required(was), required(now)) {
                (None, Some(node)) => {
                    findings.tell_of(subject, &BECAME_REQUIRED, head.at(node), "is required now");
                }
                (Some(node), None) => {
                    let at = now
                        .get("required")
                        .map_or(base.at(node), |node| head.at(node));
                    findings.tell_of(subject, &BECAME_OPTIONAL, at, "is optional now");
                }
                _ => {}
            }
            let text = |node: &'d Node| node.get("description").map(canonical);
            if text(was) != text(now) {
                let at = place((base, was), (head, now), "description");
                findings.tell_of(subject, &BODY_TEXT, at, "its description changed");
            }
            content(comparison, findings, subject, was, now, Direction::Request);
        }
    }
}

/// Compares the bodies that a callback brings.
pub(crate) fn callback<'d>(
    comparison: &mut Comparison<'_, 'd>,
    findings: &mut Findings<'d>,
    subject: &str,
    was: &'d Node,
    now: &'d Node,
) {
    let was = comparison.base.side.get(was, "requestBody");
    let now = comparison.head.side.get(now, "requestBody");
    if let (Some(was), Some(now)) = (was, now) {
        content(comparison, findings, subject, was, now, CALLED_BACK);
    }
}

/// One media type of a body.
#[derive(Debug, Clone, Copy)]
struct Media<'d> {
    name: &'d str,
    node: &'d Node,
}

impl Media<'_> {
    /// Without parameters and in lower case.
    fn essence(&self) -> String {
        let essence = self.name.split(';').next().unwrap_or(self.name);
        essence.trim().to_ascii_lowercase()
    }

    /// Its parameters in any order. How text is encoded (`charset`) is no matter of meaning.
    fn parameters(&self) -> BTreeMap<String, &str> {
        let parameters = self.name.split(';').skip(1);
        parameters
            .filter_map(|parameter| parameter.split_once('='))
            .map(|(name, value)| {
                let value = value.trim();
                let unquoted = value.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
                (name.trim().to_ascii_lowercase(), unquoted.unwrap_or(value))
            })
            .filter(|(name, _)| name != "charset")
            .collect()
    }

    /// Whether it is the same in another spelling.
    fn is_same_as(&self, other: &Self) -> bool {
        self.essence() == other.essence() && self.parameters() == other.parameters()
    }

    /// Whether it is a range (`image/*`) that another one lies in.
    fn covers(&self, other: &Self) -> bool {
        is_range_of(&self.essence(), &other.essence())
    }
}

/// Whether a media type is a range that another one lies in.
fn is_range_of(range: &str, other: &str) -> bool {
    range == "*/*"
        || range
            .strip_suffix('*')
            .is_some_and(|prefix| prefix.ends_with('/') && other.starts_with(prefix))
}

/// Compares the media types of two bodies, and their schemas.
pub(crate) fn content<'d>(
    comparison: &mut Comparison<'_, 'd>,
    findings: &mut Findings<'d>,
    subject: &str,
    was: &'d Node,
    now: &'d Node,
    direction: Direction,
) {
    let (base, head) = (comparison.base.side, comparison.head.side);
    let before = media(was);
    let after = media(now);
    let several = before.len() > 1 || after.len() > 1;
    let mut known = Vec::new();
    for old in &before {
        // One with other parameters is the same type in another version, unless that was there too.
        let is_former = |new: &Media<'d>| {
            new.essence() == old.essence() && !before.iter().any(|other| other.is_same_as(new))
        };
        let other = after
            .iter()
            .position(|new| new.is_same_as(old))
            .or_else(|| after.iter().position(is_former))
            .or_else(|| after.iter().position(|new| new.covers(old)))
            // A range of answers may shrink to one of them; a range of requests may not.
            .or_else(|| {
                let one = after.iter().position(|new| old.covers(new));
                one.filter(|_| direction == Direction::Response)
            });
        let subject = if several {
            format!("{subject} ({})", old.essence())
        } else {
            subject.to_owned()
        };
        let Some(index) = other else {
            let (check, text) = match direction {
                Direction::Response => (
                    &RESPONSE_TYPE_REMOVED,
                    format!("`{}` is not answered any more", old.name),
                ),
                _ => (
                    &REQUEST_TYPE_REMOVED,
                    format!("`{}` is not accepted any more", old.name),
                ),
            };
            findings.tell_of(&subject, check, base.at(old.node), text);
            continue;
        };
        known.push(index);
        let new = after[index];
        if old.essence() != new.essence() {
            let (check, text) = match direction {
                Direction::Response if new.covers(old) => (
                    &RESPONSE_TYPE_WIDENED,
                    format!("any of `{}` may be answered now", new.name),
                ),
                Direction::Response => (
                    &RESPONSE_TYPE_NARROWED,
                    format!("only `{}` is answered now", new.name),
                ),
                _ => (
                    &REQUEST_TYPE_ADDED,
                    format!("any of `{}` is accepted now", new.name),
                ),
            };
            findings.tell_of(&subject, check, head.at(new.node), text);
        } else if old.parameters() != new.parameters() {
            let check = match direction {
                Direction::Response => &RESPONSE_PARAMETERS,
                _ => &REQUEST_PARAMETERS,
            };
            let text = format!("is `{}` now, was `{}`", new.name, old.name);
            findings.tell_of(&subject, check, head.at(new.node), text);
        }
        let (was, now) = (old.node.get("schema"), new.node.get("schema"));
        let way = (direction, Written::of(&new.essence()));
        findings.schemas(comparison, &subject, was, now, way);
        if direction == Direction::Request {
            parts(comparison, findings, &subject, old.node, new.node);
        }
    }
    for (index, new) in after.iter().enumerate() {
        if known.contains(&index) {
            continue;
        }
        let (check, text) = match direction {
            Direction::Response => (
                &RESPONSE_TYPE_ADDED,
                format!("`{}` may be answered now", new.name),
            ),
            _ => (
                &REQUEST_TYPE_ADDED,
                format!("`{}` is accepted now", new.name),
            ),
        };
        findings.tell_of(subject, check, head.at(new.node), text);
    }
}

fn media<'d>(body: &'d Node) -> Vec<Media<'d>> {
    let content = body.get("content").and_then(Node::as_mapping);
    content
        .into_iter()
        .flatten()
        .map(|entry| Media {
            name: &entry.key.name,
            node: &entry.value,
        })
        .collect()
}

/// Compares the encodings of the parts of a form.
fn parts<'d>(
    comparison: &mut Comparison<'_, 'd>,
    findings: &mut Findings<'d>,
    subject: &str,
    was_node: &'d Node,
    now_node: &'d Node,
) {
    let (base, head) = (comparison.base.side, comparison.head.side);
    let encodings = |node: &'d Node| node.get("encoding").and_then(Node::as_mapping);
    let names: BTreeSet<&str> = [was_node, now_node]
        .into_iter()
        .filter_map(encodings)
        .flatten()
        .map(|entry| entry.key.name.as_str())
        .collect();
    for name in names {
        let of = |node: &'d Node| encodings(node).and_then(|parts| parts.get(name));
        let (was, now) = (of(was_node), of(now_node));
        let subject = format!("{subject}, part `{name}`");
        let types = |node: Option<&'d Node>| -> Option<(BTreeSet<String>, &'d Node)> {
            let node = node?.get("contentType")?;
            let list = node.as_str()?.split(',');
            Some((
                list.map(|item| item.trim().to_ascii_lowercase()).collect(),
                node,
            ))
        };
        let own = (
            own_type(&mut comparison.base, was_node, name),
            own_type(&mut comparison.head, now_node, name),
        );
        let is_own = |types: &BTreeSet<String>, own: Option<&str>| {
            own.is_some_and(|own| types.len() == 1 && types.contains(own))
        };
        match (types(was), types(now)) {
            // It is written out what the part has anyway.
            (None, Some((after, _))) if is_own(&after, own.0) => {}
            (Some((before, _)), None) if is_own(&before, own.1) => {}
            (None, Some((_, node))) => {
                let text = "has a list of content types now, had none";
                findings.tell_of(&subject, &PART_TYPE_REMOVED, head.at(node), text);
            }
            (Some((_, node)), None) => {
                let text = "has no list of content types any more";
                findings.tell_of(&subject, &PART_TYPE_ADDED, base.at(node), text);
            }
            (Some((before, _)), Some((after, node))) => {
                let lies_in = |types: &BTreeSet<String>, other: &str| {
                    types.iter().any(|range| is_range_of(range, other))
                };
                for gone in before.difference(&after).filter(|it| !lies_in(&after, it)) {
                    let text = format!("may not be `{gone}` any more");
                    findings.tell_of(&subject, &PART_TYPE_REMOVED, head.at(node), text);
                }
                for new in after.difference(&before).filter(|it| !lies_in(&before, it)) {
                    let text = format!("may be `{new}` now");
                    findings.tell_of(&subject, &PART_TYPE_ADDED, head.at(node), text);
                }
            }
            (None, None) => {}
        }
        for keyword in ["style", "explode", "allowReserved"] {
            let said = |node: Option<&'d Node>| node.and_then(|node| node.get(keyword));
            let at = match (said(was), said(now)) {
                (None, None) => continue,
                (Some(was), Some(now)) if canonical(was) == canonical(now) => continue,
                (_, Some(now)) => head.at(now),
                (Some(was), None) => base.at(was),
            };
            findings.tell_of(
                &subject,
                &PART_ENCODING_CHANGED,
                at,
                format!("`{keyword}` changed"),
            );
        }
        part_headers(comparison, findings, &subject, was, now);
    }
}

/// The content type that a part of a form has where none is written, by OpenAPI.
fn own_type<'d>(schemas: &mut Schemas<'_, 'd>, form: &'d Node, name: &str) -> Option<&'static str> {
    let form = schemas.intern(&[form.get("schema")?]);
    let mut part = schemas.intern(schemas.get(form).properties.get(name)?);
    let mut schema = schemas.get(part);
    if schema.types == Types::ARRAY {
        part = schemas.intern(&schema.items);
        schema = schemas.get(part);
    }
    match schema.types {
        Types::OBJECT => Some("application/json"),
        Types::STRING if schema.format.is_some_and(|said| said.value == "binary") => {
            Some("application/octet-stream")
        }
        Types::STRING | Types::INTEGER | Types::NUMBER | Types::BOOLEAN => Some("text/plain"),
        _ => None,
    }
}

/// Compares the headers that a client gives a part.
fn part_headers<'d>(
    comparison: &mut Comparison<'_, 'd>,
    findings: &mut Findings<'d>,
    subject: &str,
    was: Option<&'d Node>,
    now: Option<&'d Node>,
) {
    let (base, head) = (comparison.base.side, comparison.head.side);
    let headers = |node: Option<&'d Node>| node?.get("headers")?.as_mapping();
    for entry in headers(was).into_iter().flatten() {
        let name = &entry.key.name;
        let subject = format!("{subject}, header `{name}`");
        let Some(other) = headers(now).and_then(|headers| headers.get(name)) else {
            let at = base.at(&entry.value);
            findings.tell_of(&subject, &PART_ENCODING_CHANGED, at, "is gone");
            continue;
        };
        let (was, now) = (base.resolve(&entry.value), head.resolve(other));
        let required = |node: &'d Node| node.get("required").and_then(Node::as_bool) == Some(true);
        if required(now) && !required(was) {
            let at = head.at(now.get("required").unwrap_or(now));
            findings.tell_of(&subject, &PART_ENCODING_CHANGED, at, "is required now");
        }
        let (was, now) = (was.get("schema"), now.get("schema"));
        let way = (Direction::Request, Written::Text);
        findings.schemas(comparison, &subject, was, now, way);
    }
    for entry in headers(now).into_iter().flatten() {
        let name = &entry.key.name;
        if headers(was).is_none_or(|headers| headers.get(name).is_none()) {
            let subject = format!("{subject}, header `{name}`");
            let at = head.at(&entry.value);
            findings.tell_of(&subject, &PART_ENCODING_CHANGED, at, "is new");
        }
    }
}
