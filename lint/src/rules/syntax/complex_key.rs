//! Keys that are no text.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "complex-key",
    severity: Severity::Error,
    area: Area::Syntax,
    summary: "a key is an array or an object",
    docs: "YAML allows any value as a key, JSON allows text alone. The member is left out.",
    bad: "x-map:\n  ? [a, b] # here\n  : 1\n",
    good: "x-map:\n  a-b: 1\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for remark in cx.document.remarks() {
        if remark.kind == RemarkKind::ComplexKey {
            report
                .at_span(remark.span, "a key is text, not an array or an object")
                .help("braces without quotes are an object: write '{…}' where text is meant");
        }
    }
}
