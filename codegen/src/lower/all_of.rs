//! `allOf` becomes the one schema that it means.
//!
//! typify merges too, but panics on members that say the same in different words, on unions among
//! them and on references in a circle, and makes a type without values where members contradict each
//! other. Here members are merged into one: all properties, all that is required, the tighter bounds;
//! a union among them is spread over the rest. A reference with a description beside it stays one.
//! Members that no value could fit together become a value of any shape, and a note says so.

use crate::document::{Mapping, Node, Span, Value};

use super::schema::{
    Schemas, anything, component_name, generalise, implied_type, is_nullable, is_structural,
    reference_to, set_nullable,
};
use super::{Lowering, Order};

/// How many references are followed into each other before a merge is given up.
const DEPTH: usize = 12;

/// How many variants a union may have after it was spread.
const VARIANTS: usize = 48;

pub(super) fn run(lowering: &mut Lowering<'_>) {
    let schemas = Schemas::of(lowering);
    lowering.each_schema_in(Order::OuterFirst, |lowering, schema, _| {
        if !needs_merge(schema) {
            return;
        }
        let merge = Merge { schemas: &schemas };
        match merge.flat(schema, 0) {
            Ok(merged) => *schema = merged,
            Err(reason) => {
                let place = schema
                    .get("allOf")
                    .map_or(schema.span, |all_of| all_of.span);
                lowering.note(place, format!("{reason}, so it is taken as any value"));
                generalise(schema);
            }
        }
    });
}

/// Whether a schema says by several schemas at once what it holds.
fn needs_merge(schema: &Node) -> bool {
    let Some(mapping) = schema.as_mapping() else {
        return false;
    };
    let unions = ["oneOf", "anyOf"]
        .iter()
        .filter(|word| mapping.get(word).is_some())
        .count();
    let beside = mapping.iter().any(|entry| {
        is_structural(&entry.key.name)
            && !matches!(entry.key.name.as_str(), "oneOf" | "anyOf" | "not")
    });
    if mapping.get("not").is_some() {
        return true;
    }
    if let Some(members) = mapping.get("allOf").and_then(Node::as_sequence) {
        // A reference with annotations is left as it is.
        let annotated = members.len() == 1
            && component_name(&members[0]).is_some()
            && !mapping
                .iter()
                .any(|entry| entry.key.name != "allOf" && is_structural(&entry.key.name));
        return !annotated;
    }
    unions > 1 || (unions == 1 && beside)
}

struct Merge<'s> {
    schemas: &'s Schemas,
}

type Merged = Result<Node, String>;

impl Merge<'_> {
    /// The schema without `allOf` at its top.
    fn flat(&self, schema: &Node, depth: usize) -> Merged {
        if depth > DEPTH {
            return Err("this goes in a circle".to_owned());
        }
        if let Some(name) = component_name(schema) {
            let target = self
                .schemas
                .get(name)
                .ok_or_else(|| format!("there is no schema `{name}`"))?;
            let mut flat = self.flat(target, depth + 1)?;
            // What is said about the component is not said about whatever it is merged into.
            if let Some(mapping) = flat.as_mapping_mut() {
                for name in ["title", "example", "examples", "default"] {
                    mapping.remove(name);
                }
            }
            return Ok(flat);
        }
        let span = schema.span;
        let Some(mapping) = schema.as_mapping() else {
            return Ok(anything(span));
        };
        if !needs_merge(schema) && mapping.get("allOf").is_none() {
            return Ok(schema.clone());
        }
        let members = mapping
            .get("allOf")
            .and_then(Node::as_sequence)
            .unwrap_or_default();
        let mut annotations = Mapping::default();
        let mut own = Mapping::default();
        for entry in mapping {
            match entry.key.name.as_str() {
                "allOf" | "oneOf" | "anyOf" | "not" => {}
                name if is_structural(name) => {
                    own.insert(name, entry.value.clone());
                }
                name => {
                    annotations.insert(name, entry.value.clone());
                }
            }
        }
        let mut nullable = is_nullable(schema);
        let mut parts: Vec<&Node> = Vec::new();
        let mut all_nullable = !members.is_empty();
        for member in members {
            all_nullable &= is_nullable(self.schemas.resolve(member));
            let says_something = member
                .as_mapping()
                .is_some_and(|member| member.iter().any(|entry| is_structural(&entry.key.name)));
            if says_something {
                parts.push(member);
            } else {
                nullable |= is_nullable(member);
                for entry in member.as_mapping().into_iter().flatten() {
                    if annotations.get(&entry.key.name).is_none() {
                        annotations.insert(entry.key.name.clone(), entry.value.clone());
                    }
                }
            }
        }
        nullable |= all_nullable;
        let unions: Vec<(&str, &[Node])> = ["oneOf", "anyOf"]
            .into_iter()
            .filter_map(|word| Some((word, mapping.get(word)?.as_sequence()?)))
            .collect();

        let finish = |mut schema: Node| {
            if let Some(mapping) = schema.as_mapping_mut() {
                for entry in &annotations {
                    if entry.key.name != "nullable" {
                        mapping.insert(entry.key.name.clone(), entry.value.clone());
                    }
                }
                mapping.remove("nullable");
            }
            if nullable {
                set_nullable(&mut schema);
            }
            schema
        };
        // One reference and nothing that narrows it stays a reference.
        if let ([only], true, true) = (&parts[..], own.is_empty(), unions.is_empty())
            && let Some(name) = component_name(only)
        {
            let all_of = Node::new(Value::Sequence(vec![reference_to(name, span)]), span);
            let schema = Node::object([("allOf", all_of)], span);
            return Ok(finish(schema));
        }
        let mut whole = Node::new(Value::Mapping(own), span);
        for part in parts {
            let mut part = self.flat(part, depth + 1)?;
            let description = part
                .as_mapping_mut()
                .and_then(|part| part.remove("description"));
            if let Some(description) = description
                && annotations.get("description").is_none()
                && members
                    .iter()
                    .any(|member| member.get("description") == Some(&description))
            {
                annotations_insert(&mut whole, description);
            }
            whole = self.both(whole, part, span, depth)?;
        }
        for (word, members) in unions {
            whole = self.spread(whole, word, members, mapping.get("discriminator"), depth)?;
        }
        let kept = whole
            .as_mapping_mut()
            .and_then(|whole| whole.remove("x-description"));
        let mut schema = finish(whole);
        if let (Some(description), Some(mapping)) = (kept, schema.as_mapping_mut())
            && mapping.get("description").is_none()
        {
            mapping.insert("description", description);
        }
        Ok(schema)
    }

    /// A union beside other keywords: the others hold for each of its members.
    fn spread(
        &self,
        whole: Node,
        word: &str,
        members: &[Node],
        discriminator: Option<&Node>,
        depth: usize,
    ) -> Merged {
        let span = whole.span;
        let narrows_only = members.iter().all(|member| {
            component_name(member).is_none()
                && !member.as_mapping().is_some_and(|member| {
                    member.iter().any(|entry| {
                        matches!(
                            entry.key.name.as_str(),
                            "type"
                                | "properties"
                                | "items"
                                | "enum"
                                | "allOf"
                                | "oneOf"
                                | "anyOf"
                                | "additionalProperties"
                        )
                    })
                })
        });
        let empty = whole.as_mapping().is_none_or(Mapping::is_empty);
        // `oneOf: [{required: [a]}, {required: [b]}]` says which members go together, and no more.
        if narrows_only && !empty {
            return Ok(whole);
        }
        // `type: object` beside a union says of each member what it says itself.
        let only_type = whole.as_mapping().is_some_and(|whole| {
            whole
                .iter()
                .all(|entry| entry.key.name == "type" || !is_structural(&entry.key.name))
        });
        if empty || only_type {
            let mut union = Mapping::default();
            union.insert(word, Node::new(Value::Sequence(members.to_vec()), span));
            return Ok(Node::new(Value::Mapping(union), span));
        }
        let already = ["oneOf", "anyOf"]
            .iter()
            .find_map(|word| Some((*word, whole.get(word)?.as_sequence()?.len())));
        if let Some((_, count)) = already
            && count * members.len() > VARIANTS
        {
            return Err(format!(
                "{count} times {} variants are too many",
                members.len()
            ));
        }
        let mut variants = Vec::new();
        for member in members {
            let title = member
                .get("title")
                .cloned()
                .or_else(|| component_name(member).map(|name| Node::string(name, span)));
            // A variant that cannot hold together with the rest never comes.
            let flat = self.flat(member, depth + 1)?;
            if let Ok(mut variant) = self.both(whole.clone(), flat, span, depth) {
                if let (Some(title), Some(variant)) = (title, variant.as_mapping_mut()) {
                    variant.insert("title", title);
                }
                variants.push(variant);
            }
        }
        if variants.is_empty() {
            return Err("no value fits all of this".to_owned());
        }
        // Nested unions in the variants are spread by the visit that follows.
        let mut union = Mapping::default();
        union.insert(word, Node::new(Value::Sequence(variants), span));
        let _ = discriminator;
        Ok(Node::new(Value::Mapping(union), span))
    }

    /// A schema that says what both say.
    fn both(&self, a: Node, b: Node, span: Span, depth: usize) -> Merged {
        if depth > DEPTH {
            return Err("this goes in a circle".to_owned());
        }
        let (a, b) = (self.followed(a, depth)?, self.followed(b, depth)?);
        for (one, other) in [(&a, &b), (&b, &a)] {
            for word in ["oneOf", "anyOf"] {
                if let Some(members) = one.get(word).and_then(Node::as_sequence) {
                    let has_more = other.as_mapping().is_some_and(|other| {
                        other.iter().any(|entry| is_structural(&entry.key.name))
                    });
                    if !has_more {
                        return Ok(one.clone());
                    }
                    return self.spread(other.clone(), word, members, None, depth + 1);
                }
            }
        }
        let (Value::Mapping(a), Value::Mapping(b)) = (a.value, b.value) else {
            return Ok(anything(span));
        };
        let (a_node, b_node) = (
            Node::new(Value::Mapping(a.clone()), span),
            Node::new(Value::Mapping(b.clone()), span),
        );
        let (a_type, b_type) = (implied_type(&a_node), implied_type(&b_node));
        let joined = match (a_type, b_type) {
            (Some(a), Some(b)) if a == b => Some(a.to_owned()),
            (Some("integer"), Some("number")) | (Some("number"), Some("integer")) => {
                Some("integer".to_owned())
            }
            (Some(a), Some(b)) => {
                return Err(format!(
                    "a value cannot be both of the type `{a}` and of the type `{b}`"
                ));
            }
            (Some(one), None) | (None, Some(one)) => Some(one.to_owned()),
            (None, None) => None,
        };
        let mut merged = a;
        let other_closed = |mapping: &Mapping| {
            mapping
                .get("additionalProperties")
                .is_some_and(|node| node.value == Value::Bool(false))
        };
        let (a_closed, b_closed) = (other_closed(&merged), other_closed(&b));
        for entry in b {
            let name = entry.key.name.clone();
            let Some(mine) = merged.get_mut(&name) else {
                merged.insert(name, entry.value);
                continue;
            };
            match name.as_str() {
                "properties" => self.properties(mine, entry.value, span, depth)?,
                "required" => {
                    if let (Some(mine), Value::Sequence(theirs)) =
                        (mine.as_sequence_mut(), entry.value.value)
                    {
                        for name in theirs {
                            if !mine.iter().any(|known| known.as_str() == name.as_str()) {
                                mine.push(name);
                            }
                        }
                    }
                }
                "enum" => {
                    if let (Some(mine), Some(theirs)) =
                        (mine.as_sequence_mut(), entry.value.as_sequence())
                    {
                        mine.retain(|value| {
                            theirs
                                .iter()
                                .any(|other| other.to_json() == value.to_json())
                        });
                        if mine.is_empty() {
                            return Err("the enums have no value in common".to_owned());
                        }
                    }
                }
                "items" => *mine = self.member(mine.clone(), entry.value, depth)?,
                "additionalProperties" => match (&mine.value, &entry.value.value) {
                    (Value::Mapping(_), Value::Mapping(_)) => {
                        *mine = self.member(mine.clone(), entry.value, depth)?;
                    }
                    (Value::Bool(_), Value::Mapping(_)) => *mine = entry.value,
                    (Value::Bool(true), Value::Bool(_)) => *mine = entry.value,
                    _ => {}
                },
                "minimum" | "minLength" | "minItems" | "minProperties" => {
                    keep(mine, entry.value, |a, b| b > a)
                }
                "maximum" | "maxLength" | "maxItems" | "maxProperties" => {
                    keep(mine, entry.value, |a, b| b < a)
                }
                _ => {}
            }
        }
        // That one member of `allOf` lists its own properties only was never meant to forbid the others'.
        if a_closed != b_closed
            && merged
                .get("additionalProperties")
                .is_some_and(|node| node.value == Value::Bool(false))
        {
            merged.remove("additionalProperties");
        }
        if let Some(joined) = joined {
            merged.insert("type", Node::string(joined, span));
        }
        Ok(Node::new(Value::Mapping(merged), span))
    }

    /// The schema itself where it is a reference.
    fn followed(&self, schema: Node, depth: usize) -> Merged {
        if super::schema::referred(&schema).is_some() || needs_merge(&schema) {
            let mut flat = self.flat(&schema, depth + 1)?;
            if let Some(name) = super::schema::referred(&flat).map(str::to_owned) {
                flat = self.flat(&reference_to(&name, schema.span), depth + 1)?;
            }
            return Ok(flat);
        }
        Ok(schema)
    }

    fn properties(
        &self,
        mine: &mut Node,
        theirs: Node,
        span: Span,
        depth: usize,
    ) -> Result<(), String> {
        let (Some(mine), Value::Mapping(theirs)) = (mine.as_mapping_mut(), theirs.value) else {
            return Ok(());
        };
        for property in theirs {
            let name = property.key.name;
            match mine.get_mut(&name) {
                Some(known) => {
                    let merged = self
                        .member(known.clone(), property.value, depth)
                        .map_err(|reason| format!("`{name}`: {reason}"));
                    // A member that contradicts itself costs only itself.
                    *known = merged.unwrap_or_else(|_| anything(span));
                }
                None => {
                    mine.insert(name, property.value);
                }
            }
        }
        Ok(())
    }

    /// What two schemas of one member say together.
    fn member(&self, a: Node, b: Node, depth: usize) -> Merged {
        let structural = |node: &Node| -> serde_json::Map<String, serde_json::Value> {
            node.as_mapping()
                .into_iter()
                .flatten()
                .filter(|entry| is_structural(&entry.key.name))
                .map(|entry| (entry.key.name.clone(), entry.value.to_json()))
                .collect()
        };
        let (mine, theirs) = (structural(&a), structural(&b));
        if mine == theirs || theirs.is_empty() {
            return Ok(a);
        }
        if mine.is_empty() {
            return Ok(b);
        }
        match (super::schema::referred(&a), super::schema::referred(&b)) {
            (Some(one), Some(other)) if one == other => return Ok(b),
            _ => {}
        }
        let span = a.span;
        let nullable =
            is_nullable(self.schemas.resolve(&a)) && is_nullable(self.schemas.resolve(&b));
        let description = b
            .get("description")
            .or_else(|| a.get("description"))
            .cloned();
        let mut merged = self.both(a, b, span, depth + 1)?;
        if let Some(mapping) = merged.as_mapping_mut() {
            mapping.remove("nullable");
            if let Some(description) = description {
                mapping.insert("description", description);
            }
        }
        if nullable {
            set_nullable(&mut merged);
        }
        Ok(merged)
    }
}

/// Keeps a description on the way without taking part in the merge.
fn annotations_insert(whole: &mut Node, description: Node) {
    if let Some(whole) = whole.as_mapping_mut()
        && whole.get("x-description").is_none()
    {
        whole.insert("x-description", description);
    }
}

fn keep(mine: &mut Node, theirs: Node, better: impl Fn(f64, f64) -> bool) {
    let number = |node: &Node| match &node.value {
        Value::Number(number) => number.value.as_ref().and_then(serde_json::Number::as_f64),
        _ => None,
    };
    match (number(mine), number(&theirs)) {
        (Some(a), Some(b)) if better(a, b) => *mine = theirs,
        (None, Some(_)) => *mine = theirs,
        _ => {}
    }
}
