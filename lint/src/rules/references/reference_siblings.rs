//! What stands beside a reference.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "reference-siblings",
    severity: Severity::Warning,
    area: Area::References,
    summary: "a field beside `$ref`, which is ignored",
    docs: "A Reference Object of 3.0 has no other field: readers ignore what stands beside `$ref`. \
           Wrap the reference in `allOf` to add a description.",
    bad: "components:\n  schemas:\n    Pet: {type: object}\n    Owner:\n      type: object\n      properties:\n        pet:\n          $ref: '#/components/schemas/Pet'\n          description: The owner's pet. # here\n",
    good: "components:\n  schemas:\n    Pet: {type: object}\n    Owner:\n      type: object\n      properties:\n        pet:\n          allOf: [{$ref: '#/components/schemas/Pet'}]\n          description: The owner's pet.\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for reference in &cx.model.references {
        for entry in reference.node.as_mapping().into_iter().flatten() {
            let name = &entry.key.name;
            if name != "$ref" && !name.starts_with("x-") {
                report
                    .at_key(&entry.value, format!("`{name}` beside `$ref` is ignored"))
                    .help(if name == "nullable" {
                        "null is allowed where the type is: write it beside `type` at the target"
                    } else if reference.expected == Kind::Schema {
                        "wrap the reference: `allOf: [{$ref: …}]`"
                    } else {
                        "move it to the target of the reference"
                    });
            }
        }
    }
}
