//! Tags that are declared twice.

use std::collections::HashSet;

use crate::lint::rules::prelude::*;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "duplicate-tag",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "a tag is declared twice",
    docs: "The specification wants the names of tags to be unique.",
    bad: "tags:\n  - name: pets\n    description: Pets\n  - name: pets # here\n    description: More pets\n",
    good: "tags:\n  - name: pets\n    description: Pets\n  - name: more-pets\n    description: More pets\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let mut seen = HashSet::new();
    for site in cx.model.of(Kind::Tag) {
        if let Some(node) = site.node.get("name")
            && let Some(name) = node.as_str()
            && !seen.insert(name)
        {
            report.at(node, format!("the tag `{name}` is declared already"));
        }
    }
}
