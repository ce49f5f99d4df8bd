//! Discriminators whose property cannot hold their values.

use super::discriminator_property::{Discriminator, described, discriminators};
use crate::rules::prelude::*;
use crate::schema;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "discriminator-value",
    severity: Severity::Warning,
    area: Area::Schemas,
    summary: "the property of a discriminator is no string, or cannot be a value that is mapped",
    docs: "The values of a discriminator are names: strings. Readers may or may not compare a number with \
           them. Of a property with an `enum`, a key of `mapping` that is not listed maps what never \
           comes.",
    bad: "components:\n  schemas:\n    Cat:\n      type: object\n      required: [kind]\n      properties: {kind: {type: string, enum: [cat]}}\n    Pet:\n      oneOf: [{$ref: '#/components/schemas/Cat'}]\n      discriminator:\n        propertyName: kind\n        mapping:\n          kat: Cat # here\n",
    good: "components:\n  schemas:\n    Cat:\n      type: object\n      required: [kind]\n      properties: {kind: {type: string, enum: [cat]}}\n    Pet:\n      oneOf: [{$ref: '#/components/schemas/Cat'}]\n      discriminator:\n        propertyName: kind\n        mapping:\n          cat: Cat\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for discriminator in discriminators(cx) {
        let Discriminator {
            node,
            name,
            schema: around,
            ..
        } = discriminator;
        types(cx, report, node, name, around);
        for (value, node) in crate::context::members(discriminator.object, "mapping") {
            let Some(mapped) = node.as_str().and_then(|target| schema::mapped(cx, target)) else {
                continue;
            };
            let described = [around, mapped]
                .into_iter()
                .flat_map(|schema| described(cx, schema, name));
            for property in described {
                let values = schema::enum_values(property);
                let listed = |node: &Node| node.scalar_text() == Some(value);
                // Of another type is told already.
                let strings = values.iter().all(|value| value.as_str().is_some());
                if !values.is_empty() && strings && !values.iter().any(listed) {
                    let finding = report.at_key(
                        node,
                        format!("`{value}` is no value that the enum of `{name}` lists"),
                    );
                    let values = values.iter().filter_map(Node::as_str);
                    if let Some(nearest) = crate::suggestion::nearest(value, values) {
                        finding.help(format!("did you mean `{nearest}`?"));
                    }
                    break;
                }
            }
        }
    }
}

/// Tells where the property is of another type. What all alternatives say is likely no slip of one of
/// them.
fn types<'d>(
    cx: &Context<'d>,
    report: &mut Report<'d>,
    node: &'d Node,
    name: &str,
    around: &'d Node,
) {
    let of_another_type = |schema: &'d Node| {
        described(cx, schema, name)
            .into_iter()
            .filter_map(|property| property.get("type"))
            .find(|kind| {
                kind.as_str().is_some_and(|kind| {
                    kind != "string" && crate::description::TYPES.contains(&kind)
                })
            })
    };
    let alternatives = schema::alternatives(around);
    let mut wrong: Vec<&Node> = alternatives
        .iter()
        .filter_map(|alternative| of_another_type(alternative))
        .collect();
    if wrong.len() > 1 && wrong.len() == alternatives.len() {
        let kind = wrong[0].as_str().unwrap_or_default();
        report.at(
            node,
            format!("`{name}` is of type `{kind}`, and a discriminator reads a string"),
        );
        return;
    }
    wrong.extend(of_another_type(around));
    let mut told = std::collections::HashSet::new();
    for kind in wrong {
        if told.insert(std::ptr::from_ref(kind)) {
            report.at(
                kind,
                format!("the discriminator reads `{name}`, which is a string"),
            );
        }
    }
}
