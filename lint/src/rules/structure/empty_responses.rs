//! Operations that answer nothing.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "empty-responses",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "an operation documents no response",
    docs: "The specification wants at least one response, and the one of a successful call should \
           be among them.",
    bad: "paths:\n  /pets:\n    get:\n      responses: {} # here\n",
    good: "paths:\n  /pets:\n    get:\n      responses:\n        '200': {description: All pets}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Responses) {
        let none = site
            .node
            .as_mapping()
            .is_some_and(|mapping| mapping.iter().all(|entry| entry.key.name.starts_with("x-")));
        if none {
            report.at_key(site.node, "there is no response");
        }
    }
}
