//! How schemas become one: what is referred to, what is among them, and what a union says beside others.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::document::{Entry, Mapping, Node, Span, Value};

use super::super::schema::{
    Schemas, anything, component_name, implied_type, is_nullable, is_structural, referred,
    set_nullable,
};
use super::keywords::{self, Keywords, Said};
use super::words::types;
use super::{CIRCLE, Loss, TOO_MUCH, needs_merge, size, structure, take};

/// How many variants a union may have after it was spread.
const VARIANTS: usize = 128;

/// How many components may be made of each other in a chain. What each of so many adds to all before it has no
/// room anyway.
const DEPTH: usize = 1024;

pub(super) struct Merge<'s> {
    schemas: &'s Schemas,
    /// The names of components as the document writes them, where they are others.
    written: BTreeMap<String, String>,
    /// The components that hold whatever one does, at once: those that it is made of, and the unions that it is in.
    wider: HashMap<&'s str, Vec<&'s str>>,
    /// Components that were merged, or cannot be, by name.
    flat: HashMap<String, Merged>,
    /// The components that are being merged into each other.
    inside: Vec<String>,
    /// The variants that are being merged with something else.
    spreading: Vec<String>,
    /// How many variants were made of unions.
    variants: usize,
    /// How many nodes may still be looked at.
    work: usize,
    /// How many nodes the merged components may still have.
    left: usize,
    /// What the merge that is being made does not keep.
    losses: Vec<Loss>,
    /// What components that were merged on the way do not keep.
    losses_of_components: Vec<Loss>,
}

type Merged = Result<Node, String>;

impl keywords::Context for Merge<'_> {
    /// `allOf` both, to be merged when it is visited, so that a member which leads back here is met
    /// again and not followed without end. What one of them says already the other need not.
    fn member(&mut self, a: Node, b: Node) -> Node {
        let span = a.span;
        let (mut all, a_said) = conjuncts(a);
        let (more, b_said) = conjuncts(b);
        // The later one is the closer one: what an heir says of what it inherits.
        let said = b_said.and(a_said);
        for one in more {
            if !all.iter().any(|known| hold_the_same(known, &one)) {
                all.push(one);
            }
        }
        self.without_wider(&mut all);
        let mut whole = match all.pop() {
            Some(only) if all.is_empty() => only,
            None => anything(span),
            Some(last) => {
                all.push(last);
                Node::object([("allOf", Node::new(Value::Sequence(all), span))], span)
            }
        };
        say(&mut whole, said);
        whole
    }

    fn lose(&mut self, loss: Loss) {
        self.losses.push(loss);
    }
}

impl<'s> Merge<'s> {
    pub(super) fn new(
        schemas: &'s Schemas,
        written: BTreeMap<String, String>,
        work: usize,
        left: usize,
    ) -> Self {
        Self {
            schemas,
            written,
            wider: wider(schemas),
            flat: HashMap::default(),
            inside: Vec::new(),
            spreading: Vec::new(),
            variants: 0,
            work,
            left,
            losses: Vec::new(),
            losses_of_components: Vec::new(),
        }
    }

    /// The schema without `allOf` at its top, and what it does not keep.
    pub(super) fn whole(&mut self, schema: &Node) -> (Merged, Vec<Loss>) {
        self.variants = 0;
        let merged = self.flat(schema);
        let mut losses = std::mem::take(&mut self.losses_of_components);
        let own = std::mem::take(&mut self.losses);
        // Of any value nothing is kept, and that is said.
        if merged.is_ok() {
            losses.extend(own);
        }
        (merged, losses)
    }

    /// Whether a component of the document may be as large as it was made; none if it is no component of
    /// the document. Those that another one is made of are counted already.
    pub(super) fn keep(&mut self, name: &str, made: &Node) -> Option<bool> {
        self.schemas.get(name)?;
        Some(matches!(self.flat.get(name), Some(Ok(_))) || take(&mut self.left, made))
    }

    /// Whether a component is nothing but a reference to itself, through others or at once.
    pub(super) fn leads_back(&self, schema: &Node, name: &str) -> bool {
        let mut seen: HashSet<&str> = HashSet::new();
        let mut next = referred(schema);
        while let Some(target) = next {
            if target == name {
                return true;
            }
            if !seen.insert(target) {
                return false;
            }
            next = self.schemas.get(target).and_then(referred);
        }
        false
    }

    /// Counts these nodes as looked at, if that many may be.
    fn look_at(&mut self, nodes: &[&Node]) -> Result<(), String> {
        let nodes: usize = nodes.iter().map(|node| size(node)).sum();
        self.work = self.work.saturating_sub(nodes);
        if self.work == 0 {
            return Err(TOO_MUCH.to_owned());
        }
        Ok(())
    }

    /// A component without `allOf` at its top.
    fn component(&mut self, name: &str) -> Merged {
        if let Some(flat) = self.flat.get(name) {
            return flat.clone();
        }
        if self.inside.iter().any(|inside| inside == name) {
            return Err(CIRCLE.to_owned());
        }
        if self.inside.len() >= DEPTH {
            return Err(TOO_MUCH.to_owned());
        }
        let before = self.variants;
        let schemas = self.schemas;
        let target = schemas
            .get(name)
            .ok_or_else(|| format!("there is no schema `{name}`"))?;
        let losses = std::mem::take(&mut self.losses);
        self.inside.push(name.to_owned());
        let flat = self.flat(target);
        self.inside.pop();
        let own = std::mem::replace(&mut self.losses, losses);
        let flat = flat.and_then(|flat| match take(&mut self.left, &flat) {
            true => Ok(flat),
            false => Err(TOO_MUCH.to_owned()),
        });
        match flat {
            Ok(mut flat) => {
                self.losses_of_components.extend(own);
                // What is said about the component is not said about whatever it is merged into.
                if let Some(mapping) = flat.as_mapping_mut() {
                    for name in ["title", "example", "examples", "default"] {
                        mapping.remove(name);
                    }
                }
                self.flat.insert(name.to_owned(), Ok(flat.clone()));
                Ok(flat)
            }
            Err(reason) => {
                // What else is being merged is not to blame where nothing is, or where it makes no variants.
                let is_own = before == 0 || self.variants <= VARIANTS;
                if is_own && reason != CIRCLE {
                    self.flat.insert(name.to_owned(), Err(reason.clone()));
                }
                Err(reason)
            }
        }
    }

    fn flat(&mut self, schema: &Node) -> Merged {
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
        let unions: Vec<(&str, &[Node])> = ["oneOf", "anyOf"]
            .into_iter()
            .filter_map(|word| Some((word, mapping.get(word)?.as_sequence()?)))
            .collect();
        let mut own = mapping.clone();
        own.retain(|entry| !matches!(entry.key.name.as_str(), "allOf" | "oneOf" | "anyOf"));
        let mut said = Said::take(&mut own);

        let mut nullable = is_nullable(schema);
        let mut all_nullable = !members.is_empty();
        let mut parts: Vec<&Node> = Vec::new();
        for member in members {
            all_nullable &= is_nullable(self.schemas.resolve(member));
            let holds_something = is_narrower(member);
            // Twice the same says no more than once.
            if holds_something && !parts.iter().any(|part| hold_the_same(part, member)) {
                parts.push(member);
                continue;
            }
            nullable |= !holds_something && is_nullable(member);
            if let Some(member) = member.as_mapping() {
                said = said.and(Said::take(&mut member.clone()));
            }
        }
        nullable |= all_nullable;
        self.without_wider(&mut parts);

        let mut schema = match parts[..] {
            // One reference and nothing that narrows it stays a reference.
            [only] if unions.is_empty() && self.says_all(only, &own) => {
                let all_of = Node::new(Value::Sequence(vec![only.clone()]), span);
                Node::object([("allOf", all_of)], span)
            }
            _ => {
                let mut whole: Option<Node> = None;
                if !own.is_empty() {
                    let own = Keywords::read(own).write(self);
                    whole = (!own.is_empty()).then(|| Node::new(Value::Mapping(own), span));
                }
                for part in parts {
                    let mut flat = self.flat(part)?;
                    // What a component is for is not what this is for.
                    if referred(part).is_some()
                        && let Some(flat) = flat.as_mapping_mut()
                    {
                        flat.remove("description");
                    }
                    whole = Some(match whole {
                        Some(whole) => self.both(whole, flat, span)?,
                        None => flat,
                    });
                }
                let mut whole = whole.unwrap_or_else(|| anything(span));
                for (word, members) in unions {
                    let beside = said_beside(&mut whole);
                    whole = self.spread(whole, word, members)?;
                    say(&mut whole, beside);
                }
                whole
            }
        };
        if let Some(mapping) = schema.as_mapping_mut() {
            mapping.remove("nullable");
            said.nullable = None;
            said.over(mapping);
        }
        if nullable {
            set_nullable(&mut schema);
        }
        Ok(schema)
    }

    /// A union beside other keywords: the others hold for each of its members.
    fn spread(&mut self, whole: Node, word: &str, members: &[Node]) -> Merged {
        let span = whole.span;
        let is_empty = !is_narrower(&whole);
        // `oneOf: [{required: [a]}, {required: [b]}]` says which members go together, and no more: like a bound, it
        // costs no value anything.
        if !is_empty && members.iter().all(only_narrows) {
            return Ok(whole);
        }
        let of = implied_type(&whole).map(str::to_owned);
        if let Some(values) = of.as_deref().and_then(|of| constants(members, of)) {
            return self.both(whole, Node::object([("enum", values)], span), span);
        }
        // `type: object` beside a union says of each member what it says itself.
        let only_type = whole.as_mapping().is_some_and(|whole| {
            let mut words = whole.iter().map(|entry| entry.key.name.as_str());
            words.all(|word| word == "type" || !is_structural(word))
        });
        let agree = || {
            members.iter().all(|member| {
                let other = implied_type(self.schemas.resolve(member));
                other.is_none() || other == of.as_deref()
            })
        };
        if is_empty || (only_type && agree()) {
            let members = Node::new(Value::Sequence(members.to_vec()), span);
            return Ok(Node::object([(word, members)], span));
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
            let losses = self.losses.len();
            let variant = if self.spreading.contains(&said) {
                Ok(whole.clone())
            } else {
                self.spreading.push(said);
                let flat = self.flat(member);
                let variant = flat.map(|flat| self.both(whole.clone(), flat, span));
                self.spreading.pop();
                variant?
            };
            if self.variants > VARIANTS {
                return Err(format!("more than {VARIANTS} variants are too many"));
            }
            match variant {
                Ok(mut variant) => {
                    self.variants += 1;
                    if let (Some(title), Some(variant)) = (title, variant.as_mapping_mut()) {
                        variant.insert("title", title);
                    }
                    variants.push(variant);
                }
                // One that cannot hold together with the rest never comes.
                Err(_) => self.losses.truncate(losses),
            }
        }
        if variants.is_empty() {
            return Err("no value fits all of this".to_owned());
        }
        // Nested unions in the variants are spread by the visit that follows.
        let variants = Node::new(Value::Sequence(variants), span);
        Ok(Node::object([(word, variants)], span))
    }

    /// A schema that says what both say.
    fn both(&mut self, a: Node, b: Node, span: Span) -> Merged {
        let (a, b) = (self.followed(a)?, self.followed(b)?);
        self.look_at(&[&a, &b])?;
        for (one, other) in [(&a, &b), (&b, &a)] {
            for word in ["oneOf", "anyOf"] {
                let Some(members) = one.get(word).and_then(Node::as_sequence) else {
                    continue;
                };
                let mut said = one.as_mapping().cloned().unwrap_or_default();
                let mut said = Said::take(&mut said);
                let mut rest = other.clone();
                let mut whole = if is_narrower(other) {
                    said = said.and(said_beside(&mut rest));
                    if let Some(discriminator) = &mut said.discriminator {
                        self.name_members(discriminator, members);
                    }
                    self.spread(rest, word, members)?
                } else {
                    said = said.and(said_beside(&mut rest));
                    let members = Node::new(Value::Sequence(members.to_vec()), span);
                    Node::object([(word, members)], span)
                };
                say(&mut whole, said);
                return Ok(whole);
            }
        }
        let kind = types(&a, &b)?.map(|kind| {
            let stated = a.get("type").or_else(|| b.get("type"));
            Node::string(kind, stated.map_or(span, |stated| stated.span))
        });
        let (Value::Mapping(a), Value::Mapping(b)) = (a.value, b.value) else {
            return Ok(anything(span));
        };
        let both = Keywords::read(a).and(Keywords::read(b), kind, self)?;
        Ok(Node::new(Value::Mapping(both.write(self)), span))
    }

    /// The schema itself where it is a reference, through any number of them.
    fn followed(&mut self, schema: Node) -> Merged {
        let mut flat = match referred(&schema).is_some() || needs_merge(&schema) {
            true => self.flat(&schema)?,
            false => return Ok(schema),
        };
        let mut seen: HashSet<String> = HashSet::new();
        while let Some(name) = referred(&flat).map(str::to_owned) {
            flat = self.component(&name)?;
            if !seen.insert(name) {
                return Err(CIRCLE.to_owned());
            }
        }
        Ok(flat)
    }

    /// Whether a part is a reference that says all that is said beside it: nothing, or of which type it is.
    fn says_all(&mut self, part: &Node, own: &Mapping) -> bool {
        let Some(name) = component_name(part) else {
            return false;
        };
        let mut own = own.iter();
        match (own.next(), own.next()) {
            (None, _) => true,
            (Some(only), None) if only.key.name == "type" => {
                let of = only.value.as_str();
                of.is_some()
                    && self
                        .component(name)
                        .is_ok_and(|flat| self.has_type(&flat, of))
            }
            _ => false,
        }
    }

    /// Whether all that a merged schema holds is of a type.
    fn has_type(&self, flat: &Node, of: Option<&str>) -> bool {
        let flat = self.schemas.resolve(flat);
        let union = flat.get("oneOf").or(flat.get("anyOf"));
        match union.and_then(Node::as_sequence) {
            Some(members) => members
                .iter()
                .all(|member| implied_type(self.schemas.resolve(member)) == of),
            None => implied_type(flat) == of,
        }
    }

    /// Names the components that a discriminator tells by their names alone: merged with something else they
    /// have none any more.
    fn name_members(&self, discriminator: &mut Node, members: &[Node]) {
        let span = discriminator.span;
        let Some(told) = discriminator.as_mapping_mut() else {
            return;
        };
        if told.get("mapping").and_then(Node::as_mapping).is_none() {
            told.insert(
                "mapping",
                Node::new(Value::Mapping(Mapping::default()), span),
            );
        }
        let Some(mapping) = told.get_mut("mapping").and_then(Node::as_mapping_mut) else {
            return;
        };
        for name in members.iter().filter_map(component_name) {
            let mut targets = mapping.iter().filter_map(|entry| entry.value.as_str());
            if !targets.any(|target| target == name) {
                let written = self.written.get(name).map_or(name, String::as_str);
                mapping.insert(written, Node::string(name, span));
            }
        }
    }

    /// Leaves out what holds wherever another one of these does.
    fn without_wider<N: Borrow<Node>>(&self, all: &mut Vec<N>) {
        let mut names: Vec<Option<&str>> =
            all.iter().map(|one| component_name(one.borrow())).collect();
        if names.iter().flatten().count() < 2 {
            return;
        }
        let mut is_kept = vec![true; all.len()];
        for at in 0..names.len() {
            let Some(name) = names[at].filter(|name| self.wider.contains_key(name)) else {
                continue;
            };
            let wider = self.wider_than(name);
            for (other, is_kept) in names.iter_mut().zip(&mut is_kept) {
                if let Some(wide) = *other
                    && wide != name
                    && wider.contains(wide)
                {
                    (*other, *is_kept) = (None, false);
                }
            }
        }
        let mut is_kept = is_kept.into_iter();
        all.retain(|_| is_kept.next().unwrap_or(true));
    }

    /// The components that hold whatever this one does.
    fn wider_than(&self, name: &str) -> HashSet<&'s str> {
        let may_be_null = |name: &str| {
            self.schemas
                .get(name)
                .is_some_and(|schema| is_nullable(self.schemas.resolve(schema)))
        };
        let is_nullable = may_be_null(name);
        let mut found: HashSet<&str> = HashSet::new();
        let mut open: Vec<&str> = vec![name];
        while let Some(next) = open.pop() {
            for wider in self.wider.get(next).into_iter().flatten() {
                if found.insert(wider) {
                    open.push(wider);
                }
            }
        }
        found.retain(|wider| !is_nullable || may_be_null(wider));
        found
    }
}

/// The components that hold whatever one does, at once.
fn wider(schemas: &Schemas) -> HashMap<&str, Vec<&str>> {
    let mut wider: HashMap<&str, Vec<&str>> = HashMap::new();
    for (name, schema) in schemas.iter() {
        let mut add = |narrow, wide| wider.entry(narrow).or_default().push(wide);
        let all = schema.get("allOf").and_then(Node::as_sequence);
        for part in all.into_iter().flatten().chain([schema]) {
            if let Some(part) = component_name(part) {
                add(name, part);
            }
        }
        // The same under another name.
        if let Some(same) = referred(schema) {
            add(same, name);
        }
        let words = schema.as_mapping().into_iter().flatten();
        let mut words = words.filter(|entry| is_structural(&entry.key.name));
        if let (Some(only), None) = (words.next(), words.next())
            && matches!(only.key.name.as_str(), "oneOf" | "anyOf")
        {
            let members = only.value.as_sequence().into_iter().flatten();
            for member in members.filter_map(component_name) {
                add(member, name);
            }
        }
    }
    wider
}

/// Whether two schemas hold the same, in the same words, whatever is said about them.
fn hold_the_same(a: &Node, b: &Node) -> bool {
    let holds = |entry: &&Entry| is_structural(&entry.key.name);
    match (a.as_mapping(), b.as_mapping()) {
        (Some(a), Some(b)) => entries_are_alike(a.iter().filter(holds), b.iter().filter(holds)),
        _ => alike(a, b),
    }
}

/// Whether two trees are one, wherever they are written.
fn alike(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::Mapping(a), Value::Mapping(b)) => entries_are_alike(a.iter(), b.iter()),
        (Value::Sequence(a), Value::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b))
        }
        (Value::Number(a), Value::Number(b)) => a.value == b.value,
        (a, b) => a == b,
    }
}

fn entries_are_alike<'n>(
    a: impl Iterator<Item = &'n Entry>,
    b: impl Iterator<Item = &'n Entry>,
) -> bool {
    let (mut a, mut b) = (a, b);
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a.key.name == b.key.name && alike(&a.value, &b.value) => {}
            _ => return false,
        }
    }
}

/// Whether a schema says something about what it holds.
fn is_narrower(schema: &Node) -> bool {
    schema
        .as_mapping()
        .is_some_and(|schema| schema.iter().any(|entry| is_structural(&entry.key.name)))
}

/// Whether a schema says no more than what values of some other type must be like.
fn only_narrows(schema: &Node) -> bool {
    const KINDS: &[&str] = &[
        "type",
        "properties",
        "items",
        "enum",
        "allOf",
        "oneOf",
        "anyOf",
        "additionalProperties",
    ];
    component_name(schema).is_none() && KINDS.iter().all(|word| schema.get(word).is_none())
}

/// Takes out of a schema what is said about it; what tells the members of a union apart stays with them.
fn said_beside(schema: &mut Node) -> Said {
    let is_union = schema.get("oneOf").or(schema.get("anyOf")).is_some();
    let Some(mapping) = schema.as_mapping_mut() else {
        return Said::default();
    };
    let mut said = Said::take(mapping);
    if is_union && let Some(discriminator) = said.discriminator.take() {
        mapping.insert("discriminator", discriminator);
    }
    said
}

/// Says something about a schema, also where it is a reference.
fn say(schema: &mut Node, said: Said) {
    let span = schema.span;
    let Some(mapping) = schema.as_mapping_mut() else {
        return;
    };
    let mut about = Mapping::default();
    said.over(&mut about);
    if about.is_empty() {
        return;
    }
    if mapping.get("$ref").is_some() {
        let reference = Node::new(Value::Mapping(std::mem::take(mapping)), span);
        mapping.insert("allOf", Node::new(Value::Sequence(vec![reference]), span));
    }
    Said::take(&mut about).over(mapping);
}

/// The schemas that all hold where this one does, and what is said about it.
fn conjuncts(mut schema: Node) -> (Vec<Node>, Said) {
    let Some(mapping) = schema.as_mapping_mut() else {
        return (Vec::new(), Said::default());
    };
    let mut said = Said::take(mapping);
    // These say something about the schema itself, wherever it is.
    let nullable = said.nullable.take();
    let nullable = nullable.filter(|nullable| nullable.as_bool() == Some(true));
    for (name, node) in [
        ("nullable", nullable),
        ("discriminator", said.discriminator.take()),
    ] {
        if let Some(node) = node {
            mapping.insert(name, node);
        }
    }
    if mapping.is_empty() {
        return (Vec::new(), said);
    }
    let mut entries = mapping.iter();
    if let (Some(only), None) = (entries.next(), entries.next())
        && only.key.name == "allOf"
        && let Some(members) = only.value.as_sequence()
    {
        return (members.to_vec(), said);
    }
    (vec![schema], said)
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
