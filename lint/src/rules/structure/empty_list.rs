//! Lists that need an item.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "empty-list",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "a list that needs at least one item is empty",
    docs: "JSON Schema (Wright draft 00, which 3.0 builds on) wants at least one item in `required`, \
           `enum`, `allOf`, `anyOf` and `oneOf`; leave the field out instead.",
    bad: "components:\n  schemas:\n    Pet:\n      type: object\n      required: [] # here\n",
    good: "components:\n  schemas:\n    Pet:\n      type: object\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for defect in &cx.model.defects {
        if let DefectKind::EmptyList { field } = defect.kind {
            report
                .at(defect.node, format!("`{field}` needs at least one item"))
                .help("take the field away");
        }
    }
}
