//! One of the two documents, with its references resolved and every node's pointer at hand.

use std::cell::OnceCell;
use std::collections::HashMap;

use xquik_document::{Document, Node, Pointer, Span, Value};

use super::references::Targets;

/// BASE or HEAD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Which {
    /// The document that clients were written for.
    Base,
    /// The document that is to replace it.
    Head,
}

/// A node of one of the two documents: where a change is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At<'d> {
    pub(crate) which: Which,
    pub(crate) node: &'d Node,
}

/// Why a document cannot be compared, and where.
#[derive(Debug)]
pub(crate) struct Unreadable {
    /// What is wrong.
    pub(crate) message: String,
    /// Where.
    pub(crate) span: Span,
}

/// A document that is known to refer to nothing that it does not hold.
#[derive(Debug)]
pub(crate) struct Side<'d> {
    pub(crate) which: Which,
    pub(crate) document: &'d Document,
    /// Whether this is OpenAPI 3.1, where what stands beside a `$ref` counts.
    pub(crate) is_3_1: bool,
    targets: Targets<'d>,
    parents: OnceCell<HashMap<usize, (usize, Token<'d>)>>,
}

#[derive(Debug, Clone, Copy)]
enum Token<'d> {
    Name(&'d str),
    Index(usize),
}

/// What tells nodes of one tree apart: their address.
pub(crate) fn address(node: &Node) -> usize {
    std::ptr::from_ref(node).addr()
}

impl<'d> Side<'d> {
    /// Looks at a document: its version, and that each of its references leads somewhere.
    pub(crate) fn new(which: Which, document: &'d Document) -> Result<Self, Unreadable> {
        let is_3_1 = super::references::version(document.root())?;
        let targets = super::references::targets(document)?;
        Ok(Self {
            which,
            document,
            is_3_1,
            targets,
            parents: OnceCell::new(),
        })
    }

    /// The root of the tree.
    pub(crate) fn root(&self) -> &'d Node {
        self.document.root()
    }

    /// The node itself, or what its chain of references leads to.
    pub(crate) fn resolve(&self, node: &'d Node) -> &'d Node {
        // `references::targets` has refused every chain that comes back to itself.
        node.reference()
            .and_then(|reference| self.targets.end(reference))
            .unwrap_or(node)
    }

    /// What a reference leads to, one step.
    pub(crate) fn target(&self, node: &'d Node) -> Option<&'d Node> {
        self.targets.next(node.reference()?)
    }

    /// What a reference's text leads to.
    pub(crate) fn reference(&self, text: &str) -> Option<&'d Node> {
        self.targets.next(text)
    }

    /// A member, resolved.
    pub(crate) fn get(&self, node: &'d Node, name: &str) -> Option<&'d Node> {
        node.get(name).map(|node| self.resolve(node))
    }

    /// A place in this document.
    pub(crate) fn at(&self, node: &'d Node) -> At<'d> {
        At {
            which: self.which,
            node,
        }
    }

    /// The pointer of a node, as its author wrote the document.
    pub(crate) fn pointer(&self, node: &'d Node) -> Pointer {
        let parents = self.parents.get_or_init(|| parents(self.root()));
        let mut tokens = Vec::new();
        let mut current = address(node);
        while let Some((parent, token)) = parents.get(&current) {
            tokens.push(match token {
                Token::Name(name) => (*name).to_owned(),
                Token::Index(index) => index.to_string(),
            });
            current = *parent;
        }
        tokens.reverse();
        Pointer::new(tokens)
    }

    /// Where a pointer's node stands in the text: its key where it has one, which is what a person
    /// looks for. A pointer to nothing gives its nearest ancestor.
    pub(crate) fn span(&self, pointer: &Pointer) -> Span {
        let mut node = self.root();
        let mut span = node.span;
        for token in pointer.tokens() {
            let next = match &node.value {
                Value::Mapping(mapping) => mapping
                    .entry(token)
                    .map(|entry| (&entry.value, entry.key.span)),
                _ => node.child(token).map(|child| (child, child.span)),
            };
            let Some((child, place)) = next else { break };
            node = child;
            span = place;
        }
        span
    }
}

fn parents(root: &Node) -> HashMap<usize, (usize, Token<'_>)> {
    let mut parents = HashMap::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        match &node.value {
            Value::Mapping(mapping) => {
                for entry in mapping {
                    let token = Token::Name(&entry.key.name);
                    parents.insert(address(&entry.value), (address(node), token));
                    open.push(&entry.value);
                }
            }
            Value::Sequence(items) => {
                for (index, item) in items.iter().enumerate() {
                    parents.insert(address(item), (address(node), Token::Index(index)));
                    open.push(item);
                }
            }
            _ => {}
        }
    }
    parents
}

/// Where a member that changed is shown: in HEAD, or in BASE where it is gone.
pub(crate) fn place<'d>(
    (base, was): (&Side<'d>, &'d Node),
    (head, now): (&Side<'d>, &'d Node),
    member: &str,
) -> At<'d> {
    match (now.get(member), was.get(member)) {
        (None, Some(node)) => base.at(node),
        (node, _) => head.at(node.unwrap_or(now)),
    }
}
