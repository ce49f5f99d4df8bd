//! Links to operations that do not exist.

use std::collections::HashSet;

use crate::lint::rules::prelude::*;
use crate::lint::suggestion::nearest;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "link-target",
    severity: Severity::Error,
    area: Area::References,
    summary: "a link names an operation that does not exist",
    docs: "`operationId` of a link is the id of an operation of this document.",
    bad: "paths:\n  /pets:\n    get:\n      operationId: listPets\n      responses:\n        '200':\n          description: ok\n          links:\n            next: {operationId: listPet} # here\n",
    good: "paths:\n  /pets:\n    get:\n      operationId: listPets\n      responses:\n        '200':\n          description: ok\n          links:\n            next: {operationId: listPets}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let ids: HashSet<&str> = cx
        .all_operations()
        .filter_map(|operation| operation.node.get("operationId")?.as_str())
        .collect();
    for site in cx.model.of(Kind::Link) {
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
