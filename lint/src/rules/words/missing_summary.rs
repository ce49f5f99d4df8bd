//! Operations without a summary.

use crate::model::is_misspelt;
use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "missing-summary",
    severity: Severity::Warning,
    area: Area::Words,
    summary: "an operation has no summary",
    docs: "The summary is the operation's title in every documentation.",
    bad: "paths:\n  /pets:\n    get: # here\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets:\n    get:\n      summary: List all pets\n      responses:\n        '200': {description: ok}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for operation in cx.operations() {
        let summary = operation.node.get("summary");
        if is_misspelt(operation.node, Kind::Operation, "summary") {
            continue;
        }
        if summary.is_none_or(|summary| summary.as_str().is_some_and(|text| text.trim().is_empty()))
        {
            report.at_key(
                summary.unwrap_or(operation.node),
                format!("{} has no summary", operation.title()),
            );
        }
    }
}
