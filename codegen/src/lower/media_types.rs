//! The members of `content`: each is a media type, with an object that describes it.
//!
//! People also write there what belongs one level deeper, and media types without their first word;
//! both would otherwise be media types of their own, which nobody sends. What is meant is taken, or
//! left out where nothing is meant, and a note says so. A note says as well where a schema says more
//! of a media type than the client makes of it.

use crate::document::{Entry, Mapping, Node, Value};

use super::Lowering;
use super::bodies::{essence, is_json};
use super::resolver::resolved;

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
    slips(lowering, content);
    let Some(content) = content.as_mapping_mut() else {
        return;
    };
    // What no header can hold is asked for and sent by nobody.
    content.retain(|entry| {
        let fits = entry
            .key
            .name
            .bytes()
            .all(|byte| matches!(byte, b' '..=b'~'));
        if !fits {
            let message = format!(
                "`{}` is no media type, which has letters, digits and signs of ASCII only",
                entry.key.name
            );
            lowering.wrong_so(entry.key.span, message, "it is left out");
        }
        fits
    });
}

/// Says where a schema says more of a media type than that it is text or bytes, which is all that
/// the client makes of it.
pub(super) fn unread(lowering: &mut Lowering<'_>, holder: &Node, is_body: bool) {
    let Some(content) = holder.get("content").and_then(Node::as_mapping) else {
        return;
    };
    let schema = |entry: &Entry| {
        ["schema", "itemSchema"]
            .iter()
            .find_map(|word| entry.value.get(word).cloned())
    };
    let is_json = |entry: &&Entry| is_json(&essence(&entry.key.name));
    let json: Vec<_> = content.iter().filter(is_json).filter_map(schema).collect();
    for entry in content {
        let essence = essence(&entry.key.name);
        let is_form =
            essence == "application/x-www-form-urlencoded" || essence.starts_with("multipart/");
        let is_form = is_body && is_form || essence.contains('*');
        let Some(schema) = schema(entry) else {
            continue;
        };
        // The same beside it, in JSON.
        let is_elsewhere = json.iter().any(|json| json.to_json() == schema.to_json());
        if is_form || self::is_json(&essence) || is_elsewhere {
            continue;
        }
        let says_more = resolved(lowering, &schema).is_none_or(|schema| {
            let types = match schema.get("type").map(|types| &types.value) {
                Some(Value::String(one)) => vec![one.as_str()],
                Some(Value::Sequence(several)) => {
                    several.iter().filter_map(Node::scalar_text).collect()
                }
                _ => Vec::new(),
            };
            let is_text = types.contains(&"string")
                && types.iter().all(|of| matches!(*of, "string" | "null"));
            !is_text && schema.as_mapping().is_some_and(|schema| !schema.is_empty())
        });
        if says_more {
            lowering.note(
                schema.span,
                format!(
                    "the client gives and takes `{essence}` as it is written, so this schema is left \
                     to whoever reads it"
                ),
            );
        }
    }
}

/// Takes what is meant where something else than media types stands.
fn slips(lowering: &mut Lowering<'_>, content: &mut Node) {
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
