//! Follows references in the text as its author wrote it; whoever comes after the pass `references` needs
//! no more than the name of a component.

use std::collections::{HashMap, HashSet};

use crate::document::{Node, Pointer, Value};

use super::Lowering;

/// A place in the text as its author wrote it.
pub(super) struct Target<'d> {
    /// Where the node is, without going through a reference.
    pub(super) pointer: Pointer,
    pub(super) node: &'d Node,
}

/// What a reference leads to, through any number of references.
pub(super) fn target<'d>(lowering: &Lowering<'d>, reference: &str) -> Result<Target<'d>, Reason> {
    let mut target = step(lowering, reference)?;
    let mut seen = HashSet::new();
    while let Some(next) = target.node.reference() {
        if !seen.insert(next) {
            return Err(Reason::Circle);
        }
        target = step(lowering, next)?;
    }
    Ok(target)
}

/// A schema as its author wrote it, or what it refers to.
pub(super) fn resolved<'n>(lowering: &Lowering<'n>, schema: &'n Node) -> Option<&'n Node> {
    match schema.reference() {
        Some(reference) => target(lowering, reference).ok().map(|target| target.node),
        None => Some(schema),
    }
}

/// What a reference names, which may be a reference again.
pub(super) fn step<'d>(lowering: &Lowering<'d>, reference: &str) -> Result<Target<'d>, Reason> {
    at(lowering, &pointer_to(lowering, reference)?, 0)
}

/// The place that a reference names, by its pointer or (OpenAPI 3.1) by its `$anchor`.
fn pointer_to(lowering: &Lowering<'_>, reference: &str) -> Result<Pointer, Reason> {
    if let Some(pointer) = Pointer::from_reference(reference) {
        return Ok(pointer);
    }
    let anchor = reference.strip_prefix('#').ok_or(Reason::Elsewhere)?;
    let anchors = anchors(lowering);
    let anchor = anchors.get(anchor).ok_or(Reason::Nothing)?;
    Ok(anchor.pointer.clone())
}

/// How often a pointer may go through a reference whose own pointer goes through another.
const MAX_DETOURS: usize = 32;

/// The node at a pointer; where one on the way is a reference, it goes on in its target.
fn at<'d>(
    lowering: &Lowering<'d>,
    pointer: &Pointer,
    detours: usize,
) -> Result<Target<'d>, Reason> {
    let mut found = Target {
        pointer: Pointer::root(),
        node: lowering.document.root(),
    };
    for token in pointer.tokens() {
        let mut seen = HashSet::new();
        while found.node.child(token).is_none()
            && let Some(next) = found.node.reference()
        {
            if detours == MAX_DETOURS || !seen.insert(next) {
                return Err(Reason::Circle);
            }
            found = at(lowering, &pointer_to(lowering, next)?, detours + 1)?;
        }
        found = Target {
            pointer: found.pointer.join(token),
            node: found.node.child(token).ok_or(Reason::Nothing)?,
        };
    }
    Ok(found)
}

/// A name that schemas are referred to by.
pub(super) struct Anchor {
    /// The first schema that has it.
    pointer: Pointer,
    /// How many have it as a `$dynamicAnchor`.
    pub(super) dynamic: usize,
}

pub(super) fn anchors<'l>(lowering: &'l Lowering<'_>) -> &'l HashMap<String, Anchor> {
    lowering.anchors.get_or_init(|| {
        let mut anchors = HashMap::new();
        anchors_in(lowering.document.root(), &mut Vec::new(), &mut anchors);
        anchors
    })
}

/// Finds every schema that has an anchor.
fn anchors_in(node: &Node, path: &mut Vec<String>, found: &mut HashMap<String, Anchor>) {
    for (word, dynamic) in [("$anchor", 0), ("$dynamicAnchor", 1)] {
        if let Some(name) = node.get(word).and_then(Node::as_str) {
            let anchor = found.entry(name.to_owned()).or_insert_with(|| Anchor {
                pointer: Pointer::new(path.clone()),
                dynamic: 0,
            });
            anchor.dynamic += dynamic;
        }
    }
    let mut inside = |token: String, node: &Node| {
        path.push(token);
        anchors_in(node, path, found);
        path.pop();
    };
    match &node.value {
        Value::Mapping(mapping) => mapping
            .iter()
            .for_each(|entry| inside(entry.key.name.clone(), &entry.value)),
        Value::Sequence(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, item)| inside(index.to_string(), item)),
        _ => {}
    }
}

#[derive(Clone, Copy)]
pub(super) enum Reason {
    Nothing,
    Elsewhere,
    Circle,
}

impl Reason {
    pub(super) fn message(self, reference: &str) -> String {
        match self {
            Self::Nothing => {
                format!("the reference `{reference}` leads to nothing in this document")
            }
            Self::Elsewhere => format!(
                "the reference `{reference}` leads out of this document; bundle the documents into \
                 one first"
            ),
            Self::Circle => format!("the reference `{reference}` goes in a circle"),
        }
    }
}
