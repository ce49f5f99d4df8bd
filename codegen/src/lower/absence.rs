//! A member that is left out, one that is empty and one that is null stay three things.
//!
//! typify leaves an optional list or map out when it is empty, so that `[]` could never be sent (typify
//! issue 464), and has one `None` for a member that is not there and for one that is null, although a
//! service may take the first for "as it was" and the second for "none any more" (no issue is known).
//! Here optional lists and maps become optional like everything else, and the optional members whose
//! schema takes null are put down: rendering gives `runtime::Nullable` to those that may be null
//! themselves, and reads null as a value where the type that is referred to has a place for it.

use std::collections::{BTreeMap, HashMap};

use crate::document::{Mapping, Node};
use crate::plan::NullMember;

use super::schema::{component_name, implied_type, is_nullable, set_nullable};
use super::{Lowering, Order, Slot};

pub(super) fn run(lowering: &mut Lowering<'_>) {
    let holders = holders_of_null(lowering);
    lowering.each_schema_in(Order::InnerFirst, |lowering, schema, slot| {
        let Slot::Component(name) = slot else {
            return;
        };
        let found = members(schema, &holders);
        if !found.is_empty() {
            lowering.plan.null_members.insert(name.to_owned(), found);
        }
    });
}

/// The optional members that may be null; lists and maps among the others become optional.
fn members(schema: &mut Node, holders: &HashMap<String, bool>) -> BTreeMap<String, NullMember> {
    let required: Vec<String> = schema
        .get("required")
        .and_then(Node::as_sequence)
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    let mut found = BTreeMap::new();
    for property in schema
        .get_mut("properties")
        .and_then(Node::as_mapping_mut)
        .into_iter()
        .flat_map(Mapping::iter_mut)
    {
        if required.contains(&property.key.name) {
            continue;
        }
        if is_nullable(&property.value) {
            found.insert(property.key.name.clone(), NullMember::Itself);
        } else if takes_null(&property.value, holders) {
            found.insert(property.key.name.clone(), NullMember::ItsType);
        } else if matches!(implied_type(&property.value), Some("array" | "object")) {
            set_nullable(&mut property.value);
        }
    }
    found
}

/// Whether each component takes null.
fn holders_of_null(lowering: &Lowering<'_>) -> HashMap<String, bool> {
    let mut known: HashMap<String, bool> = lowering
        .schemas()
        .map(|entry| (entry.key.name.clone(), false))
        .collect();
    // Whoever refers to one that takes null may take it as well; a circle alone takes none.
    loop {
        let more: Vec<String> = lowering
            .schemas()
            .filter(|entry| !known[&entry.key.name] && takes_null(&entry.value, &known))
            .map(|entry| entry.key.name.clone())
            .collect();
        if more.is_empty() {
            return known;
        }
        for name in more {
            known.insert(name, true);
        }
    }
}

fn takes_null(schema: &Node, holders: &HashMap<String, bool>) -> bool {
    if let Some(name) = component_name(schema) {
        return holders.get(name).copied().unwrap_or_default();
    }
    if is_nullable(schema) {
        return true;
    }
    for (word, all) in [("allOf", true), ("oneOf", false), ("anyOf", false)] {
        if let Some(members) = schema.get(word).and_then(Node::as_sequence) {
            let mut members = members.iter().map(|member| takes_null(member, holders));
            return if all {
                members.all(|takes| takes)
            } else {
                members.any(|takes| takes)
            };
        }
    }
    // Without a type it is any value.
    implied_type(schema).is_none() && schema.get("enum").is_none()
}
