//! Operations: which there are, and what is said of each as a whole.

use std::collections::{HashMap, HashSet};

use xquik_document::Node;

use super::{bodies, parameters, registry, responses, security, servers};
use crate::catalogue::{Check, Direction, check};
use crate::compare::Comparison;
use crate::findings::Findings;
use crate::schema::canonical;
use crate::side::{Side, place};

static ADDED: Check =
    check!(Both Compatible "operation-added": "a new operation", "no client knows it yet");
static REMOVED: Check = check!(Both Breaking "operation-removed": "an operation is gone", "a client that calls it gets an error");
static ID_CHANGED: Check = check!(Both Breaking "operation-id-changed": "an `operationId` changed", "every generated client names the operation after it");
static ID_REMOVED: Check = check!(Both Breaking "operation-id-removed": "an `operationId` is gone", "every generated client names the operation after it");
static ID_ADDED: Check = check!(Both Compatible "operation-id-added": "an `operationId` where there was none", "no client could name the operation after it");
static DEPRECATED: Check =
    check!(Both Compatible "operation-deprecated": "an operation is deprecated", "it still works");
static UNDEPRECATED: Check = check!(Both Compatible "operation-undeprecated": "an operation is not deprecated any more", "it still works");
static TEXT_CHANGED: Check = check!(Both Compatible "operation-text-changed": "the summary, description or link of an operation changed", "it is read by people only");
static TAGS_CHANGED: Check = check!(Both Compatible "operation-tags-changed": "an operation has other tags", "tags only sort the documentation");
static EXTENSION_CHANGED: Check = check!(Both Compatible "operation-extension-changed": "an extension of an operation changed", "extensions say nothing about the wire");
static CALLBACK_ADDED: Check = check!(Response Compatible "callback-added": "a new callback", "a client is only called back where it asked to be");
static CALLBACK_REMOVED: Check = check!(Response CannotTell "callback-removed": "a callback is gone", "whether a client still learns what it waits for cannot be told");
static CALLBACK_CHANGED: Check = check!(Both CannotTell "callback-changed": "the parameters or answers of a callback changed", "whether the client's answer is still understood cannot be told");

pub(crate) const CHECKS: &[&Check] = &[
    &ADDED,
    &REMOVED,
    &ID_CHANGED,
    &ID_REMOVED,
    &ID_ADDED,
    &DEPRECATED,
    &UNDEPRECATED,
    &TEXT_CHANGED,
    &TAGS_CHANGED,
    &EXTENSION_CHANGED,
    &CALLBACK_ADDED,
    &CALLBACK_REMOVED,
    &CALLBACK_CHANGED,
];

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// An operation of one side.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation<'d> {
    pub(crate) path: &'d str,
    pub(crate) method: &'d str,
    pub(crate) node: &'d Node,
    pub(crate) item: &'d Node,
}

impl Operation<'_> {
    /// `PATCH /x/y`.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method.to_ascii_uppercase(), self.path)
    }

    fn id(&self) -> Option<&str> {
        self.node.get("operationId").and_then(Node::scalar_text)
    }
}

/// The operations of a side in the order of the document.
pub(crate) fn operations<'d>(side: &Side<'d>) -> Vec<Operation<'d>> {
    let mut operations = Vec::new();
    let paths = side.root().get("paths").and_then(Node::as_mapping);
    for entry in paths.into_iter().flatten() {
        if !entry.key.name.starts_with('/') {
            continue;
        }
        let item = side.resolve(&entry.value);
        for member in item.as_mapping().into_iter().flatten() {
            if METHODS.contains(&member.key.name.as_str()) && member.value.as_mapping().is_some() {
                operations.push(Operation {
                    path: &entry.key.name,
                    method: &member.key.name,
                    node: &member.value,
                    item,
                });
            }
        }
    }
    operations
}

/// A path without the names of its parameters, and these names in order.
pub(crate) fn template(path: &str) -> (String, Vec<&str>) {
    let mut shape = String::new();
    let mut names = Vec::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        shape.push_str(before);
        shape.push_str("{}");
        names.push(name);
        rest = after;
    }
    shape.push_str(rest);
    (shape, names)
}

/// Pairs the operations of both sides and compares each pair.
pub(crate) fn compare<'d>(comparison: &mut Comparison<'_, 'd>) -> Vec<Findings<'d>> {
    let base = operations(comparison.base.side);
    let head = operations(comparison.head.side);
    let mut exact: HashMap<(&str, &str), usize> = HashMap::new();
    let mut by_shape: HashMap<(String, &str), Vec<usize>> = HashMap::new();
    for (index, operation) in head.iter().enumerate() {
        exact.insert((operation.path, operation.method), index);
        by_shape
            .entry((template(operation.path).0, operation.method))
            .or_default()
            .push(index);
    }
    let mut matched: HashMap<usize, usize> = HashMap::new();
    let mut taken = HashSet::new();
    for (index, operation) in base.iter().enumerate() {
        if let Some(other) = exact.get(&(operation.path, operation.method)) {
            matched.insert(index, *other);
            taken.insert(*other);
        }
    }
    for (index, operation) in base.iter().enumerate() {
        if matched.contains_key(&index) {
            continue;
        }
        let others = by_shape.get(&(template(operation.path).0, operation.method));
        if let Some(other) = others
            .into_iter()
            .flatten()
            .find(|other| !taken.contains(*other))
        {
            matched.insert(index, *other);
            taken.insert(*other);
        }
    }
    let mut all = Vec::new();
    let shares_servers = matched
        .iter()
        .any(|(index, other)| servers::are_the_documents(&base[*index], &head[*other]));
    if shares_servers {
        let mut findings = Findings::new(None);
        servers::of_document(&mut findings, comparison.base.side, comparison.head.side);
        all.push(findings);
    }
    for (index, was) in base.iter().enumerate() {
        match matched.get(&index) {
            Some(other) => all.push(operation(comparison, was, &head[*other])),
            None => all.push(removed(comparison, was, &head)),
        }
    }
    for (index, now) in head.iter().enumerate() {
        if !taken.contains(&index) {
            let mut findings = Findings::new(Some(now.name()));
            let at = comparison.head.side.at(now.node);
            findings.tell(&ADDED, at, "the operation is new");
            all.push(findings);
        }
    }
    all
}

fn removed<'d>(
    comparison: &Comparison<'_, 'd>,
    was: &Operation<'d>,
    head: &[Operation<'d>],
) -> Findings<'d> {
    let mut findings = Findings::new(Some(was.name()));
    let moved = was
        .id()
        .and_then(|id| head.iter().find(|now| now.id() == Some(id)));
    let text = match moved {
        Some(now) => format!(
            "the operation is gone; its operationId is that of `{}` now",
            now.name()
        ),
        None => "the operation is gone".to_owned(),
    };
    findings.tell(&REMOVED, comparison.base.side.at(was.node), text);
    findings
}

fn operation<'d>(
    comparison: &mut Comparison<'_, 'd>,
    was: &Operation<'d>,
    now: &Operation<'d>,
) -> Findings<'d> {
    let mut findings = Findings::new(Some(now.name()));
    let (base, head) = (comparison.base.side, comparison.head.side);
    id(&mut findings, base, head, was, now);
    let deprecated = |node: &'d Node| {
        node.get("deprecated")
            .filter(|node| node.as_bool() == Some(true))
    };
    match (deprecated(was.node), deprecated(now.node)) {
        (None, Some(node)) => findings.tell(&DEPRECATED, head.at(node), "is deprecated now"),
        (Some(node), None) => {
            findings.tell(&UNDEPRECATED, base.at(node), "is not deprecated any more");
        }
        _ => {}
    }
    for (keyword, check) in [
        ("summary", &TEXT_CHANGED),
        ("description", &TEXT_CHANGED),
        ("externalDocs", &TEXT_CHANGED),
        ("tags", &TAGS_CHANGED),
    ] {
        member(
            &mut findings,
            base,
            head,
            was.node,
            now.node,
            keyword,
            check,
        );
    }
    extensions(
        &mut findings,
        base,
        head,
        was.node,
        now.node,
        &EXTENSION_CHANGED,
    );
    registry::resend(&mut findings, base, head, was.node, now.node);
    security::compare(&mut findings, base, head, was.node, now.node);
    servers::of_operation(&mut findings, base, head, was, now);
    parameters::compare(comparison, &mut findings, was, now);
    bodies::request(
        comparison,
        &mut findings,
        was.node.get("requestBody"),
        now.node.get("requestBody"),
    );
    responses::compare(comparison, &mut findings, was.node, now.node);
    callbacks(comparison, &mut findings, was.node, now.node);
    findings
}

fn id<'d>(
    findings: &mut Findings<'d>,
    base: &Side<'d>,
    head: &Side<'d>,
    was: &Operation<'d>,
    now: &Operation<'d>,
) {
    match (was.node.get("operationId"), now.node.get("operationId")) {
        (Some(before), Some(after)) if before.scalar_text() != after.scalar_text() => {
            let text = format!(
                "the operationId is `{}` now, was `{}`",
                after.scalar_text().unwrap_or_default(),
                before.scalar_text().unwrap_or_default()
            );
            findings.tell(&ID_CHANGED, head.at(after), text);
        }
        (Some(before), None) => {
            let text = format!(
                "the operationId `{}` is gone",
                before.scalar_text().unwrap_or_default()
            );
            findings.tell(&ID_REMOVED, base.at(before), text);
        }
        (None, Some(after)) => {
            let text = format!(
                "the operationId is `{}` now",
                after.scalar_text().unwrap_or_default()
            );
            findings.tell(&ID_ADDED, head.at(after), text);
        }
        _ => {}
    }
}

/// Up to this length people are told the value of an extension.
const SHORT: usize = 80;

/// Tells that a member came, went or changed.
pub(crate) fn member<'d>(
    findings: &mut Findings<'d>,
    base: &Side<'d>,
    head: &Side<'d>,
    was: &'d Node,
    now: &'d Node,
    name: &str,
    check: &'static Check,
) {
    match (was.get(name), now.get(name)) {
        (None, Some(after)) => findings.tell(check, head.at(after), format!("`{name}` is new")),
        (Some(before), None) => findings.tell(check, base.at(before), format!("`{name}` is gone")),
        (Some(before), Some(after)) if canonical(before) != canonical(after) => {
            let (was, now) = (canonical(before), canonical(after));
            let text = if name.starts_with("x-") && was.len().max(now.len()) <= SHORT {
                format!("`{name}` is {now} now, was {was}")
            } else {
                format!("`{name}` changed")
            };
            findings.tell(check, head.at(after), text);
        }
        _ => {}
    }
}

/// Extensions that are judged elsewhere, each by its own meaning.
const JUDGED: [&str; 3] = ["x-resend", "x-error-codes", "x-extensible-enum"];

/// Tells which extensions came, went or changed.
pub(crate) fn extensions<'d>(
    findings: &mut Findings<'d>,
    base: &Side<'d>,
    head: &Side<'d>,
    was: &'d Node,
    now: &'d Node,
    check: &'static Check,
) {
    let names = [was, now].into_iter().filter_map(Node::as_mapping);
    let mut names: Vec<&str> = names
        .flatten()
        .map(|entry| entry.key.name.as_str())
        .filter(|name| name.starts_with("x-") && !JUDGED.contains(name))
        .collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        member(findings, base, head, was, now, name, check);
    }
}

/// Callbacks turn the directions round: what the service sends is what a client is given.
fn callbacks<'d>(
    comparison: &mut Comparison<'_, 'd>,
    findings: &mut Findings<'d>,
    was: &'d Node,
    now: &'d Node,
) {
    let (base, head) = (comparison.base.side, comparison.head.side);
    let before = called(base, was);
    let after = called(head, now);
    for (key, was) in &before {
        let Some((_, now)) = after.iter().find(|(other, _)| other == key) else {
            let text = format!("the callback `{}` is gone", key.0);
            findings.tell(&CALLBACK_REMOVED, base.at(was), text);
            continue;
        };
        let subject = format!("the callback `{}`", key.0);
        bodies::callback(comparison, findings, &subject, was, now);
        for part in ["parameters", "responses"] {
            let same = match (was.get(part), now.get(part)) {
                (Some(was), Some(now)) => canonical(was) == canonical(now),
                (was, now) => was.is_none() && now.is_none(),
            };
            if !same {
                let at = place((base, was), (head, now), part);
                findings.tell_of(&subject, &CALLBACK_CHANGED, at, format!("`{part}` changed"));
            }
        }
    }
    for (key, now) in &after {
        if !before.iter().any(|(other, _)| other == key) {
            let text = format!("the callback `{}` is new", key.0);
            findings.tell(&CALLBACK_ADDED, head.at(now), text);
        }
    }
}

type Called<'d> = ((&'d str, &'d str, &'d str), &'d Node);

/// The operations of the callbacks, by name, expression and method.
fn called<'d>(side: &Side<'d>, operation: &'d Node) -> Vec<Called<'d>> {
    let mut called = Vec::new();
    let callbacks = operation.get("callbacks").and_then(Node::as_mapping);
    for callback in callbacks.into_iter().flatten() {
        let expressions = side.resolve(&callback.value).as_mapping();
        for expression in expressions.into_iter().flatten() {
            let item = side.resolve(&expression.value).as_mapping();
            for member in item.into_iter().flatten() {
                if METHODS.contains(&member.key.name.as_str()) {
                    let key = (
                        callback.key.name.as_str(),
                        expression.key.name.as_str(),
                        member.key.name.as_str(),
                    );
                    called.push((key, &member.value));
                }
            }
        }
    }
    called
}

/// The direction that a callback's body has for a client.
pub(crate) const CALLED_BACK: Direction = Direction::Response;
