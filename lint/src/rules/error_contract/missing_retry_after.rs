//! Rate limits without a wait.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "missing-retry-after",
    severity: Severity::Error,
    area: Area::ErrorContract,
    summary: "a 429 does not describe `Retry-After`",
    docs: "Whoever is told to wait has to be told how long.",
    bad: "x-error-codes:\n  unauthenticated: {resend: never, advice: Log in.}\n  slow_down: {resend: after-delay, advice: Wait.}\npaths:\n  /pets:\n    get:\n      responses:\n        '401':\n          description: no\n          content:\n            application/json:\n              schema: {type: object, properties: {error: {type: string, enum: [unauthenticated]}}}\n              example: {error: unauthenticated}\n        '429': # here\n          description: too many\n          content:\n            application/json:\n              schema: {type: object, properties: {error: {type: string, enum: [slow_down]}}}\n              example: {error: slow_down}\n",
    good: "x-error-codes:\n  unauthenticated: {resend: never, advice: Log in.}\n  slow_down: {resend: after-delay, advice: Wait.}\npaths:\n  /pets:\n    get:\n      responses:\n        '401':\n          description: no\n          content:\n            application/json:\n              schema: {type: object, properties: {error: {type: string, enum: [unauthenticated]}}}\n              example: {error: unauthenticated}\n        '429':\n          description: too many\n          headers:\n            Retry-After: {schema: {type: integer}}\n          content:\n            application/json:\n              schema: {type: object, properties: {error: {type: string, enum: [slow_down]}}}\n              example: {error: slow_down}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    if cx.registry().is_none() {
        return;
    }
    for operation in cx.operations() {
        for (status, response) in cx.responses(&operation) {
            let named = crate::context::members(response, "headers")
                .any(|(name, _)| name.eq_ignore_ascii_case("retry-after"));
            let headers = response.get("headers");
            // Headers that are no object are told as such.
            let readable = headers.is_none_or(|headers| headers.as_mapping().is_some());
            if status == "429" && readable && !named {
                report
                    .at_key(response, "the 429 does not describe `Retry-After`")
                    .help("add the header `Retry-After`");
            }
        }
    }
}
