//! Discriminators whose property is not there.

use std::collections::HashSet;

use crate::rules::prelude::*;
use crate::schema;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "discriminator-property",
    severity: Severity::Error,
    area: Area::Schemas,
    summary: "an alternative does not have the discriminator's property",
    docs: "The property says which alternative a value is, so each alternative describes it.",
    bad: "components:\n  schemas:\n    Cat:\n      type: object\n      properties: {name: {type: string}}\n    Pet:\n      oneOf: [{$ref: '#/components/schemas/Cat'}]\n      discriminator:\n        propertyName: kind # here\n",
    good: "components:\n  schemas:\n    Cat:\n      type: object\n      required: [kind]\n      properties: {kind: {type: string}}\n    Pet:\n      oneOf: [{$ref: '#/components/schemas/Cat'}]\n      discriminator:\n        propertyName: kind\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for Discriminator {
        node, name, schema, ..
    } in discriminators(cx)
    {
        let own = facts(cx, schema, name);
        let lacks = |alternative: &'d Node| {
            let its = facts(cx, alternative, name);
            !its.open && !its.described && !own.described
        };
        let what = format!("has no property `{name}`");
        let any = of_alternatives(cx, report, schema, node, &what, lacks);
        if !any && !own.open && !own.described {
            report.at(node, format!("the schema {what}"));
        }
    }
}

/// A discriminator that names its property.
pub(in crate::rules) struct Discriminator<'d> {
    pub(in crate::rules) object: &'d Node,
    /// The value of `propertyName`.
    pub(in crate::rules) node: &'d Node,
    pub(in crate::rules) name: &'d str,
    /// The schema that has the discriminator.
    pub(in crate::rules) schema: &'d Node,
}

/// The discriminators of the document that name their property.
pub(in crate::rules) fn discriminators<'a, 'd>(
    cx: &'a Context<'d>,
) -> impl Iterator<Item = Discriminator<'d>> + use<'a, 'd> {
    cx.model.of(Kind::Discriminator).filter_map(|site| {
        let node = site.node.get("propertyName")?;
        Some(Discriminator {
            object: site.node,
            node,
            name: node.as_str()?,
            schema: cx.model.parent(site)?.node,
        })
    })
}

/// Tells which alternatives of a schema lack what its discriminator, whose `propertyName` is given, needs
/// of them; false where it has none.
pub(in crate::rules) fn of_alternatives<'d>(
    cx: &Context<'d>,
    report: &mut Report<'d>,
    schema: &'d Node,
    property_name: &'d Node,
    what: &str,
    lacks: impl Fn(&'d Node) -> bool,
) -> bool {
    let alternatives = schema::alternatives(schema);
    let Some(first) = alternatives.first() else {
        return false;
    };
    let lacking: Vec<&Node> = alternatives
        .iter()
        .copied()
        .filter(|one| lacks(one))
        .collect();
    // What all lack is likely called otherwise.
    if lacking.len() == alternatives.len() {
        report.at(property_name, format!("{} {what}", title(first)));
        return true;
    }
    for alternative in lacking {
        let at = cx.resolve(alternative).unwrap_or(alternative);
        let title = title(alternative);
        report.at_key(
            at,
            format!("{title} {what}, which the discriminator of its alternatives reads"),
        );
    }
    true
}

/// What an alternative is called.
fn title(alternative: &Node) -> String {
    let name = alternative
        .reference()
        .and_then(|reference| reference.rsplit('/').next());
    name.map_or_else(|| "this alternative".to_owned(), |name| format!("`{name}`"))
}

/// What a schema and those that it is composed of say a member is.
pub(in crate::rules) fn described<'d>(
    cx: &Context<'d>,
    schema: &'d Node,
    name: &str,
) -> Vec<&'d Node> {
    let mut described = Vec::new();
    let mut seen = HashSet::new();
    let mut waiting = vec![schema];
    while let Some(schema) = waiting.pop() {
        let Some(schema) = cx.resolve(schema) else {
            continue;
        };
        if !seen.insert(std::ptr::from_ref(schema)) {
            continue;
        }
        let property = schema.get("properties").and_then(|all| all.get(name));
        described.extend(property.and_then(|property| cx.resolve(property)));
        waiting.extend(
            schema
                .get("allOf")
                .and_then(Node::as_sequence)
                .unwrap_or_default(),
        );
    }
    described
}

/// What a schema and those that it is composed of say about a member.
#[derive(Default)]
pub(in crate::rules) struct Facts {
    pub(in crate::rules) described: bool,
    pub(in crate::rules) required: bool,
    /// Some part of it cannot be looked at.
    pub(in crate::rules) open: bool,
}

pub(in crate::rules) fn facts<'d>(cx: &Context<'d>, schema: &'d Node, name: &str) -> Facts {
    let mut facts = Facts::default();
    let mut seen = HashSet::new();
    let mut waiting = vec![schema];
    while let Some(schema) = waiting.pop() {
        let Some(schema) = cx.resolve(schema) else {
            facts.open = true;
            continue;
        };
        if !seen.insert(std::ptr::from_ref(schema)) {
            continue;
        }
        facts.described |= schema
            .get("properties")
            .is_some_and(|properties| properties.get(name).is_some());
        facts.required |= schema::required_names(schema).any(|(_, required)| required == name);
        waiting.extend(
            schema
                .get("allOf")
                .and_then(Node::as_sequence)
                .unwrap_or_default(),
        );
        // An alternative that is a choice itself: what its members share is not worked out.
        if schema.get("oneOf").is_some() || schema.get("anyOf").is_some() {
            facts.open |= seen.len() > 1;
        }
    }
    facts
}
