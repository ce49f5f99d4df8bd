//! Bounds between which nothing lies.

use crate::lint::rules::prelude::*;
use crate::lint::schema::crossed_bounds;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "crossed-bounds",
    severity: Severity::Error,
    area: Area::Schemas,
    summary: "a lower bound above the upper one, so that no value fits",
    docs: "`minLength` over `maxLength`, `minimum` over `maximum`, and bounds of an integer with no \
           whole number between them.",
    bad: "components:\n  schemas:\n    Name:\n      type: string\n      minLength: 10 # here\n      maxLength: 5\n",
    good: "components:\n  schemas:\n    Name:\n      type: string\n      minLength: 5\n      maxLength: 10\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Schema) {
        for crossed in crossed_bounds(site.node) {
            let text = |node: &Node| node.scalar_text().unwrap_or_default().to_owned();
            report.at(
                crossed.low_node,
                format!(
                    "no value fits: {} is {}, {} is {}",
                    crossed.low,
                    text(crossed.low_node),
                    crossed.high,
                    text(crossed.high_node)
                ),
            );
        }
    }
}
