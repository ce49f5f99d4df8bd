//! Tags that are not declared.

use crate::rules::prelude::*;
use crate::suggestion::nearest;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "undeclared-tag",
    severity: Severity::Warning,
    area: Area::Words,
    summary: "an operation has a tag that the document does not declare",
    docs: "The list of tags gives each its description and their order. A tag that is not in it is \
           often misspelt, and makes a group of its own in every documentation.",
    bad: "tags:\n  - {name: pets, description: Pets}\npaths:\n  /pets:\n    get:\n      tags: [pet] # here\n      responses:\n        '200': {description: ok}\n",
    good: "tags:\n  - {name: pets, description: Pets}\npaths:\n  /pets:\n    get:\n      tags: [pets]\n      responses:\n        '200': {description: ok}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    // A list that is none is told as such.
    let list = cx.document.root().get("tags");
    if list.is_some_and(|list| list.as_sequence().is_none()) {
        return;
    }
    let declared: Vec<&str> = cx
        .model
        .of(Kind::Tag)
        .filter_map(|site| site.node.get("name")?.as_str())
        .collect();
    // So is a tag that has no name.
    let tags = list.and_then(Node::as_sequence).unwrap_or_default();
    if declared.len() < tags.len() {
        return;
    }
    for operation in cx.all_operations() {
        let tags = operation.node.get("tags").and_then(Node::as_sequence);
        for node in tags.unwrap_or_default() {
            let Some(tag) = node.as_str().filter(|tag| !declared.contains(tag)) else {
                continue;
            };
            let finding = report.at(node, format!("the tag `{tag}` is not declared"));
            match nearest(tag, declared.iter().copied()) {
                Some(nearest) => finding.help(format!("did you mean `{nearest}`?")),
                None => finding.help("declare it in `tags` of the document"),
            }
        }
    }
}
