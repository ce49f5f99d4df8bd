//! Schemas that no finite value satisfies.

use std::collections::HashSet;

use crate::rules::prelude::*;
use crate::schema;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "endless-schema",
    severity: Severity::Error,
    area: Area::References,
    summary: "a schema requires itself, so that no finite value fits",
    docs: "A node that requires a node never ends. Make the member optional or nullable, or put it \
           into an array, which may be empty.",
    bad: "components:\n  schemas:\n    Node:\n      type: object\n      required: [next]\n      properties:\n        next: {$ref: '#/components/schemas/Node'} # here\n",
    good: "components:\n  schemas:\n    Node:\n      type: object\n      properties:\n        next: {$ref: '#/components/schemas/Node'}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let endless = cx.endless();
    if endless.is_empty() {
        return;
    }
    let mut told: HashSet<*const Node> = HashSet::new();
    for site in cx.model.of(Kind::Schema).map(|site| site.node) {
        let identity = std::ptr::from_ref(site);
        if !endless.contains(&identity) || told.contains(&identity) {
            continue;
        }
        // Which way back leads to this schema?
        let mut reached = HashSet::from([std::ptr::from_ref(site)]);
        let mut waiting = vec![site];
        let mut back = None;
        while let Some(node) = waiting.pop() {
            for needed in schema::needs(node) {
                let Some(target) = cx.resolve(needed) else {
                    continue;
                };
                let identity = std::ptr::from_ref(target);
                if !endless.contains(&identity) {
                    continue;
                }
                if std::ptr::eq(target, site) && needed.reference().is_some() {
                    back = back.or(Some(needed));
                }
                if reached.insert(identity) {
                    waiting.push(target);
                }
            }
        }
        if let Some(value) = back.and_then(|needed| needed.get("$ref")) {
            report
                .at(
                    value,
                    "no finite value fits: the schema requires itself here",
                )
                .help("make the member optional, or nullable, or an array of it");
            told.extend(reached);
        }
    }
}
