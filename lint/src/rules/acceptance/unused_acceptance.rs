//! Acceptances that match nothing.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "unused-acceptance",
    severity: Severity::Error,
    area: Area::Acceptance,
    summary: "a finding is accepted that is not there",
    docs: "`xtask/accepted-findings.yaml` accepts single findings of the repository's own document, \
           each by rule and pointer, with a reason. One that matches nothing was mended or moved: \
           take it out, or it hides the next finding there.",
    bad: "",
    good: "",
    // It is said when the accepted findings are taken out.
    check: Check::Whole(|_, _| {}),
};
