//! Styles that have no form for a value.

use crate::rules::prelude::*;
use crate::schema::type_of;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "style-of-type",
    severity: Severity::Warning,
    area: Area::Structure,
    summary: "a `style` that has no form for values of this type",
    docs: "`deepObject` writes an object, `spaceDelimited` and `pipeDelimited` an array or an object. How \
           another value is written with them is not defined, and clients differ.",
    bad: "paths:\n  /pets:\n    get:\n      parameters:\n        - name: filter\n          in: query\n          style: deepObject # here\n          schema: {type: string}\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets:\n    get:\n      parameters:\n        - name: filter\n          in: query\n          style: deepObject\n          schema:\n            type: object\n            properties: {name: {type: string}}\n      responses:\n        '200': {description: ok}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Parameter) {
        // A style that parameters of another place do not have at all is told as such.
        if site.node.get("in").and_then(Node::as_str) != Some("query") {
            continue;
        }
        let (Some(style), Some(schema)) = (site.node.get("style"), cx.get(site.node, "schema"))
        else {
            continue;
        };
        let (Some(name), Some(kind)) = (style.as_str(), type_of(schema)) else {
            continue;
        };
        let fits = match name {
            "deepObject" => kind == "object",
            "spaceDelimited" | "pipeDelimited" => matches!(kind, "array" | "object"),
            _ => true,
        };
        if !fits && crate::description::TYPES.contains(&kind) {
            let finding = report.at(
                style,
                format!("`{name}` has no form for a value of type `{kind}`"),
            );
            finding.help("leave the style out: `form` takes values of any type");
        }
    }
}
