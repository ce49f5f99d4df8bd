//! Enums become sets of strings of one kind, with a variant for each.
//!
//! typify panics on enums of mixed types (typify issue 165) and on values that become one variant (`asc` and `ASC`, `>=`
//! and `<`), the typed model refuses numbers among strings, and `enum: [true]` loses its point. Here
//! null becomes `nullable`, what YAML read as a number in an enum of strings becomes text again, mixed
//! values become a union of their types, and enums of fractions keep their type, since a number that is
//! not listed is held just as well.

use std::collections::HashSet;

use crate::document::{Mapping, Node, Value};

use super::schema::{set_nullable, type_of};
use super::{Lowering, Order};

pub(super) fn run(lowering: &mut Lowering<'_>) {
    lowering.each_schema_in(Order::InnerFirst, |lowering, schema, _| {
        let place = schema.get("enum").map(|values| values.span);
        if split(schema)
            && let Some(place) = place
        {
            lowering.note(
                place,
                "values that are no strings have no variants, so any value of their type is taken",
            );
        }
    });
}

/// One kind of values per enum; says whether values were left out that would narrow their type.
fn split(schema: &mut Node) -> bool {
    let span = schema.span;
    let stated = type_of(schema).map(str::to_owned);
    let Some(mapping) = schema.as_mapping_mut() else {
        return false;
    };
    let Some(values) = mapping.remove("enum") else {
        return false;
    };
    let values_span = values.span;
    let Value::Sequence(values) = values.value else {
        return false;
    };
    let has_null = values.iter().any(|value| value.value == Value::Null);
    let mut strings: Vec<String> = Vec::new();
    // Some enums list all products of a shop.
    let mut known: HashSet<&str> = HashSet::new();
    let mut others: Vec<&'static str> = Vec::new();
    let mut integers: Vec<Node> = Vec::new();
    let mut booleans: Vec<Node> = Vec::new();
    let as_text = stated.as_deref() == Some("string");
    for value in &values {
        let kind = match &value.value {
            Value::Null => continue,
            Value::String(_) => "string",
            Value::Bool(_) | Value::Number(_) if as_text => "string",
            Value::Bool(_) => "boolean",
            Value::Number(number)
                if number
                    .value
                    .as_ref()
                    .is_some_and(|n| n.is_i64() || n.is_u64()) =>
            {
                "integer"
            }
            Value::Number(_) => "number",
            Value::Sequence(_) => "array",
            Value::Mapping(_) => "object",
        };
        if kind == "string" {
            let text = value.scalar_text().unwrap_or_default();
            if known.insert(text) {
                strings.push(text.to_owned());
            }
            continue;
        }
        if !others.contains(&kind) {
            others.push(kind);
        }
        let listed = match kind {
            "integer" => &mut integers,
            "boolean" => &mut booleans,
            _ => continue,
        };
        if !listed.iter().any(|known| known.value == value.value) {
            listed.push(value.clone());
        }
    }
    // Of truth values there are no others than two, which say nothing together.
    if booleans.len() > 1 {
        booleans.clear();
    }
    let narrows = others
        .iter()
        .any(|kind| !matches!(*kind, "boolean" | "integer"));
    // One that no `i64` holds says more about the type than its name does.
    let is_wide = values.iter().any(|value| match &value.value {
        Value::Number(number) => number
            .value
            .as_ref()
            .is_some_and(|n| n.is_u64() && !n.is_i64()),
        _ => false,
    });
    let list = |mapping: &mut Mapping, values: &[Node]| {
        if !values.is_empty() {
            let values = Node::new(Value::Sequence(values.to_vec()), values_span);
            mapping.insert("enum", values);
        }
    };
    let integer = |mapping: &mut Mapping| match is_wide {
        true => {
            mapping.insert("format", Node::string("bigint", values_span));
        }
        false => list(mapping, &integers),
    };
    let lists = |strings: &[String]| Node::strings(strings.iter().cloned(), values_span);
    match stated.as_deref() {
        Some("string") if !strings.is_empty() => {
            mapping.insert("enum", lists(&strings));
            for keyword in ["pattern", "minLength", "maxLength", "format"] {
                let is_secret = mapping.get(keyword).and_then(Node::as_str) == Some("password");
                if !is_secret {
                    mapping.remove(keyword);
                }
            }
        }
        Some("integer") => integer(mapping),
        Some("boolean") => list(mapping, &booleans),
        // A list of values says nothing more about these types than they say themselves.
        Some(_) => {}
        None if strings.is_empty() && others.is_empty() => {}
        None => {
            others.sort_unstable();
            // `1` and `1.5` are both numbers.
            if others.contains(&"number") {
                others.retain(|kind| *kind != "integer");
            }
            let mut members: Vec<Node> = Vec::new();
            if !strings.is_empty() {
                members.push(Node::object(
                    [
                        ("type", Node::string("string", span)),
                        ("enum", lists(&strings)),
                    ],
                    span,
                ));
            }
            for kind in others {
                let mut member = Mapping::default();
                member.insert("type", Node::string(kind, span));
                match kind {
                    "integer" => integer(&mut member),
                    "boolean" => list(&mut member, &booleans),
                    _ => {}
                }
                members.push(Node::new(Value::Mapping(member), span));
            }
            match <[Node; 1]>::try_from(members) {
                Ok([only]) => {
                    let Value::Mapping(only) = only.value else {
                        return false;
                    };
                    for entry in only {
                        mapping.insert(entry.key.name, entry.value);
                    }
                }
                Err(members) => {
                    mapping.insert("anyOf", Node::new(Value::Sequence(members), values_span));
                }
            }
        }
    }
    if has_null {
        set_nullable(schema);
    }
    narrows
}

/// The values of an enum of strings.
pub(super) fn strings(schema: &Node) -> Option<Vec<String>> {
    let values: &Mapping = schema.as_mapping()?;
    let values = values.get("enum")?.as_sequence()?;
    let strings: Vec<String> = values
        .iter()
        .filter_map(Node::as_str)
        .map(str::to_owned)
        .collect();
    (!strings.is_empty()).then_some(strings)
}
