//! Tags, which JSON cannot express.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "yaml-tag",
    severity: Severity::Warning,
    area: Area::Syntax,
    summary: "a tag, which JSON cannot express",
    docs: "The specification asks that a document in YAML means the same in JSON, and so for the \
           JSON schema of tags only. `!name` is dropped by some readers and refused by others.",
    bad: "info:\n  title: !upper Pets # here\n  version: '1'\n",
    good: "info:\n  title: PETS\n  version: '1'\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let verdicts = cx.verdicts().iter().map(|verdict| verdict.node.span);
    let told: std::collections::HashSet<_> = verdicts.collect();
    for remark in cx.document.remarks() {
        // `!!str 3` where a number belongs is refused as such.
        if let RemarkKind::Tag(tag) = &remark.kind
            && !told.contains(&remark.span)
        {
            let tag = tag.replace("tag:yaml.org,2002:", "!!");
            report
                .at_span(remark.span, format!("the tag `{tag}` has no equal in JSON"))
                .help("take the tag away, and use quotes where text is meant");
        }
    }
}
