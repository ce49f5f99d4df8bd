//! More or fewer YAML documents than one.

use xquik_document::SyntaxErrorKind;

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "several-documents",
    severity: Severity::Error,
    area: Area::Syntax,
    summary: "the file holds no YAML document, or more than one",
    docs: "A file of YAML may hold several documents, parted by `---`. An OpenAPI document is one; \
           most tools read the first and drop the rest without a word.",
    bad: "info: {title: Pets, version: '1'}\n--- # here\npaths: {}\n",
    good: "---\ninfo: {title: Pets, version: '1'}\npaths: {}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for error in cx.syntax {
        if error.kind == SyntaxErrorKind::Documents {
            report.at_span(error.span, error.message.clone());
        }
    }
}
