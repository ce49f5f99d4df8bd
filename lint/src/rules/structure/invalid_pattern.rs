//! Regular expressions that are none.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "invalid-pattern",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "a regular expression that ECMA-262 does not have",
    docs: "Patterns follow the regular expressions of JavaScript: no `(?i)` at the start, no \
           possessive quantifiers, no `\\A`, and every bracket closed.",
    bad: "components:\n  schemas:\n    Name:\n      type: string\n      pattern: '^[a-z+$' # here\n",
    good: "components:\n  schemas:\n    Name:\n      type: string\n      pattern: '^[a-z]+$'\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for defect in &cx.model.defects {
        if let DefectKind::BadPattern { reason } = &defect.kind {
            report.at(
                defect.node,
                format!("this is no regular expression of ECMA-262: {reason}"),
            );
        }
    }
}
