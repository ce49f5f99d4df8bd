//! Gives every component schema the name of its Rust type.
//!
//! typify turns names into identifiers on its own; two that become the same one (`user` and `User`)
//! give a type twice (typify issue 1), and one like `Option` hides what generated code uses. Here each name becomes an
//! identifier that no other has, and all references follow, so that typify's own rule changes
//! nothing. The order of the document decides who keeps the plain name, those first that are
//! identifiers already.

use std::collections::HashMap;

use crate::document::{Entry, Mapping, Node};
use crate::names as rust_names;

use super::Lowering;
use super::schema::component_name;

pub(super) fn run(lowering: &mut Lowering<'_>) {
    let written: Vec<String> = lowering
        .schemas()
        .map(|entry| entry.key.name.clone())
        .collect();
    let (plain, bent): (Vec<_>, Vec<_>) = written
        .into_iter()
        .partition(|name| rust_names::pascal(name) == *name);
    let mut renamed: HashMap<String, String> = HashMap::new();
    for name in plain.into_iter().chain(bent) {
        let settled = lowering.settled_name(&name);
        renamed.insert(name, settled);
    }
    lowering.each_schema(|_, schema, _| {
        let target = component_name(schema).and_then(|name| renamed.get(name));
        if let Some(name) = target
            && let Some(reference) = schema.get_mut("$ref")
        {
            let span = reference.span;
            *reference = Node::string(format!("#/components/schemas/{name}"), span);
        }
        for entry in schema
            .get_mut("discriminator")
            .and_then(|discriminator| discriminator.get_mut("mapping"))
            .and_then(Node::as_mapping_mut)
            .into_iter()
            .flat_map(Mapping::iter_mut)
        {
            let target = entry
                .value
                .as_str()
                .and_then(|text| renamed.get(text.strip_prefix("#/components/schemas/")?));
            if let Some(name) = target {
                entry.value = Node::string(name.clone(), entry.value.span);
            }
        }
    });
    for (written, name) in &renamed {
        // An implied discriminator names schemas as the document does.
        lowering.plan.written.insert(name.clone(), written.clone());
    }
    if let Some(schemas) = lowering
        .root
        .get_mut("components")
        .and_then(|components| components.get_mut("schemas"))
        .and_then(Node::as_mapping_mut)
    {
        *schemas = std::mem::take(schemas)
            .into_iter()
            .map(|entry: Entry| {
                let mut entry = entry;
                if let Some(name) = renamed.get(&entry.key.name) {
                    entry.key.name = name.clone();
                }
                entry
            })
            .collect();
    }
}
