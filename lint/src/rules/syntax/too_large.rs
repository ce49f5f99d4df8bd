//! Documents that explode.

use xquik_document::SyntaxErrorKind;

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "too-large",
    severity: Severity::Error,
    area: Area::Syntax,
    summary: "aliases or nesting grow beyond what any reader can take",
    docs: "A few lines of aliases to aliases stand for billions of values, and a value may hold \
           itself. Readers that take such a text run out of memory or stack.",
    bad: "x-a: &a {b: *a} # here\n",
    good: "x-a: &a {b: 1}\nx-c: *a\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for error in cx.syntax {
        if error.kind == SyntaxErrorKind::TooLarge {
            report.at_span(error.span, error.message.clone());
        }
    }
}
