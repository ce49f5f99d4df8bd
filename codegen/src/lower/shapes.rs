//! Every schema keeps the keywords of one type, in values that its Rust type can have.
//!
//! A document may say of a schema what is about another type, a pattern that Rust cannot compile, or
//! integers that no type of Rust holds (typify issue 611 is about defaults of that kind). Here a type is told
//! from the keywords where it is missing, and whatever says nothing about it is taken out. A default is
//! documentation: a value that was not given is not sent, and the service fills it in.

use crate::document::{Mapping, Node, Number, Span, Value};

use super::schema::{anything, component_name, generalise, implied_type, refused_pattern};
use super::{Lowering, Order};

pub(super) fn run(lowering: &mut Lowering<'_>) {
    lowering.each_schema_in(Order::OuterFirst, |lowering, schema, slot| {
        let is_union =
            matches!(slot, super::Slot::Component(name) if lowering.plan.unions.contains_key(name));
        if component_name(schema).is_none() && !is_union {
            shape(lowering, schema);
        }
    });
}

/// Keywords that every type has. A title is none: typify would call a type after it.
const COMMON: &[&str] = &[
    "description",
    "nullable",
    "deprecated",
    "readOnly",
    "writeOnly",
];

fn shape(lowering: &mut Lowering<'_>, schema: &mut Node) {
    let span = schema.span;
    if schema.as_mapping().is_none() {
        *schema = anything(span);
    }
    let of = implied_type(schema).map(str::to_owned);
    let place = schema.get("type").map_or(span, |node| node.span);
    let Some(mapping) = schema.as_mapping_mut() else {
        return;
    };
    // What a value is when it is not given is said in words.
    if let Some(default) = mapping.remove("default") {
        document_default(mapping, &default);
    }
    if mapping.get("allOf").is_some() {
        // A reference and what is said about it.
        mapping
            .retain(|entry| COMMON.contains(&entry.key.name.as_str()) || entry.key.name == "allOf");
        texts(mapping);
        return;
    }
    let keep: &[&str] = match of.as_deref() {
        Some("string") => &[
            "type",
            "format",
            "enum",
            "x-extensible-enum",
            "pattern",
            "minLength",
            "maxLength",
        ],
        Some("integer" | "number") => &[
            "type",
            "format",
            "enum",
            "x-enum-varnames",
            "x-enumNames",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
        ],
        Some("boolean") => &["type", "enum"],
        Some("array") => &["type", "items", "minItems", "maxItems", "uniqueItems"],
        Some("object") => &[
            "type",
            "properties",
            "required",
            "additionalProperties",
            "minProperties",
            "maxProperties",
        ],
        None => &[],
        Some(other) => {
            let message = format!(
                "`{other}` is no type (`string`, `number`, `integer`, `boolean`, `array` or `object`), \
                 so this is any value"
            );
            lowering.note(place, message);
            generalise(schema);
            return;
        }
    };
    if of.as_deref() == Some("integer") && is_beyond_64_bits(mapping) {
        lowering.note(
            place,
            "integers beyond 64 bits have no type, so any value is taken",
        );
        generalise(schema);
        return;
    }
    mapping.retain(|entry| {
        let name = entry.key.name.as_str();
        COMMON.contains(&name) || keep.contains(&name)
    });
    texts(mapping);
    if let Some(of) = &of {
        mapping.insert("type", Node::string(of.clone(), place));
    }
    match of.as_deref() {
        Some("string") => string(lowering, mapping),
        Some("array") if mapping.get("items").is_none() => {
            mapping.insert("items", anything(span));
        }
        Some("object") => object(mapping, span),
        _ => {}
    }
}

/// Texts and flags that are none are nothing.
fn texts(mapping: &mut Mapping) {
    for name in ["description"] {
        if mapping
            .get(name)
            .is_some_and(|node| node.as_str().is_none())
        {
            mapping.remove(name);
        }
    }
    for name in ["nullable", "deprecated", "readOnly", "writeOnly"] {
        if mapping
            .get(name)
            .is_some_and(|node| node.as_bool() != Some(true))
        {
            mapping.remove(name);
        }
    }
}

/// Says in the description what the service takes where nothing is given.
fn document_default(mapping: &mut Mapping, default: &Node) {
    let text = match &default.value {
        Value::Null => return,
        Value::Sequence(items) if items.is_empty() => return,
        Value::Mapping(_) => return,
        _ => default.to_json().to_string(),
    };
    if text.len() > 80 || text.contains('`') || text == "\"\"" {
        return;
    }
    let described = mapping
        .get("description")
        .and_then(Node::as_str)
        .unwrap_or_default()
        .trim_end();
    let separator = if described.is_empty() { "" } else { "\n\n" };
    let described = format!("{described}{separator}Without it: `{text}`.");
    mapping.insert("description", Node::string(described, default.span));
}

fn string(lowering: &mut Lowering<'_>, mapping: &mut Mapping) {
    let format = mapping
        .get("format")
        .and_then(Node::as_str)
        .map(str::to_owned);
    // Other formats are texts to a client: what is in them is the service's to judge.
    if matches!(format.as_deref(), Some("date-time" | "date")) {
        for name in ["pattern", "minLength", "maxLength"] {
            mapping.remove(name);
        }
    }
    if mapping.get("enum").is_some() || mapping.get("x-extensible-enum").is_some() {
        mapping.retain(|entry| {
            !matches!(
                entry.key.name.as_str(),
                "pattern" | "minLength" | "maxLength" | "format"
            )
        });
        return;
    }
    if let Some(pattern) = mapping.get("pattern") {
        let span = pattern.span;
        let refused = match pattern.as_str() {
            Some(text) => refused_pattern(text),
            None => Some("it is no string".to_owned()),
        };
        if let Some(reason) = refused {
            mapping.remove("pattern");
            lowering.note(span, format!("this pattern is not checked: {reason}"));
        }
    }
    let count = |mapping: &Mapping, name: &str| {
        let node = mapping.get(name)?;
        Some((count(node), node.span))
    };
    for name in ["minLength", "maxLength"] {
        if let Some((value, span)) = count(mapping, name) {
            match value.filter(|value| u32::try_from(*value).is_ok()) {
                // Nothing is shorter than nothing.
                Some(0) if name == "minLength" => {
                    mapping.remove(name);
                }
                Some(value) => {
                    mapping.insert(name, number(value.into(), span));
                }
                None => {
                    mapping.remove(name);
                }
            }
        }
    }
    if let (Some((Some(min), span)), Some((Some(max), _))) =
        (count(mapping, "minLength"), count(mapping, "maxLength"))
        && min > max
    {
        mapping.remove("minLength");
        mapping.remove("maxLength");
        lowering.note(
            span,
            format!(
                "no string has at least {min} and at most {max} characters, so neither is checked"
            ),
        );
    }
}

/// A whole number that is not negative, however it is written.
fn count(node: &Node) -> Option<u64> {
    let Value::Number(number) = &node.value else {
        return None;
    };
    let value = number.value.as_ref()?;
    value.as_u64().or_else(|| {
        let float = value.as_f64()?;
        (float.fract() == 0.0 && (0.0..9e15).contains(&float)).then_some(float as u64)
    })
}

/// Whether some integer that a schema allows fits neither `i64` nor, where none is negative, `u64`.
fn is_beyond_64_bits(mapping: &Mapping) -> bool {
    let value = |node: &Node| match &node.value {
        Value::Number(number) => number.value.as_ref().and_then(serde_json::Number::as_f64),
        _ => None,
    };
    let bound = |name: &str| mapping.get(name).and_then(value);
    let format = mapping.get("format").and_then(Node::as_str);
    let is_unsigned =
        bound("minimum").is_some_and(|min| min >= 0.0) || matches!(format, Some("uint64"));
    let fits = |value: f64| match is_unsigned {
        true => (0.0..1.85e19).contains(&value),
        false => (-9.3e18..9.3e18).contains(&value),
    };
    let values = mapping.get("enum").and_then(Node::as_sequence);
    let mut values = values.into_iter().flatten().filter_map(value);
    ["minimum", "maximum"]
        .into_iter()
        .any(|name| bound(name).is_some_and(|bound| !fits(bound)))
        || values.any(|value| !fits(value))
        || matches!(format, Some("bigint" | "int128" | "uint128"))
}

fn object(mapping: &mut Mapping, span: Span) {
    let additional = match mapping.get("additionalProperties").map(|node| &node.value) {
        Some(Value::Bool(false)) => Some(false),
        Some(Value::Bool(true)) => Some(true),
        Some(Value::Mapping(_)) => None,
        Some(_) => {
            mapping.remove("additionalProperties");
            None
        }
        None => None,
    };
    let names: Vec<String> = mapping
        .get("properties")
        .and_then(Node::as_mapping)
        .into_iter()
        .flatten()
        .map(|property| property.key.name.clone())
        .collect();
    let mut required: Vec<(String, Span)> = Vec::new();
    for name in mapping
        .get("required")
        .and_then(Node::as_sequence)
        .into_iter()
        .flatten()
    {
        if let Some(text) = name.scalar_text()
            && !required.iter().any(|(known, _)| known == text)
        {
            required.push((text.to_owned(), name.span));
        }
    }
    mapping.remove("required");
    // A member that is required without a schema is any value, or what further members are.
    let further = match mapping.get("additionalProperties") {
        Some(node) if node.as_mapping().is_some() => node.clone(),
        _ => anything(span),
    };
    // An object that declares no member may have any, whatever it must have.
    let is_free = names.is_empty() && mapping.get("additionalProperties").is_none();
    let undeclared: Vec<_> = required
        .iter()
        .filter(|(name, _)| !names.contains(name))
        .cloned()
        .collect();
    if !undeclared.is_empty() {
        if mapping.get("properties").is_none() {
            mapping.insert(
                "properties",
                Node::new(Value::Mapping(Mapping::default()), span),
            );
        }
        if let Some(properties) = mapping.get_mut("properties").and_then(Node::as_mapping_mut) {
            for (name, span) in &undeclared {
                properties.insert(
                    name.clone(),
                    Node {
                        span: *span,
                        ..further.clone()
                    },
                );
            }
        }
    }
    let has_members = !names.is_empty() || !undeclared.is_empty();
    if !has_members {
        mapping.remove("properties");
    }
    match additional {
        // Without a member that it could have, an object is a map, empty or not.
        Some(false) if !has_members => {
            mapping.remove("additionalProperties");
        }
        // Further members are kept beside those that are named.
        _ if has_members && (is_free || additional == Some(true)) => {
            mapping.insert("additionalProperties", anything(span));
        }
        _ => {}
    }
    if !required.is_empty() {
        let names: Vec<Node> = required
            .into_iter()
            .map(|(name, span)| Node::string(name, span))
            .collect();
        mapping.insert("required", Node::new(Value::Sequence(names), span));
    }
}

fn number(value: serde_json::Number, span: Span) -> Node {
    let number = Number {
        raw: value.to_string().into(),
        value: Some(value),
    };
    Node::new(Value::Number(number), span)
}
