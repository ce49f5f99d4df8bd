//! Keys of responses that are no status.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "invalid-status",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "a key of `responses` that is no status",
    docs: "It is a status from 100 to 599, a range from `1XX` to `5XX` with capital letters, or \
           `default`.",
    bad: "paths:\n  /pets:\n    get:\n      responses:\n        '200': {description: ok}\n        4xx: {description: refused} # here\n",
    good: "paths:\n  /pets:\n    get:\n      responses:\n        '200': {description: ok}\n        4XX: {description: refused}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for defect in &cx.model.defects {
        if let DefectKind::BadStatus { name } = defect.kind {
            let finding = report.at_key(defect.node, format!("`{name}` is no status"));
            let upper = name.to_uppercase();
            if upper != name && upper.ends_with("XX") {
                finding.help(format!("did you mean `{upper}`?"));
            } else if name.eq_ignore_ascii_case("default") {
                finding.help("did you mean `default`?");
            } else {
                finding.help("a status is '100' to '599', '1XX' to '5XX', or default");
            }
        }
    }
}
