//! Examples that their schema refuses.

use crate::rules::prelude::*;
use crate::validation::Source;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "invalid-example",
    severity: Severity::Error,
    area: Area::Examples,
    summary: "an example that its schema refuses",
    docs: "People copy examples, and sandboxes answer with them. Each is validated against its \
           schema, with the meaning of 3.0: null only where `nullable` allows it, `readOnly` members \
           required in responses alone and `writeOnly` members in requests alone. The finding stands \
           at the member that is refused.",
    bad: "components:\n  schemas:\n    Pet:\n      type: object\n      properties:\n        age: {type: integer}\n      example:\n        age: old # here\n",
    good: "components:\n  schemas:\n    Pet:\n      type: object\n      properties:\n        age: {type: integer}\n      example:\n        age: 3\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for verdict in cx.verdicts() {
        if verdict.source == Source::Example && !verdict.format {
            let finding = if verdict.at_key {
                report.at_key(verdict.node, format!("the example {}", verdict.message))
            } else {
                report.at(
                    verdict.node,
                    format!("the schema refuses this: {}", verdict.message),
                )
            };
            if let Some(help) = &verdict.help {
                finding.help(help.clone());
            }
        }
    }
}
