//! Statuses and response headers.

use xquik_document::Node;

use super::bodies;
use crate::catalogue::{Check, Direction, check};
use crate::compare::{Comparison, Written};
use crate::findings::Findings;
use crate::schema::canonical;
use crate::side::place;

static SUCCESS_ADDED: Check = check!(Response Breaking "response-success-status-added": "a new status that is no error", "a client written for BASE takes a status that is not documented for a failure");
static SUCCESS_REMOVED: Check = check!(Response Breaking "response-success-status-removed": "a status that is no error is gone", "a client that waits for this outcome does not get it");
static ERROR_ADDED: Check = check!(Response Compatible "response-error-status-added": "a new error status", "it is an error for a client that does not know it as well");
static ERROR_REMOVED: Check = check!(Response Compatible "response-error-status-removed": "an error status is gone", "a client only handles one error less");
static RANGE_NARROWED: Check = check!(Response Compatible "response-status-range-narrowed": "a range of statuses became some of them", "every answer was possible before");
static HEADER_ADDED: Check = check!(Response Compatible "response-header-added": "a new header of an answer", "a client ignores headers that it does not know");
static REQUIRED_HEADER_REMOVED: Check = check!(Response Breaking "response-required-header-removed": "a header that an answer always had is gone", "a client that relies on it does not get it");
static OPTIONAL_HEADER_REMOVED: Check = check!(Response Compatible "response-optional-header-removed": "a header that an answer could have is gone", "a client has to be ready for an answer without it");
static HEADER_BECAME_OPTIONAL: Check = check!(Response Breaking "response-header-became-optional": "an answer may lack the header", "a client that relies on it may not get it");
static HEADER_BECAME_REQUIRED: Check = check!(Response Compatible "response-header-became-required": "an answer always has the header", "every answer was possible before");
static LINKS_CHANGED: Check = check!(Response Compatible "response-links-changed": "the links of an answer changed", "links only advise");

pub(crate) const CHECKS: &[&Check] = &[
    &SUCCESS_ADDED,
    &SUCCESS_REMOVED,
    &ERROR_ADDED,
    &ERROR_REMOVED,
    &RANGE_NARROWED,
    &HEADER_ADDED,
    &REQUIRED_HEADER_REMOVED,
    &OPTIONAL_HEADER_REMOVED,
    &HEADER_BECAME_OPTIONAL,
    &HEADER_BECAME_REQUIRED,
    &LINKS_CHANGED,
];

/// A status of one side: `200`, `4XX`, `default`.
#[derive(Debug, Clone, Copy)]
struct Status<'d> {
    name: &'d str,
    node: &'d Node,
}

impl Status<'_> {
    fn is_success(&self) -> bool {
        matches!(self.name.as_bytes().first(), Some(b'1'..=b'3'))
    }

    /// How exactly it covers another status: the status itself, its range, or whatever is left,
    /// which is no success where successes are named.
    fn covers(&self, other: &Self, among: &[Self]) -> Option<u8> {
        if self.name.eq_ignore_ascii_case(other.name) {
            return Some(2);
        }
        if self.name == "default" {
            let names_successes = || among.iter().any(Self::is_success);
            return (!other.is_success() || !names_successes()).then_some(0);
        }
        let digit = self
            .name
            .strip_suffix("XX")
            .or(self.name.strip_suffix("xx"))?;
        other.name.starts_with(digit).then_some(1)
    }
}

fn statuses<'d>(operation: &'d Node) -> Vec<Status<'d>> {
    let responses = operation.get("responses").and_then(Node::as_mapping);
    responses
        .into_iter()
        .flatten()
        .filter(|entry| !entry.key.name.starts_with("x-"))
        .map(|entry| Status {
            name: &entry.key.name,
            node: &entry.value,
        })
        .collect()
}

fn covering<'a, 'd>(all: &'a [Status<'d>], status: &Status<'d>) -> Option<&'a Status<'d>> {
    all.iter()
        .filter_map(|other| Some((other.covers(status, all)?, other)))
        .max_by_key(|(exactness, _)| *exactness)
        .map(|(_, other)| other)
}

/// Compares the answers of an operation.
pub(crate) fn compare<'d>(
    comparison: &mut Comparison<'_, 'd>,
    findings: &mut Findings<'d>,
    was: &'d Node,
    now: &'d Node,
) {
    let (base, head) = (comparison.base.side, comparison.head.side);
    let before = statuses(was);
    let after = statuses(now);
    for old in &before {
        if let Some(new) = covering(&after, old) {
            response(comparison, findings, old, new);
            continue;
        }
        // A range whose statuses are named one by one now is compared with each of these below.
        let is_range = old.name != "default";
        let is_narrowed = is_range && after.iter().any(|new| old.covers(new, &before).is_some());
        let check = if is_narrowed {
            &RANGE_NARROWED
        } else if old.is_success() {
            &SUCCESS_REMOVED
        } else {
            &ERROR_REMOVED
        };
        findings.tell(
            check,
            base.at(old.node),
            if is_narrowed {
                format!("only some of the statuses {} are left", old.name)
            } else {
                format!("the status {} is gone", old.name)
            },
        );
    }
    for new in &after {
        match covering(&before, new) {
            Some(old) if old.name.eq_ignore_ascii_case(new.name) => {}
            Some(old) => response(comparison, findings, old, new),
            None => {
                // Where no success is named beside it, a `default` is for these as well.
                let is_for_all = new.name == "default" && !after.iter().any(Status::is_success);
                let check = if new.is_success() || is_for_all {
                    &SUCCESS_ADDED
                } else {
                    &ERROR_ADDED
                };
                findings.tell(
                    check,
                    head.at(new.node),
                    format!("the status {} is new", new.name),
                );
            }
        }
    }
}

fn response<'d>(
    comparison: &mut Comparison<'_, 'd>,
    findings: &mut Findings<'d>,
    was: &Status<'d>,
    now: &Status<'d>,
) {
    let (base, head) = (comparison.base.side, comparison.head.side);
    let subject = format!("the answer {}", now.name);
    let (was, now) = (base.resolve(was.node), head.resolve(now.node));
    headers(comparison, findings, &subject, was, now);
    bodies::content(
        comparison,
        findings,
        &subject,
        was,
        now,
        Direction::Response,
    );
    let links = |node: &'d Node| node.get("links").map(canonical);
    if links(was) != links(now) {
        let at = place((base, was), (head, now), "links");
        findings.tell_of(&subject, &LINKS_CHANGED, at, "its links changed");
    }
}

fn headers<'d>(
    comparison: &mut Comparison<'_, 'd>,
    findings: &mut Findings<'d>,
    subject: &str,
    was: &'d Node,
    now: &'d Node,
) {
    let (base, head) = (comparison.base.side, comparison.head.side);
    let listed = |node: &'d Node| -> Vec<(&'d str, &'d Node)> {
        let headers = node.get("headers").and_then(Node::as_mapping);
        headers
            .into_iter()
            .flatten()
            .map(|entry| (entry.key.name.as_str(), &entry.value))
            // A header of this name is said by the media type and ignored here.
            .filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"))
            .collect()
    };
    let required = |node: &'d Node| {
        node.get("required")
            .filter(|node| node.as_bool() == Some(true))
    };
    let (before, after) = (listed(was), listed(now));
    for (name, was) in &before {
        let other = after
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name));
        let Some((_, now)) = other else {
            let check = match required(base.resolve(was)) {
                Some(_) => &REQUIRED_HEADER_REMOVED,
                None => &OPTIONAL_HEADER_REMOVED,
            };
            let text = format!("the header `{name}` is gone");
            findings.tell_of(subject, check, base.at(was), text);
            continue;
        };
        let subject = format!("{subject}, header `{name}`");
        let (was, now) = (base.resolve(was), head.resolve(now));
        match (required(was), required(now)) {
            (None, Some(node)) => {
                let at = head.at(node);
                findings.tell_of(&subject, &HEADER_BECAME_REQUIRED, at, "is always there now");
            }
            (Some(node), None) => {
                let at = now
                    .get("required")
                    .map_or(base.at(node), |node| head.at(node));
                findings.tell_of(&subject, &HEADER_BECAME_OPTIONAL, at, "may be missing now");
            }
            _ => {}
        }
        let schema = |node: &'d Node| {
            let content = node.get("content").and_then(Node::as_mapping);
            match content.and_then(|content| content.iter().next()) {
                Some(entry) => (entry.value.get("schema"), Written::of(&entry.key.name)),
                None => (node.get("schema"), Written::Text),
            }
        };
        let ((was, was_written), (now, now_written)) = (schema(was), schema(now));
        let written = if was_written == now_written {
            now_written
        } else {
            Written::Json
        };
        let way = (Direction::Response, written);
        findings.schemas(comparison, &subject, was, now, way);
    }
    for (name, now) in &after {
        if !before
            .iter()
            .any(|(other, _)| other.eq_ignore_ascii_case(name))
        {
            let text = format!("the header `{name}` is new");
            findings.tell_of(subject, &HEADER_ADDED, head.at(now), text);
        }
    }
}
