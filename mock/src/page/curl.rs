//! A request as a `curl` command that can be copied.

use serde_json::{Value, json};

use crate::behaviour::Behaviour;
use crate::document::{Document, Media, Operation, Place, SchemeKind, Segment};
use crate::magic;

/// A command that has an operation answer as `word` asks, or that shows its usual request if there is no word.
pub(super) fn command(
    document: &Document,
    origin: &str,
    operation: &Operation,
    word: Option<&str>,
) -> String {
    let path_takes_it = operation
        .segments
        .iter()
        .any(|segment| matches!(segment, Segment::Parameter(_)));
    let mut path = document.base.clone();
    let mut asked = false;
    for segment in &operation.segments {
        path.push('/');
        match segment {
            Segment::Literal(literal) => path.push_str(literal),
            Segment::Parameter(name) => {
                let example = example(operation, name);
                match word {
                    Some(word) if !asked => {
                        asked = true;
                        path.push_str(&in_manner_of(&example, word));
                    }
                    _ => path.push_str(&example),
                }
            }
        }
    }
    let mut parts = vec!["curl".to_owned()];
    if operation.method != http::Method::GET {
        parts.push(format!("-X {}", operation.method));
    }
    parts.push(quoted(&format!("{origin}{path}")));
    if let Some(header) = credential(document) {
        parts.push(format!("-H {}", quoted(&header)));
    }
    if let Some(body) = &operation.body {
        let word = if path_takes_it { None } else { word };
        let member = Behaviour::of(operation).member();
        if let Some(media) = body.media("application/json") {
            let mut example = media.example.clone().unwrap_or_else(|| json!({}));
            if let Some(word) = word {
                put(&mut example, member, word);
            }
            parts.push("-H 'Content-Type: application/json'".to_owned());
            parts.push(format!("-d {}", quoted(&example.to_string())));
        } else if let Some(media) = body.media.first() {
            let mut example = media.example.clone().unwrap_or_else(|| json!({}));
            if let Some(word) = word {
                put(&mut example, member, word);
            }
            for (name, value) in example.as_object().into_iter().flatten() {
                let types = media.part_types.iter().find(|(part, _)| part == name);
                let value = match value {
                    _ if media.is_binary(name) => {
                        match types.and_then(|(_, types)| types.first()) {
                            Some(kind) => format!("@{name};type={kind}"),
                            None => format!("@{name}"),
                        }
                    }
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                parts.push(format!("-F {}", quoted(&format!("{name}={value}"))));
            }
        }
    }
    parts.join(" ")
}

/// The path of the usual request.
pub(super) fn path(document: &Document, operation: &Operation) -> String {
    let mut path = document.base.clone();
    for segment in &operation.segments {
        path.push('/');
        match segment {
            Segment::Literal(literal) => path.push_str(literal),
            Segment::Parameter(name) => path.push_str(&example(operation, name)),
        }
    }
    path
}

/// What the document's example has for a member; nothing for a file.
pub(super) fn example_of(media: &Media, name: &str) -> String {
    let example = media.example.as_ref().and_then(|example| example.get(name));
    match example {
        _ if media.is_binary(name) => String::new(),
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// The header in which a key is sent, if the document has such a credential.
pub(super) fn header_of_keys(document: &Document) -> Option<&str> {
    let mut schemes = document.credentials.iter();
    schemes.find_map(|scheme| match &scheme.kind {
        SchemeKind::Header(name) => Some(name.as_str()),
        _ => None,
    })
}

fn example(operation: &Operation, name: &str) -> String {
    operation
        .parameters
        .iter()
        .find(|parameter| parameter.place == Place::Path && parameter.name == name)
        .and_then(|parameter| parameter.example.clone())
        .unwrap_or_else(|| "1".to_owned())
}

/// A word as an id of the same kind as the example: `xch_…` if that begins so.
fn in_manner_of(example: &str, word: &str) -> String {
    if example.starts_with(magic::CHALLENGE_PREFIX) {
        format!("{}{word}", magic::CHALLENGE_PREFIX)
    } else {
        word.to_owned()
    }
}

/// Puts a word into the member that takes it, or into the first that is text.
fn put(body: &mut Value, member: Option<&str>, word: &str) {
    let Some(members) = body.as_object_mut() else {
        return;
    };
    let name = member.map(str::to_owned).or_else(|| {
        let mut texts = members.iter().filter(|(_, value)| value.is_string());
        texts.next().map(|(name, _)| name.clone())
    });
    if let Some(name) = name {
        members.insert(name, json!(word));
    }
}

fn credential(document: &Document) -> Option<String> {
    header_of_keys(document).map(|name| format!("{name}: {}", magic::EXAMPLE_KEY))
}

/// In single quotes, which a shell leaves as they are.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
