//! Email addresses that are none.

use crate::rules::prelude::*;
use crate::validation::shown;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "invalid-email",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "an email address that is none",
    docs: "The specification wants the form of an email address: something, `@`, a host.",
    bad: "info:\n  title: Pets\n  version: '1'\n  contact:\n    email: pets at example.com # here\n",
    good: "info:\n  title: Pets\n  version: '1'\n  contact:\n    email: pets@example.com\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for defect in &cx.model.defects {
        if let DefectKind::BadEmail = defect.kind {
            report.at(
                defect.node,
                format!("{} is no email address", shown(defect.node)),
            );
        }
    }
}
