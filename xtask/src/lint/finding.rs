//! Findings: what rules say, about which node.

use std::collections::HashMap;

use xquik_codegen::document::{Document, Node, Pointer, Span, Value};

use super::rule::{Area, Rule, Severity};

/// Where a finding stands, as a rule says it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'d> {
    /// At a value; at its key where the value is a block that starts on a later line.
    Value(&'d Node),
    /// At the key under which a value stands. The root has no key: the first character.
    Key(&'d Node),
    /// At a place in the text that is no node of the tree.
    Span(Span),
}

/// What the rules of one run have said.
#[derive(Debug)]
pub(crate) struct Report<'d> {
    rule: &'static Rule,
    raw: Vec<Raw<'d>>,
}

#[derive(Debug)]
struct Raw<'d> {
    rule: &'static Rule,
    place: Place<'d>,
    message: String,
    help: Option<String>,
}

/// A finding with its place in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The id of the rule.
    pub(crate) rule: &'static str,
    pub(crate) area: Area,
    pub(crate) severity: Severity,
    /// What was expected and what was found.
    pub(crate) message: String,
    /// What to do.
    pub(crate) help: Option<String>,
    pub(crate) pointer: Pointer,
    pub(crate) span: Span,
}

impl<'d> Report<'d> {
    pub(super) fn new(first: &'static Rule) -> Self {
        Self {
            rule: first,
            raw: Vec::new(),
        }
    }

    /// The rule that speaks from now on.
    pub(super) fn speaks(&mut self, rule: &'static Rule) {
        self.rule = rule;
    }

    /// A finding at a value.
    pub(crate) fn at(&mut self, node: &'d Node, message: impl Into<String>) -> Help<'_> {
        self.push(Place::Value(node), message.into())
    }

    /// A finding at the key under which a value stands: what is missing in it, or its name.
    pub(crate) fn at_key(&mut self, node: &'d Node, message: impl Into<String>) -> Help<'_> {
        self.push(Place::Key(node), message.into())
    }

    /// A finding at a place in the text.
    pub(crate) fn at_span(&mut self, span: Span, message: impl Into<String>) -> Help<'_> {
        self.push(Place::Span(span), message.into())
    }

    fn push(&mut self, place: Place<'d>, message: String) -> Help<'_> {
        self.raw.push(Raw {
            rule: self.rule,
            place,
            message,
            help: None,
        });
        Help(&mut self.raw.last_mut().expect("one was pushed just now").help)
    }

    /// Finds the places of all findings, in the order of the text, each once.
    pub(super) fn settle(self, document: &Document) -> Vec<Finding> {
        let mut wanted: HashMap<*const Node, Vec<usize>> = HashMap::new();
        let mut by_mark: HashMap<u32, Vec<usize>> = HashMap::new();
        let mut places: Vec<Option<(Pointer, Span)>> = vec![None; self.raw.len()];
        for (index, raw) in self.raw.iter().enumerate() {
            match raw.place {
                Place::Value(node) | Place::Key(node) => {
                    wanted
                        .entry(std::ptr::from_ref(node))
                        .or_default()
                        .push(index);
                }
                Place::Span(span) => {
                    by_mark.entry(span.start.index).or_default().push(index);
                }
            }
        }
        if !wanted.is_empty() || !by_mark.is_empty() {
            let mut path = Vec::new();
            let root = Here {
                node: document.root(),
                key: Span::START,
            };
            locate(root, &mut path, &mut |path, here| {
                let pointer = || Pointer::new(path.iter().map(ToString::to_string).collect());
                for &index in wanted
                    .get(&std::ptr::from_ref(here.node))
                    .into_iter()
                    .flatten()
                {
                    let span = match self.raw[index].place {
                        Place::Key(_) => here.key,
                        _ => here.value(),
                    };
                    places[index] = Some((pointer(), span));
                }
                // Of several nodes at one place the outermost is meant, which comes first.
                for mark in [here.key.start, here.node.span.start] {
                    for &index in by_mark.get(&mark.index).into_iter().flatten() {
                        if let (Place::Span(span), None) = (self.raw[index].place, &places[index]) {
                            places[index] = Some((pointer(), span));
                        }
                    }
                }
            });
        }
        let mut findings: Vec<Finding> = self
            .raw
            .into_iter()
            .zip(places)
            .map(|(raw, place)| {
                // A place that is no node's belongs to what is written around it: a comment, a mark.
                let (pointer, span) = place.unwrap_or_else(|| match raw.place {
                    Place::Span(span) => (around(document.root(), span), span),
                    _ => (Pointer::root(), Span::START),
                });
                Finding {
                    rule: raw.rule.id,
                    area: raw.rule.area,
                    severity: raw.rule.severity,
                    message: raw.message,
                    help: raw.help,
                    pointer,
                    span,
                }
            })
            .collect();
        findings.sort_by(|a, b| {
            (a.span.start, a.severity, a.rule, &a.message).cmp(&(
                b.span.start,
                b.severity,
                b.rule,
                &b.message,
            ))
        });
        // What stands once in the text and is used through aliases is one finding.
        findings.dedup_by(|a, b| a.rule == b.rule && a.span == b.span && a.message == b.message);
        findings
    }
}

/// Adds what to do to the finding that was just made.
pub(crate) struct Help<'r>(&'r mut Option<String>);

impl Help<'_> {
    /// What to do about it.
    pub(crate) fn help(self, help: impl Into<String>) {
        *self.0 = Some(help.into());
    }
}

#[derive(Clone, Copy)]
struct Here<'d> {
    node: &'d Node,
    key: Span,
}

impl Here<'_> {
    fn value(&self) -> Span {
        let collection = matches!(self.node.value, Value::Mapping(_) | Value::Sequence(_));
        if collection && self.node.span.start.line > self.key.start.line {
            self.key
        } else {
            self.node.span
        }
    }
}

/// A step of the way from the root to a node.
#[derive(Debug, Clone, Copy)]
enum Step<'d> {
    Name(&'d str),
    Index(usize),
}

impl std::fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Index(index) => index.fmt(f),
        }
    }
}

/// The innermost node within which a place lies.
fn around(root: &Node, place: Span) -> Pointer {
    let mut tokens = Vec::new();
    let mut node = root;
    let holds = |node: &Node| node.span.start <= place.start && place.start < node.span.end;
    loop {
        let next = match &node.value {
            Value::Mapping(mapping) => mapping
                .iter()
                .find(|entry| holds(&entry.value))
                .map(|entry| (entry.key.name.clone(), &entry.value)),
            Value::Sequence(items) => items
                .iter()
                .enumerate()
                .find(|(_, item)| holds(item))
                .map(|(index, item)| (index.to_string(), item)),
            _ => None,
        };
        let Some((token, inner)) = next else {
            return Pointer::new(tokens);
        };
        tokens.push(token);
        node = inner;
    }
}

fn locate<'d>(
    here: Here<'d>,
    path: &mut Vec<Step<'d>>,
    found: &mut impl FnMut(&[Step<'d>], Here<'d>),
) {
    found(path, here);
    match &here.node.value {
        Value::Mapping(mapping) => {
            for entry in mapping {
                path.push(Step::Name(&entry.key.name));
                let here = Here {
                    node: &entry.value,
                    key: entry.key.span,
                };
                locate(here, path, found);
                path.pop();
            }
        }
        Value::Sequence(items) => {
            for (index, node) in items.iter().enumerate() {
                path.push(Step::Index(index));
                let here = Here {
                    node,
                    key: node.span,
                };
                locate(here, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}
