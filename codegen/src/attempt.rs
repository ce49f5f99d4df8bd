//! One attempt after another, until the document is compiled or all reasons against it are known.
//!
//! progenitor stops at the first trouble and does not say where it was. Only then, after a failure,
//! schemas and operations are compiled singly, so that each one that fails has its place; with
//! [`Settings::keep_going`] they are left out and the rest is compiled.

use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;

use openapiv3::OpenAPI;

use crate::diagnostic::{Diagnostic, Severity};
use crate::document::{Document, Mapping, Node, Value};
use crate::lower::{Lowering, METHODS, SAID, component_name};
use crate::output::Output;
use crate::settings::Settings;
use crate::{generator, render, typed};

/// How many rounds of leaving something out are made before the document is given up.
const ROUNDS: usize = 8;

pub(crate) fn compile(document: &Document, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let mut attempt = Attempt::new(document, settings);
    for _ in 0..ROUNDS {
        let (lowering, api) = attempt.lower()?;
        match generator::run(&api, &lowering.plan, settings) {
            Ok(file) => {
                drop(api);
                let mut notes = lowering.diagnostics;
                notes.append(&mut attempt.said);
                tidy(&mut notes);
                let described = attempt.described.as_ref();
                let (root, plan) = (&lowering.root, &lowering.plan);
                return Ok(render::render(file, root, described, plan, notes));
            }
            Err(message) => attempt.blame(&lowering, &message)?,
        }
    }
    Err(attempt.gave_up())
}

pub(crate) fn lowered(document: &Document) -> Result<crate::Lowered, Vec<Diagnostic>> {
    let settings = Settings::default();
    let (lowering, api) = Attempt::new(document, &settings).lower()?;
    Ok(crate::Lowered {
        api,
        plan: lowering.plan,
    })
}

pub(crate) fn check(document: &Document) -> Vec<Diagnostic> {
    let settings = Settings::default();
    let mut attempt = Attempt::new(document, &settings);
    let found = attempt.lower().and_then(|(lowering, api)| {
        match generator::types(&api, &lowering.plan, &settings) {
            Ok(()) => Ok(lowering.diagnostics),
            Err(message) => attempt.blame(&lowering, &message).map(|()| Vec::new()),
        }
    });
    let mut found = found.unwrap_or_else(|errors| errors);
    tidy(&mut found);
    found
}

fn without_said(node: &mut Node) {
    match &mut node.value {
        Value::Mapping(mapping) => {
            mapping.remove(SAID);
            for entry in mapping.iter_mut() {
                without_said(&mut entry.value);
            }
        }
        Value::Sequence(items) => items.iter_mut().for_each(without_said),
        _ => {}
    }
}

fn tidy(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| (a.span.start, &a.message).cmp(&(b.span.start, &b.message)));
    diagnostics.dedup();
}

struct Attempt<'d> {
    document: &'d Document,
    settings: &'d Settings,
    /// Operations that are left out.
    left_out: BTreeSet<(String, String)>,
    /// Components that are taken as any value.
    generalised: BTreeSet<String>,
    /// Why.
    said: Vec<Diagnostic>,
    /// The lowered document with what no Rust type checks, where the types are to say that too.
    described: Option<Node>,
}

impl<'d> Attempt<'d> {
    fn new(document: &'d Document, settings: &'d Settings) -> Self {
        Self {
            document,
            settings,
            left_out: BTreeSet::new(),
            generalised: BTreeSet::new(),
            said: Vec::new(),
            described: None,
        }
    }

    fn gave_up(&self) -> Vec<Diagnostic> {
        let span = self.document.root().span;
        let message = "each attempt to compile the rest of the document failed as well";
        vec![Diagnostic::error(self.document, span, message)]
    }

    /// The document as progenitor takes it, with its plan.
    fn lower(&mut self) -> Result<(Lowering<'d>, OpenAPI), Vec<Diagnostic>> {
        for _ in 0..ROUNDS {
            let mut lowering = Lowering::new(
                self.document,
                self.settings.keep_going,
                self.left_out.clone(),
            );
            lowering.describes = self.settings.schemars;
            lowering.run(|_, _| ControlFlow::Continue(()));
            if lowering.has_errors() {
                let mut errors = lowering.diagnostics;
                errors.retain(|diagnostic| diagnostic.severity == Severity::Error);
                tidy(&mut errors);
                return Err(errors);
            }
            if lowering.left_out == self.left_out {
                lowering.generalise(&self.generalised);
                if self.settings.schemars {
                    self.described = Some(lowering.root.clone());
                    without_said(&mut lowering.root);
                }
                let api = typed::typed(self.document, &lowering.root)?;
                return Ok((lowering, api));
            }
            // What a pass wrote into the plan before it gave an operation up goes with the round.
            self.left_out = lowering.left_out;
            let notes = lowering.diagnostics.into_iter();
            self.said
                .extend(notes.filter(|note| note.message.contains("is left out:")));
        }
        Err(self.gave_up())
    }

    /// Finds what the generator stumbled over: an error at its place, or left out if so asked.
    fn blame(&mut self, lowering: &Lowering<'_>, message: &str) -> Result<(), Vec<Diagnostic>> {
        let found = culprits(lowering, self.settings);
        if found.is_empty() {
            let span = self.document.root().span;
            return Err(vec![Diagnostic::error(self.document, span, message)]);
        }
        let mut errors = Vec::new();
        for culprit in found {
            match culprit {
                Culprit::Component {
                    name,
                    span,
                    message,
                } if self.settings.keep_going => {
                    let message = format!("the schema `{name}` is taken as any value: {message}");
                    self.said
                        .push(Diagnostic::note(self.document, span, message));
                    self.generalised.insert(name);
                }
                Culprit::Operation {
                    path,
                    method,
                    span,
                    message,
                } if self.settings.keep_going => {
                    let message = format!("`{method} {path}` is left out: {message}");
                    self.said
                        .push(Diagnostic::note(self.document, span, message));
                    self.left_out.insert((path, method.to_lowercase()));
                }
                Culprit::Component { span, message, .. }
                | Culprit::Operation { span, message, .. } => {
                    errors.push(Diagnostic::error(self.document, span, message));
                }
            }
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }
}

enum Culprit {
    Component {
        name: String,
        span: crate::document::Span,
        message: String,
    },
    Operation {
        path: String,
        method: String,
        span: crate::document::Span,
        message: String,
    },
}

/// Compiles every schema with what it refers to, and every operation with what it refers to.
fn culprits(lowering: &Lowering<'_>, settings: &Settings) -> Vec<Culprit> {
    let schemas: HashMap<&str, &Node> = lowering
        .schemas()
        .map(|entry| (entry.key.name.as_str(), &entry.value))
        .collect();
    let graph: HashMap<&str, BTreeSet<&str>> = schemas
        .iter()
        .map(|(name, schema)| {
            let mut found = BTreeSet::new();
            names(schema, &mut found);
            (*name, found)
        })
        .collect();
    let closure = |start: BTreeSet<&str>| -> BTreeSet<String> {
        let mut reached: BTreeSet<String> = BTreeSet::new();
        let mut open: Vec<String> = start.into_iter().map(str::to_owned).collect();
        while let Some(name) = open.pop() {
            if reached.insert(name.clone())
                && let Some(next) = graph.get(name.as_str())
            {
                open.extend(next.iter().map(|name| (*name).to_owned()));
            }
        }
        reached
    };
    let attempt = |paths: Mapping, kept: &BTreeSet<String>| -> Result<(), String> {
        let root = excerpt(&lowering.root, paths, kept);
        let api = typed::typed(lowering.document, &root).map_err(|errors| {
            errors
                .into_iter()
                .map(|error| error.message)
                .collect::<Vec<_>>()
                .join("; ")
        })?;
        generator::check(&api, &lowering.plan, settings)
    };
    let mut failing: Vec<(String, BTreeSet<String>, String)> = Vec::new();
    for entry in lowering.schemas() {
        let kept = closure(BTreeSet::from([entry.key.name.as_str()]));
        if let Err(message) = attempt(Mapping::default(), &kept) {
            failing.push((entry.key.name.clone(), kept, message));
        }
    }
    // Whoever only refers to a schema that fails is not to blame for it.
    let bad: BTreeSet<String> = failing.iter().map(|(name, ..)| name.clone()).collect();
    let mut found = Vec::new();
    for (name, kept, message) in failing {
        let own = !kept.iter().any(|other| {
            *other != name
                && bad.contains(other)
                && !closure(BTreeSet::from([other.as_str()])).contains(&name)
        });
        if own && let Some(schema) = schemas.get(name.as_str()) {
            found.push(Culprit::Component {
                name,
                span: schema.span,
                message,
            });
        }
    }
    for path in lowering
        .root
        .get("paths")
        .and_then(Node::as_mapping)
        .into_iter()
        .flatten()
    {
        for method in METHODS {
            let Some(operation) = path.value.get(method) else {
                continue;
            };
            let mut start = BTreeSet::new();
            names(operation, &mut start);
            let kept = closure(start);
            if kept.iter().any(|name| bad.contains(name)) {
                continue;
            }
            let mut item = Mapping::default();
            item.insert(method, operation.clone());
            let mut paths = Mapping::default();
            paths.insert(
                path.key.name.clone(),
                Node::new(Value::Mapping(item), path.value.span),
            );
            if let Err(message) = attempt(paths, &kept) {
                let id = operation.get("operationId").and_then(Node::as_str);
                let written = lowering
                    .plan
                    .operations
                    .iter()
                    .find(|plan| Some(plan.method_name.as_str()) == id);
                found.push(Culprit::Operation {
                    path: written.map_or_else(|| path.key.name.clone(), |plan| plan.path.clone()),
                    method: method.to_uppercase(),
                    span: operation.span,
                    message,
                });
            }
        }
    }
    found
}

fn names<'n>(node: &'n Node, found: &mut BTreeSet<&'n str>) {
    if let Some(name) = component_name(node) {
        found.insert(name);
    }
    match &node.value {
        Value::Mapping(mapping) => mapping.iter().for_each(|entry| names(&entry.value, found)),
        Value::Sequence(items) => items.iter().for_each(|item| names(item, found)),
        _ => {}
    }
}

/// The document with these paths and components only.
fn excerpt(root: &Node, paths: Mapping, kept: &BTreeSet<String>) -> Node {
    let span = root.span;
    let mut excerpt = Mapping::default();
    for name in ["openapi", "info"] {
        if let Some(value) = root.get(name) {
            excerpt.insert(name, value.clone());
        }
    }
    excerpt.insert("paths", Node::new(Value::Mapping(paths), span));
    let schemas: Mapping = root
        .get("components")
        .and_then(|components| components.get("schemas"))
        .and_then(Node::as_mapping)
        .into_iter()
        .flatten()
        .filter(|entry| kept.contains(&entry.key.name))
        .cloned()
        .collect();
    let schemas = Node::new(Value::Mapping(schemas), span);
    excerpt.insert("components", Node::object([("schemas", schemas)], span));
    Node::new(Value::Mapping(excerpt), span)
}
