//! `nullable` that has no effect.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "nullable-without-type",
    severity: Severity::Warning,
    area: Area::Structure,
    summary: "`nullable: true` without `type`, where it has no effect",
    docs: "By the specification `nullable: true` adds null to the `type` beside it. Without a type \
           there, for example beside `allOf`, it says nothing, and readers differ in what they make of it.",
    bad: "components:\n  schemas:\n    Pet: {type: object}\n    Owner:\n      type: object\n      properties:\n        pet:\n          nullable: true # here\n          allOf: [{$ref: '#/components/schemas/Pet'}]\n",
    good: "components:\n  schemas:\n    Pet: {type: object, nullable: true}\n    Owner:\n      type: object\n      properties:\n        pet: {$ref: '#/components/schemas/Pet'}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Schema) {
        if let Some(nullable) = site.node.get("nullable")
            && nullable.as_bool() == Some(true)
            && site.node.get("type").is_none()
        {
            report
                .at_key(
                    nullable,
                    "`nullable` has no effect without `type` beside it",
                )
                .help("name the type here, or allow null in the schema that is referred to");
        }
    }
}
