//! Fields that exclude each other.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "exclusive-fields",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "two fields of which only one may stand here",
    docs: "`example` and `examples`, `schema` and `content`, `value` and `externalValue`, \
           `operationId` and `operationRef` exclude each other.",
    bad: "paths:\n  /pets:\n    get:\n      parameters:\n        - name: limit\n          in: query\n          schema: {type: integer}\n          example: 1\n          examples: {two: {value: 2}} # here\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets:\n    get:\n      parameters:\n        - name: limit\n          in: query\n          schema: {type: integer}\n          examples: {two: {value: 2}}\n      responses:\n        '200': {description: ok}\n",
    check: Check::Local(check),
};

const PAIRS: &[(Kind, &str, &str)] = &[
    (Kind::Parameter, "example", "examples"),
    (Kind::Header, "example", "examples"),
    (Kind::MediaType, "example", "examples"),
    (Kind::Parameter, "schema", "content"),
    (Kind::Header, "schema", "content"),
    (Kind::Example, "value", "externalValue"),
    (Kind::Link, "operationId", "operationRef"),
];

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for (kind, one, other) in PAIRS {
        for site in cx.model.of(*kind) {
            if site.node.get(one).is_some()
                && let Some(node) = site.node.get(other)
            {
                report
                    .at_key(node, format!("`{other}` must not stand beside `{one}`"))
                    .help(format!("keep `{one}` or `{other}`"));
            }
        }
    }
}
