//! Where the service is.

use std::collections::BTreeMap;

use xquik_document::Node;

use super::operations::{Operation, template};
use crate::catalogue::{Check, check};
use crate::findings::Findings;
use crate::side::Side;

static REMOVED: Check = check!(Both Breaking "server-removed": "a server is gone", "a client that calls it does not reach the service");
static ADDED: Check =
    check!(Both Compatible "server-added": "a new server", "whatever BASE names is still there");
static VARIABLE_VALUE_REMOVED: Check = check!(Both Breaking "server-variable-value-removed": "a variable of a server may not have a value any more", "a client that uses it does not reach the service");
static VARIABLE_VALUE_ADDED: Check = check!(Both Compatible "server-variable-value-added": "a variable of a server may have another value", "whatever BASE names is still there");
static VARIABLE_DEFAULT_CHANGED: Check = check!(Both Compatible "server-variable-default-changed": "a variable of a server has another default", "whatever BASE names is still there");

pub(crate) const CHECKS: &[&Check] = &[
    &REMOVED,
    &ADDED,
    &VARIABLE_VALUE_REMOVED,
    &VARIABLE_VALUE_ADDED,
    &VARIABLE_DEFAULT_CHANGED,
];

/// Compares the servers of the document, for the operations that have them on both sides.
pub(crate) fn of_document<'d>(findings: &mut Findings<'d>, base: &Side<'d>, head: &Side<'d>) {
    let (was, now) = (base.root(), head.root());
    compare(findings, base, head, was.get("servers"), now.get("servers"));
}

/// The servers that an operation or its path has for itself.
fn own<'d>(operation: &Operation<'d>) -> Option<&'d Node> {
    let of_operation = operation.node.get("servers");
    of_operation.or_else(|| operation.item.get("servers"))
}

/// Whether an operation has the servers of the document, on both sides.
pub(crate) fn are_the_documents(was: &Operation<'_>, now: &Operation<'_>) -> bool {
    own(was).is_none() && own(now).is_none()
}

/// Compares the servers of an operation where it or its path has its own; else it has the
/// document's, and their change is told once.
pub(crate) fn of_operation<'d>(
    findings: &mut Findings<'d>,
    base: &Side<'d>,
    head: &Side<'d>,
    was: &Operation<'d>,
    now: &Operation<'d>,
) {
    if are_the_documents(was, now) {
        return;
    }
    let before = own(was).or_else(|| base.root().get("servers"));
    let after = own(now).or_else(|| head.root().get("servers"));
    compare(findings, base, head, before, after);
}

/// A URL as it is compared: without the names of variables, the spelling of scheme and host, the
/// port that the scheme has anyway, and a slash at its end.
fn key(url: &str) -> String {
    let (shape, _) = template(url);
    let shape = shape.trim_end_matches('/');
    let Some((scheme, rest)) = shape.split_once("://") else {
        return shape.to_owned();
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let scheme = scheme.to_ascii_lowercase();
    let authority = authority.to_ascii_lowercase();
    let port = match scheme.as_str() {
        "https" | "wss" => ":443",
        "http" | "ws" => ":80",
        _ => "",
    };
    let host = authority.strip_suffix(port).unwrap_or(&authority);
    format!("{scheme}://{host}{path}")
}

/// The servers of a list.
fn servers(list: Option<&Node>) -> BTreeMap<String, (&str, Option<&Node>)> {
    let mut servers = BTreeMap::new();
    for node in list.and_then(Node::as_sequence).unwrap_or_default() {
        if let Some(url) = node.get("url").and_then(Node::as_str) {
            servers.entry(key(url)).or_insert((url, Some(node)));
        }
    }
    if servers.is_empty() {
        servers.insert(String::new(), ("/", None));
    }
    servers
}

fn compare<'d>(
    findings: &mut Findings<'d>,
    base: &Side<'d>,
    head: &Side<'d>,
    was: Option<&'d Node>,
    now: Option<&'d Node>,
) {
    let (before, after) = (servers(was), servers(now));
    for (key, (url, node)) in &before {
        match after.get(key) {
            // Where none was named, nobody can tell that it is another one now.
            None => {
                if let Some(node) = node {
                    findings.tell(
                        &REMOVED,
                        base.at(node),
                        format!("the server `{url}` is gone"),
                    );
                }
            }
            Some((other, Some(now))) => {
                if let Some(was) = node {
                    variables(findings, base, head, (url, was), (other, now));
                }
            }
            Some(_) => {}
        }
    }
    for (key, (url, node)) in &after {
        if let Some(node) = node
            && !before.contains_key(key)
        {
            findings.tell(&ADDED, head.at(node), format!("the server `{url}` is new"));
        }
    }
}

fn variables<'d>(
    findings: &mut Findings<'d>,
    base: &Side<'d>,
    head: &Side<'d>,
    (was_url, was): (&'d str, &'d Node),
    (now_url, now): (&'d str, &'d Node),
) {
    let names = template(was_url).1.into_iter().zip(template(now_url).1);
    for (was_name, now_name) in names {
        let variable = |node: &'d Node, name: &str| node.get("variables")?.get(name);
        let (Some(before), Some(after)) = (variable(was, was_name), variable(now, now_name)) else {
            continue;
        };
        let values = |node: &'d Node| -> Option<(&'d Node, Vec<&'d Node>)> {
            let list = node.get("enum")?;
            Some((list, list.as_sequence()?.iter().collect()))
        };
        let has = |list: &[&Node], value: &Node| {
            list.iter()
                .any(|other| other.scalar_text() == value.scalar_text())
        };
        match (values(before), values(after)) {
            (Some((_, old)), Some((_, new))) => {
                for value in old.iter().filter(|value| !has(&new, value)) {
                    let text = value.scalar_text().unwrap_or_default();
                    let text = format!("`{now_name}` of `{now_url}` may not be `{text}` any more");
                    findings.tell(&VARIABLE_VALUE_REMOVED, base.at(value), text);
                }
                for value in new.iter().filter(|value| !has(&old, value)) {
                    let text = value.scalar_text().unwrap_or_default();
                    let text = format!("`{now_name}` of `{now_url}` may be `{text}` now");
                    findings.tell(&VARIABLE_VALUE_ADDED, head.at(value), text);
                }
            }
            (None, Some((list, _))) => {
                let text = format!("`{now_name}` of `{now_url}` may not be any value any more");
                findings.tell(&VARIABLE_VALUE_REMOVED, head.at(list), text);
            }
            (Some((list, _)), None) => {
                let text = format!("`{now_name}` of `{now_url}` may be any value now");
                findings.tell(&VARIABLE_VALUE_ADDED, base.at(list), text);
            }
            (None, None) => {}
        }
        if let (Some(old), Some(new)) = (before.get("default"), after.get("default"))
            && old.scalar_text() != new.scalar_text()
        {
            let text = format!(
                "`{now_name}` of `{now_url}` is `{}` by default now",
                new.scalar_text().unwrap_or_default()
            );
            findings.tell(&VARIABLE_DEFAULT_CHANGED, head.at(new), text);
        }
    }
}
