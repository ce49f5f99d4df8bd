//! Paths that do not begin with a slash.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "path-without-slash",
    severity: Severity::Error,
    area: Area::Paths,
    summary: "a path that does not begin with a slash",
    docs: "A path is appended to the server's URL, and begins with `/`.",
    bad: "paths:\n  pets: # here\n    get:\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets:\n    get:\n      responses:\n        '200': {description: ok}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for defect in &cx.model.defects {
        if let DefectKind::PathWithoutSlash { name } = defect.kind {
            report
                .at_key(
                    defect.node,
                    format!("the path `{name}` does not begin with a slash"),
                )
                .help(format!("write `/{name}`"));
        }
    }
}
