//! Enum values that their schema refuses.

use crate::rules::prelude::*;
use crate::schema;
use crate::validation::{Source, shown};

pub(in crate::rules) static RULE: Rule = Rule {
    id: "enum-against-schema",
    severity: Severity::Error,
    area: Area::Schemas,
    summary: "a value of an enum that the schema beside it refuses",
    docs: "The value can never be sent: it is of another type, too long, or does not match the \
           pattern.",
    bad: "components:\n  schemas:\n    Size:\n      type: integer\n      enum: [1, 2, '3'] # here\n",
    good: "components:\n  schemas:\n    Size:\n      type: integer\n      enum: [1, 2, 3]\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for verdict in cx.verdicts() {
        if verdict.source == Source::EnumValue && !verdict.format {
            let finding = report.at(verdict.node, verdict.message.clone());
            if let Some(help) = &verdict.help {
                finding.help(help.clone());
            }
        }
    }
    // A type that refuses all values is one mistake, not one for each value.
    for site in cx.model.of(Kind::Schema) {
        let Some(kind) = schema::contradicted_type(site.node) else {
            continue;
        };
        let values = schema::enum_values(site.node);
        if let (Some(list), Some(first)) = (site.node.get("enum"), values.first()) {
            report.at(
                list,
                format!(
                    "no value of the enum is of type `{kind}`; the first is {}",
                    shown(first)
                ),
            );
        }
    }
}
