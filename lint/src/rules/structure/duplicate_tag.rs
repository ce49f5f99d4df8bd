//! Tags that are declared twice.

use std::collections::HashSet;

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "duplicate-tag",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "a tag is declared twice, or an operation has it twice",
    docs: "The specification wants the names of tags to be unique; an operation is in a group or is \
           not.",
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
    for operation in cx.all_operations() {
        let tags = operation.node.get("tags").and_then(Node::as_sequence);
        let mut seen = HashSet::new();
        for node in tags.unwrap_or_default() {
            if let Some(tag) = node.as_str()
                && !seen.insert(tag)
            {
                report.at(node, format!("the operation has the tag `{tag}` already"));
            }
        }
    }
}
