//! What only goes one way is not required the other way.
//!
//! A `readOnly` member is required of answers and a `writeOnly` one of requests, says OpenAPI; typify
//! makes one type for both ways and would ask for an `id` that only the service gives (no issue is
//! known). Here such a member is optional in every type that also goes the other way, wherever it is said:
//! at the member, or where its schema is.

use std::collections::{BTreeSet, HashMap};

use crate::document::{Node, Value};
use crate::plan::{BodyForm, Content};

use super::schema::{Schemas, component_name};
use super::{Lowering, Order, Slot};

pub(super) fn run(lowering: &mut Lowering<'_>) {
    let mut sent = BTreeSet::new();
    let mut answered = BTreeSet::new();
    lowering.each_operation(|_, operation, _| {
        for part in ["requestBody", "parameters"] {
            if let Some(part) = operation.get(part) {
                names(part, &mut sent);
            }
        }
        if let Some(responses) = operation.get("responses") {
            names(responses, &mut answered);
        }
    });
    for operation in &lowering.plan.operations {
        for alternative in operation.body.iter().flat_map(|body| &body.alternatives) {
            if let BodyForm::Json { of }
            | BodyForm::Form { of, .. }
            | BodyForm::Multipart { of, .. } = &alternative.form
            {
                of.each_name(&mut |name| {
                    sent.insert(name.to_owned());
                });
            }
        }
        for answer in operation.answers() {
            if let Content::Json(of) = &answer.content {
                of.each_name(&mut |name| {
                    answered.insert(name.to_owned());
                });
            }
        }
    }
    let graph: HashMap<String, BTreeSet<String>> = lowering
        .schemas()
        .map(|entry| {
            let mut reached = BTreeSet::new();
            names(&entry.value, &mut reached);
            (entry.key.name.clone(), reached)
        })
        .collect();
    let (sent, answered) = (closure(&graph, sent), closure(&graph, answered));
    let schemas = Schemas::of(lowering);
    lowering.each_schema_in(Order::OuterFirst, |_, schema, slot| {
        // Inline schemas stand in components, or in operations, where they have one direction.
        let Slot::Component(name) = slot else {
            return;
        };
        loosen(
            &schemas,
            schema,
            sent.contains(name),
            answered.contains(name),
        );
    });
}

fn names(node: &Node, found: &mut BTreeSet<String>) {
    if let Some(name) = component_name(node) {
        found.insert(name.to_owned());
    }
    match &node.value {
        Value::Mapping(mapping) => mapping.iter().for_each(|entry| names(&entry.value, found)),
        Value::Sequence(items) => items.iter().for_each(|item| names(item, found)),
        _ => {}
    }
}

fn closure(graph: &HashMap<String, BTreeSet<String>>, start: BTreeSet<String>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<String> = start.into_iter().collect();
    while let Some(name) = open.pop() {
        if reached.insert(name.clone()) {
            open.extend(graph.get(&name).into_iter().flatten().cloned());
        }
    }
    reached
}

/// Takes from what is required what only goes the other way, here and in the schemas inside.
fn loosen(schemas: &Schemas, schema: &mut Node, is_sent: bool, is_answered: bool) {
    let one_way: Vec<String> = schema
        .get("properties")
        .and_then(Node::as_mapping)
        .into_iter()
        .flatten()
        .filter(|property| {
            let says = |word| schemas.says(&property.value, word);
            (is_sent && says("readOnly")) || (is_answered && says("writeOnly"))
        })
        .map(|property| property.key.name.clone())
        .collect();
    if !one_way.is_empty()
        && let Some(required) = schema.get_mut("required").and_then(Node::as_sequence_mut)
    {
        required.retain(|name| !one_way.iter().any(|other| name.as_str() == Some(other)));
    }
    match &mut schema.value {
        Value::Mapping(mapping) => {
            for entry in mapping.iter_mut() {
                loosen(schemas, &mut entry.value, is_sent, is_answered);
            }
        }
        Value::Sequence(items) => {
            for item in items {
                loosen(schemas, item, is_sent, is_answered);
            }
        }
        _ => {}
    }
}
