//! Keyed operations without a key.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "missing-idempotency-key",
    severity: Severity::Error,
    area: Area::ErrorContract,
    summary: "an operation marked `x-resend: keyed` has no `Idempotency-Key`",
    docs: "It may be sent again under the same key: so there has to be one, a header parameter.",
    bad: "x-error-codes:\n  unauthenticated: {resend: never, advice: Log in.}\npaths:\n  /pets:\n    post: # here\n      x-resend: keyed\n      responses:\n        '401': &no\n          description: no\n          content:\n            application/json:\n              schema: {type: object, properties: {error: {type: string, enum: [unauthenticated]}}}\n              example: {error: unauthenticated}\n",
    good: "x-error-codes:\n  unauthenticated: {resend: never, advice: Log in.}\npaths:\n  /pets:\n    post:\n      x-resend: keyed\n      parameters:\n        - {name: Idempotency-Key, in: header, schema: {type: string}}\n      responses:\n        '401': &no\n          description: no\n          content:\n            application/json:\n              schema: {type: object, properties: {error: {type: string, enum: [unauthenticated]}}}\n              example: {error: unauthenticated}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    if cx.registry().is_none() {
        return;
    }
    for operation in cx.operations() {
        if operation.node.get("x-resend").and_then(Node::as_str) != Some("keyed")
            || !cx.parameters_known(&operation)
        {
            continue;
        }
        let keyed = cx.parameters(&operation).into_iter().any(|parameter| {
            let name = parameter
                .get("name")
                .and_then(Node::as_str)
                .unwrap_or_default();
            parameter.get("in").and_then(Node::as_str) == Some("header")
                && name.eq_ignore_ascii_case("idempotency-key")
        });
        if !keyed {
            report
                .at_key(
                    operation.node,
                    "the operation is `keyed` and takes no `Idempotency-Key`",
                )
                .help("add the header parameter `Idempotency-Key`, or another `x-resend`");
        }
    }
}
