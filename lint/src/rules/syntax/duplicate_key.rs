//! Keys that an object has twice.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "duplicate-key",
    severity: Severity::Error,
    area: Area::Syntax,
    summary: "an object has the same key twice",
    docs: "Readers keep the last value, or the first, or refuse the document. Whatever was meant by \
           the other value is lost in silence.",
    bad: "info:\n  title: Pets\n  version: '1'\n  title: Cats # here\n",
    good: "info:\n  title: Pets\n  version: '1'\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for remark in cx.document.remarks() {
        if let RemarkKind::DuplicateKey { name, first } = &remark.kind {
            report
                .at_span(
                    remark.span,
                    format!(
                        "`{name}` is a key of this object already, at line {}",
                        first.start.line
                    ),
                )
                .help("keep one of the two, or rename one");
        }
    }
}
