//! Bodies of requests that have none.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "body-without-meaning",
    severity: Severity::Warning,
    area: Area::Paths,
    summary: "a request body on a method for which HTTP gives it no meaning",
    docs: "For GET, HEAD, DELETE and TRACE a body has no defined meaning (RFC 9110), and servers, \
           proxies and clients drop or refuse it.",
    bad: "paths:\n  /pets:\n    get:\n      requestBody: # here\n        content:\n          application/json: {schema: {type: object}}\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets:\n    post:\n      requestBody:\n        content:\n          application/json: {schema: {type: object}}\n      responses:\n        '200': {description: ok}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for operation in cx.all_operations() {
        if matches!(operation.method, "get" | "head" | "delete" | "trace")
            && let Some(body) = operation.node.get("requestBody")
        {
            report
                .at_key(
                    body,
                    format!(
                        "a body of {} has no meaning in HTTP",
                        operation.method.to_uppercase()
                    ),
                )
                .help("use parameters, or another method");
        }
    }
}
