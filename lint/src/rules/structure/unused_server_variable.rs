//! Server variables that no URL holds.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "unused-server-variable",
    severity: Severity::Warning,
    area: Area::Structure,
    summary: "a server's variable that its URL does not hold",
    docs: "It has no effect; likely the URL was edited and the variable forgotten.",
    bad: "servers:\n  - url: https://example.com\n    variables:\n      region: {default: eu} # here\n",
    good: "servers:\n  - url: https://{region}.example.com\n    variables:\n      region: {default: eu}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::ServerVariable) {
        let url = cx
            .model
            .parent(site)
            .and_then(|server| server.node.get("url")?.as_str())
            .unwrap_or_default();
        // A URL with another variable that is not declared: one of the two is misspelt, and told.
        let undeclared = super::server_variable::names(url).any(|name| {
            cx.model
                .parent(site)
                .and_then(|server| server.node.get("variables")?.get(name))
                .is_none()
        });
        if !undeclared && !super::server_variable::names(url).any(|name| name == site.name) {
            report.at_key(
                site.node,
                format!("the URL does not hold `{{{}}}`", site.name),
            );
        }
    }
}
