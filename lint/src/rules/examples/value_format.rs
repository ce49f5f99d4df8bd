//! Values that do not have their format.

use std::collections::HashSet;

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "value-format",
    severity: Severity::Warning,
    area: Area::Examples,
    summary: "an example, default or enum value that has not the format of its schema",
    docs: "`format` is a hint by the letter of the specification, and checked by most clients: dates \
           that no calendar has, addresses without `@`.",
    bad: "components:\n  schemas:\n    Born:\n      type: string\n      format: date\n      example: '2026-02-30' # here\n",
    good: "components:\n  schemas:\n    Born:\n      type: string\n      format: date\n      example: '2026-02-28'\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let refused: HashSet<*const Node> = cx
        .verdicts()
        .iter()
        .filter(|verdict| !verdict.format)
        .map(|verdict| std::ptr::from_ref(verdict.node))
        .collect();
    for verdict in cx.verdicts() {
        // What is refused for another reason is told.
        if verdict.format && !refused.contains(&std::ptr::from_ref(verdict.node)) {
            report.at(verdict.node, verdict.message.clone());
        }
    }
}
