//! Defaults that their schema refuses.

use crate::rules::prelude::*;
use crate::validation::Source;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "invalid-default",
    severity: Severity::Error,
    area: Area::Schemas,
    summary: "a default that its own schema refuses",
    docs: "The specification wants the default to be of the schema's type. A server that assumes it \
           assumes a value that it would refuse if it were sent.",
    bad: "components:\n  schemas:\n    Limit:\n      type: integer\n      maximum: 100\n      default: 500 # here\n",
    good: "components:\n  schemas:\n    Limit:\n      type: integer\n      maximum: 100\n      default: 50\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for verdict in cx.verdicts() {
        if verdict.source == Source::Default && !verdict.format {
            let finding = if verdict.at_key {
                report.at_key(verdict.node, format!("the default {}", verdict.message))
            } else {
                report.at(
                    verdict.node,
                    format!("the default is refused: {}", verdict.message),
                )
            };
            if let Some(help) = &verdict.help {
                finding.help(help.clone());
            }
        }
    }
}
