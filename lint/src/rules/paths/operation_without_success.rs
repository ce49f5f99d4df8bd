//! Operations that never succeed.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "operation-without-success",
    severity: Severity::Warning,
    area: Area::Paths,
    summary: "an operation that describes no answer but errors",
    docs: "The specification asks for the response of a successful call: a status of 1XX, 2XX or 3XX, \
           or `default`. Without one a client does not know what it gets.",
    bad: "paths:\n  /pets:\n    get:\n      responses: # here\n        '404': {description: no}\n",
    good: "paths:\n  /pets:\n    get:\n      responses:\n        '200': {description: ok}\n        '404': {description: no}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for operation in cx.all_operations() {
        let Some(node) = operation.node.get("responses") else {
            continue;
        };
        let mut responses = node
            .as_mapping()
            .into_iter()
            .flatten()
            .filter(|entry| !entry.key.name.starts_with("x-"))
            .peekable();
        // That there is none at all, and a status that is none, are told as such.
        if responses.peek().is_some()
            && responses.all(|entry| {
                let status = entry.key.name.as_str();
                status.starts_with(['4', '5']) && crate::model::is_status(status)
            })
        {
            report
                .at_key(
                    node,
                    format!("{} describes no answer but errors", operation.title()),
                )
                .help("describe what a call gets that succeeds");
        }
    }
}
