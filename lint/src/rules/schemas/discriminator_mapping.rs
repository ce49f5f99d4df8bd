//! Discriminators that map to nothing.

use std::collections::HashSet;

use crate::model::Site;
use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "discriminator-mapping",
    severity: Severity::Error,
    area: Area::Schemas,
    summary: "a discriminator maps a value to a schema that does not exist",
    docs: "A value of `mapping` is the name of a schema of the components, or a reference to one; and \
           that is one of the alternatives beside the discriminator, where there are any.",
    bad: "components:\n  schemas:\n    Cat:\n      type: object\n      required: [kind]\n      properties: {kind: {type: string}}\n    Pet:\n      oneOf: [{$ref: '#/components/schemas/Cat'}]\n      discriminator:\n        propertyName: kind\n        mapping:\n          cat: '#/components/schemas/Cta' # here\n",
    good: "components:\n  schemas:\n    Cat:\n      type: object\n      required: [kind]\n      properties: {kind: {type: string}}\n    Pet:\n      oneOf: [{$ref: '#/components/schemas/Cat'}]\n      discriminator:\n        propertyName: kind\n        mapping:\n          cat: '#/components/schemas/Cat'\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let schemas = cx
        .document
        .root()
        .get("components")
        .and_then(|components| components.get("schemas"))
        .and_then(Node::as_mapping);
    for site in cx.model.of(Kind::Discriminator) {
        let is_schema =
            |node: &Node| cx.kinds().get(&std::ptr::from_ref(node)) == Some(&Kind::Schema);
        stray(cx, site, is_schema, report);
        for (_, node) in crate::context::members(site.node, "mapping") {
            let Some(target) = node.as_str() else {
                continue;
            };
            // A word is a schema's name or, in a folder, a file's: both forms are legal.
            let found = if schemas.is_some_and(|schemas| schemas.get(target).is_some()) {
                true
            } else if let Some(pointer) = xquik_document::Pointer::from_reference(target) {
                cx.document.at(&pointer).is_some()
            } else if target.contains(['/', '.', '#']) {
                crate::external::is_remote(target) || cx.has_file(target)
            } else {
                false
            };
            if !found {
                let finding = report.at(node, format!("`{target}` is no schema of this document"));
                let name = target.rsplit('/').next().unwrap_or_default();
                let names = schemas
                    .into_iter()
                    .flatten()
                    .map(|entry| entry.key.name.as_str());
                if let Some(nearest) = crate::suggestion::nearest(name, names) {
                    finding.help(format!("did you mean `#/components/schemas/{nearest}`?"));
                }
                continue;
            }
            if crate::schema::mapped(cx, target).is_some_and(|schema| !is_schema(schema)) {
                report.at(node, format!("`{target}` is no schema"));
            }
        }
    }
}

/// Mappings to a schema that exists and is none of the alternatives, where those are all known.
fn stray<'d>(
    cx: &Context<'d>,
    site: &Site<'d>,
    is_schema: impl Fn(&Node) -> bool,
    report: &mut Report<'d>,
) {
    let Some(around) = cx.model.parent(site) else {
        return;
    };
    let alternatives: Option<Vec<&Node>> = crate::schema::alternatives(around.node)
        .into_iter()
        .map(|alternative| cx.resolve(alternative))
        .collect();
    let Some(alternatives) = alternatives.filter(|all| !all.is_empty()) else {
        return;
    };
    // An alternative that is a choice itself has alternatives of its own.
    let is_choice = |schema: &&Node| schema.get("oneOf").is_some() || schema.get("anyOf").is_some();
    if alternatives.iter().any(is_choice) {
        return;
    }
    let known: HashSet<*const Node> = alternatives.into_iter().map(std::ptr::from_ref).collect();
    for (_, node) in crate::context::members(site.node, "mapping") {
        if let Some(target) = node.as_str()
            && let Some(schema) = crate::schema::mapped(cx, target)
            && let Some(schema) = cx.resolve(schema)
            && !known.contains(&std::ptr::from_ref(schema))
            // What is no schema is told as such.
            && is_schema(schema)
        {
            report.at(
                node,
                format!("`{target}` is none of the alternatives beside the discriminator"),
            );
        }
    }
}
