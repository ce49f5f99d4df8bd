//! Paths that end with a slash.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "trailing-slash",
    severity: Severity::Warning,
    area: Area::Paths,
    summary: "a path or a server ends with a slash, or a path has two in a row",
    docs: "To most servers `/pets` and `/pets/` are two resources, and one of them is not there. A \
           path is appended to the server's URL, so a slash at its end makes two in a row.",
    bad: "paths:\n  /pets/: # here\n    get:\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets:\n    get:\n      responses:\n        '200': {description: ok}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Server) {
        if let Some(url) = site.node.get("url")
            && let Some(text) = url.as_str()
            && text.len() > 1
            && text.ends_with('/')
        {
            report
                .at(
                    url,
                    "the server's URL ends with a slash, and each path begins with one",
                )
                .help(format!("write `{}`", text.trim_end_matches('/')));
        }
    }
    for (path, node) in super::paths(cx) {
        if path.len() > 1 && path.ends_with('/') {
            report
                .at_key(node, "the path ends with a slash")
                .help(format!("write `{}`", path.trim_end_matches('/')));
        } else if path.contains("//") {
            report.at_key(node, "the path has two slashes in a row");
        }
    }
}
