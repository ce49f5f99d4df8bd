//! Codes that the registry does not have.

use std::collections::{HashMap, HashSet};

use crate::registry::{code_of, is_error_status};
use crate::rules::prelude::*;
use crate::suggestion::nearest;
use crate::validation::examples;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "unregistered-code",
    severity: Severity::Error,
    area: Area::ErrorContract,
    summary: "an error has a code that the registry does not have",
    docs: "The registry says of each code whether the same request may be sent again and what a \
           person does. Of a code that is not in it nobody knows. A code is told where it is used first, or at the registry, where that \
           has another spelling than all its uses.",
    bad: "x-error-codes:\n  unauthenticated: {resend: never, advice: Log in.}\npaths:\n  /pets:\n    get:\n      responses:\n        '401':\n          description: no\n          content:\n            application/json:\n              schema:\n                type: object\n                properties:\n                  error:\n                    type: string\n                    enum:\n                      - unauthenticated\n                      - unauthorized # here\n              examples:\n                one: {value: {error: unauthenticated}}\n                two: {value: {error: unauthorized}}\n",
    good: "x-error-codes:\n  unauthenticated: {resend: never, advice: Log in.}\npaths:\n  /pets:\n    get:\n      responses:\n        '401':\n          description: no\n          content:\n            application/json:\n              schema:\n                type: object\n                properties:\n                  error:\n                    type: string\n                    enum:\n                      - unauthenticated\n              example: {error: unauthenticated}\n",
    check: Check::Whole(check),
};

/// A code that errors have and the registry has not.
struct Unregistered<'d> {
    code: &'d str,
    first: &'d Node,
    uses: HashSet<*const Node>,
    /// The examples beside a list that has it too.
    examples: HashSet<*const Node>,
}

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let Some(registry) = cx.registry() else {
        return;
    };
    let mut used: HashSet<&str> = HashSet::new();
    let mut unregistered: Vec<Unregistered<'d>> = Vec::new();
    let mut number: HashMap<&str, usize> = HashMap::new();
    let mut note = |code: &'d str, node: &'d Node, counts: bool| {
        if registry.codes.contains_key(code) {
            used.insert(code);
            return;
        }
        // Where the schema lists codes, an example with another one is told as such.
        if !counts && !number.contains_key(code) {
            return;
        }
        let index = *number.entry(code).or_insert_with(|| {
            unregistered.push(Unregistered {
                code,
                first: node,
                uses: HashSet::new(),
                examples: HashSet::new(),
            });
            unregistered.len() - 1
        });
        let Unregistered { uses, examples, .. } = &mut unregistered[index];
        let places = if counts { uses } else { examples };
        places.insert(std::ptr::from_ref(node));
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
                for listed in &listed {
                    if let Some(code) = listed.code {
                        note(code, listed.node, true);
                    }
                }
                for example in examples(cx, media) {
                    if let Some((code, node)) = code_of(example) {
                        note(code, node, listed.is_empty());
                    }
                }
            }
        }
    }
    for Unregistered {
        code,
        first,
        uses,
        examples,
    } in unregistered
    {
        let nearest = nearest(code, registry.codes.keys().copied());
        // One name that nothing uses, beside one that several places agree on.
        if let Some(nearest) = nearest
            && !used.contains(nearest)
            && (uses.len() > 1 || uses.len() + examples.len() > 2)
            && let Some(entry) = registry.codes.get(nearest)
        {
            report
                .at_key(
                    entry,
                    format!(
                        "nothing has the code `{nearest}`, and `{code}` is not in the registry"
                    ),
                )
                .help(format!("did you mean `{code}`?"));
            continue;
        }
        let finding = report.at(first, format!("`{code}` is not in the registry of codes"));
        match nearest {
            Some(nearest) => finding.help(format!("did you mean `{nearest}`?")),
            None => finding.help("add it to `x-error-codes`, with what to do about it"),
        }
    }
}
