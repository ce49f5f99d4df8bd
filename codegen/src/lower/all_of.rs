//! `allOf` becomes the one schema that it means.
//!
//! typify merges too, but panics on members that say the same in different words (typify issue 572 was
//! one such), on unions among them and on references in a circle, and makes a type without values where
//! members contradict each other (typify issue 443). Here members are merged into one: all properties, all that is required, the tighter bounds;
//! a union among them is spread over the rest. A reference with a description beside it stays one.
//! Members that no value could fit together become a value of any shape, and a note says so. A merge
//! that holds itself, as a tree of merged nodes does, becomes a component that refers to itself.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

use crate::document::{Mapping, Node, Span, Value};

use super::schema::{
    Schemas, anything, component_name, generalise, implied_type, is_nullable, is_structural,
    reference_to, set_nullable,
};
use super::{Lowering, Order, Slot};

/// How many variants a union may have after it was spread.
const VARIANTS: usize = 128;

/// How often the same merge is made anew before all further places share one.
const COPIES: usize = 3;

/// How many times the document may grow by what is merged before the rest is given up.
const GROWTH: usize = 3;

/// How many nodes may be looked at while all merges are tried: for each of the document's, and in any case.
/// Unions that hold each other may be merged in more ways than anybody can wait for.
const WORK: (usize, usize) = (256, 1_000_000);

/// Why a component that is being merged is not merged into itself.
const CIRCLE: &str = "this goes in a circle";

/// Why no more is merged.
const TOO_MUCH: &str = "too much is merged into each other here";

pub(super) fn run(lowering: &mut Lowering<'_>) {
    let schemas = Schemas::of(lowering);
    let size = size(&lowering.root);
    let mut merges = Merges {
        merge: Merge::new(&schemas, size * WORK.0 + WORK.1),
        seen: HashMap::new(),
        around: Vec::new(),
        shared: Vec::new(),
        left: 512 + size * GROWTH,
    };
    lowering.each_schema_in(Order::OuterFirst, |lowering, schema, slot| {
        merges.visit(lowering, schema, slot);
    });
    while let Some((name, mut schema)) = merges.shared.pop() {
        let slot = Slot::Component(&name);
        lowering.visit_schema(
            Order::OuterFirst,
            &mut schema,
            slot,
            &mut |lowering, schema, slot| merges.visit(lowering, schema, slot),
        );
        lowering.add_schema(&name, schema);
    }
}

/// The merges of a document: what a merge holds may be a merge again, and the same one.
struct Merges<'s> {
    merge: Merge<'s>,
    /// What was merged, by what it says.
    seen: HashMap<String, Seen>,
    /// The merges around the schema that is visited, by how deep they stand.
    around: Vec<(usize, String)>,
    /// Merges that became components and are still to be made.
    shared: Vec<(String, Node)>,
    /// How many nodes may still be made.
    left: usize,
}

#[derive(Default)]
struct Seen {
    times: usize,
    /// The component that holds it.
    name: Option<String>,
}

impl Merges<'_> {
    fn visit(&mut self, lowering: &mut Lowering<'_>, schema: &mut Node, slot: Slot<'_>) {
        let depth = lowering.schema_depth();
        self.around.retain(|(around, _)| *around < depth);
        if let Slot::Component(name) = slot
            && self.merge.leads_back(schema, name)
        {
            let place = schema.span;
            lowering.note(place, format!("{CIRCLE}, so it is taken as any value"));
            generalise(schema);
        }
        if !needs_merge(schema) {
            return;
        }
        if let Some(forbidden) = schema.get("not") {
            let place = forbidden.span;
            lowering.note(place, "what `not` forbids is left to the service to refuse");
        }
        let said = structure(schema);
        // Without a reference it cannot hold itself.
        if said.contains("\"$ref\":") {
            let seen = self.seen.entry(said.clone()).or_default();
            seen.times += 1;
            match slot {
                Slot::Component(name) => {
                    seen.name.get_or_insert_with(|| name.to_owned());
                }
                Slot::Inline(hint) => {
                    let holds_itself = self.around.iter().any(|(_, around)| *around == said);
                    if seen.name.is_none() && (holds_itself || seen.times > COPIES) {
                        let name = lowering.type_name(hint);
                        let mut owned = schema.clone();
                        if let Some(owned) = owned.as_mapping_mut() {
                            owned.remove("nullable");
                        }
                        seen.name = Some(name.clone());
                        self.shared.push((name, owned));
                    }
                    if let Some(name) = &seen.name {
                        refer(schema, name);
                        return;
                    }
                }
            }
            self.around.push((depth, said));
        }
        let merged = self.merge.whole(schema).and_then(|merged| {
            let made = size(&merged);
            match self.left.checked_sub(made) {
                Some(left) => {
                    self.left = left;
                    Ok(merged)
                }
                None => Err(TOO_MUCH.to_owned()),
            }
        });
        match merged {
            Ok(merged) => *schema = merged,
            Err(reason) => {
                let place = schema
                    .get("allOf")
                    .map_or(schema.span, |all_of| all_of.span);
                lowering.note(place, format!("{reason}, so it is taken as any value"));
                generalise(schema);
            }
        }
    }
}

/// How many nodes a tree has.
fn size(node: &Node) -> usize {
    let inside: usize = match &node.value {
        Value::Mapping(mapping) => mapping.iter().map(|entry| size(&entry.value)).sum(),
        Value::Sequence(items) => items.iter().map(size).sum(),
        _ => 0,
    };
    inside + 1
}

/// What a schema holds, without what is said about it.
fn structure(schema: &Node) -> String {
    let mut json = schema.to_json();
    if let Some(json) = json.as_object_mut() {
        json.retain(|name, _| is_structural(name));
    }
    json.to_string()
}

/// Makes a schema a reference to a component, and keeps what is said about it.
fn refer(schema: &mut Node, name: &str) {
    let span = schema.span;
    let Some(mapping) = schema.as_mapping_mut() else {
        return;
    };
    mapping.retain(|entry| !is_structural(&entry.key.name) && entry.key.name != "discriminator");
    if mapping.is_empty() {
        *schema = reference_to(name, span);
    } else {
        let all_of = Node::new(Value::Sequence(vec![reference_to(name, span)]), span);
        mapping.insert("allOf", all_of);
    }
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
    /// Components that were merged, or cannot be, by name.
    flat: RefCell<HashMap<String, Merged>>,
    /// The components that are being merged into each other.
    inside: RefCell<Vec<String>>,
    /// The variants that are being merged with something else.
    spreading: RefCell<Vec<String>>,
    /// How many variants were made of unions.
    variants: Cell<usize>,
    /// How many nodes may still be looked at.
    work: Cell<usize>,
}

type Merged = Result<Node, String>;

impl<'s> Merge<'s> {
    fn new(schemas: &'s Schemas, work: usize) -> Self {
        Self {
            schemas,
            flat: RefCell::default(),
            inside: RefCell::default(),
            spreading: RefCell::default(),
            variants: Cell::default(),
            work: Cell::new(work),
        }
    }

    /// Counts these nodes as looked at, if that many may be.
    fn look_at(&self, nodes: &[&Node]) -> Result<(), String> {
        let nodes: usize = nodes.iter().map(|node| size(node)).sum();
        let left = self.work.get().checked_sub(nodes);
        self.work.set(left.unwrap_or_default());
        left.map(|_| ()).ok_or_else(|| TOO_MUCH.to_owned())
    }

    /// The schema without `allOf` at its top.
    fn whole(&self, schema: &Node) -> Merged {
        self.variants.set(0);
        self.flat(schema)
    }

    /// Whether a component is nothing but a reference to itself, through others or at once.
    fn leads_back(&self, schema: &Node, name: &str) -> bool {
        let mut seen: HashSet<&str> = HashSet::new();
        let mut next = super::schema::referred(schema);
        while let Some(target) = next {
            if target == name {
                return true;
            }
            if !seen.insert(target) {
                return false;
            }
            next = self.schemas.get(target).and_then(super::schema::referred);
        }
        false
    }

    /// A component without `allOf` at its top.
    fn component(&self, name: &str) -> Merged {
        if let Some(flat) = self.flat.borrow().get(name) {
            return flat.clone();
        }
        if self.inside.borrow().iter().any(|inside| inside == name) {
            return Err(CIRCLE.to_owned());
        }
        let before = self.variants.get();
        let target = self
            .schemas
            .get(name)
            .ok_or_else(|| format!("there is no schema `{name}`"))?;
        self.inside.borrow_mut().push(name.to_owned());
        let flat = self.flat(target);
        self.inside.borrow_mut().pop();
        let mut flat = match flat {
            Ok(flat) => flat,
            Err(reason) => {
                // What else is being merged is not to blame where nothing is, or where it makes no variants.
                let is_own = before == 0 || self.variants.get() <= VARIANTS;
                if is_own && reason != CIRCLE {
                    let mut known = self.flat.borrow_mut();
                    known.insert(name.to_owned(), Err(reason.clone()));
                }
                return Err(reason);
            }
        };
        // What is said about the component is not said about whatever it is merged into.
        if let Some(mapping) = flat.as_mapping_mut() {
            for name in ["title", "example", "examples", "default"] {
                mapping.remove(name);
            }
        }
        let mut known = self.flat.borrow_mut();
        known.insert(name.to_owned(), Ok(flat.clone()));
        Ok(flat)
    }

    fn flat(&self, schema: &Node) -> Merged {
        if let Some(name) = component_name(schema) {
            return self.component(name);
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
                // Twice the same says no more than once.
                let said = structure(member);
                if !parts.iter().any(|part| structure(part) == said) {
                    parts.push(member);
                }
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
            let mut part = self.flat(part)?;
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
            whole = self.both(whole, part, span)?;
        }
        for (word, members) in unions {
            whole = self.spread(whole, word, members)?;
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
    fn spread(&self, whole: Node, word: &str, members: &[Node]) -> Merged {
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
        let of = implied_type(&whole).map(str::to_owned);
        let agree = || {
            members.iter().all(|member| {
                let other = implied_type(self.schemas.resolve(member));
                other.is_none() || other == of.as_deref()
            })
        };
        if empty || (only_type && agree()) {
            let mut union = Mapping::default();
            union.insert(word, Node::new(Value::Sequence(members.to_vec()), span));
            return Ok(Node::new(Value::Mapping(union), span));
        }
        if let Some(values) = of.as_deref().and_then(|of| constants(members, of)) {
            return self.both(whole, Node::object([("enum", values)], span), span);
        }
        let mut variants = Vec::new();
        for member in members {
            self.look_at(&[&whole, member])?;
            let title = member
                .get("title")
                .cloned()
                .or_else(|| component_name(member).map(|name| Node::string(name, span)));
            // What is being merged already is part of the whole, also where it holds itself.
            let said = structure(member);
            let variant = if self.spreading.borrow().contains(&said) {
                Ok(whole.clone())
            } else {
                self.spreading.borrow_mut().push(said);
                let variant = self
                    .flat(member)
                    .map(|flat| self.both(whole.clone(), flat, span));
                self.spreading.borrow_mut().pop();
                variant?
            };
            if self.variants.get() > VARIANTS {
                return Err(format!("more than {VARIANTS} variants are too many"));
            }
            // A variant that cannot hold together with the rest never comes.
            if let Ok(mut variant) = variant {
                self.variants.set(self.variants.get() + 1);
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
        Ok(Node::new(Value::Mapping(union), span))
    }

    /// A schema that says what both say.
    fn both(&self, a: Node, b: Node, span: Span) -> Merged {
        let (a, b) = (self.followed(a)?, self.followed(b)?);
        self.look_at(&[&a, &b])?;
        for (one, other) in [(&a, &b), (&b, &a)] {
            for word in ["oneOf", "anyOf"] {
                if let Some(members) = one.get(word).and_then(Node::as_sequence) {
                    let has_more = other.as_mapping().is_some_and(|other| {
                        other.iter().any(|entry| is_structural(&entry.key.name))
                    });
                    if !has_more {
                        return Ok(one.clone());
                    }
                    return self.spread(other.clone(), word, members);
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
                "properties" => properties(mine, entry.value),
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
                "items" => *mine = member(mine.clone(), entry.value),
                "additionalProperties" => match (&mine.value, &entry.value.value) {
                    (Value::Mapping(_), Value::Mapping(_)) => {
                        *mine = member(mine.clone(), entry.value);
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
    fn followed(&self, schema: Node) -> Merged {
        if super::schema::referred(&schema).is_some() || needs_merge(&schema) {
            let mut flat = self.flat(&schema)?;
            if let Some(name) = super::schema::referred(&flat).map(str::to_owned) {
                flat = self.component(&name)?;
            }
            return Ok(flat);
        }
        Ok(schema)
    }
}

fn properties(mine: &mut Node, theirs: Node) {
    let (Some(mine), Value::Mapping(theirs)) = (mine.as_mapping_mut(), theirs.value) else {
        return;
    };
    for property in theirs {
        let name = property.key.name;
        match mine.get_mut(&name) {
            Some(known) => *known = member(known.clone(), property.value),
            None => {
                mine.insert(name, property.value);
            }
        }
    }
}

/// What two schemas of one member say together: `allOf` them, to be merged when it is visited, so
/// that a member which leads back here is met again and not followed without end.
fn member(a: Node, b: Node) -> Node {
    let says = |node: &Node| {
        node.as_mapping()
            .is_none_or(|mapping| mapping.iter().any(|entry| is_structural(&entry.key.name)))
    };
    let (mine, theirs) = (structure(&a), structure(&b));
    if mine == theirs || !says(&b) {
        return a;
    }
    if !says(&a) {
        return b;
    }
    match (super::schema::referred(&a), super::schema::referred(&b)) {
        (Some(one), Some(other)) if one == other => return b,
        _ => {}
    }
    let span = a.span;
    let description = b
        .get("description")
        .or_else(|| a.get("description"))
        .cloned();
    let mut conjuncts: Vec<Node> = Vec::new();
    for conjunct in [a, b].into_iter().flat_map(conjuncts_of) {
        if !conjuncts
            .iter()
            .any(|known| structure(known) == structure(&conjunct))
        {
            conjuncts.push(conjunct);
        }
    }
    let mut whole = Mapping::default();
    whole.insert("allOf", Node::new(Value::Sequence(conjuncts), span));
    if let Some(description) = description {
        whole.insert("description", description);
    }
    Node::new(Value::Mapping(whole), span)
}

/// The schemas that all hold where this one does.
fn conjuncts_of(schema: Node) -> Vec<Node> {
    let only_all_of = !is_nullable(&schema)
        && schema.as_mapping().is_some_and(|mapping| {
            mapping
                .iter()
                .all(|entry| entry.key.name == "allOf" || !is_structural(&entry.key.name))
        });
    match schema.get("allOf").and_then(Node::as_sequence) {
        Some(members) if only_all_of => members.to_vec(),
        _ => vec![schema],
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

/// The values of members that say nothing but which values they are, of the type of what surrounds them.
fn constants(members: &[Node], of: &str) -> Option<Node> {
    let mut values = Vec::new();
    for member in members {
        let is_constant = member.as_mapping()?.iter().all(|entry| {
            let name = entry.key.name.as_str();
            name == "enum" || name == "type" || name != "nullable" && !is_structural(name)
        });
        let agrees = member
            .get("type")
            .is_none_or(|stated| stated.as_str() == Some(of));
        if !is_constant || !agrees {
            return None;
        }
        values.extend_from_slice(member.get("enum")?.as_sequence()?);
    }
    let span = members.first()?.span;
    Some(Node::new(Value::Sequence(values), span))
}
