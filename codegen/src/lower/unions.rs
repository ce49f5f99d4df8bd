//! `oneOf` and `anyOf` become enums of our own.
//!
//! typify makes an untagged enum of `oneOf`, which takes the first variant that fits and loses what
//! it does not know (typify issue 498), and a struct of optional parts of `anyOf`; it panics on variants that get one
//! name. Here each union becomes a named type whose decoding looks at the discriminator, or else takes
//! the variant that keeps most of the value; where several schemas of `anyOf` hold at once and none
//! keeps all, and where a discriminator has a value that the document does not know, the value is kept
//! as it came. Unions that are no choice are none: of one schema, of enums
//! of strings, of enums and any string (which is a set that may grow), of kinds of numbers.

use std::collections::HashSet;

use crate::document::{Mapping, Node, Span, Value};
use crate::names;
use crate::plan::{Tag, Union};

use super::schema::{
    Schemas, component_name, generalise, implied_type, is_name, is_nullable, is_structural,
    kind_name, set_nullable,
};
use super::{Lowering, Order, Slot, enums};

pub(super) fn run(lowering: &mut Lowering<'_>) {
    let schemas = Schemas::of(lowering);
    lowering.each_schema_in(Order::InnerFirst, |lowering, schema, slot| {
        lower(lowering, &schemas, schema, slot);
    });
}

fn lower(lowering: &mut Lowering<'_>, schemas: &Schemas, schema: &mut Node, slot: Slot<'_>) {
    let Some(word) = ["oneOf", "anyOf"]
        .into_iter()
        .find(|word| schema.get(word).is_some())
    else {
        return;
    };
    let Some(mapping) = schema.as_mapping_mut() else {
        return;
    };
    let discriminator = mapping.remove("discriminator");
    let Some(members) = mapping.remove(word) else {
        return;
    };
    let place = members.span;
    let Value::Sequence(members) = members.value else {
        return;
    };
    // A union in a union is one, where neither says how to tell its members apart.
    let members: Vec<Node> = members
        .into_iter()
        .flat_map(|member| {
            let inner = member
                .get(word)
                .filter(|_| member.get("discriminator").is_none());
            match inner.and_then(Node::as_sequence) {
                Some(inner) if discriminator.is_none() => inner.to_vec(),
                _ => vec![member],
            }
        })
        .collect();
    let members = match slot {
        Slot::Component(name) => without_circles(schemas, name, members),
        Slot::Inline(_) => members,
    };
    let mut distinct: Vec<Node> = Vec::new();
    let mut said = HashSet::new();
    let mut nullable = is_nullable(schema);
    for mut member in members {
        nullable |= is_nullable(schemas.resolve(&member));
        if let Some(member) = member.as_mapping_mut()
            && member.get("nullable").is_some()
            && member.get("allOf").is_none()
        {
            member.remove("nullable");
        }
        if said.insert(meaning(&member)) {
            distinct.push(member);
        }
    }
    if nullable {
        set_nullable(schema);
    }
    if distinct
        .iter()
        .any(|member| is_anything(schemas.resolve(member)))
    {
        lowering.note(
            place,
            "one of these schemas holds any value, so all of them together do",
        );
        generalise(schema);
        return;
    }
    if distinct.len() > 1 && join(schemas, schema, &distinct) {
        return;
    }
    match distinct.len() {
        0 => generalise(schema),
        1 => become_one(schema, distinct.remove(0)),
        _ => union(
            lowering,
            schemas,
            schema,
            slot,
            word == "anyOf",
            distinct,
            discriminator.as_ref(),
            place,
        ),
    }
}

/// The members of a union, where one that is a union around this one is replaced by its own: a
/// value that is tried as the one would be tried as the other again, without end.
fn without_circles(schemas: &Schemas, name: &str, members: Vec<Node>) -> Vec<Node> {
    let mut unfolded: Vec<&str> = vec![name];
    let mut found = Vec::new();
    let mut open: Vec<&Node> = members.iter().rev().collect();
    while let Some(member) = open.pop() {
        let target = super::schema::referred(member);
        match target.and_then(|target| Some((target, schemas.get(target)?))) {
            Some((target, _)) if unfolded.contains(&target) => {}
            Some((target, schema)) if is_around(schemas, target, name) => {
                unfolded.push(target);
                open.extend(choices(schema).rev());
            }
            _ => found.push(member.clone()),
        }
    }
    found
}

/// Whether one union is a variant of another, at once or through others.
fn is_around(schemas: &Schemas, inner: &str, outer: &str) -> bool {
    let mut seen: HashSet<&str> = HashSet::new();
    let mut open = vec![inner];
    while let Some(name) = open.pop() {
        if name == outer {
            return true;
        }
        if !seen.insert(name) {
            continue;
        }
        if let Some(schema) = schemas.get(name) {
            open.extend(choices(schema).filter_map(super::schema::referred));
        }
    }
    false
}

/// The schemas of which one is chosen; of a reference the one that it leads to.
fn choices(schema: &Node) -> impl DoubleEndedIterator<Item = &Node> {
    let of = |word: &str| schema.get(word).and_then(Node::as_sequence);
    of("oneOf")
        .or_else(|| of("anyOf"))
        .or_else(|| of("allOf").filter(|members| members.len() == 1))
        .unwrap_or_default()
        .iter()
}

/// What a schema says, whatever is said about it; one with a title is like no other.
fn meaning(schema: &Node) -> (Option<Span>, String) {
    let mut json = schema.to_json();
    if let Some(json) = json.as_object_mut() {
        json.retain(|name, _| is_structural(name));
    }
    json.sort_all_objects();
    (
        schema.get("title").map(|title| title.span),
        json.to_string(),
    )
}

/// Whether a schema holds any value.
fn is_anything(schema: &Node) -> bool {
    schema.as_mapping().is_none_or(|mapping| {
        !mapping
            .iter()
            .any(|entry| is_structural(&entry.key.name) && entry.key.name != "not")
    })
}

/// A union of one schema is that schema, with what is said about the union.
fn become_one(schema: &mut Node, only: Node) {
    let span = schema.span;
    let Some(mapping) = schema.as_mapping_mut() else {
        return;
    };
    if component_name(&only).is_some() {
        mapping.insert("allOf", Node::new(Value::Sequence(vec![only]), span));
        if !mapping.iter().any(|entry| entry.key.name != "allOf") {
            // Nothing is said beside it.
            let Some(Value::Sequence(mut only)) = mapping.remove("allOf").map(|node| node.value)
            else {
                return;
            };
            *schema = only.remove(0);
        }
        return;
    }
    if let Value::Mapping(only) = only.value {
        for entry in only {
            if mapping.get(&entry.key.name).is_none() {
                mapping.insert(entry.key.name, entry.value);
            }
        }
    }
}

/// Strings of all kinds are strings, and numbers numbers; says whether the members were.
fn join(schemas: &Schemas, schema: &mut Node, members: &[Node]) -> bool {
    let span = schema.span;
    let resolved: Vec<&Node> = members
        .iter()
        .map(|member| schemas.resolve(member))
        .collect();
    let types: Vec<Option<&str>> = resolved
        .iter()
        .map(|member| {
            let plain = ["oneOf", "anyOf", "allOf"]
                .iter()
                .all(|word| member.get(word).is_none());
            plain.then(|| implied_type(member)).flatten()
        })
        .collect();
    let all = |fits: &dyn Fn(&str) -> bool| types.iter().all(|of| of.is_some_and(fits));
    let Some(mapping) = schema.as_mapping_mut() else {
        return false;
    };
    if all(&|of| of == "integer" || of == "number") {
        let of = if all(&|of| of == "integer") {
            "integer"
        } else {
            "number"
        };
        mapping.insert("type", Node::string(of, span));
        return true;
    }
    if !all(&|of| of == "string")
        || resolved.iter().any(|member| {
            matches!(
                member.get("format").and_then(Node::as_str),
                Some("password" | "binary")
            )
        })
    {
        return false;
    }
    let mut values: Vec<String> = Vec::new();
    let mut open = false;
    for member in &resolved {
        let extensible = member
            .get("x-extensible-enum")
            .and_then(Node::as_sequence)
            .map(|values| {
                values
                    .iter()
                    .filter_map(Node::as_str)
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            });
        open |= extensible.is_some();
        match enums::strings(member).or(extensible) {
            Some(listed) => {
                for value in listed {
                    if !values.contains(&value) {
                        values.push(value);
                    }
                }
            }
            None => open = true,
        }
    }
    mapping.insert("type", Node::string("string", span));
    if !values.is_empty() {
        let word = if open { "x-extensible-enum" } else { "enum" };
        mapping.insert(word, Node::strings(values, span));
    }
    true
}

#[allow(
    clippy::too_many_arguments,
    reason = "it is the last part of `lower`, and called there alone"
)]
fn union(
    lowering: &mut Lowering<'_>,
    schemas: &Schemas,
    schema: &mut Node,
    slot: Slot<'_>,
    any: bool,
    mut members: Vec<Node>,
    discriminator: Option<&Node>,
    place: Span,
) {
    let mut wanted: Vec<String> = Vec::new();
    for (index, member) in members.iter().enumerate() {
        let title = member
            .get("title")
            .and_then(Node::as_str)
            .filter(|title| is_name(title));
        wanted.push(match title {
            Some(title) => names::pascal(title),
            None => kind_name(member, index),
        });
    }
    let variants = names::variants(&wanted, &["Other"]);
    let tag = discriminator.and_then(|discriminator| {
        let property = discriminator.get("propertyName")?.as_str()?.to_owned();
        let values = tags(lowering, schemas, discriminator, &property, &members);
        let default = discriminator
            .get("defaultMapping")
            .and_then(Node::as_str)
            .and_then(|name| members.iter().position(|member| called(member, name)));
        (!values.is_empty()).then_some(Tag {
            property,
            values,
            default,
        })
    });
    let tag = tag.or_else(|| constants(schemas, &members));
    // What is inline becomes a type of its own, called after the variant that holds it.
    for (member, variant) in members.iter_mut().zip(&variants) {
        let is_type = matches!(implied_type(member), Some("object"))
            && member.get("properties").is_some()
            || member.get("enum").is_some()
            || member.get("x-extensible-enum").is_some();
        if is_type && component_name(member).is_none() {
            let hint = format!("{}{variant}", slot.hint());
            lowering.name_schema(member, &hint);
        }
    }
    if let Some(mapping) = schema.as_mapping_mut() {
        let kept: Mapping = std::mem::take(mapping)
            .into_iter()
            .filter(|entry| {
                matches!(
                    entry.key.name.as_str(),
                    "description" | "nullable" | "deprecated" | "readOnly" | "writeOnly"
                )
            })
            .collect();
        *mapping = kept;
        mapping.insert("oneOf", Node::new(Value::Sequence(members), place));
    }
    let name = match slot {
        Slot::Component(name) if !is_nullable(schema) => name.to_owned(),
        slot => lowering.name_schema_but_nullable(schema, &slot.inner_hint()),
    };
    lowering
        .plan
        .unions
        .insert(name, Union { variants, any, tag });
}

/// What tells objects apart without a discriminator: a property that all of them require, and whose values are listed
/// in each and shared by none.
fn constants(schemas: &Schemas, members: &[Node]) -> Option<Tag> {
    let objects: Vec<&Node> = members
        .iter()
        .map(|member| schemas.resolve(member))
        .collect();
    let candidates = objects.first()?.get("properties")?.as_mapping()?;
    candidates.iter().find_map(|candidate| {
        let property = candidate.key.name.as_str();
        let mut values: Vec<(String, Vec<usize>)> = Vec::new();
        for (index, object) in objects.iter().enumerate() {
            let required = object.get("required").and_then(Node::as_sequence)?;
            if !required.iter().any(|name| name.as_str() == Some(property)) {
                return None;
            }
            let listed = schemas.resolve(object.get("properties")?.get(property)?);
            for value in listed.get("enum").and_then(Node::as_sequence)? {
                let value = value.scalar_text()?.to_owned();
                if values.iter().any(|(known, _)| *known == value) {
                    return None;
                }
                values.push((value, vec![index]));
            }
        }
        Some(Tag {
            property: property.to_owned(),
            values,
            default: None,
        })
    })
}

/// Whether a member is the component of this name.
fn called(member: &Node, name: &str) -> bool {
    super::schema::referred(member) == Some(name)
        || member.get("title").and_then(Node::as_str) == Some(name)
}

/// The values of a discriminator, and the numbers of the members that each may stand for.
fn tags(
    lowering: &Lowering<'_>,
    schemas: &Schemas,
    discriminator: &Node,
    property: &str,
    members: &[Node],
) -> Vec<(String, Vec<usize>)> {
    let mut tags: Vec<(String, Vec<usize>)> = Vec::new();
    for entry in discriminator
        .get("mapping")
        .and_then(Node::as_mapping)
        .into_iter()
        .flatten()
    {
        let target = entry.value.as_str();
        let index = target.and_then(|name| members.iter().position(|member| called(member, name)));
        if let Some(index) = index {
            tags.push((entry.key.name.clone(), vec![index]));
        }
    }
    let mapped: Vec<String> = tags.iter().map(|(value, _)| value.clone()).collect();
    let mut add = |value: String, index: usize| {
        // What the mapping says counts more than what is implied.
        if mapped.contains(&value) {
            return;
        }
        match tags.iter_mut().find(|(known, _)| *known == value) {
            Some((_, indices)) if indices.contains(&index) => {}
            Some((_, indices)) => indices.push(index),
            None => tags.push((value, vec![index])),
        }
    };
    for (index, member) in members.iter().enumerate() {
        // A schema is told by its name, as it is written in the document, and by the values that the
        // member may have in it.
        let name = super::schema::referred(member);
        if let Some(written) = name.and_then(|name| lowering.plan.written.get(name)) {
            add(written.clone(), index);
        }
        let own = schemas.resolve(member).get("properties");
        let own = own.and_then(|own| own.get(property));
        let values = own.and_then(|own| enums::strings(schemas.resolve(own)));
        for value in values.unwrap_or_default() {
            add(value, index);
        }
    }
    tags
}
