//! Compositions that nothing satisfies.

use crate::rules::prelude::*;
use crate::schema;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "contradictory-all-of",
    severity: Severity::Error,
    area: Area::Schemas,
    summary: "members of `allOf` that no value satisfies together",
    docs: "A value has to fit all of them, and two of them exclude each other: by type, by enum, by \
           bounds, because one forbids what the other wants, or because they do so of a member that is \
           required.",
    bad: "components:\n  schemas:\n    Pet:\n      allOf:\n        - type: object\n        - type: string # here\n",
    good: "components:\n  schemas:\n    Pet:\n      anyOf:\n        - type: object\n        - type: string\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Schema) {
        if let Some(conflict) = schema::conflict(cx, site.node) {
            report.at(conflict.node, format!("no value fits: {}", conflict.reason));
        }
    }
}
