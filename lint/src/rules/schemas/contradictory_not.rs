//! Schemas that forbid what they allow.

use crate::rules::prelude::*;
use crate::schema;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "contradictory-not",
    severity: Severity::Error,
    area: Area::Schemas,
    summary: "`not` forbids all that the schema beside it allows",
    docs: "No value fits: what the keywords beside `not` say is all that the schema under it asks for. A \
           schema with `not: {}` and nothing else is a way to forbid a member, and fine.",
    bad: "components:\n  schemas:\n    Name:\n      type: string\n      not: {type: string} # here\n",
    good: "components:\n  schemas:\n    Name:\n      type: string\n      not: {enum: [nobody]}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Schema) {
        if let Some(not) = schema::contradictory_not(cx, site.node) {
            report.at(
                not,
                "no value fits: `not` forbids all that the schema beside it allows",
            );
        }
    }
}
