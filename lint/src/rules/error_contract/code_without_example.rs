//! Codes without an example.

use crate::registry::{code_of, is_error_status};
use crate::rules::prelude::*;
use crate::validation::examples;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "code-without-example",
    severity: Severity::Warning,
    area: Area::ErrorContract,
    summary: "a response lists a code and has no example of it",
    docs: "Every code that a response lists has an example, so that a sandbox can answer with it and \
           a reader sees it.",
    bad: "x-error-codes:\n  unauthenticated: {resend: never, advice: Log in.}\n  expired: {resend: never, advice: Log in again.}\npaths:\n  /pets:\n    get:\n      responses:\n        '401':\n          description: no\n          content:\n            application/json: # here\n              schema: {type: object, properties: {error: {type: string, enum: [unauthenticated, expired]}}}\n              example: {error: unauthenticated}\n",
    good: "x-error-codes:\n  unauthenticated: {resend: never, advice: Log in.}\n  expired: {resend: never, advice: Log in again.}\npaths:\n  /pets:\n    get:\n      responses:\n        '401':\n          description: no\n          content:\n            application/json:\n              schema: {type: object, properties: {error: {type: string, enum: [unauthenticated, expired]}}}\n              examples:\n                unauthenticated: {value: {error: unauthenticated}}\n                expired: {value: {error: expired}}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let Some(registry) = cx.registry() else {
        return;
    };
    for operation in cx.operations() {
        for (status, response) in cx.responses(&operation) {
            if !is_error_status(status) {
                continue;
            }
            for (_, media) in cx.content(response) {
                let Some(schema) = media.get("schema") else {
                    continue;
                };
                // An example without a code is told as such, and stands for one that lacks.
                let shown: Option<Vec<&str>> = examples(cx, media)
                    .into_iter()
                    .map(|example| Some(code_of(example)?.0))
                    .collect();
                let Some(shown) = shown else {
                    continue;
                };
                let listed = cx.listed_codes(schema);
                if !registry.has_all(&listed) {
                    continue;
                }
                let listed: Vec<&str> = listed.iter().filter_map(|listed| listed.code).collect();
                let lacking: Vec<&str> = listed
                    .iter()
                    .copied()
                    .filter(|code| !shown.contains(code))
                    .collect();
                // An example with another code is told as such, and stands for the one that lacks.
                let foreign = shown.iter().any(|code| !listed.contains(code));
                if !lacking.is_empty() && !shown.is_empty() && !foreign {
                    report.at_key(
                        media,
                        format!("the {status} has no example of {}", lacking.join(", ")),
                    );
                }
            }
        }
    }
}
