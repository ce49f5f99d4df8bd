//! Exclusive bounds in the form of 3.1.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "numeric-bound",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "`exclusiveMinimum` or `exclusiveMaximum` is a number, as in 3.1",
    docs: "In 3.0 they are booleans that say whether `minimum` and `maximum` themselves are out.",
    bad: "components:\n  schemas:\n    Price:\n      type: number\n      exclusiveMinimum: 0 # here\n",
    good: "components:\n  schemas:\n    Price:\n      type: number\n      minimum: 0\n      exclusiveMinimum: true\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for defect in &cx.model.defects {
        if let DefectKind::NumericBound = defect.kind {
            let number = defect.node.scalar_text().unwrap_or_default();
            report
                .at(
                    defect.node,
                    "this is a boolean in 3.0, and a number only in 3.1",
                )
                .help(format!(
                    "write `minimum: {number}` or `maximum: {number}`, and `true` here"
                ));
        }
    }
}
