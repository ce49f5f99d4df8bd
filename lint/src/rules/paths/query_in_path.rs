//! Queries and fragments in paths.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "query-in-path",
    severity: Severity::Error,
    area: Area::Paths,
    summary: "a path holds a query or a fragment",
    docs: "A path ends before `?` and `#`. What comes in a query is a parameter `in: query`.",
    bad: "paths:\n  /pets?limit=10: # here\n    get:\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets:\n    get:\n      parameters:\n        - {name: limit, in: query, schema: {type: integer}}\n      responses:\n        '200': {description: ok}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for (path, node) in super::paths(cx) {
        if path.contains('?') {
            report
                .at_key(node, "a path holds no query")
                .help("describe it as a parameter `in: query`");
        } else if path.contains('#') {
            report.at_key(node, "a path holds no fragment, which is never sent");
        }
    }
}
