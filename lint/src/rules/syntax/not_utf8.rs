//! Bytes that are no UTF-8.

use xquik_document::SyntaxErrorKind;

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "not-utf8",
    severity: Severity::Error,
    area: Area::Syntax,
    summary: "the bytes are no UTF-8",
    docs: "JSON is UTF-8, and readers of YAML agree on nothing else. The byte is often a letter of \
           Latin-1 that an editor saved.",
    bad: "info: {title: Caf\\xE9, version: '1'} # here\n",
    good: "info: {title: Café, version: '1'}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for error in cx.syntax {
        if error.kind == SyntaxErrorKind::Encoding {
            report
                .at_span(error.span, error.message.clone())
                .help("save the file as UTF-8");
        }
    }
}
