//! Bounds between which nothing lies.

use crate::rules::prelude::*;
use crate::schema::{self, crossed_bounds};

pub(in crate::rules) static RULE: Rule = Rule {
    id: "crossed-bounds",
    severity: Severity::Error,
    area: Area::Schemas,
    summary: "a lower bound above the upper one, so that no value fits",
    docs: "`minLength` over `maxLength`, `minimum` over `maximum`, and bounds of an integer with no \
           whole number or no multiple between them; more members required than `maxProperties` \
           allows, or fewer described than `minProperties` wants.",
    bad: "components:\n  schemas:\n    Name:\n      type: string\n      minLength: 10 # here\n      maxLength: 5\n",
    good: "components:\n  schemas:\n    Name:\n      type: string\n      minLength: 5\n      maxLength: 10\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Schema) {
        for crossed in crossed_bounds(site.node) {
            let text = |name: &str, node: &Node| {
                let exclusive = match name {
                    "minimum" => "exclusiveMinimum",
                    _ => "exclusiveMaximum",
                };
                let is_number = matches!(name, "minimum" | "maximum");
                let excluded =
                    is_number && site.node.get(exclusive).and_then(Node::as_bool) == Some(true);
                format!(
                    "{}{name} is {}",
                    if excluded { "the exclusive " } else { "" },
                    node.scalar_text().unwrap_or_default()
                )
            };
            report.at(
                crossed.low_node,
                format!(
                    "no value fits: {}, {}",
                    text(crossed.low, crossed.low_node),
                    text(crossed.high, crossed.high_node)
                ),
            );
        }
        if let Some(node) = schema::multiple_out_of_bounds(site.node) {
            report.at(
                node,
                format!(
                    "no value fits: no multiple of {} lies between the bounds",
                    node.scalar_text().unwrap_or_default()
                ),
            );
        }
        let count = |name: &str| site.node.get(name).and_then(schema::count);
        let mut required: Vec<&str> = schema::required_names(site.node)
            .map(|(_, name)| name)
            .collect();
        required.sort_unstable();
        required.dedup();
        if let (Some(most), Some(node)) = (count("maxProperties"), site.node.get("maxProperties"))
            && required.len() as u64 > most
        {
            report.at(
                node,
                format!(
                    "no value fits: {} members are required, and maxProperties is {most}",
                    required.len()
                ),
            );
        }
        let described = schema::property_names(site.node).len();
        if let (Some(least), Some(node)) = (count("minProperties"), site.node.get("minProperties"))
            && schema::is_closed(site.node)
            && least > described as u64
        {
            report.at(
                node,
                format!(
                    "no value fits: minProperties is {least}, and there are {described} properties \
                     and no others"
                ),
            );
        }
    }
}
