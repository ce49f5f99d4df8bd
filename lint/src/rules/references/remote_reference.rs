//! References to a network.

use crate::context::Target;
use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "remote-reference",
    severity: Severity::Warning,
    area: Area::References,
    summary: "a reference to a network or out of the document's folder, which is not followed",
    docs: "What stands there today may not stand there tomorrow, and nobody here looks: a network is never \
           asked, and no file is read that does not lie beside or below the document. Keep a copy there.",
    bad: "components:\n  schemas:\n    Pets:\n      type: array\n      items:\n        $ref: 'https://example.com/pet.yaml' # here\n",
    good: "components:\n  schemas:\n    Pet: {type: object}\n    Pets:\n      type: array\n      items:\n        $ref: '#/components/schemas/Pet'\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let references = cx.model.references.iter();
    let references = references.map(|reference| (reference.value, reference.target));
    let items = cx.model.of(Kind::PathItem).filter_map(|site| {
        let value = site.node.get("$ref")?;
        Some((value, value.as_str()?))
    });
    for (value, target) in references.chain(items) {
        let why = match cx.target(target) {
            Target::Remote => "is an address of a network and is not followed",
            Target::Outside => "lies outside of the document's folder and is not read",
            _ => continue,
        };
        report.at(value, format!("`{target}` {why}"));
    }
}
