//! Reads the limits that the document states for members of objects and parts of forms.
//!
//! typify enforces lengths and patterns of strings but keeps the numbers to itself (no issue is known);
//! whoever refuses
//! a value before it is sent wants to name the limit, so rendering makes constants of them.

use crate::document::Node;
use crate::plan::{Limits, MemberLimits};

use super::Lowering;

pub(super) fn run(lowering: &mut Lowering<'_>) {
    let found: Vec<_> = lowering
        .schemas()
        .map(|entry| (entry.key.name.clone(), of_members(&entry.value)))
        .filter(|(_, limits)| !limits.is_empty())
        .collect();
    lowering.plan.limits.extend(found);
}

/// The limits of an object schema's properties, where it states any.
pub(super) fn of_members(schema: &Node) -> Vec<MemberLimits> {
    schema
        .get("properties")
        .and_then(Node::as_mapping)
        .into_iter()
        .flatten()
        .map(|entry| MemberLimits {
            member: entry.key.name.clone(),
            limits: of(&entry.value),
        })
        .filter(|member| member.limits != Limits::default())
        .collect()
}

/// The limits that a schema states itself.
pub(super) fn of(schema: &Node) -> Limits {
    let number = |name| schema.get(name).and_then(Node::as_u64);
    Limits {
        min_length: number("minLength"),
        max_length: number("maxLength"),
        min_items: number("minItems"),
        max_items: number("maxItems"),
        pattern: schema
            .get("pattern")
            .and_then(Node::as_str)
            .map(str::to_owned),
        content_types: Vec::new(),
    }
}
