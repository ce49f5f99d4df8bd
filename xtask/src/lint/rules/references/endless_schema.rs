//! Schemas that no finite value satisfies.

use std::collections::{HashMap, HashSet};

use crate::lint::rules::prelude::*;
use crate::lint::schema;

pub(in crate::lint::rules) static RULE: Rule = Rule {
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

/// Finite schemas show within a few rounds; what does not is taken to be finite.
const MOST_ROUNDS: usize = 40;

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let sites: Vec<&'d Node> = cx.model.of(Kind::Schema).map(|site| site.node).collect();
    if !cx
        .model
        .references
        .iter()
        .any(|reference| reference.expected == Kind::Schema)
    {
        return;
    }
    let mut finite: HashMap<*const Node, bool> = sites
        .iter()
        .map(|node| (std::ptr::from_ref(*node), false))
        .collect();
    let mut settled = false;
    for round in 0..MOST_ROUNDS {
        let mut changed = false;
        let mut visit = |node: &'d Node| {
            let identity = std::ptr::from_ref(node);
            if !finite[&identity] && is_finite(cx, node, &finite) {
                finite.insert(identity, true);
                changed = true;
            }
        };
        // Both ways in turn, since references lead up and down.
        if round % 2 == 0 {
            sites.iter().rev().for_each(|node| visit(node));
        } else {
            sites.iter().for_each(|node| visit(node));
        }
        if !changed {
            settled = true;
            break;
        }
    }
    if !settled {
        return;
    }
    let mut told: HashSet<*const Node> = HashSet::new();
    for &site in &sites {
        if finite[&std::ptr::from_ref(site)] || told.contains(&std::ptr::from_ref(site)) {
            continue;
        }
        // Which way back leads to this schema?
        let mut reached = HashSet::from([std::ptr::from_ref(site)]);
        let mut waiting = vec![site];
        let mut back = None;
        while let Some(node) = waiting.pop() {
            for needed in needs(node) {
                let Some(target) = cx.resolve(needed) else {
                    continue;
                };
                let identity = std::ptr::from_ref(target);
                if finite.get(&identity) != Some(&false) {
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

/// The schemas of which a value needs values.
fn needs(schema: &Node) -> Vec<&Node> {
    let mut needed: Vec<&Node> = Vec::new();
    for name in ["allOf", "oneOf", "anyOf"] {
        needed.extend(
            schema
                .get(name)
                .and_then(Node::as_sequence)
                .unwrap_or_default(),
        );
    }
    let properties = schema.get("properties");
    needed.extend(
        schema::required_names(schema)
            .filter_map(|(_, name)| properties.and_then(|properties| properties.get(name))),
    );
    if needs_items(schema) {
        needed.extend(schema.get("items"));
    }
    needed
}

fn needs_items(schema: &Node) -> bool {
    schema
        .get("minItems")
        .and_then(schema::count)
        .is_some_and(|count| count > 0)
}

fn is_finite<'d>(cx: &Context<'d>, schema: &'d Node, known: &HashMap<*const Node, bool>) -> bool {
    if schema::is_nullable(schema) || !schema::enum_values(schema).is_empty() {
        return true;
    }
    let finite = |node: &'d Node| {
        // What cannot be looked at is no reason for a complaint; a circle of references has its own.
        cx.resolve(node)
            .and_then(|target| known.get(&std::ptr::from_ref(target)).copied())
            .unwrap_or(true)
    };
    let members = |name| {
        schema
            .get(name)
            .and_then(Node::as_sequence)
            .unwrap_or_default()
    };
    if !members("allOf").iter().all(finite) {
        return false;
    }
    for name in ["oneOf", "anyOf"] {
        if !members(name).is_empty() && !members(name).iter().any(finite) {
            return false;
        }
    }
    // A value of another type need not have the members.
    if matches!(schema::type_of(schema), None | Some("object")) {
        let properties = schema.get("properties");
        for (_, name) in schema::required_names(schema) {
            if let Some(property) = properties.and_then(|properties| properties.get(name))
                && !finite(property)
            {
                return false;
            }
        }
    }
    if schema::type_of(schema) == Some("array") && needs_items(schema) {
        return schema.get("items").is_none_or(finite);
    }
    true
}
