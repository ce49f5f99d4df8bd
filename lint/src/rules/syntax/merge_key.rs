//! The merge key `<<`.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "merge-key",
    severity: Severity::Warning,
    area: Area::Syntax,
    summary: "a merge key, which YAML 1.2 does not have",
    docs: "`<<` was an extension of YAML 1.1. A reader of YAML 1.2 takes it for a member of that \
           name, and JSON has nothing like it.",
    bad: "x-base: &base {a: 1}\nx-more:\n  <<: *base # here\n  b: 2\n",
    good: "x-base: {a: 1}\nx-more: {a: 1, b: 2}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for remark in cx.document.remarks() {
        if remark.kind == RemarkKind::MergeKey {
            report
                .at_span(remark.span, "`<<` merges only for readers of YAML 1.1")
                .help("write the members out, or use `allOf` or `$ref`");
        }
    }
}
