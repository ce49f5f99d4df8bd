//! Several answers of an operation become one enum with a variant per status.
//!
//! progenitor has one success type and one error type per operation and panics where a document
//! has more (progenitor issues 344 and 950). Here each side that has more than one kind of answer becomes
//! one named type, a variant per status, and the variant is chosen by the status that came and not
//! by guessing at members. What may come in another media type than the one that is asked for first, and
//! is something else then (a stream of events beside JSON), is a variant too, told by the `Content-Type`
//! that came. In the lowered document that type is the `oneOf` of the schemas, so that
//! it still says what may come; the Rust enum and its decoding are rendered from the plan.

use std::collections::BTreeSet;

use crate::document::{Mapping, Node, Span, Value};
use crate::plan::{Answer, Content, Side, Status, Use};

use super::{Lowering, Place, component_name, entry, reference_to};

pub(super) fn run(lowering: &mut Lowering<'_>) {
    lowering.each_operation(lower);
}

/// A documented answer with its schema, before it is decided how it is rendered.
struct Found {
    answer: Answer,
    schema: Option<Node>,
    span: Span,
}

fn lower(lowering: &mut Lowering<'_>, operation: &mut Node, place: Place<'_>) {
    let span = operation.span;
    let responses = operation
        .as_mapping_mut()
        .and_then(|operation| operation.remove("responses"));
    let mut success = Vec::new();
    let mut error = Vec::new();
    for response in responses
        .as_ref()
        .and_then(Node::as_mapping)
        .into_iter()
        .flatten()
    {
        if response.key.name.starts_with("x-") {
            continue;
        }
        let Some(status) = Status::parse(response.key.name.trim()) else {
            lowering.error(
                response.key.span,
                format!(
                    "`{}` is no status: write three digits, a range such as `4XX`, or `default`",
                    response.key.name
                ),
            );
            continue;
        };
        let bodiless = place.method == "head" || matches!(status, Status::Code(204 | 205 | 304));
        let found = classify(lowering, status, &response.value, bodiless);
        if status.is_success() {
            success.extend(found);
        } else {
            error.extend(found);
        }
    }
    // `default` stands for every status that is not listed: without a listed success it is the
    // success as well.
    if success.is_empty() {
        let defaults = error
            .iter()
            .filter(|found| found.answer.status == Status::Default);
        success.extend(defaults.map(|default| Found {
            answer: Answer {
                status: Status::Range(2),
                ..default.answer.clone()
            },
            schema: default.schema.clone(),
            span: default.span,
        }));
    }
    // An operation that only redirects, or switches protocols, has no other success.
    if success.is_empty() {
        (success, error) = error.into_iter().partition(|found| {
            matches!(
                found.answer.status,
                Status::Code(100..=399) | Status::Range(1 | 3)
            )
        });
    }
    // Where no success is documented, whatever comes is handed over as it comes.
    if success.is_empty() {
        success.push(Found {
            answer: Answer {
                status: Status::Range(2),
                content: Content::Stream,
                description: "Not documented.".to_owned(),
                codes: Vec::new(),
                media_types: Vec::new(),
                told_by: None,
            },
            schema: None,
            span,
        });
    }

    let mut lowered = Mapping::default();
    let builder = lowering.plan.operations[place.index].builder_name.clone();
    let success = side(lowering, success, &builder, "Success", &mut lowered);
    let error = side(lowering, error, &builder, "Failure", &mut lowered);
    let plan = &mut lowering.plan.operations[place.index];
    plan.success = success;
    plan.error = error;
    if let Some(operation) = operation.as_mapping_mut() {
        operation.insert("responses", Node::new(Value::Mapping(lowered), span));
    }
}

/// What a response is: the answer that is asked for first, and those that may come in its place.
fn classify(
    lowering: &mut Lowering<'_>,
    status: Status,
    response: &Node,
    bodiless: bool,
) -> Vec<Found> {
    let description = response
        .get("description")
        .and_then(Node::as_str)
        .unwrap_or_default();
    let content = response
        .get("content")
        .and_then(Node::as_mapping)
        .filter(|_| !bodiless);
    let mut media_types: Vec<_> = content
        .into_iter()
        .flatten()
        .map(|entry| (entry.key.name.as_str(), entry.value.get("schema")))
        .collect();
    // Of several media types the one with the most structure is asked for.
    media_types.sort_by_key(
        |(media_type, schema)| match form_of(lowering, media_type, *schema) {
            Content::Json(_) => 0,
            Content::Text | Content::AnyText => 1,
            Content::Bytes => 2,
            _ => 3,
        },
    );
    let mut parts = vec![Part {
        media_types: media_types
            .first()
            .map(|(name, _)| (*name).to_owned())
            .into_iter()
            .collect(),
        told_by: None,
        holds: match media_types.first() {
            None => (Content::Empty, None),
            Some(&(media_type, schema)) => holds(lowering, media_type, schema, response.span),
        },
    }];
    others(lowering, &media_types, response, &mut parts);
    let mut codes = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for (_, schema) in &media_types {
        if let Some(schema) = schema {
            collect_codes(lowering, schema, &mut codes, &mut seen);
        }
    }
    let codes: Vec<String> = lowering
        .plan
        .registry
        .iter()
        .map(|code| code.code.clone())
        .filter(|code| codes.contains(code))
        .collect();
    let answer = |part: Part| Found {
        answer: Answer {
            status,
            content: part.holds.0,
            description: description.trim().to_owned(),
            codes: codes.clone(),
            media_types: part.media_types,
            told_by: part.told_by,
        },
        schema: part.holds.1,
        span: response.span,
    };
    parts.into_iter().map(answer).collect()
}

/// What a response is in one media type, or in several that hold the same.
struct Part {
    media_types: Vec<String>,
    told_by: Option<String>,
    holds: (Content, Option<Node>),
}

/// What comes in a media type.
fn holds(
    lowering: &Lowering<'_>,
    media_type: &str,
    schema: Option<&Node>,
    span: Span,
) -> (Content, Option<Node>) {
    match form_of(lowering, media_type, schema) {
        // JSON of no stated shape is any JSON value.
        Content::Json(_) => (
            Content::Json(Use::Nothing),
            Some(
                schema
                    .cloned()
                    .unwrap_or_else(|| Node::new(Value::Mapping(Mapping::default()), span)),
            ),
        ),
        other => (other, None),
    }
}

/// Adds what a response is in its other media types, where that is something else than in the first, and
/// says which media types no answer can be told by.
fn others(
    lowering: &mut Lowering<'_>,
    media_types: &[(&str, Option<&Node>)],
    response: &Node,
    parts: &mut Vec<Part>,
) {
    let Some((&(chosen, schema), others)) = media_types.split_first() else {
        return;
    };
    let is_text = is_text(lowering, schema);
    let schema = schema.map(Node::to_json);
    let mut left = Vec::new();
    for &(media_type, other) in others {
        let holds = holds(lowering, media_type, other, response.span);
        let is_json = matches!(holds.0, Content::Json(_));
        let is_same = other.map(Node::to_json) == schema;
        // One text, as it is and as a string of JSON.
        if is_same && is_text && matches!(holds.0, Content::Text | Content::AnyText) {
            parts[0].holds = (Content::AnyText, None);
            parts[0].media_types.push(media_type.to_owned());
            continue;
        }
        if holds.0 == parts[0].holds.0 && !is_json {
            parts[0].media_types.push(media_type.to_owned());
            continue;
        }
        // The same in another notation, as XML beside JSON.
        if is_same {
            continue;
        }
        let essence = super::bodies::essence(media_type);
        let part = Part {
            media_types: vec![media_type.to_owned()],
            told_by: Some(essence.clone()),
            holds,
        };
        let range = essence.strip_suffix('*');
        let is_wide = essence == "*"
            || range.is_some_and(|range| range == "*/" || chosen.starts_with(range))
            || essence == super::bodies::essence(chosen);
        let named = |part: &Part| part.told_by.as_deref().map(crate::names::pascal);
        if is_wide || parts.iter().any(|known| named(known) == named(&part)) {
            left.push(format!("`{media_type}`"));
        } else {
            parts.push(part);
        }
    }
    if !left.is_empty() {
        let place = response.get("content").map_or(response.span, |of| of.span);
        let others = left.join(" and ");
        let message = format!("this answer is asked for as `{chosen}`, and so not as {others}");
        lowering.note(place, message);
    }
}

/// What a body of a media type is to us.
fn form_of(lowering: &Lowering<'_>, media_type: &str, schema: Option<&Node>) -> Content {
    let essence = super::bodies::essence(media_type);
    let format = schema
        .and_then(|schema| lowering.resolve(schema))
        .and_then(|schema| schema.get("format"))
        .and_then(Node::as_str);
    if super::bodies::is_json(&essence) {
        return Content::Json(Use::Nothing);
    }
    match essence.as_str() {
        "text/event-stream"
        | "application/x-ndjson"
        | "application/ndjson"
        | "application/jsonl"
        | "application/json-lines"
        | "application/x-jsonlines"
        | "application/json-seq"
        | "application/stream+json"
        | "multipart/mixed"
        | "multipart/x-mixed-replace" => Content::Stream,
        // A range says nothing; what it holds is told by the schema.
        "*/*" | "*" | "application/*" if format == Some("binary") => Content::Bytes,
        "*/*" | "*" if is_text(lowering, schema) => Content::AnyText,
        "*/*" | "*" | "application/*" if schema.is_some() => Content::Json(Use::Nothing),
        // Bytes that are called text are bytes, in whatever encoding.
        essence if essence.starts_with("text/") && format != Some("binary") => Content::Text,
        _ => Content::Bytes,
    }
}

/// Whether a schema is of any text.
fn is_text(lowering: &Lowering<'_>, schema: Option<&Node>) -> bool {
    schema
        .and_then(|schema| lowering.resolve(schema))
        .is_some_and(|schema| {
            schema.get("type").and_then(Node::as_str) == Some("string")
                && schema.get("enum").is_none()
                && schema.get("x-extensible-enum").is_none()
        })
}

/// The values of growing sets that a schema reaches: those that the registry knows are its codes.
fn collect_codes(
    lowering: &Lowering<'_>,
    schema: &Node,
    codes: &mut BTreeSet<String>,
    seen: &mut BTreeSet<String>,
) {
    if let Some(reference) = schema.reference() {
        if seen.insert(reference.to_owned())
            && let Some(target) = lowering.target(reference)
        {
            collect_codes(lowering, target, codes, seen);
        }
        return;
    }
    match &schema.value {
        Value::Mapping(mapping) => {
            for entry in mapping {
                if entry.key.name == "x-extensible-enum" {
                    let values = entry.value.as_sequence().into_iter().flatten();
                    codes.extend(values.filter_map(Node::as_str).map(str::to_owned));
                } else if !matches!(entry.key.name.as_str(), "example" | "examples" | "default") {
                    collect_codes(lowering, &entry.value, codes, seen);
                }
            }
        }
        Value::Sequence(items) => {
            for item in items {
                collect_codes(lowering, item, codes, seen);
            }
        }
        _ => {}
    }
}

/// Decides how one side is rendered, and writes its answers into the lowered document.
fn side(
    lowering: &mut Lowering<'_>,
    mut found: Vec<Found>,
    builder: &str,
    suffix: &str,
    lowered: &mut Mapping,
) -> Side {
    found.sort_by_key(|found| found.answer.status);
    if let Some(one) = only_one_kind(lowering, &found) {
        // Two schemas alike are two types unless they are components, so only one of them is told.
        let is_inline = found.first().is_some_and(|found| {
            found
                .schema
                .as_ref()
                .is_some_and(|schema| component_name(schema).is_none())
        });
        let told = if is_inline { 1 } else { found.len() };
        for found in found.iter().take(told) {
            push(lowered, found, one.clone(), suffix, is_inline);
        }
        return Side {
            type_name: None,
            answers: found.into_iter().map(|found| found.answer).collect(),
        };
    }
    let type_name = lowering.type_name(&format!("{builder}{suffix}"));
    lowering.plan.sides.insert(type_name.clone());
    let span = found.first().map_or(Span::START, |found| found.span);
    let mut variants: Vec<Node> = Vec::new();
    for found in &mut found {
        if let Some(schema) = &mut found.schema {
            let hint = format!("{builder}{}", found.answer.variant());
            let name = lowering.name_schema(schema, &hint);
            found.answer.content = Content::Json(Use::Named(name));
            if !variants
                .iter()
                .any(|v| component_name(v) == component_name(schema))
            {
                variants.push(schema.clone());
            }
        }
    }
    let description = format!(
        "The {} answers of `{builder}`, told apart by their status.",
        suffix.to_lowercase()
    );
    let mut members = vec![entry("description", Node::string(description, span))];
    if !variants.is_empty() {
        members.push(entry("oneOf", Node::new(Value::Sequence(variants), span)));
    }
    lowering.add_schema(
        &type_name,
        Node::new(Value::Mapping(members.into_iter().collect()), span),
    );
    for found in &found {
        let reference = reference_to(&type_name, found.span);
        push(lowered, found, Some(json_content(reference)), suffix, false);
    }
    Side {
        type_name: Some(type_name),
        answers: found.into_iter().map(|found| found.answer).collect(),
    }
}

/// The content that all answers of a side share, if one type can hold them all.
fn only_one_kind(lowering: &mut Lowering<'_>, found: &[Found]) -> Option<Option<Node>> {
    let first = match found.first() {
        None => return Some(None),
        Some(first) => first,
    };
    let alike = found.iter().all(|other| {
        other.answer.content == first.answer.content
            && match (&other.schema, &first.schema) {
                (Some(a), Some(b)) => a.to_json() == b.to_json(),
                (None, None) => true,
                _ => false,
            }
    });
    if !alike {
        return None;
    }
    let span = first.span;
    match (&first.answer.content, &first.schema) {
        (Content::Empty, _) => Some(None),
        (Content::Json(_), Some(schema)) => Some(Some(json_content(schema.clone()))),
        (Content::Text | Content::AnyText, _) => {
            let text = Node::object([("type", Node::string("string", span))], span);
            Some(Some(json_content(text)))
        }
        (Content::Bytes, _) => {
            super::bodies::add_placeholder(lowering, super::bodies::BYTES);
            Some(Some(json_content(reference_to(super::bodies::BYTES, span))))
        }
        (Content::Stream, _) => {
            super::bodies::add_placeholder(lowering, super::bodies::STREAM);
            Some(Some(json_content(reference_to(
                super::bodies::STREAM,
                span,
            ))))
        }
        (Content::Json(_), None) => None,
    }
}

fn json_content(schema: Node) -> Node {
    let span = schema.span;
    Node::object(
        [("application/json", Node::object([("schema", schema)], span))],
        span,
    )
}

/// Writes one answer into the lowered document, under a status that progenitor takes.
fn push(
    lowered: &mut Mapping,
    found: &Found,
    content: Option<Node>,
    suffix: &str,
    only_once: bool,
) {
    let keys: Vec<String> = match found.answer.status {
        Status::Code(code @ (200..=299 | 400..=599)) => vec![code.to_string()],
        Status::Range(digit @ (2 | 4 | 5)) => vec![format!("{digit}XX")],
        // progenitor takes `default` for a success as well; and what it ignores (1xx and 3xx)
        // still has to give the side its type.
        _ if suffix == "Success" => vec!["2XX".to_owned()],
        _ if only_once => vec!["4XX".to_owned()],
        _ => vec!["4XX".to_owned(), "5XX".to_owned()],
    };
    for key in keys {
        if lowered.get(&key).is_some() {
            continue;
        }
        let description = Node::string(found.answer.description.clone(), found.span);
        let mut response = vec![entry("description", description)];
        if let Some(content) = &content {
            response.push(entry("content", content.clone()));
        }
        let response = Node::new(Value::Mapping(response.into_iter().collect()), found.span);
        lowered.insert(key, response);
    }
}
