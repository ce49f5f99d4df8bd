//! Parameters that are there twice.

use std::collections::HashMap;

use crate::context::parameter_identity;
use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "duplicate-parameter",
    severity: Severity::Error,
    area: Area::Paths,
    summary: "two parameters of one list have the same name and place",
    docs: "A parameter is told by its `name` and `in`; names of headers have no case. An operation \
           may replace a parameter of its path item, but not list one twice.",
    bad: "paths:\n  /pets:\n    get:\n      parameters:\n        - {name: limit, in: query, schema: {type: integer}}\n        - {name: limit, in: query, schema: {type: string}} # here\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets:\n    get:\n      parameters:\n        - {name: limit, in: query, schema: {type: integer}}\n      responses:\n        '200': {description: ok}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for kind in [Kind::PathItem, Kind::Operation] {
        for site in cx.model.of(kind) {
            let list = site.node.get("parameters").and_then(Node::as_sequence);
            let mut seen = HashMap::new();
            for written in list.unwrap_or_default() {
                let Some(parameter) = cx.resolve(written) else {
                    continue;
                };
                let identity = parameter_identity(parameter);
                let (Some(place), Some(name)) = &identity else {
                    continue;
                };
                let text = format!("there is a {place} parameter `{name}` in this list already");
                if seen.insert(identity.clone(), written).is_some() {
                    report.at(written, text);
                }
            }
        }
    }
}
