//! Tags that no operation has.

use std::collections::HashSet;

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "unused-tag",
    severity: Severity::Warning,
    area: Area::Words,
    summary: "a declared tag that no operation has",
    docs: "It makes an empty group in every documentation.",
    bad: "tags:\n  - name: pets # here\n    description: Pets\n",
    good: "tags:\n  - name: pets\n    description: Pets\npaths:\n  /pets:\n    get:\n      tags: [pets]\n      responses:\n        '200': {description: ok}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let mut used: HashSet<&str> = HashSet::new();
    let mut undeclared: HashSet<&str> = HashSet::new();
    let declared: Vec<(&'d Node, &str)> = cx
        .model
        .of(Kind::Tag)
        .filter_map(|site| site.node.get("name"))
        .filter_map(|node| Some((node, node.as_str()?)))
        .collect();
    for operation in cx.all_operations() {
        let Some(tags) = operation.node.get("tags") else {
            continue;
        };
        // A tag that stands there without a list is told to be no list.
        let list = tags.as_sequence().unwrap_or(std::slice::from_ref(tags));
        used.extend(list.iter().filter_map(Node::as_str));
    }
    if cx.hides_uses() {
        return;
    }
    for tag in &used {
        if !declared.iter().any(|(_, name)| name == tag) {
            undeclared.extend(crate::suggestion::nearest(
                tag,
                declared.iter().map(|(_, name)| *name),
            ));
        }
    }
    // One that is used in another spelling is told there.
    let unused: Vec<_> = declared
        .iter()
        .filter(|(_, name)| !used.contains(name) && !undeclared.contains(name))
        .collect();
    let strange = used
        .iter()
        .any(|tag| !declared.iter().any(|(_, name)| name == tag));
    // So is, of one of each, the one that is not declared.
    if unused.len() == 1 && strange {
        return;
    }
    for (node, name) in unused {
        report.at(node, format!("no operation has the tag `{name}`"));
    }
}
