//! Growing sets in requests.

use std::collections::HashSet;

use crate::model::Direction;
use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "extensible-enum-in-request",
    severity: Severity::Error,
    area: Area::ErrorContract,
    summary: "an extensible enum in a request",
    docs: "What the service answers may grow, so a reader takes unknown values. What it receives is \
           closed: it refuses what it does not know, and `enum` says so.",
    bad: "x-error-codes: {}\npaths:\n  /pets:\n    get:\n      security: []\n      parameters:\n        - name: color\n          in: query\n          schema:\n            type: string\n            x-extensible-enum: [red, green] # here\n      responses:\n        '200': {description: ok}\n",
    good: "x-error-codes: {}\npaths:\n  /pets:\n    get:\n      security: []\n      parameters:\n        - name: color\n          in: query\n          schema:\n            type: string\n            enum: [red, green]\n      responses:\n        '200': {description: ok}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    if cx.registry().is_none() {
        return;
    }
    let mut seen = HashSet::new();
    let mut waiting: Vec<&'d Node> = cx
        .model
        .of(Kind::Schema)
        .filter(|site| site.direction == Direction::Request)
        .map(|site| site.node)
        .chain(
            cx.model
                .references
                .iter()
                .filter(|reference| reference.expected == Kind::Schema)
                .filter(|reference| reference.direction == Direction::Request)
                .map(|reference| reference.node),
        )
        .collect();
    while let Some(node) = waiting.pop() {
        let Some(schema) = cx.resolve(node) else {
            continue;
        };
        if !seen.insert(std::ptr::from_ref(schema)) {
            continue;
        }
        if let Some(values) = schema.get("x-extensible-enum") {
            report
                .at_key(values, "a request takes a closed set of values")
                .help("write `enum`");
        }
        waiting.extend(crate::schema::in_place(schema));
        waiting.extend(schema.get("items"));
        waiting.extend(schema.get("additionalProperties"));
        waiting.extend(crate::context::members(schema, "properties").map(|(_, node)| node));
    }
}
