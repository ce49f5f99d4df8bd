//! References that lead back to themselves.

use std::collections::HashSet;

use crate::context::Target;
use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "circular-reference",
    severity: Severity::Error,
    area: Area::References,
    summary: "references lead in a circle and to no object",
    docs: "A refers to B and B to A: neither says anything. A schema that refers to itself in a \
           member or an item is another thing, and fine.",
    bad: "components:\n  schemas:\n    A: {$ref: '#/components/schemas/B'} # here\n    B: {$ref: '#/components/schemas/A'}\n",
    good: "components:\n  schemas:\n    A: {$ref: '#/components/schemas/B'}\n    B: {type: object}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let mut known: HashSet<*const Node> = HashSet::new();
    for reference in &cx.model.references {
        let mut way = Vec::new();
        let mut on_the_way = HashSet::new();
        let mut node = reference.node;
        let circle = loop {
            let identity = std::ptr::from_ref(node);
            if known.contains(&identity) {
                break None;
            }
            if !on_the_way.insert(identity) {
                break Some(node);
            }
            way.push(node);
            let Some(target) = node.reference() else {
                break None;
            };
            let Target::Here(target) = cx.target(target) else {
                break None;
            };
            node = target;
        };
        if let Some(value) = circle.and_then(|node| node.get("$ref")) {
            report.at(
                value,
                "this reference leads back to itself, and to no object",
            );
        }
        known.extend(way.into_iter().map(std::ptr::from_ref));
    }
}
