//! Errors without an example.

use crate::registry::is_error_status;
use crate::rules::prelude::*;
use crate::validation::{examples, is_json};

pub(in crate::rules) static RULE: Rule = Rule {
    id: "error-without-example",
    severity: Severity::Error,
    area: Area::ErrorContract,
    summary: "a 4xx or 5xx response has no example",
    docs: "A sandbox answers with the examples, one for each code; without one it cannot.",
    bad: "x-error-codes:\n  unauthenticated: {resend: never, advice: Log in.}\npaths:\n  /pets:\n    get:\n      responses:\n        '401':\n          description: no\n          content:\n            application/json: # here\n              schema: {type: object, properties: {error: {type: string, enum: [unauthenticated]}}}\n",
    good: "x-error-codes:\n  unauthenticated: {resend: never, advice: Log in.}\npaths:\n  /pets:\n    get:\n      responses:\n        '401':\n          description: no\n          content:\n            application/json:\n              schema: {type: object, properties: {error: {type: string, enum: [unauthenticated]}}}\n              example: {error: unauthenticated}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    if cx.registry().is_none() {
        return;
    }
    for operation in cx.operations() {
        for (status, response) in cx.responses(&operation) {
            if !is_error_status(status) {
                continue;
            }
            for (name, media) in cx.content(response) {
                // Examples that are no object are told as such.
                let shows = media
                    .get("examples")
                    .is_some_and(|all| all.as_mapping().is_none());
                let described = media
                    .get("schema")
                    .is_some_and(|schema| schema.as_mapping().is_some());
                if is_json(name) && described && !shows && examples(cx, media).is_empty() {
                    report.at_key(media, format!("the {status} has no example"));
                }
            }
        }
    }
}
