//! Examples with the code of another response.

use crate::registry::{code_of, is_error_status};
use crate::rules::prelude::*;
use crate::suggestion::nearest;
use crate::validation::examples;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "foreign-code",
    severity: Severity::Error,
    area: Area::ErrorContract,
    summary: "an example has a code that its response does not list",
    docs: "The codes of a response are those that its schema lists; an example with another one \
           belongs to another status, or the list is not complete.",
    bad: "x-error-codes:\n  unauthenticated: {resend: never, advice: Log in.}\n  not_found: {resend: never, advice: Look elsewhere.}\npaths:\n  /pets:\n    get:\n      responses:\n        '401':\n          description: no\n          content:\n            application/json:\n              schema: {type: object, properties: {error: {type: string, x-extensible-enum: [unauthenticated]}}}\n              example: {error: not_found} # here\n        '404':\n          description: no\n          content:\n            application/json:\n              schema: {type: object, properties: {error: {type: string, x-extensible-enum: [not_found]}}}\n              example: {error: not_found}\n",
    good: "x-error-codes:\n  unauthenticated: {resend: never, advice: Log in.}\npaths:\n  /pets:\n    get:\n      responses:\n        '401':\n          description: no\n          content:\n            application/json:\n              schema: {type: object, properties: {error: {type: string, x-extensible-enum: [unauthenticated]}}}\n              example: {error: unauthenticated}\n",
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
                let listed = cx.listed_codes(schema);
                // A code that the registry lacks is told, and may be meant for an example's.
                if listed.is_empty() || !registry.has_all(&listed) {
                    continue;
                }
                let listed: Vec<&str> = listed.iter().filter_map(|listed| listed.code).collect();
                // Examples of the body, and of the whole body's own schema.
                let own = cx.resolve(schema).and_then(|schema| schema.get("example"));
                for example in examples(cx, media).into_iter().chain(own) {
                    if let Some((code, node)) = code_of(example)
                        && !listed.contains(&code)
                        // A closed enum refuses it already.
                        && !cx.verdicts().iter().any(|verdict| std::ptr::eq(verdict.node, node))
                    {
                        let finding = report.at(
                            node,
                            format!(
                                "`{code}` is no code of this {status}, which has {}",
                                listed.join(", ")
                            ),
                        );
                        if let Some(nearest) = nearest(code, listed.iter().copied()) {
                            finding.help(format!("did you mean `{nearest}`?"));
                        }
                    }
                }
            }
        }
    }
}
