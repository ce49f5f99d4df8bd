//! Errors without a schema.

use crate::registry::is_error_status;
use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "error-without-schema",
    severity: Severity::Error,
    area: Area::ErrorContract,
    summary: "a 4xx or 5xx response has no schema",
    docs: "In a document with a registry of codes each error says which codes it has, in the schema \
           of its body.",
    bad: "x-error-codes:\n  unauthenticated: {resend: never, advice: Log in.}\npaths:\n  /pets:\n    get:\n      responses:\n        '401':\n          description: no\n          content:\n            application/json:\n              schema: {type: object, properties: {error: {type: string, enum: [unauthenticated]}}}\n              example: {error: unauthenticated}\n        '404': # here\n          description: gone\n",
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
            // A body that is none is told as such.
            if response
                .get("content")
                .is_some_and(|content| content.as_mapping().is_none())
            {
                continue;
            }
            let mut media = cx.content(response).peekable();
            if media.peek().is_none() {
                report.at_key(
                    response,
                    format!("the {status} has no body, and so no code"),
                );
                continue;
            }
            for (name, media) in media {
                if media.as_mapping().is_some() && media.get("schema").is_none() {
                    report.at_key(media, format!("the {status} has no schema for `{name}`"));
                }
            }
        }
    }
}
