//! Discriminators that may be absent.

use super::discriminator_property::{Discriminator, discriminators, facts, of_alternatives};
use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "optional-discriminator",
    severity: Severity::Warning,
    area: Area::Schemas,
    summary: "an alternative does not require the discriminator's property",
    docs: "The specification says that the property should be required, since what happens without \
           it is not defined.",
    bad: "components:\n  schemas:\n    Cat:\n      type: object\n      properties: {kind: {type: string}}\n    Pet:\n      oneOf: [{$ref: '#/components/schemas/Cat'}]\n      discriminator:\n        propertyName: kind # here\n",
    good: "components:\n  schemas:\n    Cat:\n      type: object\n      required: [kind]\n      properties: {kind: {type: string}}\n    Pet:\n      oneOf: [{$ref: '#/components/schemas/Cat'}]\n      discriminator:\n        propertyName: kind\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for Discriminator {
        node, name, schema, ..
    } in discriminators(cx)
    {
        let own = facts(cx, schema, name);
        if own.required || own.open {
            continue;
        }
        let lacks = |alternative: &'d Node| {
            let its = facts(cx, alternative, name);
            !its.open && !its.required && (its.described || own.described)
        };
        let what = format!("does not require `{name}`");
        let any = of_alternatives(cx, report, schema, node, &what, lacks);
        if !any && own.described {
            report.at(node, format!("the schema {what}"));
        }
    }
}
