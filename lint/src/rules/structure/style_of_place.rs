//! Styles that a parameter's place does not have.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "style-of-place",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "a `style` that parameters of this place do not have",
    docs: "In a path: `matrix`, `label`, `simple`. In a query: `form`, `spaceDelimited`, \
           `pipeDelimited`, `deepObject`. In a header: `simple`. In a cookie: `form`.",
    bad: "paths:\n  /pets/{id}:\n    get:\n      parameters:\n        - name: id\n          in: path\n          required: true\n          style: form # here\n          schema: {type: string}\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets/{id}:\n    get:\n      parameters:\n        - name: id\n          in: path\n          required: true\n          style: simple\n          schema: {type: string}\n      responses:\n        '200': {description: ok}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Parameter) {
        let (Some(place), Some(style)) = (site.node.get("in"), site.node.get("style")) else {
            continue;
        };
        let (Some(place), Some(name)) = (place.as_str(), style.as_str()) else {
            continue;
        };
        let styles: &[&str] = match place {
            "path" => &["matrix", "label", "simple"],
            "query" => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
            "header" => &["simple"],
            "cookie" => &["form"],
            _ => continue,
        };
        if crate::description::STYLES.contains(&name) && !styles.contains(&name) {
            report
                .at(style, format!("a {place} parameter has no style `{name}`"))
                .help(format!("it may be {}", styles.join(", ")));
        }
    }
}
