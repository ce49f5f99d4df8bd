//! A document of OpenAPI 3.1 becomes one of 3.0.
//!
//! progenitor and the typed model refuse 3.1 as a whole (progenitor issues 762 and 1268), and many
//! documents of 3.0 borrow its words, which are those of JSON Schema 2020-12. Here lists of types become
//! unions, `null` becomes `nullable`, `const` an `enum` of one, exclusive bounds the booleans of 3.0,
//! `contentEncoding` and `contentMediaType` a `format`, what stands beside a `$ref` a second member of
//! `allOf`, and boolean schemas the empty one; `examples` and the shelves for schemas (`$defs`) are taken
//! out, once what refers to them has a component of its own. A tuple (`prefixItems`) becomes an array of
//! any of its items, and members by pattern become members of any name: both hold what came, and a note
//! says so. A choice of one schema, which is left where the other was null, is that schema. Conditions
//! (`if`, `dependentSchemas`, …) are left to the service; the members that they declare are
//! any value, with a note.

use std::collections::HashMap;

use crate::document::{Entry, Mapping, Node, Span, Value};

use super::Lowering;
use super::schema::{anything, component_name, is_structural, reference_to, set_nullable};

pub(super) fn run(lowering: &mut Lowering<'_>) {
    let is_3_0 = lowering.is_3_0();
    // Read before, since components are not in their place while they are visited.
    let mut conditional = HashMap::new();
    conditions_in(lowering, &lowering.root, &mut conditional);
    lowering.each_schema(|lowering, schema, slot| {
        if let super::Slot::Component(name) = slot
            && schema.value == Value::Null
        {
            let span = schema.span;
            let message = format!("the schema `{name}` is empty, so it holds any value");
            lowering.note(span, message);
        }
        loop {
            siblings(lowering, schema, is_3_0);
            translate(lowering, schema, &conditional);
            // What was a choice of one schema is that schema, in any words again.
            if !only_choice(schema) {
                break;
            }
        }
    });
}

/// Puts the one schema of a choice in the place of the choice.
fn only_choice(schema: &mut Node) -> bool {
    let Some(mapping) = schema.as_mapping_mut() else {
        return false;
    };
    let mut words = mapping
        .iter()
        .map(|entry| entry.key.name.as_str())
        .filter(|word| is_structural(word) || *word == "discriminator");
    let (Some(word @ ("oneOf" | "anyOf")), None) = (words.next(), words.next()) else {
        return false;
    };
    let word = word.to_owned();
    if !matches!(mapping.get(&word).and_then(Node::as_sequence), Some([_])) {
        return false;
    }
    let Some(Value::Sequence(mut members)) = mapping.remove(&word).map(|node| node.value) else {
        return false;
    };
    let said = std::mem::take(mapping);
    if let Some(only) = members.pop() {
        *schema = only;
    }
    // What is said about the choice says more than what is said about its schema.
    if !said.is_empty() {
        let span = schema.span;
        if schema.as_mapping().is_none() {
            *schema = anything(span);
        }
        for entry in said {
            if let Some(mapping) = schema.as_mapping_mut() {
                mapping.insert(entry.key.name, entry.value);
            }
        }
    }
    true
}

/// What stands beside a reference counts in OpenAPI 3.1. In 3.0 only what says something about the place
/// is worth keeping, since the rest never counted and may contradict the target.
fn siblings(lowering: &mut Lowering<'_>, schema: &mut Node, is_3_0: bool) {
    let span = schema.span;
    let Some(name) = component_name(schema).map(str::to_owned) else {
        return;
    };
    let Some(mapping) = schema.as_mapping_mut() else {
        return;
    };
    mapping.remove("$ref");
    if is_3_0 {
        let narrows = mapping
            .iter()
            .find(|entry| is_structural(&entry.key.name))
            .map(|entry| (entry.key.span, entry.key.name.clone()));
        if let Some((place, word)) = narrows {
            lowering.note(
                place,
                format!(
                    "OpenAPI 3.0 does not count what stands beside `$ref`, so `{word}` is left out"
                ),
            );
        }
        mapping.retain(|entry| !is_structural(&entry.key.name));
    }
    if mapping.iter().all(|entry| entry.key.name.starts_with("x-")) {
        *schema = reference_to(&name, span);
        return;
    }
    let mut members = match mapping.remove("allOf").map(|all_of| all_of.value) {
        Some(Value::Sequence(members)) => members,
        _ => Vec::new(),
    };
    members.insert(0, reference_to(&name, span));
    mapping.insert("allOf", Node::new(Value::Sequence(members), span));
}

/// Keywords that only narrow what is held.
const CONDITIONS: &[&str] = &[
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
    "propertyNames",
    "contains",
    "minContains",
    "maxContains",
    "unevaluatedProperties",
    "unevaluatedItems",
    "contentSchema",
];

/// Keywords by the type that they are about.
const ABOUT: &[(&str, &[&str])] = &[
    (
        "object",
        &[
            "properties",
            "required",
            "additionalProperties",
            "minProperties",
            "maxProperties",
        ],
    ),
    ("array", &["items", "minItems", "maxItems", "uniqueItems"]),
    (
        "string",
        &[
            "pattern",
            "minLength",
            "maxLength",
            "format",
            "enum",
            "x-extensible-enum",
        ],
    ),
    (
        "number",
        &[
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
        ],
    ),
];

fn translate(
    lowering: &mut Lowering<'_>,
    schema: &mut Node,
    conditional: &HashMap<Span, Vec<Entry>>,
) {
    let span = schema.span;
    match &schema.value {
        Value::Mapping(_) => {}
        Value::Bool(true) | Value::Null => *schema = anything(span),
        Value::Bool(false) => {
            lowering.note(
                span,
                "nothing fits the schema `false`; it is taken as any value",
            );
            *schema = anything(span);
        }
        _ => {
            let kind = schema.kind();
            lowering.wrong_so(
                span,
                format!("a schema is an object; this is {kind}"),
                "any value is taken",
            );
            *schema = anything(span);
        }
    }
    if component_name(schema).is_some() {
        return;
    }
    let Some(mapping) = schema.as_mapping_mut() else {
        return;
    };
    for name in [
        "$defs",
        "definitions",
        "$schema",
        "$id",
        "$anchor",
        "$dynamicAnchor",
        "$recursiveAnchor",
        "$vocabulary",
        "$comment",
        "examples",
    ] {
        mapping.remove(name);
    }
    conditions(lowering, schema, conditional);
    let Some(mapping) = schema.as_mapping_mut() else {
        return;
    };
    // What is not of its kind says nothing.
    for name in ["oneOf", "anyOf", "allOf", "enum", "required"] {
        let fits = mapping
            .get(name)
            .is_none_or(|node| node.as_sequence().is_some());
        if !fits {
            let node = mapping.remove(name);
            // `required: true` on a property is a habit from older versions.
            if name != "required"
                && let Some(node) = node
            {
                let kind = node.kind();
                lowering.wrong_so(
                    node.span,
                    format!("`{name}` is an array; this is {kind}"),
                    "it is left out",
                );
            }
        }
    }
    // No value at all is what nobody means.
    if mapping
        .get("enum")
        .and_then(Node::as_sequence)
        .is_some_and(<[Node]>::is_empty)
    {
        mapping.remove("enum");
    }
    if let Some(node) = mapping.get("properties")
        && node.as_mapping().is_none()
    {
        let (span, kind, is_null) = (node.span, node.kind(), node.value == Value::Null);
        mapping.remove("properties");
        if !is_null {
            lowering.wrong_so(
                span,
                format!("`properties` is an object; this is {kind}"),
                "they are left out",
            );
        }
    }
    if let Some(value) = mapping.remove("const") {
        mapping.insert("enum", Node::new(Value::Sequence(vec![value]), span));
    }
    exclusive(mapping, "minimum", "exclusiveMinimum");
    exclusive(mapping, "maximum", "exclusiveMaximum");
    content(mapping);
    tuple(lowering, mapping);
    patterns(lowering, mapping);
    if let Some(Value::Bool(_)) = mapping.get("items").map(|items| &items.value) {
        mapping.remove("items");
    }
    types(lowering, schema);
    null_members(schema);
}

/// Takes out what is said under a condition. The members that it declares are kept as any value, since what
/// it says of them holds at times only.
fn conditions(
    lowering: &mut Lowering<'_>,
    schema: &mut Node,
    conditional: &HashMap<Span, Vec<Entry>>,
) {
    let has_conditions = CONDITIONS.iter().any(|word| schema.get(word).is_some());
    let mut members: Vec<Entry> = match has_conditions {
        true => conditional.get(&schema.span).cloned().unwrap_or_default(),
        false => Vec::new(),
    };
    let Some(mapping) = schema.as_mapping_mut() else {
        return;
    };
    let unevaluated = mapping.get("unevaluatedProperties").cloned();
    for name in CONDITIONS {
        mapping.remove(name);
    }
    members.retain(|member| {
        let own = mapping.get("properties");
        own.is_none_or(|own| own.get(&member.key.name).is_none())
    });
    if let Some(first) = members.first() {
        lowering.note(
            first.key.span,
            "members that come with a condition are taken as any value",
        );
        if mapping
            .get("properties")
            .and_then(Node::as_mapping)
            .is_none()
        {
            let none = Node::new(Value::Mapping(Mapping::default()), first.key.span);
            mapping.insert("properties", none);
        }
        if let Some(own) = mapping.get_mut("properties").and_then(Node::as_mapping_mut) {
            for member in members {
                own.insert(member.key.name, anything(member.key.span));
            }
        }
    }
    if let Some(unevaluated) = unevaluated
        && unevaluated.value != Value::Bool(false)
        && mapping.get("additionalProperties").is_none()
    {
        if unevaluated
            .as_mapping()
            .is_some_and(|node| !node.is_empty())
        {
            lowering.note(
                unevaluated.span,
                "members that nothing else declares are taken as any value",
            );
        }
        mapping.insert("additionalProperties", anything(unevaluated.span));
    }
}

/// The members that schemas declare under their conditions, by the place of the schema.
fn conditions_in(
    lowering: &Lowering<'_>,
    node: &Node,
    conditional: &mut HashMap<Span, Vec<Entry>>,
) {
    match &node.value {
        Value::Mapping(mapping) => {
            let mut members = Vec::new();
            declared(lowering, node, &mut members, 0);
            if !members.is_empty() {
                conditional.insert(node.span, members);
            }
            for entry in mapping {
                conditions_in(lowering, &entry.value, conditional);
            }
        }
        Value::Sequence(items) => {
            for item in items {
                conditions_in(lowering, item, conditional);
            }
        }
        _ => {}
    }
}

/// The members that a schema declares under its conditions.
fn declared(lowering: &Lowering<'_>, schema: &Node, found: &mut Vec<Entry>, depth: usize) {
    // Conditions within conditions that refer to themselves say nothing new.
    if depth > 16 {
        return;
    }
    let depends = ["dependentSchemas", "dependencies"].into_iter();
    let depends = depends.filter_map(|word| schema.get(word)?.as_mapping());
    let depends = depends.flatten().map(|entry| &entry.value);
    let branches = ["if", "then", "else"].into_iter();
    let branches = branches.filter_map(|word| schema.get(word));
    for branch in branches.chain(depends) {
        let Some(branch) = lowering.resolve(branch) else {
            continue;
        };
        let members = branch.get("properties").and_then(Node::as_mapping);
        for member in members.into_iter().flatten() {
            if !found.iter().any(|known| known.key.name == member.key.name) {
                found.push(member.clone());
            }
        }
        declared(lowering, branch, found, depth + 1);
    }
}

/// An exclusive bound that is a number becomes the bound, with a boolean beside it.
fn exclusive(mapping: &mut Mapping, bound: &'static str, exclusive: &'static str) {
    let Some(node) = mapping.get(exclusive) else {
        return;
    };
    let span = node.span;
    let Value::Number(number) = &node.value else {
        return;
    };
    let strict = number.value.as_ref().and_then(serde_json::Number::as_f64);
    let stated = match mapping.get(bound).map(|node| &node.value) {
        Some(Value::Number(number)) => number.value.as_ref().and_then(serde_json::Number::as_f64),
        _ => None,
    };
    let binds = match (strict, stated) {
        (Some(strict), Some(stated)) if bound == "minimum" => strict >= stated,
        (Some(strict), Some(stated)) => strict <= stated,
        _ => true,
    };
    let node = mapping.remove(exclusive);
    if binds && let Some(node) = node {
        mapping.insert(bound, node);
        mapping.insert(exclusive, Node::bool(true, span));
    }
}

/// How a string is encoded becomes its format.
fn content(mapping: &mut Mapping) {
    let encoding = mapping.remove("contentEncoding");
    let media_type = mapping.remove("contentMediaType");
    if mapping.get("format").is_some() {
        return;
    }
    let encoding = encoding
        .as_ref()
        .and_then(|node| Some((node.as_str()?.to_owned(), node.span)));
    match (encoding, media_type) {
        (Some((encoding, span)), _) if encoding.starts_with("base64") => {
            mapping.insert("format", Node::string("byte", span));
        }
        (None, Some(media_type))
            if media_type
                .as_str()
                .is_some_and(|name| !name.starts_with("text/") && !name.contains("json")) =>
        {
            mapping.insert("format", Node::string("binary", media_type.span));
        }
        _ => {}
    }
}

/// A tuple becomes an array of any of its items.
fn tuple(lowering: &mut Lowering<'_>, mapping: &mut Mapping) {
    let listed = match mapping.get("items").map(|items| &items.value) {
        Some(Value::Sequence(_)) => mapping.remove("items"),
        _ => mapping.remove("prefixItems"),
    };
    let Some(listed) = listed else {
        return;
    };
    let span = listed.span;
    let Value::Sequence(mut items) = listed.value else {
        return;
    };
    lowering.note(span, "a tuple is taken as an array of any of its items");
    match mapping
        .remove("items")
        .or_else(|| mapping.remove("additionalItems"))
    {
        Some(rest) if rest.as_mapping().is_some() => items.push(rest),
        _ => {}
    }
    if mapping.get("type").is_none() {
        mapping.insert("type", Node::string("array", span));
    }
    let any_of = Node::object([("anyOf", Node::new(Value::Sequence(items), span))], span);
    mapping.insert("items", any_of);
}

/// Members whose names match a pattern become members of any name.
fn patterns(lowering: &mut Lowering<'_>, mapping: &mut Mapping) {
    let Some(patterns) = mapping.remove("patternProperties") else {
        return;
    };
    let span = patterns.span;
    let Value::Mapping(patterns) = patterns.value else {
        return;
    };
    let mut schemas: Vec<Node> = patterns.into_iter().map(|entry| entry.value).collect();
    match mapping.get("additionalProperties").map(|node| &node.value) {
        Some(Value::Mapping(_)) => schemas.extend(mapping.remove("additionalProperties")),
        Some(Value::Bool(false)) => {}
        // Whatever has another name may be anything.
        _ => schemas = vec![anything(span)],
    }
    lowering.note(
        span,
        "members whose names match a pattern are taken as members of any name",
    );
    let schema = match schemas.len() {
        1 => schemas.remove(0),
        _ => Node::object([("anyOf", Node::new(Value::Sequence(schemas), span))], span),
    };
    mapping.insert("additionalProperties", schema);
}

/// A list of types becomes one type, `nullable`, or a union.
fn types(lowering: &mut Lowering<'_>, schema: &mut Node) {
    let span = schema.span;
    let Some(mapping) = schema.as_mapping_mut() else {
        return;
    };
    let Some(types) = mapping.get("type") else {
        return;
    };
    let type_span = types.span;
    let mut listed: Vec<String> = match &types.value {
        Value::String(one) => vec![one.clone()],
        Value::Null => vec!["null".to_owned()],
        Value::Sequence(items) => items
            .iter()
            .filter_map(Node::scalar_text)
            .map(str::to_owned)
            .collect(),
        _ => {
            mapping.remove("type");
            lowering.wrong_so(
                type_span,
                "`type` is a string such as `string` or `object`",
                "it is left out",
            );
            return;
        }
    };
    listed.dedup();
    let was_null = listed.iter().any(|name| name == "null");
    listed.retain(|name| name != "null");
    // Whatever is a number is an integer too.
    if listed.iter().any(|name| name == "number") {
        listed.retain(|name| name != "integer");
    }
    match &listed[..] {
        [] => {
            mapping.remove("type");
            if was_null {
                // Only null fits.
                let null = Node::new(Value::Null, type_span);
                mapping.insert("enum", Node::new(Value::Sequence(vec![null]), type_span));
            }
        }
        [one] => {
            let one = Node::string(one.clone(), type_span);
            mapping.insert("type", one);
        }
        several => {
            mapping.remove("type");
            let values = mapping
                .get("enum")
                .and_then(Node::as_sequence)
                .map(<[Node]>::to_vec);
            // A type that none of the values has is none that comes.
            let comes = |name: &&String| {
                values
                    .as_ref()
                    .is_none_or(|values| values.iter().any(|value| has_type(value, name)))
            };
            let members = several.iter().filter(comes).map(|name| {
                let mut member = Mapping::default();
                member.insert("type", Node::string(name.clone(), type_span));
                let about = match name.as_str() {
                    "integer" => "number",
                    name => name,
                };
                let keywords = ABOUT
                    .iter()
                    .find(|(of, _)| *of == about)
                    .map(|(_, words)| *words);
                for keyword in keywords.unwrap_or_default() {
                    if let Some(value) = mapping.get(keyword) {
                        member.insert(*keyword, value.clone());
                    }
                }
                if let Some(values) = member.get_mut("enum").and_then(Node::as_sequence_mut) {
                    values.retain(|value| has_type(value, name));
                }
                Node::new(Value::Mapping(member), span)
            });
            let members: Vec<Node> = members.collect();
            for keyword in ABOUT.iter().flat_map(|(_, words)| *words) {
                mapping.remove(keyword);
            }
            let types = Node::new(Value::Sequence(members), span);
            if mapping.get("anyOf").is_none() {
                mapping.insert("anyOf", types);
            } else {
                // Both hold.
                let types = Node::object([("anyOf", types)], span);
                match mapping.get_mut("allOf").and_then(Node::as_sequence_mut) {
                    Some(all) => all.push(types),
                    None => {
                        let all = Node::new(Value::Sequence(vec![types]), span);
                        mapping.insert("allOf", all);
                    }
                }
            }
        }
    }
    if was_null && !listed.is_empty() {
        set_nullable(schema);
    }
}

/// Whether a value has a type of JSON Schema.
fn has_type(value: &Node, name: &str) -> bool {
    match &value.value {
        Value::Null => name == "null",
        Value::Bool(_) => name == "boolean",
        Value::Number(_) => matches!(name, "integer" | "number"),
        Value::String(_) => name == "string",
        Value::Sequence(_) => name == "array",
        Value::Mapping(_) => name == "object",
    }
}

/// A member of a union that is only null makes the union nullable.
fn null_members(schema: &mut Node) {
    let mut nullable = false;
    for keyword in ["oneOf", "anyOf"] {
        let Some(members) = schema.get_mut(keyword).and_then(Node::as_sequence_mut) else {
            continue;
        };
        let before = members.len();
        members.retain(|member| !is_null(member));
        nullable |= members.len() < before;
        if members.is_empty()
            && let Some(mapping) = schema.as_mapping_mut()
        {
            mapping.remove(keyword);
        }
    }
    if nullable {
        set_nullable(schema);
    }
}

fn is_null(schema: &Node) -> bool {
    match schema.get("type").map(|node| &node.value) {
        Some(Value::String(name)) => return name == "null",
        Some(Value::Null) => return true,
        _ => {}
    }
    // What some generators write for null in OpenAPI 3.0, which has no such type.
    if let Some(mapping) = schema.as_mapping()
        && super::schema::is_nullable(schema)
        && !mapping
            .iter()
            .any(|entry| super::schema::is_structural(&entry.key.name))
    {
        return true;
    }
    let only_null =
        |values: &[Node]| !values.is_empty() && values.iter().all(|v| v.value == Value::Null);
    schema
        .get("enum")
        .and_then(Node::as_sequence)
        .is_some_and(only_null)
        || schema
            .as_mapping()
            .and_then(|mapping| mapping.entry("const"))
            .is_some_and(|c| c.value.value == Value::Null)
}
