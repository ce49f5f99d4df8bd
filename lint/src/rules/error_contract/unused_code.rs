//! Codes of the registry that no operation has.

use std::collections::HashSet;

use crate::registry::{code_of, is_error_status};
use crate::rules::prelude::*;
use crate::validation::examples;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "unused-code",
    severity: Severity::Error,
    area: Area::ErrorContract,
    summary: "a code of the registry that no operation has",
    docs: "It is left over, or the response that should list it does not.",
    bad: "x-error-codes:\n  unauthenticated: {resend: never, advice: Log in.}\n  not_found: {resend: never, advice: Look elsewhere.} # here\npaths:\n  /pets:\n    get:\n      responses:\n        '401':\n          description: no\n          content:\n            application/json:\n              schema: {type: object, properties: {error: {type: string, enum: [unauthenticated]}}}\n              example: {error: unauthenticated}\n",
    good: "x-error-codes:\n  unauthenticated: {resend: never, advice: Log in.}\npaths:\n  /pets:\n    get:\n      responses:\n        '401':\n          description: no\n          content:\n            application/json:\n              schema: {type: object, properties: {error: {type: string, enum: [unauthenticated]}}}\n              example: {error: unauthenticated}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let Some(registry) = cx.registry() else {
        return;
    };
    if cx.hides_codes() {
        return;
    }
    let mut used: HashSet<&str> = HashSet::new();
    let mut misspelt: HashSet<&str> = HashSet::new();
    for operation in cx.operations() {
        // Where responses are missing their codes are missing too.
        if operation.node.get("responses").is_none() {
            return;
        }
        for (status, response) in cx.responses(&operation) {
            if !is_error_status(status) {
                continue;
            }
            if cx.content(response).next().is_none() {
                return;
            }
            for (_, media) in cx.content(response) {
                let listed = media.get("schema").map(|schema| cx.listed_codes(schema));
                let listed = listed.unwrap_or_default();
                // A list that holds something else is told as such, and may mean any.
                if listed.iter().any(|listed| listed.code.is_none()) {
                    return;
                }
                used.extend(listed.iter().filter_map(|listed| listed.code));
                if listed.is_empty() {
                    used.extend(
                        examples(cx, media)
                            .into_iter()
                            .filter_map(|e| Some(code_of(e)?.0)),
                    );
                }
            }
        }
    }
    // A code that is used in another spelling is told there.
    for code in &used {
        if !registry.codes.contains_key(code) {
            misspelt.extend(crate::suggestion::nearest(
                code,
                registry.codes.keys().copied(),
            ));
            // Two codes without the comma between them.
            misspelt.extend(code.split_whitespace());
        }
    }
    for entry in registry.node.as_mapping().into_iter().flatten() {
        let code = entry.key.name.as_str();
        if !code.starts_with("x-") && !used.contains(code) && !misspelt.contains(code) {
            report.at_key(&entry.value, format!("no operation has the code `{code}`"));
        }
    }
}
