//! Codes that the registry does not have.

use crate::lint::registry::{code_of, is_error_status};
use crate::lint::rules::prelude::*;
use crate::lint::suggestion::nearest;
use crate::lint::validation::examples;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "unregistered-code",
    severity: Severity::Error,
    area: Area::ErrorContract,
    summary: "an error has a code that the registry does not have",
    docs: "The registry says of each code whether the same request may be sent again and what a \
           person does. Of a code that is not in it nobody knows.",
    bad: "x-error-codes:\n  unauthenticated: {resend: never, advice: Log in.}\npaths:\n  /pets:\n    get:\n      responses:\n        '401':\n          description: no\n          content:\n            application/json:\n              schema:\n                type: object\n                properties:\n                  error:\n                    type: string\n                    enum:\n                      - unauthenticated\n                      - unauthorized # here\n              examples:\n                one: {value: {error: unauthenticated}}\n                two: {value: {error: unauthorized}}\n",
    good: "x-error-codes:\n  unauthenticated: {resend: never, advice: Log in.}\npaths:\n  /pets:\n    get:\n      responses:\n        '401':\n          description: no\n          content:\n            application/json:\n              schema:\n                type: object\n                properties:\n                  error:\n                    type: string\n                    enum:\n                      - unauthenticated\n              example: {error: unauthenticated}\n",
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
                let listed = media
                    .get("schema")
                    .map(|schema| cx.listed_codes(schema))
                    .unwrap_or_default();
                let mut tell = |code: &str, node: &'d Node| {
                    let finding =
                        report.at(node, format!("`{code}` is not in the registry of codes"));
                    match nearest(code, registry.codes.keys().copied()) {
                        Some(nearest) => finding.help(format!("did you mean `{nearest}`?")),
                        None => finding.help("add it to `x-error-codes`, with what to do about it"),
                    }
                };
                for code in &listed {
                    if !registry.codes.contains_key(code.code) {
                        tell(code.code, code.node);
                    }
                }
                // Where the schema lists codes, an example with another one is told as such.
                if listed.is_empty() {
                    for example in examples(cx, media) {
                        if let Some((code, node)) = code_of(example)
                            && !registry.codes.contains_key(code)
                        {
                            tell(code, node);
                        }
                    }
                }
            }
        }
    }
}
