//! From OpenAPI 3.0 to 3.1.
//!
//! The two differ in their schemas: 3.1 uses JSON Schema as it is. Each pass below takes one thing
//! that 3.0 says in its own words and says it in those of JSON Schema. What the pages of the
//! specification leave open is decided in `docs/export.md`.

use xquik_document::{Mapping, Node, Pointer, Span, Value};

/// The version that is written: the first whose words on files are complete.
const VERSION: &str = "3.1.1";

/// Translates a whole document.
pub(super) fn to_3_1(original: &Node) -> Node {
    let mut root = original.clone();
    if let Some(version) = root.get_mut("openapi") {
        *version = Node::string(VERSION, version.span);
    }
    walk(&mut root, Kind::Document, original);
    root
}

/// The objects of OpenAPI that lead to schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Document,
    Components,
    PathItem,
    Operation,
    /// Or a header, which is the same without a name.
    Parameter,
    RequestBody,
    Response,
    MediaType,
    Encoding,
    Callback,
    Schema,
}

/// How a member holds the objects below it.
#[derive(Debug, Clone, Copy)]
enum Holds {
    One(Kind),
    Each(Kind),
}

/// What is below a member of an object.
fn below(kind: Kind, name: &str) -> Option<Holds> {
    use Holds::{Each, One};
    Some(match (kind, name) {
        (Kind::Document, "paths") => Each(Kind::PathItem),
        (Kind::Document, "components") => One(Kind::Components),
        (Kind::Components, "schemas") => Each(Kind::Schema),
        (Kind::Components, "parameters") => Each(Kind::Parameter),
        (Kind::Components | Kind::Response | Kind::Encoding, "headers") => Each(Kind::Parameter),
        (Kind::Components, "requestBodies") => Each(Kind::RequestBody),
        (Kind::Components | Kind::Operation, "responses") => Each(Kind::Response),
        (Kind::Components | Kind::Operation, "callbacks") => Each(Kind::Callback),
        (Kind::PathItem | Kind::Operation, "parameters") => Each(Kind::Parameter),
        (
            Kind::PathItem,
            "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace",
        ) => One(Kind::Operation),
        (Kind::Operation, "requestBody") => One(Kind::RequestBody),
        (Kind::Parameter | Kind::RequestBody | Kind::Response, "content") => Each(Kind::MediaType),
        (Kind::Parameter | Kind::MediaType, "schema") => One(Kind::Schema),
        (Kind::MediaType, "encoding") => Each(Kind::Encoding),
        (Kind::Callback, name) if !name.starts_with("x-") => One(Kind::PathItem),
        (Kind::Schema, "properties") => Each(Kind::Schema),
        (Kind::Schema, "items" | "not" | "additionalProperties") => One(Kind::Schema),
        (Kind::Schema, "allOf" | "oneOf" | "anyOf") => Each(Kind::Schema),
        _ => return None,
    })
}

fn walk(node: &mut Node, kind: Kind, original: &Node) {
    if node.reference().is_some() && kind != Kind::Document {
        return reference(node);
    }
    for entry in node
        .as_mapping_mut()
        .into_iter()
        .flat_map(Mapping::iter_mut)
    {
        match below(kind, &entry.key.name) {
            None => {}
            Some(Holds::One(kind)) => walk(&mut entry.value, kind, original),
            Some(Holds::Each(kind)) => match &mut entry.value.value {
                Value::Mapping(members) => {
                    for member in members.iter_mut() {
                        // An extension among paths or responses is no path and no response.
                        if kind == Kind::Schema
                            || !member.key.name.starts_with("x-")
                            || is_header(kind)
                        {
                            walk(&mut member.value, kind, original);
                        }
                    }
                }
                Value::Sequence(items) => {
                    items.iter_mut().for_each(|item| walk(item, kind, original))
                }
                _ => {}
            },
        }
    }
    match kind {
        Kind::Schema => schema(node, original),
        Kind::Parameter => parameter(node),
        _ => {}
    }
}

/// Headers are often called `x-…`.
fn is_header(kind: Kind) -> bool {
    kind == Kind::Parameter
}

/// What stands beside a `$ref` is ignored in 3.0 and would count in 3.1; only what people read stays.
fn reference(node: &mut Node) {
    if let Some(members) = node.as_mapping_mut() {
        members.retain(|entry| matches!(&*entry.key.name, "$ref" | "summary" | "description"));
    }
}

/// Two fields mean something in a query alone. 3.0 lets them stand elsewhere and 3.1 does not.
fn parameter(node: &mut Node) {
    let place = node.get("in").and_then(Node::as_str);
    if place.is_none_or(|place| place == "query") {
        return;
    }
    if let Some(members) = node.as_mapping_mut() {
        members.retain(|entry| !matches!(&*entry.key.name, "allowReserved" | "allowEmptyValue"));
    }
}

fn schema(node: &mut Node, original: &Node) {
    let span = node.span;
    let Some(members) = node.as_mapping_mut() else {
        return;
    };
    bound(members, "minimum", "exclusiveMinimum");
    bound(members, "maximum", "exclusiveMaximum");
    bytes(members);
    examples(members);
    nullable(members, span, original);
}

/// `minimum: 0, exclusiveMinimum: true` is `exclusiveMinimum: 0`.
fn bound(members: &mut Mapping, inclusive: &str, exclusive: &str) {
    match members.get(exclusive).and_then(Node::as_bool) {
        Some(true) => match members.get(inclusive).cloned() {
            Some(number) => rename(members, inclusive, exclusive, &number),
            None => {
                members.remove(exclusive);
            }
        },
        Some(false) => {
            members.remove(exclusive);
        }
        None => {}
    }
}

/// Puts another member in the place of one, so that the order stays readable.
fn rename(members: &mut Mapping, from: &str, to: &str, value: &Node) {
    members.remove(to);
    let old = std::mem::take(members);
    *members = old
        .into_iter()
        .map(|mut entry| {
            if entry.key.name == from {
                to.clone_into(&mut entry.key.name);
                entry.value = value.clone();
            }
            entry
        })
        .collect();
}

/// Files and bytes. What is sent as it is has no JSON type; what is encoded is a string.
fn bytes(members: &mut Mapping) {
    let Some(format) = members.get("format") else {
        return;
    };
    let span = format.span;
    match format.as_str() {
        Some("binary") => {
            let media_type = Node::string("application/octet-stream", span);
            rename(members, "format", "contentMediaType", &media_type);
            members.remove("type");
        }
        Some("byte") => {
            let encoding = Node::string("base64", span);
            rename(members, "format", "contentEncoding", &encoding);
        }
        _ => {}
    }
}

/// JSON Schema has a list of examples.
fn examples(members: &mut Mapping) {
    if let Some(example) = members.get("example").cloned()
        && members.get("examples").is_none()
    {
        let span = example.span;
        let list = Node::new(Value::Sequence(vec![example]), span);
        rename(members, "example", "examples", &list);
    }
}

/// Keywords that say nothing about values, and stay where they are when the rest is wrapped.
const ANNOTATIONS: [&str; 9] = [
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "externalDocs",
    "xml",
];

/// `nullable: true` allows null, whatever else is said.
fn nullable(members: &mut Mapping, span: Span, original: &Node) {
    let is_nullable = members
        .remove("nullable")
        .is_some_and(|node| node.as_bool() == Some(true));
    if !is_nullable {
        return;
    }
    let null = || Node::object([("type", Node::string("null", span))], span);
    // Null among the members of a `oneOf` must not fit another of them as well.
    let is_ambiguous = members
        .get("oneOf")
        .and_then(Node::as_sequence)
        .is_some_and(|members| members.iter().any(|member| may_be_null(member, original)));
    if members.get("allOf").is_some() || members.get("not").is_some() || is_ambiguous {
        // Each member of an `allOf` would have to allow null; the whole becomes one of two instead.
        let (outside, inside): (Vec<_>, Vec<_>) = std::mem::take(members)
            .into_iter()
            .partition(|entry| is_annotation(&entry.key.name));
        let inside = Node::new(Value::Mapping(inside.into_iter().collect()), span);
        *members = outside.into_iter().collect();
        let either = Node::new(Value::Sequence(vec![inside, null()]), span);
        members.insert("anyOf", either);
        return;
    }
    for keyword in ["oneOf", "anyOf"] {
        if let Some(alternatives) = members.get_mut(keyword).and_then(Node::as_sequence_mut) {
            alternatives.push(null());
        }
    }
    if let Some(values) = members.get_mut("enum").and_then(Node::as_sequence_mut)
        && !values.iter().any(|value| value.value == Value::Null)
    {
        values.push(Node::new(Value::Null, span));
    }
    if let Some(kind) = members.get_mut("type")
        && let Some(name) = kind.as_str()
    {
        *kind = Node::strings([name, "null"], kind.span);
    }
}

/// Whether a member of a `oneOf`, translated already unless it is a reference, may fit null. In doubt
/// it may: only a schema that says its type is known not to.
fn may_be_null(member: &Node, original: &Node) -> bool {
    let target = member.reference().and_then(|reference| {
        let pointer = Pointer::from_reference(reference)?;
        let mut tokens = pointer.tokens().iter();
        tokens.try_fold(original, |node, token| node.child(token))
    });
    let schema = target.unwrap_or(member);
    let is_nullable = schema.get("nullable").and_then(Node::as_bool) == Some(true);
    is_nullable || schema.get("type").and_then(Node::as_str).is_none()
}

fn is_annotation(name: &str) -> bool {
    ANNOTATIONS.contains(&name) || name.starts_with("x-")
}
