//! Tabs where YAML wants spaces.

use xquik_document::SyntaxErrorKind;

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "tab-indentation",
    severity: Severity::Error,
    area: Area::Syntax,
    summary: "a tab stands where YAML wants spaces",
    docs: "YAML's structure is told by spaces; a tab has no width that readers agree on, so the \
           specification forbids it in indentation. JSON, and text within brackets, may hold tabs.",
    bad: "info:\n\ttitle: Pets # here\n\tversion: '1'\n",
    good: "info:\n  title: Pets\n  version: '1'\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    if let Some(error) = cx
        .syntax
        .iter()
        .find(|error| error.kind == SyntaxErrorKind::Tab)
    {
        report
            .at_span(error.span, error.message.clone())
            .help("indent with spaces, in this line and in the others");
    }
}
