//! Names of headers that HTTP does not allow.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "invalid-header-name",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "the name of a header or a cookie holds what no such name may hold",
    docs: "HTTP wants a token: letters, digits and `-`, `_`, `.` and a few more, no spaces, no colon, no \
           letters of other scripts. No client can send another name.",
    bad: "paths:\n  /pets:\n    get:\n      responses:\n        '200':\n          description: ok\n          headers:\n            X Total: {schema: {type: integer}} # here\n",
    good: "paths:\n  /pets:\n    get:\n      responses:\n        '200':\n          description: ok\n          headers:\n            X-Total: {schema: {type: integer}}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for kind in [Kind::Parameter, Kind::SecurityScheme] {
        for site in cx.model.of(kind) {
            let place = site.node.get("in").and_then(Node::as_str);
            if let Some(node) = site.node.get("name")
                && let Some(name) = node.as_str()
                && matches!(place, Some("header" | "cookie"))
                && !is_fine(name)
            {
                report.at(node, format!("`{name}` is no name of a header or a cookie"));
            }
        }
    }
    for kind in [Kind::Response, Kind::Encoding] {
        for site in cx.model.of(kind) {
            for (name, node) in crate::context::members(site.node, "headers") {
                if !is_fine(name) {
                    report.at_key(node, format!("`{name}` is no name of a header"));
                }
            }
        }
    }
}

/// A token. A space at an end is told as such.
fn is_fine(name: &str) -> bool {
    name.trim().is_empty() || name.trim() != name || crate::model::is_token(name)
}
