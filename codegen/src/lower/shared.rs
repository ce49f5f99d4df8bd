//! Which schemas are shared, and what the components are called that they become.

use crate::document::{Mapping, Node, Pointer, Value};
use crate::names as rust_names;

use super::Lowering;
use super::schema::is_structural;

/// The shelves of components that are put where they are referred to, and what one of them is.
const SHELVES: &[(&str, &str)] = &[
    ("responses", "Response"),
    ("requestBodies", "Body"),
    ("parameters", "Parameter"),
    ("headers", "Header"),
];

/// What kind of component a place is in, where that is one that is put where it is referred to.
pub(super) fn shelf_of(pointer: &Pointer) -> Option<&'static str> {
    let [components, shelf, _, ..] = pointer.tokens() else {
        return None;
    };
    let (_, kind) = SHELVES.iter().find(|(name, _)| name == shelf)?;
    (components == "components").then_some(kind)
}

/// The answer, body or parameter that has this schema in one of its media types.
pub(super) fn holder_of(pointer: &Pointer) -> Option<Pointer> {
    let tokens = pointer.tokens();
    let content = tokens.iter().position(|token| token == "content")?;
    let schema = tokens.get(content + 2)?;
    (schema == "schema").then(|| Pointer::new(tokens[..content].to_vec()))
}

/// Visits the schemas of an operation's parameters, body and answers, and says whether it is a
/// parameter's.
pub(super) fn each_place(operation: &mut Node, visit: &mut impl FnMut(&mut Node, bool)) {
    for parameter in operation
        .get_mut("parameters")
        .and_then(Node::as_sequence_mut)
        .into_iter()
        .flatten()
    {
        if let Some(schema) = parameter.get_mut("schema") {
            visit(schema, true);
        }
        each_content(parameter, &mut |schema| visit(schema, true));
    }
    if let Some(body) = operation.get_mut("requestBody") {
        each_content(body, &mut |schema| visit(schema, false));
    }
    for response in operation
        .get_mut("responses")
        .and_then(Node::as_mapping_mut)
        .into_iter()
        .flat_map(Mapping::iter_mut)
    {
        each_content(&mut response.value, &mut |schema| visit(schema, false));
    }
}

fn each_content(holder: &mut Node, visit: &mut impl FnMut(&mut Node)) {
    let content = holder.get_mut("content").and_then(Node::as_mapping_mut);
    for media_type in content.into_iter().flat_map(Mapping::iter_mut) {
        if let Some(schema) = media_type.value.get_mut("schema") {
            visit(schema);
        }
    }
}

/// Visits the outermost schemas that become types with a name: the schema itself, or those of its
/// items and of the members of any name.
pub(super) fn each_type(schema: &mut Node, visit: &mut impl FnMut(&mut Node)) {
    if schema.reference().is_some() {
        return;
    }
    if is_type(schema) {
        return visit(schema);
    }
    let Some(mapping) = schema.as_mapping_mut() else {
        return;
    };
    for entry in mapping.iter_mut() {
        match (entry.key.name.as_str(), &mut entry.value) {
            ("items" | "additionalProperties", inner) if inner.as_mapping().is_some() => {
                each_type(inner, visit);
            }
            // A choice between null and one other is that other.
            ("oneOf" | "anyOf", members) => {
                let members = members.as_sequence_mut().into_iter().flatten();
                members.for_each(|member| each_type(member, visit));
            }
            _ => {}
        }
    }
}

/// Whether a schema becomes a type that has a name.
pub(super) fn is_type(schema: &Node) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| schema.get(word).is_some());
    let members = |word| schema.get(word).and_then(Node::as_sequence);
    let is_choice = ["oneOf", "anyOf"]
        .into_iter()
        .filter_map(members)
        .any(|of| {
            let values = of.iter().filter(|member| !is_null(member));
            values.count() > 1
        });
    // A reference with something said about its place is no type of its own.
    let says = |member: &&Node| {
        let words = member.as_mapping().into_iter().flatten();
        words.map(|word| word.key.name.as_str()).any(is_structural)
    };
    let is_merge = members("allOf").is_some_and(|of| {
        let mut merged = of.iter().filter(says);
        let first = merged.next();
        merged.next().is_some() || first.is_some_and(|first| first.reference().is_none())
    });
    let is_scalar = |value: &Node| {
        matches!(
            value.value,
            Value::String(_) | Value::Number(_) | Value::Bool(_)
        )
    };
    let is_set = members("enum").is_some_and(|values| values.iter().any(is_scalar))
        || schema.get("const").is_some_and(is_scalar);
    let is_secret = schema.get("format").and_then(Node::as_str) == Some("password");
    is_choice
        || is_merge
        || is_set
        || is_secret
        || has(&[
            "properties",
            "patternProperties",
            "x-extensible-enum",
            "pattern",
            "minLength",
            "maxLength",
        ])
}

/// Whether nothing but null fits a schema.
fn is_null(schema: &Node) -> bool {
    let node = schema.get("type");
    node.is_some_and(|node| node.value == Value::Null || node.as_str() == Some("null"))
}

/// Takes out that a schema may be null, and says whether it might.
pub(super) fn take_null(schema: &mut Node) -> bool {
    let Some(mapping) = schema.as_mapping_mut() else {
        return false;
    };
    let flag = mapping.remove("nullable");
    let mut found = flag.and_then(|flag| flag.as_bool()) == Some(true);
    for word in ["type", "oneOf", "anyOf"] {
        let Some(items) = mapping.get_mut(word).and_then(Node::as_sequence_mut) else {
            continue;
        };
        let before = items.len();
        items.retain(|item| match word {
            "type" => item.scalar_text() != Some("null"),
            _ => !is_null(item),
        });
        found |= items.len() < before;
    }
    found
}

/// A schema that is this one or null, in the words of any version.
pub(super) fn nullable(schema: Node) -> Node {
    let span = schema.span;
    let null = Node::object([("type", Node::string("null", span))], span);
    let members = Node::new(Value::Sequence(vec![schema, null]), span);
    Node::object([("anyOf", members)], span)
}

/// What a component is called that stands at a pointer, the best name first.
pub(super) fn wanted(lowering: &Lowering<'_>, pointer: &Pointer) -> Vec<String> {
    let tokens = pointer.tokens();
    let text = |length: usize, word: &str| {
        let node = lowering
            .document
            .at(&Pointer::new(tokens[..length].to_vec()))?;
        node.get(word)?.scalar_text()
    };
    let kind = shelf_of(pointer);
    let operation = (0..tokens.len()).rev().find_map(|length| {
        let id = text(length, "operationId")?;
        Some((length, id))
    });
    // The parameter whose number is the last of this many tokens.
    let parameter = (1..tokens.len())
        .find(|&at| tokens[at - 1] == "parameters" && text(at + 1, "in").is_some());
    let (base, inside) = match (kind, operation, parameter) {
        (Some(_), ..) => (rust_names::pascal(&tokens[2]), 3),
        (None, operation, Some(at)) => {
            let of = match operation {
                Some((_, id)) => id.to_owned(),
                None => tokens.get(1).cloned().unwrap_or_default(),
            };
            let name = text(at + 1, "name").unwrap_or_default();
            (rust_names::pascal(&format!("{of}-{name}")), at + 1)
        }
        (None, Some((length, id)), None) => match &tokens[length..] {
            [responses, status, ..] if responses == "responses" => {
                let name = format!("{id}-status-{status}");
                (rust_names::pascal(&name), length + 2)
            }
            [body, ..] if body == "requestBody" => {
                (rust_names::pascal(&format!("{id}-body")), length + 1)
            }
            _ => return vec![last_words(tokens)],
        },
        (None, None, None) => return vec![last_words(tokens)],
    };
    let mut inside = &tokens[inside..];
    let mut media_type = String::new();
    if let [content, name, rest @ ..] = inside
        && content == "content"
    {
        // One that is JSON needs no word, nor the only one.
        let holder = holder_of(pointer).and_then(|holder| lowering.document.at(&holder));
        let content = holder.and_then(|holder| holder.get("content")?.as_mapping());
        let is_main = content.is_none_or(|content| {
            content.len() == 1
                || name == "application/json"
                || content.get("application/json").is_none()
                    && content
                        .iter()
                        .next()
                        .is_some_and(|first| first.key.name == *name)
        });
        if !is_main {
            let short = name.split_once('/').map_or(name.as_str(), |(_, name)| name);
            media_type = rust_names::pascal(short);
        }
        inside = rest;
    }
    let mut tail = String::new();
    let mut inside = inside.iter().peekable();
    while let Some(token) = inside.next() {
        match token.as_str() {
            "items" => tail += "Item",
            "additionalProperties" => tail += "Value",
            "properties" => {
                let name = inside.next().map(String::as_str).unwrap_or_default();
                tail += &rust_names::pascal(name);
            }
            "oneOf" | "anyOf" | "allOf" => {
                inside.next();
            }
            _ => {}
        }
    }
    let mut names = vec![format!("{base}{media_type}{tail}")];
    names.extend(kind.map(|kind| format!("{base}{kind}{media_type}{tail}")));
    names
}

/// A name made of the last words of a pointer that say something.
fn last_words(tokens: &[String]) -> String {
    let words: Vec<&str> = tokens
        .iter()
        .map(String::as_str)
        .filter(|token| !GENERIC.contains(token))
        .collect();
    rust_names::pascal(&words[words.len().saturating_sub(3)..].join("-"))
}

/// Tokens of pointers that name nothing.
const GENERIC: &[&str] = &[
    "paths",
    "components",
    "schemas",
    "schema",
    "properties",
    "content",
    "responses",
    "requestBody",
    "requestBodies",
    "parameters",
    "application/json",
    "items",
    "allOf",
    "oneOf",
    "anyOf",
    "$defs",
    "definitions",
    "additionalProperties",
];
