//! Credentials: which alternatives an operation takes.

use std::collections::{BTreeMap, BTreeSet};

use xquik_document::Node;

use crate::catalogue::{Check, check};
use crate::findings::Findings;
use crate::schema::canonical;
use crate::side::{At, Side};

static ADDED: Check = check!(Request Breaking "security-added": "a credential is needed, none was", "a client without one is refused");
static REMOVED: Check = check!(Request Compatible "security-removed": "no credential is needed any more", "a client that sends one is not refused");
static ALTERNATIVE_REMOVED: Check = check!(Request Breaking "security-alternative-removed": "a way to authenticate is gone", "a client that uses it is refused");
static ALTERNATIVE_ADDED: Check = check!(Request Compatible "security-alternative-added": "a new way to authenticate", "whatever BASE allows is still accepted");
static SCOPE_ADDED: Check = check!(Request Breaking "security-scope-added": "another scope is needed", "a client whose token lacks it is refused");
static SCOPE_REMOVED: Check = check!(Request Compatible "security-scope-removed": "a scope is not needed any more", "a token that has it is still accepted");
static SCHEME_REPLACED: Check = check!(Request Breaking "security-scheme-replaced": "a scheme asks for another kind of credential, or in another place", "a client sends the credential as BASE says and is refused");
static SCHEME_CHANGED: Check = check!(Request CannotTell "security-scheme-changed": "where or how a token is got changed", "whether a client that gets its token in the former way is still served cannot be told");

pub(crate) const CHECKS: &[&Check] = &[
    &ADDED,
    &REMOVED,
    &ALTERNATIVE_REMOVED,
    &ALTERNATIVE_ADDED,
    &SCOPE_ADDED,
    &SCOPE_REMOVED,
    &SCHEME_REPLACED,
    &SCHEME_CHANGED,
];

/// One alternative: what it needs all of. The names of schemes mean nothing; a scheme is what it
/// asks a client to send.
#[derive(Debug)]
struct Alternative<'d> {
    at: &'d Node,
    needs: BTreeMap<String, Need<'d>>,
}

#[derive(Debug)]
struct Need<'d> {
    name: &'d str,
    scheme: Option<&'d Node>,
    scopes: BTreeSet<&'d str>,
}

impl Alternative<'_> {
    fn describe(&self) -> String {
        if self.needs.is_empty() {
            return "no credential".to_owned();
        }
        let names: Vec<_> = self
            .needs
            .values()
            .map(|need| format!("`{}`", need.name))
            .collect();
        names.join(" with ")
    }

    /// Whether whoever satisfies another alternative satisfies this one.
    fn is_met_by(&self, other: &Self) -> bool {
        self.needs.iter().all(|(key, need)| {
            other
                .needs
                .get(key)
                .is_some_and(|given| need.scopes.is_subset(&given.scopes))
        })
    }

    fn is_same_as(&self, other: &Self) -> bool {
        self.is_met_by(other) && other.is_met_by(self)
    }

    fn names(&self) -> BTreeSet<&str> {
        self.needs.values().map(|need| need.name).collect()
    }

    fn has_names_of(&self, other: &Self) -> bool {
        self.names() == other.names()
    }

    fn has_schemes_of(&self, other: &Self) -> bool {
        self.needs.keys().eq(other.needs.keys())
    }
}

fn alternatives<'d>(
    side: &Side<'d>,
    operation: &'d Node,
) -> (Vec<Alternative<'d>>, Option<&'d Node>) {
    let said = operation
        .get("security")
        .or_else(|| side.root().get("security"));
    let schemes = side
        .root()
        .get("components")
        .and_then(|components| components.get("securitySchemes"));
    let list = said.and_then(Node::as_sequence).unwrap_or_default();
    let mut alternatives = Vec::new();
    for at in list {
        let mut needs = BTreeMap::new();
        for entry in at.as_mapping().into_iter().flatten() {
            let name = entry.key.name.as_str();
            let scheme = schemes.and_then(|schemes| side.get(schemes, name));
            let scopes = entry.value.as_sequence().unwrap_or_default();
            let need = Need {
                name,
                scheme,
                scopes: scopes.iter().filter_map(Node::as_str).collect(),
            };
            needs.insert(key(schemes, name, scheme), need);
        }
        alternatives.push(Alternative { at, needs });
    }
    (alternatives, said)
}

/// What a scheme asks a client to send.
fn key(schemes: Option<&Node>, name: &str, scheme: Option<&Node>) -> String {
    let Some(scheme) = scheme else {
        return format!("undefined {name}");
    };
    let text = |member: &str| {
        scheme
            .get(member)
            .and_then(Node::as_str)
            .unwrap_or_default()
    };
    match text("type") {
        "apiKey" => {
            let sent = text("name");
            match text("in") {
                "header" => format!("header {}", sent.to_ascii_lowercase()),
                place => format!("{place} {sent}"),
            }
        }
        "http" => format!("http {}", text("scheme").to_ascii_lowercase()),
        kind => {
            // Several of one kind can only be told apart by their names.
            let schemes = schemes.and_then(Node::as_mapping).into_iter().flatten();
            let same = schemes
                .filter(|entry| entry.value.get("type").and_then(Node::as_str) == Some(kind))
                .count();
            if same > 1 {
                format!("{kind} {name}")
            } else {
                kind.to_owned()
            }
        }
    }
}

/// Compares what an operation asks for.
pub(crate) fn compare<'d>(
    findings: &mut Findings<'d>,
    base: &Side<'d>,
    head: &Side<'d>,
    was: &'d Node,
    now: &'d Node,
) {
    let (before, before_at) = alternatives(base, was);
    let (after, after_at) = alternatives(head, now);
    schemes(findings, base, head, &before, &after);
    // No alternative at all asks for nothing, and so does an empty one.
    let is_open = |list: &[Alternative<'d>]| {
        list.is_empty() || list.iter().any(|alternative| alternative.needs.is_empty())
    };
    match (is_open(&before), is_open(&after)) {
        (true, false) => {
            let at = head.at(after_at.unwrap_or(now));
            let names: Vec<_> = after.iter().map(Alternative::describe).collect();
            let text = format!("needs {} now, needed no credential", names.join(" or "));
            findings.tell(&ADDED, at, text);
            return;
        }
        (false, true) => {
            let at = match after_at {
                Some(node) => head.at(node),
                None => base.at(before_at.unwrap_or(was)),
            };
            findings.tell(&REMOVED, at, "needs no credential any more");
            return;
        }
        _ => {}
    }
    // What is the same on both sides is out of the question; the rest is paired by its schemes.
    let mut new: Vec<&Alternative<'d>> = after
        .iter()
        .filter(|new| !new.needs.is_empty() && !before.iter().any(|old| old.is_same_as(new)))
        .collect();
    for old in &before {
        if old.needs.is_empty() || after.iter().any(|new| old.is_same_as(new)) {
            continue;
        }
        let is_met = after.is_empty() || after.iter().any(|new| new.is_met_by(old));
        let index = new.iter().position(|new| new.has_schemes_of(old));
        let other = index.map(|index| new.remove(index));
        let same_names = new.iter().position(|new| new.has_names_of(old));
        if let Some(other) = other {
            scopes(findings, base, head, old, other, is_met);
        } else if is_met {
            // Another alternative takes the client as it is.
        } else if let Some(index) = same_names {
            replaced(findings, base, head, old, new.remove(index));
        } else {
            let text = format!("{} is not enough any more", old.describe());
            findings.tell(&ALTERNATIVE_REMOVED, base.at(old.at), text);
        }
    }
    // Whoever had one of the former credentials and another one besides had enough already.
    new.retain(|new| !before.iter().any(|old| old.is_met_by(new)));
    for new in new {
        let text = format!("{} is enough now", new.describe());
        findings.tell(&ALTERNATIVE_ADDED, head.at(new.at), text);
    }
}

/// The alternative is written as before, but its schemes mean something else.
fn replaced<'d>(
    findings: &mut Findings<'d>,
    base: &Side<'d>,
    head: &Side<'d>,
    was: &Alternative<'d>,
    now: &Alternative<'d>,
) {
    for (key, need) in &now.needs {
        if was.needs.contains_key(key) {
            continue;
        }
        let former = was.needs.values().find(|other| other.name == need.name);
        let (before, after) = (former.and_then(|need| need.scheme), need.scheme);
        let text = match (before, after) {
            (Some(before), Some(after)) => format!(
                "`{}` asks for {} now, was {}",
                need.name,
                credential(after),
                credential(before)
            ),
            _ => format!("`{}` asks for another credential now", need.name),
        };
        let at = match (before, after) {
            (Some(before), Some(after)) => differing(base, head, before, after),
            _ => head.at(after.unwrap_or(now.at)),
        };
        findings.tell(&SCHEME_REPLACED, at, text);
    }
}

/// What a scheme asks for, in words.
fn credential(scheme: &Node) -> String {
    let text = |member| {
        scheme
            .get(member)
            .and_then(Node::as_str)
            .unwrap_or_default()
    };
    match text("type") {
        "apiKey" => format!("the {} `{}`", text("in"), text("name")),
        "http" => format!("HTTP authentication `{}`", text("scheme")),
        kind => format!("`{kind}`"),
    }
}

/// Where the first difference between two schemes stands: what kind it is, before what it is called.
fn differing<'d>(base: &Side<'d>, head: &Side<'d>, was: &'d Node, now: &'d Node) -> At<'d> {
    for member in ["type", "in", "name", "scheme"] {
        match (was.get(member), now.get(member)) {
            (None, None) => {}
            (Some(before), Some(after)) if canonical(before) == canonical(after) => {}
            (_, Some(after)) => return head.at(after),
            (Some(before), None) => return base.at(before),
        }
    }
    head.at(now)
}

fn scopes<'d>(
    findings: &mut Findings<'d>,
    base: &Side<'d>,
    head: &Side<'d>,
    was: &Alternative<'d>,
    now: &Alternative<'d>,
    is_met: bool,
) {
    for (key, need) in &now.needs {
        let Some(given) = was.needs.get(key) else {
            continue;
        };
        // Where another alternative still takes the client as it is, no scope is missing.
        let missing = need.scopes.difference(&given.scopes);
        for scope in missing.filter(|_| !is_met) {
            let text = format!("`{}` needs the scope `{scope}` now", need.name);
            findings.tell(&SCOPE_ADDED, head.at(now.at), text);
        }
        for scope in given.scopes.difference(&need.scopes) {
            let text = format!("`{}` does not need the scope `{scope}` any more", need.name);
            findings.tell(&SCOPE_REMOVED, base.at(was.at), text);
        }
    }
}

/// Compares how the tokens of schemes that both sides use are got.
fn schemes<'d>(
    findings: &mut Findings<'d>,
    base: &Side<'d>,
    head: &Side<'d>,
    before: &[Alternative<'d>],
    after: &[Alternative<'d>],
) {
    let needs = |list: &[Alternative<'d>]| -> BTreeMap<String, (&'d str, &'d Node)> {
        let needs = list.iter().flat_map(|alternative| &alternative.needs);
        needs
            .filter_map(|(key, need)| Some((key.clone(), (need.name, need.scheme?))))
            .collect()
    };
    let after = needs(after);
    for (key, (name, was)) in needs(before) {
        let Some((_, now)) = after.get(&key) else {
            continue;
        };
        let (was_url, now_url) = (was.get("openIdConnectUrl"), now.get("openIdConnectUrl"));
        if let (Some(was), Some(now)) = (was_url, now_url)
            && canonical(was) != canonical(now)
        {
            let text = format!("`{name}` is described at another URL now");
            findings.tell(&SCHEME_CHANGED, head.at(now), text);
        }
        flows(findings, base, head, name, was, now);
    }
}

fn flows<'d>(
    findings: &mut Findings<'d>,
    base: &Side<'d>,
    head: &Side<'d>,
    name: &str,
    was: &'d Node,
    now: &'d Node,
) {
    let flows = was.get("flows").and_then(Node::as_mapping);
    for entry in flows.into_iter().flatten() {
        let flow = entry.key.name.as_str();
        let Some(after) = now.get("flows").and_then(|flows| flows.get(flow)) else {
            let text = format!("`{name}` has no flow `{flow}` any more");
            findings.tell(&SCHEME_CHANGED, base.at(&entry.value), text);
            continue;
        };
        for url in ["authorizationUrl", "tokenUrl", "refreshUrl"] {
            let (was, now) = (entry.value.get(url), after.get(url));
            let at = match (was, now) {
                (Some(was), Some(now)) if canonical(was) != canonical(now) => head.at(now),
                (Some(was), None) => base.at(was),
                _ => continue,
            };
            let text = format!("`{name}` has another `{url}` in the flow `{flow}`");
            findings.tell(&SCHEME_CHANGED, at, text);
        }
        let offered = entry.value.get("scopes").and_then(Node::as_mapping);
        for scope in offered.into_iter().flatten() {
            let still = after
                .get("scopes")
                .is_some_and(|scopes| scopes.get(&scope.key.name).is_some());
            if !still {
                let text = format!("`{name}` offers no scope `{}` any more", scope.key.name);
                findings.tell(&SCHEME_CHANGED, base.at(&scope.value), text);
            }
        }
    }
}
