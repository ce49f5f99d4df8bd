//! The members of `content`: each is a media type, with an object that describes it.
//!
//! People also write there what belongs one level deeper, and media types without their first word;
//! both would otherwise be media types of their own, which nobody sends. What is meant is taken, or
//! left out where nothing is meant, and a note says so.

use crate::document::{Mapping, Node, Value};

use super::Lowering;

/// What people write for a media type, and what they mean.
const SHORT: &[(&str, &str)] = &[
    ("json", "application/json"),
    ("x-www-form-urlencoded", "application/x-www-form-urlencoded"),
    ("form-data", "multipart/form-data"),
];

/// Words that describe a media type and are none.
const INNER: &[&str] = &["schema", "example", "examples", "encoding", "description"];

/// Leaves media types only.
pub(super) fn settle(lowering: &mut Lowering<'_>, content: &mut Node) {
    let span = content.span;
    let Some(content) = content.as_mapping_mut() else {
        return;
    };
    if content.iter().all(|entry| entry.key.name.contains('/')) {
        return;
    }
    let mut described = Mapping::default();
    let mut settled = Mapping::default();
    for entry in std::mem::take(content) {
        let (name, place) = (entry.key.name.as_str(), entry.key.span);
        if let Some((short, meant)) = SHORT.iter().find(|(short, _)| *short == name) {
            lowering.note(
                place,
                format!("`{short}` is taken as the media type `{meant}`"),
            );
            if settled.get(meant).is_none() {
                settled.insert(*meant, entry.value);
            }
        } else if INNER.contains(&name) {
            described.insert(name, entry.value);
            if name != "schema" {
                lowering.note(
                    place,
                    format!("`{name}` is no media type, so it is left out"),
                );
            }
        } else if name.starts_with("x-") {
            // Whatever it says, no code is made of it.
        } else {
            settled.insert(name, entry.value);
        }
    }
    if let Some(place) = described.get("schema").map(|schema| schema.span) {
        let message = if settled.is_empty() {
            settled.insert(
                "application/json",
                Node::new(Value::Mapping(described), span),
            );
            "`content` has a member per media type; this schema is taken as that of `application/json`"
        } else {
            "`schema` is no media type, so it is left out"
        };
        lowering.note(place, message);
    }
    *content = settled;
}
