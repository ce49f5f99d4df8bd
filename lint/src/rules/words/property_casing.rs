//! Properties in different styles.

use std::collections::HashSet;

use crate::rules::prelude::*;
use crate::rules::words::casing::{Casing, majority};
use crate::schema::property_names;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "property-casing",
    severity: Severity::Warning,
    area: Area::Words,
    summary: "a property in another style than the others of its object",
    docs: "In an object of `camelCase` members one in `snake_case` is likely a slip, and a trap for \
           whoever types it.",
    bad: "components:\n  schemas:\n    Pet:\n      type: object\n      properties:\n        firstName: {type: string}\n        lastName: {type: string}\n        birth_date: {type: string} # here\n",
    good: "components:\n  schemas:\n    Pet:\n      type: object\n      properties:\n        firstName: {type: string}\n        lastName: {type: string}\n        birthDate: {type: string}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let mut told = HashSet::new();
    for site in cx.model.of(Kind::Schema) {
        let Some(properties) = site.node.get("properties") else {
            continue;
        };
        let Some(style) = majority(property_names(site.node).into_iter()) else {
            continue;
        };
        for entry in properties.as_mapping().into_iter().flatten() {
            let name = entry.key.name.as_str();
            if let Some(own) = Casing::of(name)
                && own != style
                && told.insert((site.node.span.start, name))
            {
                report.at_key(
                    &entry.value,
                    format!("`{name}` is {own}, and its neighbours are {style}"),
                );
            }
        }
    }
}
