//! Ids of operations in different styles.

use crate::rules::prelude::*;
use crate::rules::words::casing::{Casing, majority};

pub(in crate::rules) static RULE: Rule = Rule {
    id: "operation-id-style",
    severity: Severity::Warning,
    area: Area::Words,
    summary: "an operationId with odd characters, or in another style than the others",
    docs: "An id of letters, digits, `_`, `-`, `.` and `/` makes a good name in every language. Where \
           most ids are `camelCase`, the one in `snake_case` is likely a slip.",
    bad: "paths:\n  /pets:\n    get:\n      operationId: list pets # here\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets:\n    get:\n      operationId: listPets\n      responses:\n        '200': {description: ok}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let ids: Vec<(&'d Node, &str)> = cx
        .operations()
        .filter_map(|operation| operation.node.get("operationId"))
        // A space at its end is told as such.
        .filter_map(|node| Some((node, node.as_str()?.trim())))
        .filter(|(_, id)| !id.is_empty())
        .collect();
    let style = majority(ids.iter().map(|(_, id)| *id));
    for (node, id) in ids {
        let odd = id
            .chars()
            .find(|c| !c.is_ascii_alphanumeric() && !"_-./:".contains(*c));
        if let Some(odd) = odd {
            report.at(
                node,
                format!("`{id}` holds `{}`, which no name has", odd.escape_debug()),
            );
        } else if id.starts_with(|c: char| c.is_ascii_digit()) {
            report.at(
                node,
                format!("`{id}` begins with a digit, which no name does"),
            );
        } else if let Some(style) = style
            && let Some(own) = Casing::of(id)
            && own != style
        {
            report.at(node, format!("`{id}` is {own}, and most ids are {style}"));
        }
    }
}
