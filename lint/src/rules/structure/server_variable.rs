//! Variables of a server's URL.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "server-variable",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "a server's URL and its variables disagree",
    docs: "Every `{name}` of the URL is a member of `variables`, and the `default` of a variable is \
           one of its `enum`.",
    bad: "servers:\n  - url: https://{region}.example.com # here\n    variables:\n      zone: {default: eu}\n",
    good: "servers:\n  - url: https://{region}.example.com\n    variables:\n      region: {default: eu}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Server) {
        let Some(url) = site.node.get("url") else {
            continue;
        };
        let variables = site.node.get("variables");
        for name in names(url.as_str().unwrap_or_default()) {
            if variables.is_none_or(|variables| variables.get(name).is_none()) {
                report.at(
                    url,
                    format!("`{{{name}}}` is not among the server's variables"),
                );
            }
        }
    }
    for site in cx.model.of(Kind::ServerVariable) {
        if let Some(default) = site.node.get("default")
            && let Some(text) = default.as_str()
            && let Some(values) = site.node.get("enum").and_then(Node::as_sequence)
            && !values.is_empty()
            && !values.iter().any(|value| value.scalar_text() == Some(text))
        {
            report.at(default, format!("`{text}` is none of the variable's enum"));
        }
    }
}

/// The names in braces.
pub(super) fn names(url: &str) -> impl Iterator<Item = &str> {
    url.split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0))
}
