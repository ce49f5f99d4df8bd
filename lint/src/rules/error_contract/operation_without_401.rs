//! Operations that never refuse a credential.

use crate::model::is_status;
use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "operation-without-401",
    severity: Severity::Error,
    area: Area::ErrorContract,
    summary: "an operation has no 401",
    docs: "Every operation may be called without a valid credential, and has to say how it answers. \
           One whose `security` lets anyone in needs none.",
    bad: "x-error-codes: {}\npaths:\n  /pets:\n    get:\n      responses: # here\n        '200': {description: ok}\n",
    good: "x-error-codes:\n  unauthenticated: {resend: never, advice: Log in.}\npaths:\n  /pets:\n    get:\n      responses:\n        '200': {description: ok}\n        '401':\n          description: no\n          content:\n            application/json:\n              schema: {type: object, properties: {error: {type: string, enum: [unauthenticated]}}}\n              example: {error: unauthenticated}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    if cx.registry().is_none() {
        return;
    }
    for operation in cx.operations() {
        let Some(responses) = operation.node.get("responses") else {
            continue;
        };
        let public = operation
            .node
            .get("security")
            .and_then(Node::as_sequence)
            .is_some_and(|list| list.is_empty());
        let has = ["401", "4XX"]
            .iter()
            .any(|status| responses.get(status).is_some());
        // One that is no status is told as such, and may have been meant for it.
        let mut statuses = responses.as_mapping().into_iter().flatten();
        if statuses.any(|entry| {
            let status = entry.key.name.as_str();
            status != "default" && !status.starts_with("x-") && !is_status(status)
        }) {
            continue;
        }
        if responses.as_mapping().is_some_and(|all| !all.is_empty()) && !has && !public {
            report.at_key(responses, format!("{} has no 401", operation.title()));
        }
    }
}
