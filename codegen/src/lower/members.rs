//! Members of objects get fields of their own.
//!
//! typify makes two fields of one name of members that differ in case or punctuation only (typify issue
//! 384), and calls the further members of an object `extra`, whatever else is called so. Here members
//! whose fields would collide stand under a field's name, and rendering gives them their own name in
//! JSON again.

use std::collections::BTreeSet;

use crate::document::{Entry, Node};
use crate::names;

use super::{Lowering, Order, Slot};

pub(super) fn run(lowering: &mut Lowering<'_>) {
    lowering.each_schema_in(Order::InnerFirst, |lowering, schema, slot| {
        if schema.get("properties").is_none() {
            return;
        }
        fields(lowering, schema, slot);
    });
}

fn fields(lowering: &mut Lowering<'_>, schema: &mut Node, slot: Slot<'_>) {
    let has_extra = schema
        .get("additionalProperties")
        .is_some_and(|node| node.as_mapping().is_some());
    let Some(properties) = schema.get("properties").and_then(Node::as_mapping) else {
        return;
    };
    let mut seen: BTreeSet<String> = BTreeSet::new();
    if has_extra {
        seen.insert("extra".to_owned());
    }
    let collide = !properties
        .iter()
        .all(|property| seen.insert(names::snake(&property.key.name)));
    if !collide {
        return;
    }
    // Names that are fields already keep them.
    let mut taken: BTreeSet<String> = BTreeSet::new();
    if has_extra {
        taken.insert("extra".to_owned());
    }
    let mut order: Vec<String> = properties
        .iter()
        .map(|property| property.key.name.clone())
        .collect();
    order.sort_by_key(|name| names::snake(name) != *name);
    let mut fields: Vec<(String, String)> = Vec::new();
    for name in order {
        let wanted = names::snake(&name);
        let mut field = wanted.clone();
        let mut number = 2;
        while !taken.insert(field.clone()) {
            field = names::snake(&format!("{}{number}", wanted.trim_end_matches('_')));
            number += 1;
        }
        fields.push((name, field));
    }
    let mut renamed: Vec<(String, String)> = Vec::new();
    let field_of = |name: &str| {
        fields
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, field)| field.clone())
    };
    if let Some(properties) = schema.get_mut("properties").and_then(Node::as_mapping_mut) {
        *properties = std::mem::take(properties)
            .into_iter()
            .map(|property: Entry| {
                let mut property = property;
                if let Some(field) = field_of(&property.key.name)
                    && field != property.key.name
                {
                    renamed.push((field.clone(), property.key.name.clone()));
                    property.key.name = field;
                }
                property
            })
            .collect();
    }
    for name in schema
        .get_mut("required")
        .and_then(Node::as_sequence_mut)
        .into_iter()
        .flatten()
    {
        if let Some(field) = name.as_str().and_then(field_of) {
            *name = Node::string(field, name.span);
        }
    }
    let name = match slot {
        Slot::Component(name) if !super::schema::is_nullable(schema) => name.to_owned(),
        slot => lowering.name_schema_but_nullable(schema, &slot.inner_hint()),
    };
    lowering.plan.renamed.insert(name, renamed);
}
