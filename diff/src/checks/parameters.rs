//! Parameters: of the path, the query, headers and cookies.

use xquik_document::Node;

use super::names;
use super::operations::{Operation, template};
use crate::catalogue::{Check, Direction, check};
use crate::compare::{Comparison, Written};
use crate::findings::{Findings, Found};
use crate::schema::Types;
use crate::side::{Side, place};

static ADDED_REQUIRED: Check = check!(Request Breaking "request-required-parameter-added": "a new parameter that requests must have", "a client does not send it and is refused");
static ADDED_OPTIONAL: Check = check!(Request Compatible "request-optional-parameter-added": "a new parameter that requests may have", "a client need not send it");
static REMOVED: Check = check!(Request CannotTell "request-parameter-removed": "a parameter is gone", "whether it is refused or ignored when a client sends it cannot be told");
static BECAME_REQUIRED: Check = check!(Request Breaking "request-parameter-became-required": "requests must have the parameter", "a client that leaves it out is refused");
static BECAME_OPTIONAL: Check = check!(Request Compatible "request-parameter-became-optional": "requests may leave the parameter out", "whatever BASE allows is still accepted");
static MOVED: Check = check!(Request Breaking "request-parameter-moved": "a parameter is sent in another place", "a client sends it where it is not looked for");
static STYLE_CHANGED: Check = check!(Request Breaking "request-parameter-style-changed": "`style` changed", "a client writes the value in a form that is not read any more");
static EXPLODE_CHANGED: Check = check!(Request Breaking "request-parameter-explode-changed": "`explode` of a list or an object changed", "a client writes the value in a form that is not read any more");
static RESERVED_FORBIDDEN: Check = check!(Request Breaking "request-parameter-reserved-forbidden": "`allowReserved` is gone", "a client sends reserved characters as they are, which are misread");
static RESERVED_ALLOWED: Check = check!(Request Compatible "request-parameter-reserved-allowed": "`allowReserved` is new", "encoded characters are still read");
static EMPTY_FORBIDDEN: Check = check!(Request Breaking "request-parameter-empty-forbidden": "`allowEmptyValue` is gone", "a client that sends it without a value is refused");
static EMPTY_ALLOWED: Check = check!(Request Compatible "request-parameter-empty-allowed": "`allowEmptyValue` is new", "whatever BASE allows is still accepted");
static CONTENT_CHANGED: Check = check!(Request Breaking "request-parameter-content-changed": "the media type of a parameter changed", "a client writes the value in a form that is not read any more");
static UNDEPRECATED: Check = check!(Request Compatible "request-parameter-undeprecated": "a parameter is not deprecated any more", "it still works");
static DEPRECATED: Check = check!(Request Compatible "request-parameter-deprecated": "a parameter is deprecated", "it still works");

pub(crate) const CHECKS: &[&Check] = &[
    &ADDED_REQUIRED,
    &ADDED_OPTIONAL,
    &REMOVED,
    &BECAME_REQUIRED,
    &BECAME_OPTIONAL,
    &MOVED,
    &STYLE_CHANGED,
    &EXPLODE_CHANGED,
    &RESERVED_FORBIDDEN,
    &RESERVED_ALLOWED,
    &EMPTY_FORBIDDEN,
    &EMPTY_ALLOWED,
    &CONTENT_CHANGED,
    &DEPRECATED,
    &UNDEPRECATED,
];

/// A parameter of one side.
#[derive(Debug, Clone)]
struct Parameter<'d> {
    /// As the author listed it, a reference perhaps.
    listed: &'d Node,
    node: &'d Node,
    name: &'d str,
    location: &'d str,
    /// What it is matched by: names of headers in lower case, of path parameters by position.
    key: String,
}

impl<'d> Parameter<'d> {
    fn subject(&self) -> String {
        format!("the {} parameter `{}`", self.location, self.name)
    }

    /// The node that says that it is required, if it is.
    fn required(&self) -> Option<&'d Node> {
        let said = self.node.get("required");
        let required = said.filter(|node| node.as_bool() == Some(true));
        // A path parameter always is, said or not.
        required.or((self.location == "path").then_some(self.node))
    }

    fn style(&self) -> &'d str {
        let said = self.node.get("style").and_then(Node::as_str);
        said.unwrap_or(match self.location {
            "query" | "cookie" => "form",
            _ => "simple",
        })
    }

    fn explode(&self) -> bool {
        let said = self.node.get("explode").and_then(Node::as_bool);
        said.unwrap_or(self.style() == "form")
    }

    fn flag(&self, name: &str) -> Option<&'d Node> {
        self.node
            .get(name)
            .filter(|node| node.as_bool() == Some(true))
    }

    fn content(&self) -> Option<(&'d str, &'d Node)> {
        let content = self.node.get("content").and_then(Node::as_mapping)?;
        let entry = content.iter().next()?;
        Some((&entry.key.name, &entry.value))
    }
}

/// The parameters of an operation: its own, and those of its path item that it does not replace.
fn parameters<'d>(side: &Side<'d>, operation: &Operation<'d>) -> Vec<Parameter<'d>> {
    let (_, names) = template(operation.path);
    let mut parameters: Vec<Parameter<'d>> = Vec::new();
    for owner in [operation.node, operation.item] {
        let listed = owner.get("parameters").and_then(Node::as_sequence);
        for listed in listed.into_iter().flatten() {
            let node = side.resolve(listed);
            let (Some(name), Some(location)) = (
                node.get("name").and_then(Node::scalar_text),
                node.get("in").and_then(Node::as_str),
            ) else {
                continue;
            };
            let key = match location {
                "header" => {
                    let name = name.to_ascii_lowercase();
                    // OpenAPI says these in other places and has them ignored here.
                    if ["accept", "content-type", "authorization"].contains(&name.as_str()) {
                        continue;
                    }
                    name
                }
                "path" => match names.iter().position(|other| *other == name) {
                    Some(index) => index.to_string(),
                    None => name.to_owned(),
                },
                _ => name.to_owned(),
            };
            let is_new = !parameters
                .iter()
                .any(|known| known.location == location && known.key == key);
            if is_new {
                parameters.push(Parameter {
                    listed,
                    node,
                    name,
                    location,
                    key,
                });
            }
        }
    }
    parameters
}

/// Compares the parameters of an operation.
pub(crate) fn compare<'d>(
    comparison: &mut Comparison<'_, 'd>,
    findings: &mut Findings<'d>,
    was: &Operation<'d>,
    now: &Operation<'d>,
) {
    let (base, head) = (comparison.base.side, comparison.head.side);
    let mut gone = Vec::new();
    let mut new = parameters(head, now);
    for before in parameters(base, was) {
        let after = new
            .iter()
            .position(|after| after.location == before.location && after.key == before.key);
        match after {
            Some(index) => parameter(comparison, findings, &before, &new.remove(index)),
            None => gone.push(before),
        }
    }
    for before in gone {
        let elsewhere = new.iter().position(|after| {
            // In its own place only one that its path's template lacks has no key to be known by.
            let may_be_it = after.location != before.location || before.location == "path";
            may_be_it && after.name.eq_ignore_ascii_case(before.name)
        });
        if let Some(index) = elsewhere {
            let after = new.remove(index);
            if after.location == before.location {
                // One of the two is not in its path's template; the name is what is left of it.
                parameter(comparison, findings, &before, &after);
                continue;
            }
            let at = head.at(after.node.get("in").unwrap_or(after.node));
            let text = format!("is sent in the {} now", after.location);
            findings.tell_of(&before.subject(), &MOVED, at, text);
        } else {
            findings.tell_of(
                &before.subject(),
                &REMOVED,
                base.at(before.listed),
                "is gone",
            );
        }
    }
    for after in new {
        let (check, text) = match after.required() {
            Some(_) => (&ADDED_REQUIRED, "is new and required"),
            None => (&ADDED_OPTIONAL, "is new and optional"),
        };
        findings.tell_of(&after.subject(), check, head.at(after.listed), text);
    }
}

fn parameter<'d>(
    comparison: &mut Comparison<'_, 'd>,
    findings: &mut Findings<'d>,
    was: &Parameter<'d>,
    now: &Parameter<'d>,
) {
    let (base, head) = (comparison.base.side, comparison.head.side);
    let subject = now.subject();
    if was.location == "path" && was.name != now.name {
        let at = now.node.get("name").unwrap_or(now.node);
        let local = names::parameter_change(head, at, was.name, now.name);
        findings.found.push(Found::Local(None, local));
    }
    match (was.required(), now.required()) {
        (None, Some(node)) => {
            findings.tell_of(&subject, &BECAME_REQUIRED, head.at(node), "is required now");
        }
        (Some(node), None) => {
            let at = match now.node.get("required") {
                Some(node) => head.at(node),
                None => base.at(node),
            };
            findings.tell_of(&subject, &BECAME_OPTIONAL, at, "is optional now");
        }
        _ => {}
    }
    for (name, forbidden, allowed) in [
        ("allowReserved", &RESERVED_FORBIDDEN, &RESERVED_ALLOWED),
        ("allowEmptyValue", &EMPTY_FORBIDDEN, &EMPTY_ALLOWED),
    ] {
        // They mean something in a query alone.
        let flag = |parameter: &Parameter<'d>| {
            parameter
                .flag(name)
                .filter(|_| parameter.location == "query")
        };
        match (flag(was), flag(now)) {
            (None, Some(node)) => {
                findings.tell_of(
                    &subject,
                    allowed,
                    head.at(node),
                    format!("`{name}` is true now"),
                );
            }
            (Some(node), None) => {
                let at = now
                    .node
                    .get(name)
                    .map_or(base.at(node), |node| head.at(node));
                findings.tell_of(&subject, forbidden, at, format!("`{name}` is false now"));
            }
            _ => {}
        }
    }
    match (was.flag("deprecated"), now.flag("deprecated")) {
        (None, Some(node)) => {
            findings.tell_of(&subject, &DEPRECATED, head.at(node), "is deprecated now");
        }
        (Some(node), None) => {
            let at = now
                .node
                .get("deprecated")
                .map_or(base.at(node), |node| head.at(node));
            findings.tell_of(&subject, &UNDEPRECATED, at, "is not deprecated any more");
        }
        _ => {}
    }
    match (was.content(), now.content()) {
        (None, None) => {
            let (before, after) = (was.node.get("schema"), now.node.get("schema"));
            serialized(comparison, findings, &subject, was, now);
            let way = (Direction::Request, Written::Text);
            findings.schemas(comparison, &subject, before, after, way);
        }
        (Some((before, was)), Some((after, now))) if before.eq_ignore_ascii_case(after) => {
            let (was, now) = (was.get("schema"), now.get("schema"));
            let way = (Direction::Request, Written::of(after));
            findings.schemas(comparison, &subject, was, now, way);
        }
        (before, after) => {
            let name = |content: Option<(&'d str, &'d Node)>| match content {
                Some((name, _)) => format!("`{name}`"),
                None => "plain text".to_owned(),
            };
            let text = format!("is written as {} now, was {}", name(after), name(before));
            let at = match (after, before) {
                (None, Some((_, node))) => base.at(node),
                (content, _) => head.at(content.map_or(now.node, |(_, node)| node)),
            };
            findings.tell_of(&subject, &CONTENT_CHANGED, at, text);
        }
    }
}

fn serialized<'d>(
    comparison: &mut Comparison<'_, 'd>,
    findings: &mut Findings<'d>,
    subject: &str,
    was: &Parameter<'d>,
    now: &Parameter<'d>,
) {
    let (base, head) = (comparison.base.side, comparison.head.side);
    let place = |keyword: &str| place((base, was.node), (head, now.node), keyword);
    if was.style() != now.style() {
        let text = format!("`style` is `{}` now, was `{}`", now.style(), was.style());
        findings.tell_of(subject, &STYLE_CHANGED, place("style"), text);
        return;
    }
    // Of a single value nothing can be exploded.
    let schemas = [
        (&mut comparison.base, was.node.get("schema")),
        (&mut comparison.head, now.node.get("schema")),
    ];
    let mut several = false;
    for (schemas, node) in schemas {
        let id = schemas.intern(node.as_slice());
        several |= schemas.get(id).types.meets(Types::ARRAY.or(Types::OBJECT));
    }
    if was.explode() != now.explode() && several {
        let text = format!("`explode` is {} now", now.explode());
        findings.tell_of(subject, &EXPLODE_CHANGED, place("explode"), text);
    }
}
