//! Paths that are no templates.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "malformed-path",
    severity: Severity::Error,
    area: Area::Paths,
    summary: "a path with braces that do not pair, an empty name, or the same name twice",
    docs: "A template expression is a name in braces, `{id}`, and stands in a path once.",
    bad: "paths:\n  /pets/{id: # here\n    get:\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets:\n    get:\n      responses:\n        '200': {description: ok}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for (path, node) in super::paths(cx) {
        if let Some(problem) = problem(path) {
            report.at_key(node, problem);
        } else if path.chars().any(|c| c.is_whitespace() || c.is_control()) {
            report.at_key(node, "a path has no spaces");
        }
    }
}

/// Whether the names in braces of a path can be relied on.
pub(crate) fn is_sound(path: &str) -> bool {
    problem(path).is_none()
}

fn problem(path: &str) -> Option<String> {
    let mut names: Vec<&str> = Vec::new();
    let mut rest = path;
    while let Some(at) = rest.find(['{', '}']) {
        if rest[at..].starts_with('}') {
            return Some("a brace is closed that was not opened".to_owned());
        }
        let inner = &rest[at + 1..];
        let Some(end) = inner.find(['{', '}', '/']) else {
            return Some("a brace is opened and not closed".to_owned());
        };
        if !inner[end..].starts_with('}') {
            return Some("a brace is opened and not closed".to_owned());
        }
        let name = &inner[..end];
        if name.is_empty() {
            return Some("a template expression needs a name".to_owned());
        }
        if names.contains(&name) {
            return Some(format!("`{{{name}}}` stands in this path twice"));
        }
        names.push(name);
        rest = &inner[end + 1..];
    }
    None
}
