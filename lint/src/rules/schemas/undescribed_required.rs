//! Members that are required and not described.

use crate::model::Site;
use crate::rules::prelude::*;
use crate::schema;
use crate::suggestion::nearest;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "undescribed-required",
    severity: Severity::Warning,
    area: Area::Schemas,
    summary: "a member is required that `properties` does not describe",
    docs: "It is legal, and nearly always a misspelt or renamed member: readers know that it has to \
           be there, and not what it is. In a composition it may be described elsewhere, so nothing \
           is said there.",
    bad: "components:\n  schemas:\n    Pet:\n      type: object\n      required: [nmae] # here\n      properties:\n        name: {type: string}\n",
    good: "components:\n  schemas:\n    Pet:\n      type: object\n      required: [name]\n      properties:\n        name: {type: string}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Schema) {
        let names = schema::property_names(site.node);
        if matches!(site.field, "oneOf" | "anyOf") {
            misspelt_alternative(cx, site, report);
        }
        if matches!(site.field, "allOf" | "oneOf" | "anyOf" | "not") {
            continue;
        }
        for (node, name) in schema::required_names(site.node) {
            // A space at its end is told as such.
            let is_spaced = name.trim() != name && names.contains(&name.trim());
            if schema::is_undescribed(site.node, name) && !is_spaced {
                let finding = report.at(
                    node,
                    format!("`{name}` is required, and `properties` does not describe it"),
                );
                if let Some(nearest) = nearest(name, names.iter().copied()) {
                    finding.help(format!("did you mean `{nearest}`?"));
                }
            }
        }
    }
}

/// Alternatives that do no more than require members of the schema around them: there the members are
/// described, and one that is not there is a slip where another is nearly called so.
fn misspelt_alternative<'d>(cx: &Context<'d>, site: &Site<'d>, report: &mut Report<'d>) {
    let Some(around) = cx.model.parent(site) else {
        return;
    };
    let is_composed = matches!(around.field, "allOf" | "oneOf" | "anyOf" | "not");
    let is_open = around.node.get("allOf").is_some()
        || around.node.get("additionalProperties").is_some()
        || site.node.get("properties").is_some()
        || schema::in_place(site.node).next().is_some();
    let described = schema::property_names(around.node);
    if around.kind != Kind::Schema || is_composed || is_open || described.is_empty() {
        return;
    }
    for (node, name) in schema::required_names(site.node) {
        if !described.contains(&name)
            && let Some(nearest) = nearest(name, described.iter().copied())
        {
            report
                .at(
                    node,
                    format!("`{name}` is required, and `properties` does not describe it"),
                )
                .help(format!("did you mean `{nearest}`?"));
        }
    }
}
