//! Members that are required and forbidden.

use crate::rules::prelude::*;
use crate::schema;
use crate::suggestion::nearest;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "forbidden-required",
    severity: Severity::Error,
    area: Area::Schemas,
    summary: "a member is required that `additionalProperties: false` forbids",
    docs: "No object fits: the member must be there, and must not.",
    bad: "components:\n  schemas:\n    Pet:\n      type: object\n      additionalProperties: false\n      required: [name, nickname] # here\n      properties:\n        name: {type: string}\n",
    good: "components:\n  schemas:\n    Pet:\n      type: object\n      additionalProperties: false\n      required: [name]\n      properties:\n        name: {type: string}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Schema) {
        let names = schema::property_names(site.node);
        for (node, name) in schema::required_names(site.node) {
            if schema::is_forbidden(cx, site.node, name) {
                let finding = report.at(
                    node,
                    format!("`{name}` is required, and `additionalProperties: false` forbids it"),
                );
                match nearest(name, names.iter().copied()) {
                    Some(nearest) => finding.help(format!("did you mean `{nearest}`?")),
                    None => finding.help("describe it in `properties`, or do not require it"),
                }
            }
        }
    }
}
