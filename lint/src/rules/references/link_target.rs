//! Links to operations that do not exist.

use std::collections::HashSet;

use crate::rules::prelude::*;
use crate::suggestion::nearest;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "link-target",
    severity: Severity::Error,
    area: Area::References,
    summary: "a link names an operation that does not exist",
    docs: "`operationId` of a link is the id of an operation of this document, and `operationRef` leads \
           to an operation.",
    bad: "paths:\n  /pets:\n    get:\n      operationId: listPets\n      responses:\n        '200':\n          description: ok\n          links:\n            next: {operationId: listPet} # here\n",
    good: "paths:\n  /pets:\n    get:\n      operationId: listPets\n      responses:\n        '200':\n          description: ok\n          links:\n            next: {operationId: listPets}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let ids: HashSet<&str> = cx
        .all_operations()
        .filter_map(|operation| operation.node.get("operationId")?.as_str())
        .collect();
    let operations: HashSet<*const Node> = cx
        .model
        .of(Kind::Operation)
        .map(|site| std::ptr::from_ref(site.node))
        .collect();
    for site in cx.model.of(Kind::Link) {
        if let Some(node) = site.node.get("operationRef")
            && let Some(target) = node.as_str().filter(|target| target.starts_with('#'))
            && let Some(pointer) = xquik_document::Pointer::from_reference(target)
            && let Some(target) = cx.document.at(&pointer)
            && !operations.contains(&std::ptr::from_ref(target))
        {
            report
                .at(node, "this leads to no operation")
                .help("an operation is reached by `#/paths/~1pets/get`");
        }
        if let Some(node) = site.node.get("operationId")
            && let Some(id) = node.as_str()
            && !ids.contains(id)
        {
            let finding = report.at(node, format!("there is no operation `{id}`"));
            if let Some(nearest) = nearest(id, ids.iter().copied()) {
                finding.help(format!("did you mean `{nearest}`?"));
            }
        }
    }
}
