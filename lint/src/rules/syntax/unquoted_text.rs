//! Numbers and booleans where text is wanted.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "unquoted-text",
    severity: Severity::Error,
    area: Area::Syntax,
    summary: "a number, boolean or null stands where the specification wants text",
    docs: "`version: 1.10` is the number 1.1 to every reader, and the zero is gone. Where OpenAPI \
           wants a string, quotes keep what was written.",
    bad: "info:\n  title: Pets\n  version: 1.10 # here\n",
    good: "info:\n  title: Pets\n  version: '1.10'\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for defect in &cx.model.defects {
        if let DefectKind::UnquotedText = defect.kind {
            let text = defect.node.scalar_text().unwrap_or_default();
            report
                .at(
                    defect.node,
                    format!("expected a string, found {} `{text}`", defect.node.kind()),
                )
                .help(format!("write '{text}' in quotes"));
        }
    }
}
