//! Members that are required twice.

use std::collections::HashSet;

use crate::rules::prelude::*;
use crate::schema;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "duplicate-required",
    severity: Severity::Error,
    area: Area::Schemas,
    summary: "a member that is in `required` twice",
    docs: "JSON Schema wants the names in `required` to be unique.",
    bad: "components:\n  schemas:\n    Pet:\n      type: object\n      required:\n        - name\n        - name # here\n      properties:\n        name: {type: string}\n",
    good: "components:\n  schemas:\n    Pet:\n      type: object\n      required:\n        - name\n      properties:\n        name: {type: string}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Schema) {
        let mut seen = HashSet::new();
        for (node, name) in schema::required_names(site.node) {
            if !seen.insert(name) {
                report.at(node, format!("`{name}` is in `required` already"));
            }
        }
    }
}
