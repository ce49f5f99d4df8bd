//! A base schema with a discriminator becomes the union of the schemas that inherit from it.
//!
//! OpenAPI lets `Pet` name a discriminator and `Cat` say `allOf: [Pet, …]`; a place that says `Pet`
//! then holds a `Cat` just as well. typify ignores discriminators (typify issue 498), and its type `Pet` would lose
//! whatever a cat has beyond a pet. Here `Pet` becomes the union of its inheritors and of itself, as
//! `PetBase`, told apart by the discriminator, and inheritors go on inheriting from `PetBase`, which
//! also holds a kind that the document does not know.

use std::collections::BTreeMap;

use crate::document::{Mapping, Node, Value};

use super::schema::{component_name, reference_to};
use super::{Lowering, Order, entry};

pub(super) fn run(lowering: &mut Lowering<'_>) {
    let mut bases: BTreeMap<String, Base> = BTreeMap::new();
    for component in lowering.schemas() {
        let schema = &component.value;
        if schema
            .get("discriminator")
            .is_some_and(|d| d.get("propertyName").is_some())
            && schema.get("oneOf").is_none()
            && schema.get("anyOf").is_none()
        {
            bases.insert(component.key.name.clone(), Base::default());
        }
    }
    for component in lowering.schemas() {
        let members = component.value.get("allOf").and_then(Node::as_sequence);
        for member in members.into_iter().flatten() {
            if let Some(base) = component_name(member).and_then(|name| bases.get_mut(name)) {
                base.heirs.push(component.key.name.clone());
            }
        }
    }
    bases.retain(|_, base| !base.heirs.is_empty());
    if bases.is_empty() {
        return;
    }
    for (name, base) in &mut bases {
        base.base_name = lowering.type_name(&format!("{name}Base"));
    }
    // Inheriting is from the base alone; every other reference may hold an heir.
    lowering.each_schema_in(Order::OuterFirst, |_, schema, _| {
        for member in schema
            .get_mut("allOf")
            .and_then(Node::as_sequence_mut)
            .into_iter()
            .filter(|members| members.len() > 1)
            .flatten()
        {
            if let Some(base) = component_name(member).and_then(|name| bases.get(name)) {
                *member = reference_to(&base.base_name, member.span);
            }
        }
    });
    for (name, base) in bases {
        split(lowering, &name, &base);
    }
}

#[derive(Default)]
struct Base {
    base_name: String,
    heirs: Vec<String>,
}

fn split(lowering: &mut Lowering<'_>, name: &str, base: &Base) {
    let written: BTreeMap<String, String> = base
        .heirs
        .iter()
        .map(String::as_str)
        .chain([name])
        .map(|heir| (heir.to_owned(), lowering.written_as(heir)))
        .collect();
    let Some(component) = lowering
        .root
        .get_mut("components")
        .and_then(|components| components.get_mut("schemas"))
        .and_then(|schemas| schemas.get_mut(name))
    else {
        return;
    };
    let span = component.span;
    let mut own = component.clone();
    let Some(discriminator) = own
        .as_mapping_mut()
        .and_then(|own| own.remove("discriminator"))
    else {
        return;
    };
    let mut mapping = match discriminator.get("mapping").map(|mapping| &mapping.value) {
        Some(Value::Mapping(mapping)) => mapping.clone(),
        _ => Mapping::default(),
    };
    // What the mapping does not name is told by its own name.
    for heir in base.heirs.iter().map(String::as_str).chain([name]) {
        let target = if heir == name { &base.base_name } else { heir };
        for entry in mapping.iter_mut() {
            if heir == name && entry.value.as_str() == Some(name) {
                entry.value = Node::string(target, span);
            }
        }
        if !mapping
            .iter()
            .any(|entry| entry.value.as_str() == Some(target))
        {
            let value = written.get(heir).map_or(heir, String::as_str);
            mapping.insert(value, Node::string(target, span));
        }
    }
    let members: Vec<Node> = base
        .heirs
        .iter()
        .chain([&base.base_name])
        .map(|member| reference_to(member, span))
        .collect();
    let mut union = Mapping::default();
    if let Some(description) = own.get("description") {
        union.insert("description", description.clone());
    }
    if super::schema::is_nullable(&own) {
        union.insert("nullable", Node::bool(true, span));
    }
    union.insert("oneOf", Node::new(Value::Sequence(members), span));
    let mut told = vec![entry("mapping", Node::new(Value::Mapping(mapping), span))];
    if let Some(property) = discriminator.get("propertyName") {
        told.insert(0, entry("propertyName", property.clone()));
    }
    // What nobody is known to inherit as is still of the base (the word is OpenAPI 3.2's).
    told.push(entry("defaultMapping", Node::string(&base.base_name, span)));
    union.insert(
        "discriminator",
        Node::new(Value::Mapping(told.into_iter().collect()), span),
    );
    *component = Node::new(Value::Mapping(union), span);
    lowering.add_schema(&base.base_name, own);
}
