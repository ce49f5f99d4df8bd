//! Open lists of values that are none.

use crate::rules::prelude::*;
use crate::schema;
use crate::validation::shown;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "invalid-extensible-enum",
    severity: Severity::Error,
    area: Area::ErrorContract,
    summary: "an `x-extensible-enum` that is no list of values, or stands beside a closed one",
    docs: "`x-extensible-enum` lists the values that are known today, each of the schema's type. `enum` \
           says that there will be no other, so that only one of the two can be meant.",
    bad: "components:\n  schemas:\n    State:\n      type: string\n      x-extensible-enum:\n        - active\n        - 1 # here\n",
    good: "components:\n  schemas:\n    State:\n      type: string\n      x-extensible-enum:\n        - active\n        - '1'\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Schema) {
        let Some(list) = site.node.get("x-extensible-enum") else {
            continue;
        };
        if site.node.get("enum").is_some() {
            report
                .at_key(list, "`enum` beside it says that there are no other values")
                .help("keep `enum` or `x-extensible-enum`");
            continue;
        }
        let Some(values) = list.as_sequence() else {
            report.at(
                list,
                format!("expected an array of values, found {}", list.kind()),
            );
            continue;
        };
        let known = |kind: &&str| crate::description::TYPES.contains(kind);
        let Some(kind) = schema::type_of(site.node).filter(known) else {
            continue;
        };
        for value in values {
            if !schema::is_of_type(value, kind) {
                let finding = report.at(value, format!("{} is no `{kind}`", shown(value)));
                if kind == "string" && value.scalar_text().is_some() {
                    finding.help("write it in quotes");
                }
            }
        }
    }
}
