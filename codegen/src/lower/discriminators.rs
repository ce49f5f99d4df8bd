//! A base schema with a discriminator becomes the union of the schemas that inherit from it.
//!
//! OpenAPI lets `Pet` name a discriminator and `Cat` say `allOf: [Pet, …]`; a place that says `Pet`
//! then holds a `Cat` just as well. typify ignores discriminators (typify issue 498), and its type `Pet` would lose
//! whatever a cat has beyond a pet. Here `Pet` becomes the union of its inheritors, of
//! theirs, and of itself, as `PetBase`, told apart by the discriminator, and inheritors go on inheriting from `PetBase`, which
//! also holds a kind that the document does not know. The base may stand alone in `allOf`, with the members beside
//! it, as .NET writes it; with nothing beside it, it is another name for the union, unless the mapping says that this
//! is a kind. A union whose schemas do not declare the member that
//! tells them apart would lose it, so it is declared.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Mapping, Node, Value};

use super::schema::{component_name, is_structural, reference_to};
use super::{Lowering, Order, Slot, entry};

pub(super) fn run(lowering: &mut Lowering<'_>) {
    inherit(lowering);
    declare(lowering);
}

/// Makes unions of the bases that others inherit from.
fn inherit(lowering: &mut Lowering<'_>) {
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
    let parents: Vec<(&str, Vec<&str>)> = lowering
        .schemas()
        .map(|component| {
            let members = component.value.get("allOf").and_then(Node::as_sequence);
            let members = members.into_iter().flatten();
            let parents = members.filter_map(component_name).collect();
            (component.key.name.as_str(), parents)
        })
        .collect();
    // Who inherits from a base and has heirs is told from them by the same member.
    let mut inherited: Vec<(String, Node)> = Vec::new();
    for name in bases.keys() {
        let discriminator = lowering
            .component(name)
            .and_then(|base| base.get("discriminator"));
        for heir in heirs(name, &parents) {
            let schema = lowering.component(&heir);
            let is_choice =
                schema.is_none_or(|schema| schema.get("oneOf").or(schema.get("anyOf")).is_some());
            let is_known =
                bases.contains_key(&heir) || inherited.iter().any(|(known, _)| *known == heir);
            if let Some(discriminator) = discriminator
                && !is_choice
                && !is_known
            {
                inherited.push((heir, discriminator.clone()));
            }
        }
    }
    for (name, base) in &mut bases {
        base.heirs = heirs(name, &parents);
        let mapped = lowering
            .component(name)
            .and_then(|base| base.get("discriminator")?.get("mapping")?.as_mapping());
        for target in mapped.into_iter().flatten() {
            let Some(target) = target.value.as_str() else {
                continue;
            };
            base.named.insert(target.to_owned());
            // The document says that it may stand there, whether it inherits or not.
            if target != name
                && !base.heirs.iter().any(|heir| heir == target)
                && lowering.component(target).is_some()
            {
                base.heirs.push(target.to_owned());
            }
        }
    }
    for (name, mut discriminator) in inherited {
        let heirs = heirs(&name, &parents);
        if let Some(mapping) = discriminator
            .get_mut("mapping")
            .and_then(Node::as_mapping_mut)
        {
            mapping.retain(|entry| {
                let target = entry.value.as_str();
                target.is_some_and(|target| target == name || heirs.iter().any(|h| h == target))
            });
        }
        let mapped = discriminator.get("mapping").and_then(Node::as_mapping);
        let mapped = mapped.into_iter().flatten();
        let named = mapped.filter_map(|entry| entry.value.as_str().map(str::to_owned));
        let base = Base {
            heirs,
            named: named.collect(),
            inherited: Some(discriminator.clone()),
            ..Base::default()
        };
        bases.insert(name, base);
    }
    bases.retain(|_, base| !base.heirs.is_empty());
    if bases.is_empty() {
        return;
    }
    for (name, base) in &mut bases {
        base.base_name = lowering.type_name(&format!("{name}Base"));
    }
    // Inheriting is from the base alone; every other reference may hold an heir.
    lowering.each_schema_in(Order::OuterFirst, |_, schema, slot| {
        let words = schema.as_mapping().into_iter().flatten();
        let mut words = words.map(|entry| entry.key.name.as_str());
        let is_alone = schema
            .get("allOf")
            .and_then(Node::as_sequence)
            .is_some_and(|members| members.len() == 1);
        // What adds nothing is another name for the base and its heirs, unless the base names it; what stands
        // inside of something else adds something only if it has members of its own.
        let adds_something = match slot {
            Slot::Component(_) => {
                words.any(|word| is_structural(word) && word != "allOf" && word != "type")
            }
            Slot::Inline(_) => words.any(|word| word == "properties"),
        };
        for member in schema
            .get_mut("allOf")
            .and_then(Node::as_sequence_mut)
            .into_iter()
            .flatten()
        {
            let base = component_name(member).and_then(|name| bases.get(name));
            let inherits = |base: &Base| {
                let is_named = matches!(slot, Slot::Component(name) if base.named.contains(name));
                !is_alone || adds_something || is_named
            };
            if let Some(base) = base.filter(|base| inherits(base)) {
                *member = reference_to(&base.base_name, member.span);
            }
        }
    });
    for (name, base) in bases {
        split(lowering, &name, &base);
    }
}

/// Gives the member that tells the schemas of a union apart to those that do not declare it: it comes with
/// every value all the same, and goes out again.
fn declare(lowering: &mut Lowering<'_>) {
    let mut told_apart: BTreeSet<(String, String)> = BTreeSet::new();
    lowering.each_schema_in(Order::OuterFirst, |_, schema, _| {
        let property = schema
            .get("discriminator")
            .and_then(|discriminator| discriminator.get("propertyName")?.as_str());
        let Some(property) = property else {
            return;
        };
        let members = ["oneOf", "anyOf"].into_iter();
        let members = members.filter_map(|word| schema.get(word)?.as_sequence());
        for name in members.flatten().filter_map(component_name) {
            told_apart.insert((name.to_owned(), property.to_owned()));
        }
    });
    for (name, property) in told_apart {
        let member = lowering.component(&name);
        if member.is_none_or(|member| may_hold(lowering, member, &property, 0)) {
            continue;
        }
        let Some(component) = lowering
            .root
            .get_mut("components")
            .and_then(|components| components.get_mut("schemas"))
            .and_then(|schemas| schemas.get_mut(&name))
        else {
            continue;
        };
        let span = component.span;
        let text = Node::object([("type", Node::string("string", span))], span);
        let declared: Mapping = [entry(&property, text)].into_iter().collect();
        let declared = Node::new(Value::Mapping(declared), span);
        if let Some(members) = component.get_mut("allOf").and_then(Node::as_sequence_mut) {
            members.push(Node::object([("properties", declared)], span));
        } else if let Some(properties) = component.get_mut("properties")
            && let (Some(own), Value::Mapping(declared)) =
                (properties.as_mapping_mut(), declared.value)
        {
            for member in declared {
                own.insert(member.key.name, member.value);
            }
        }
    }
}

/// Whether a value of a schema keeps a member of this name, or the schema is no object with members.
fn may_hold(lowering: &Lowering<'_>, schema: &Node, property: &str, depth: usize) -> bool {
    let Some(schema) = lowering.resolve(schema).filter(|_| depth < 16) else {
        return true;
    };
    let is_choice = schema.get("oneOf").or(schema.get("anyOf")).is_some();
    let further = schema.get("additionalProperties").map(|node| &node.value);
    if is_choice || further.is_some_and(|further| *further != Value::Bool(false)) {
        return true;
    }
    let declares = |properties: &Node| properties.get(property).is_some();
    match (
        schema.get("properties"),
        schema.get("allOf").and_then(Node::as_sequence),
    ) {
        (Some(properties), _) if declares(properties) => true,
        (_, Some(members)) => {
            let mut objects = members.iter().filter(|member| is_object(lowering, member));
            objects.clone().next().is_none()
                || objects.any(|member| may_hold(lowering, member, property, depth + 1))
        }
        (Some(_), None) => false,
        (None, None) => true,
    }
}

/// Whether a schema has something to say about members.
fn is_object(lowering: &Lowering<'_>, schema: &Node) -> bool {
    lowering.resolve(schema).is_some_and(|schema| {
        [
            "properties",
            "allOf",
            "oneOf",
            "anyOf",
            "additionalProperties",
        ]
        .iter()
        .any(|word| schema.get(word).is_some())
    })
}

/// Who inherits from a schema, or from one of these, in the order of the document.
fn heirs(base: &str, parents: &[(&str, Vec<&str>)]) -> Vec<String> {
    let mut known = BTreeSet::from([base]);
    loop {
        let before = known.len();
        for (name, parents) in parents {
            if parents.iter().any(|parent| known.contains(parent)) {
                known.insert(name);
            }
        }
        if known.len() == before {
            break;
        }
    }
    parents
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| *name != base && known.contains(name))
        .map(str::to_owned)
        .collect()
}

#[derive(Default)]
struct Base {
    base_name: String,
    heirs: Vec<String>,
    /// What its mapping names.
    named: BTreeSet<String>,
    /// The discriminator of what it inherits from, where it has none of its own.
    inherited: Option<Node>,
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
    let stated = own
        .as_mapping_mut()
        .and_then(|own| own.remove("discriminator"));
    let Some(discriminator) = stated.or_else(|| base.inherited.clone()) else {
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
