//! Paths that end with a slash.

use crate::lint::rules::prelude::*;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "trailing-slash",
    severity: Severity::Warning,
    area: Area::Paths,
    summary: "a path ends with a slash or has two in a row",
    docs: "To most servers `/pets` and `/pets/` are two resources, and one of them is not there.",
    bad: "paths:\n  /pets/: # here\n    get:\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets:\n    get:\n      responses:\n        '200': {description: ok}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
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
