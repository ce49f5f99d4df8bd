//! Names of components with forbidden characters.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "invalid-component-name",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "the name of a component has a character that it must not have",
    docs: "Names of components match `^[a-zA-Z0-9.\\-_]+$`, so that they need no escaping in a \
           reference.",
    bad: "components:\n  schemas:\n    My Pet: # here\n      type: object\n",
    good: "components:\n  schemas:\n    MyPet:\n      type: object\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for defect in &cx.model.defects {
        if let DefectKind::BadComponentName { name } = defect.kind {
            let mended: String = name
                .chars()
                .filter(|c| c.is_ascii_alphanumeric() || "._-".contains(*c))
                .collect();
            let finding = report.at_key(
                defect.node,
                format!("`{name}` has characters other than letters, digits, `.`, `-` and `_`"),
            );
            if !mended.is_empty() {
                finding.help(format!("call it `{mended}`"));
            }
        }
    }
}
