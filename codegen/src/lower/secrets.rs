//! The names are listed under which strings with `format: password` are sent and received.
//!
//! Whoever sends looks for them in a request, so that it can blank what comes back of their values. The types of
//! such strings show nothing of them, which is a fact of the model (typify would print them; no issue is known).

use std::collections::BTreeSet;

use crate::document::{Node, Value};

use super::Lowering;

pub(super) fn run(lowering: &mut Lowering<'_>) {
    let mut members = BTreeSet::new();
    collect(lowering, &lowering.root, &mut members);
    lowering.plan.secret_members = members;
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
