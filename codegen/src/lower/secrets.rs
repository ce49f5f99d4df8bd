//! Strings with `format: password` become types of their own.
//!
//! typify would make them plain strings, or newtypes that print their value (no issue is known). With a name of its
//! own each secret gets an implementation of `Debug` that shows nothing, rendered from the plan.

use std::collections::BTreeSet;

use crate::document::{Node, Value};

use super::{Lowering, Slot};

pub(super) fn run(lowering: &mut Lowering<'_>) {
    let mut members = BTreeSet::new();
    collect(lowering, &lowering.root, &mut members);
    lowering.plan.secret_members = members;
    lowering.each_schema(|lowering, schema, slot| {
        if schema.get("format").and_then(Node::as_str) != Some("password") {
            return;
        }
        if let Some(mapping) = schema.as_mapping_mut() {
            mapping.remove("format");
            // An example of a secret would be printed in the type's documentation.
            mapping.remove("example");
        }
        let name = match slot {
            Slot::Component(name) if !super::schema::is_nullable(schema) => name.to_owned(),
            slot => lowering.name_schema_but_nullable(schema, &slot.inner_hint()),
        };
        lowering.plan.secrets.insert(name);
    });
}

/// The names under which secrets are sent and received: members of objects, and parameters. Whoever
/// sends looks for them in a request, so that it can blank what comes back of their values.
fn collect(lowering: &Lowering<'_>, node: &Node, members: &mut BTreeSet<String>) {
    let secret = |schema: &Node| {
        lowering
            .resolve(schema)
            .is_some_and(|schema| schema.get("format").and_then(Node::as_str) == Some("password"))
    };
    if let (Some(name), Some(_), Some(schema)) = (
        node.get("name").and_then(Node::as_str),
        node.get("in").and_then(Node::as_str),
        node.get("schema"),
    ) && secret(schema)
    {
        members.insert(name.to_owned());
    }
    match &node.value {
        Value::Mapping(mapping) => {
            for entry in mapping.iter() {
                if entry.key.name == "properties" {
                    for property in entry.value.as_mapping().into_iter().flatten() {
                        if secret(&property.value) {
                            members.insert(property.key.name.clone());
                        }
                    }
                }
                collect(lowering, &entry.value, members);
            }
        }
        Value::Sequence(items) => items
            .iter()
            .for_each(|item| collect(lowering, item, members)),
        _ => {}
    }
}
