//! Inline schemas that become types get their names here.
//!
//! typify names them itself, by their title or by where they stand, and makes one type twice or two of
//! one name (typify issue 1). Here each becomes a component with a name that no other has, and what is said where it
//! stood stays there as the documentation of the member.

use crate::document::{Node, Value};

use super::schema::{component_name, is_nullable};
use super::{Lowering, Order, Slot};

pub(super) fn run(lowering: &mut Lowering<'_>) {
    lowering.each_schema_in(Order::InnerFirst, |lowering, schema, slot| {
        // A component that may be null is a place too, and what stands in it is the type.
        let is_place = matches!(slot, Slot::Inline(_)) || is_nullable(schema);
        if is_place && is_type(schema) {
            lowering.name_schema_but_nullable(schema, &slot.inner_hint());
        }
    });
}

/// Whether a schema becomes a type that has a name.
fn is_type(schema: &Node) -> bool {
    if component_name(schema).is_some() || schema.get("allOf").is_some() {
        return false;
    }
    let is_secret = schema.get("format").and_then(Node::as_str) == Some("password");
    is_secret
        || [
            "properties",
            "enum",
            "x-extensible-enum",
            "oneOf",
            "pattern",
            "minLength",
            "maxLength",
        ]
        .iter()
        .any(|word| schema.get(word).is_some())
}

impl Lowering<'_> {
    /// Names a schema and keeps where it was what is said about the place: whether it may be empty, and
    /// what it is for.
    pub(super) fn name_schema_but_nullable(&mut self, schema: &mut Node, hint: &str) -> String {
        let nullable = is_nullable(schema);
        if let Some(mapping) = schema.as_mapping_mut() {
            mapping.remove("nullable");
        }
        let kept: Vec<_> = ["description", "deprecated", "readOnly", "writeOnly"]
            .into_iter()
            .filter_map(|name| Some((name, schema.get(name)?.clone())))
            .collect();
        let name = self.name_schema(schema, hint);
        if nullable || !kept.is_empty() {
            let span = schema.span;
            let reference = std::mem::replace(schema, Node::new(Value::Null, span));
            let all_of = Node::new(Value::Sequence(vec![reference]), span);
            *schema = Node::object([("allOf", all_of)], span);
            if let Some(mapping) = schema.as_mapping_mut() {
                for (name, value) in kept {
                    mapping.insert(name, value);
                }
                if nullable {
                    mapping.insert("nullable", Node::bool(true, span));
                }
            }
        }
        name
    }
}
