//! `allOf` becomes the one schema that it means.
//!
//! typify merges too, but panics on members that say the same in different words (typify issue 572 was
//! one such), on unions among them and on references in a circle, and makes a type without values where
//! members contradict each other (typify issue 443). Here members are merged into one, keyword by keyword: all
//! properties, all that is required, the tighter bounds, the least common multiple, every pattern; a union
//! among them is spread over the rest, and a schema that another one is made of says nothing more beside it.
//! A reference with a description beside it stays one. What two schemas cannot say together is left out, and
//! members that no value could fit together become a value of any shape; a note says so each time. A merge
//! that holds itself, as a tree of merged nodes does, becomes a component that refers to itself.

mod decimal;
mod keywords;
mod merge;
mod words;

use std::collections::{HashMap, HashSet};

use crate::document::{Node, Span, Value};

use super::schema::{Schemas, component_name, generalise, is_structural, reference_to};
use super::{Lowering, Order, Slot};
use merge::Merge;

/// How often the same merge is made anew before all further places share one.
const COPIES: usize = 3;

/// How many times the document may grow by what is merged before the rest is given up.
const GROWTH: usize = 3;

/// By how many nodes it may grow in any case: by its components, of which each is merged once, and by merges
/// in other places, which may hold each other.
const ROOM: (usize, usize) = (3 << 14, 1 << 9);

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
    let written = lowering.plan.written.clone();
    let mut merges = Merges {
        merge: Merge::new(
            &schemas,
            written,
            size * WORK.0 + WORK.1,
            size * GROWTH + ROOM.0,
        ),
        told: HashSet::new(),
        seen: HashMap::new(),
        around: Vec::new(),
        shared: Vec::new(),
        left: size * GROWTH + ROOM.1,
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
    /// What was told not to be kept.
    told: HashSet<Loss>,
    /// What was merged, by what it says.
    seen: HashMap<String, Seen>,
    /// The merges around the schema that is visited, by how deep they stand.
    around: Vec<(usize, String)>,
    /// Merges that became components and are still to be made.
    shared: Vec<(String, Node)>,
    /// How many nodes may still be made, apart from those of the document's components.
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
        let (merged, losses) = self.merge.whole(schema);
        for loss in losses {
            if self.told.insert(loss.clone()) {
                lowering.note(loss.place, loss.message);
            }
        }
        let merged = merged.and_then(|merged| {
            let own = match slot {
                Slot::Component(name) => self.merge.keep(name, &merged),
                Slot::Inline(_) => None,
            };
            let kept = own.unwrap_or_else(|| take(&mut self.left, &merged));
            kept.then_some(merged).ok_or_else(|| TOO_MUCH.to_owned())
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

/// Something that a merge does not keep, and where it is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Loss {
    place: Span,
    message: String,
}

impl Loss {
    fn new(place: Span, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { place, message }
    }

    /// What `not` says.
    fn forbidden(not: &Node) -> Self {
        Self::new(
            not.span,
            "what `not` forbids is left to the service to refuse",
        )
    }
}

/// Takes the nodes of a tree from those that are left, if there are as many.
fn take(left: &mut usize, made: &Node) -> bool {
    let rest = left.checked_sub(size(made));
    *left = rest.unwrap_or(*left);
    rest.is_some()
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
