//! Ids of operations that are there twice.

use std::collections::HashMap;

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "duplicate-operation-id",
    severity: Severity::Error,
    area: Area::Paths,
    summary: "two operations have the same operationId",
    docs: "The id is unique among all operations of the document, case matters. Generators name \
           their functions after it.",
    bad: "paths:\n  /pets:\n    get:\n      operationId: pets\n      responses:\n        '200': {description: ok}\n    post:\n      operationId: pets # here\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets:\n    get:\n      operationId: listPets\n      responses:\n        '200': {description: ok}\n    post:\n      operationId: addPet\n      responses:\n        '200': {description: ok}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let mut seen = HashMap::new();
    for operation in cx.all_operations() {
        if let Some(node) = operation.node.get("operationId")
            && let Some(id) = node.as_str()
            && let Some(first) = seen.insert(id, operation.title())
        {
            report.at(node, format!("`{id}` is the id of {first} already"));
        }
    }
}
