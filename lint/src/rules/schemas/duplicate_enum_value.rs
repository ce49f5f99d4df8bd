//! Enum values that are there twice.

use std::collections::HashSet;

use crate::rules::prelude::*;
use crate::schema;
use crate::validation::shown;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "duplicate-enum-value",
    severity: Severity::Warning,
    area: Area::Schemas,
    summary: "a value that is in an enum twice",
    docs: "JSON Schema says that the values should be unique, and generators make a name of each.",
    bad: "components:\n  schemas:\n    Color:\n      type: string\n      enum:\n        - red\n        - green\n        - red # here\n",
    good: "components:\n  schemas:\n    Color:\n      type: string\n      enum:\n        - red\n        - green\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Schema) {
        let lists = [
            schema::enum_values(site.node),
            site.node
                .get("x-extensible-enum")
                .and_then(Node::as_sequence)
                .unwrap_or_default(),
        ];
        for list in lists {
            let mut seen = HashSet::new();
            for value in list {
                if !seen.insert(value.to_json().to_string()) {
                    report.at(value, format!("{} is in the enum already", shown(value)));
                }
            }
        }
    }
}
