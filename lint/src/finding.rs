//! Findings: what rules say, about which node.

use std::collections::{HashMap, HashSet};

use xquik_document::{Document, Node, Pointer, RemarkKind, Span, Value};

use super::correction::Misspelt;
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
pub struct Finding {
    /// The id of the rule.
    pub rule: &'static str,
    /// What the rule is about.
    pub area: Area,
    /// How much it weighs.
    pub severity: Severity,
    /// What was expected and what was found.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The node that it is about.
    pub pointer: Pointer,
    /// Where that is written.
    pub span: Span,
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

    /// The number of findings so far, repeated ones counted as often as they came.
    pub(super) fn count(&self) -> usize {
        self.raw.len()
    }

    /// Finds the places of all findings, in the order of the text, each once.
    ///
    /// `misspelt` are the names that the document has in the text and not in its tree.
    pub(super) fn settle(self, document: &Document, misspelt: &[Misspelt]) -> Vec<Finding> {
        let mut wanted: HashMap<*const Node, Vec<usize>> = HashMap::new();
        let mut by_mark: HashMap<u32, Vec<usize>> = HashMap::new();
        let mut places: Vec<Option<(Pointer, Span)>> = vec![None; self.raw.len()];
        let aliases = Aliases::new(document);
        let mut origins: Vec<Option<Origin>> = vec![None; self.raw.len()];
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
            let names: HashMap<Span, &str> = misspelt
                .iter()
                .map(|misspelt| (misspelt.key, misspelt.name.as_str()))
                .collect();
            locate(root, &names, &mut path, &mut |path, here| {
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
                    origins[index] = aliases.origin(here.node);
                }
                // Of several nodes at one place the outermost is meant, which comes first.
                for mark in [here.key.start, here.node.span.start] {
                    for &index in by_mark.get(&mark.index).into_iter().flatten() {
                        let Place::Span(span) = self.raw[index].place else {
                            continue;
                        };
                        // Of a name its own value is meant.
                        let is_name = here.key == span && names.contains_key(&span);
                        if is_name || places[index].is_none() {
                            places[index] = Some((pointer(), span));
                        }
                    }
                }
            });
        }
        let repeated = repeated(&self.raw, &origins);
        let mut findings: Vec<Finding> = self
            .raw
            .into_iter()
            .zip(places)
            .zip(repeated)
            .filter(|(_, repeated)| !repeated)
            .map(|((raw, place), _)| {
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

/// Where the values are written that stand in the document through aliases.
struct Aliases {
    /// By the place of the alias.
    anchors: HashMap<u32, u32>,
    written: HashSet<u32>,
}

/// A value that is written once and may stand at several places.
#[derive(Debug, Clone, Copy)]
struct Origin {
    written: u32,
    is_alias: bool,
    is_scalar: bool,
}

impl Aliases {
    fn new(document: &Document) -> Self {
        let anchors: HashMap<u32, u32> = document
            .remarks()
            .iter()
            .filter_map(|remark| match remark.kind {
                RemarkKind::Alias { anchor } => Some((remark.span.start.index, anchor.start.index)),
                _ => None,
            })
            .collect();
        let written = anchors.values().copied().collect();
        Self { anchors, written }
    }

    fn origin(&self, node: &Node) -> Option<Origin> {
        let here = node.span.start.index;
        let anchor = self.anchors.get(&here).copied();
        let written = anchor.or_else(|| self.written.contains(&here).then_some(here))?;
        Some(Origin {
            written,
            is_alias: anchor.is_some(),
            is_scalar: node.scalar_text().is_some(),
        })
    }
}

/// Which findings only say again what is said of the same value elsewhere: at its anchor or, of what
/// is missing in a collection, at its first alias. What is wrong with a scalar may depend on where it
/// stands.
fn repeated(raw: &[Raw<'_>], origins: &[Option<Origin>]) -> Vec<bool> {
    let said = |index: usize, origin: Origin| {
        let raw: &Raw<'_> = &raw[index];
        (raw.rule.id, raw.message.as_str(), origin.written)
    };
    let all = || {
        let origins = origins.iter().enumerate();
        origins.filter_map(|(index, origin)| Some((index, (*origin)?)))
    };
    let mut told: HashSet<_> = all()
        .filter(|(_, origin)| !origin.is_alias)
        .map(|(index, origin)| said(index, origin))
        .collect();
    let mut repeated = vec![false; raw.len()];
    for (index, origin) in all().filter(|(_, origin)| origin.is_alias) {
        repeated[index] = if origin.is_scalar {
            told.contains(&said(index, origin))
        } else {
            !told.insert(said(index, origin))
        };
    }
    repeated
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
    names: &HashMap<Span, &'d str>,
    path: &mut Vec<Step<'d>>,
    found: &mut impl FnMut(&[Step<'d>], Here<'d>),
) {
    found(path, here);
    match &here.node.value {
        Value::Mapping(mapping) => {
            for entry in mapping {
                let name = match names.is_empty() {
                    true => None,
                    false => names.get(&entry.key.span),
                };
                path.push(Step::Name(name.copied().unwrap_or(&entry.key.name)));
                let here = Here {
                    node: &entry.value,
                    key: entry.key.span,
                };
                locate(here, names, path, found);
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
                locate(here, names, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}
