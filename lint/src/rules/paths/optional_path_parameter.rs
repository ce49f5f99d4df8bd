//! Path parameters that are not required.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "optional-path-parameter",
    severity: Severity::Error,
    area: Area::Paths,
    summary: "a parameter `in: path` without `required: true`",
    docs: "There is no path without its parts: `required` of a path parameter is there and is true.",
    bad: "paths:\n  /pets/{id}:\n    get:\n      parameters:\n        - name: id\n          in: path\n          required: false # here\n          schema: {type: string}\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets/{id}:\n    get:\n      parameters:\n        - name: id\n          in: path\n          required: true\n          schema: {type: string}\n      responses:\n        '200': {description: ok}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Parameter) {
        if site.node.get("in").and_then(Node::as_str) != Some("path") {
            continue;
        }
        match site.node.get("required") {
            None => {
                report
                    .at_key(site.node, "a path parameter needs `required: true`")
                    .help("add `required: true`");
            }
            Some(required) if required.as_bool() == Some(false) => {
                report
                    .at(required, "a path parameter is always required")
                    .help("write `required: true`");
            }
            Some(_) => {}
        }
    }
}
