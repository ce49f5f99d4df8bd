//! Operations without an id.

use crate::model::is_misspelt;
use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "missing-operation-id",
    severity: Severity::Warning,
    area: Area::Words,
    summary: "an operation has no operationId",
    docs: "Generators name their functions after it, and make up a name of the path without it, \
           which changes with the path.",
    bad: "paths:\n  /pets:\n    get: # here\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets:\n    get:\n      operationId: listPets\n      responses:\n        '200': {description: ok}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for operation in cx.operations() {
        let id = operation.node.get("operationId");
        if is_misspelt(operation.node, Kind::Operation, "operationId") {
            continue;
        }
        if id.is_none_or(|id| id.as_str() == Some("")) {
            report.at_key(
                id.unwrap_or(operation.node),
                format!("{} has no operationId", operation.title()),
            );
        }
    }
}
