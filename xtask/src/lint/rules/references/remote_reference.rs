//! References to a network.

use crate::lint::context::Target;
use crate::lint::rules::prelude::*;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "remote-reference",
    severity: Severity::Warning,
    area: Area::References,
    summary: "a reference to an address of a network, which is not followed",
    docs: "What stands there today may not stand there tomorrow, and nobody here looks. Keep a copy \
           beside the document.",
    bad: "components:\n  schemas:\n    Pets:\n      type: array\n      items:\n        $ref: 'https://example.com/pet.yaml' # here\n",
    good: "components:\n  schemas:\n    Pet: {type: object}\n    Pets:\n      type: array\n      items:\n        $ref: '#/components/schemas/Pet'\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for reference in &cx.model.references {
        if let Target::Remote = cx.target(reference.target) {
            report.at(
                reference.value,
                format!(
                    "`{}` is an address of a network and is not followed",
                    reference.target
                ),
            );
        }
    }
}
