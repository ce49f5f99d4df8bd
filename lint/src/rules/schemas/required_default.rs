//! Defaults that never take effect.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "required-default",
    severity: Severity::Warning,
    area: Area::Schemas,
    summary: "a required parameter has a default, which never takes effect",
    docs: "A default is what the server assumes when the parameter is absent, and a required one is \
           never absent.",
    bad: "paths:\n  /pets:\n    get:\n      parameters:\n        - name: limit\n          in: query\n          required: true\n          schema:\n            type: integer\n            default: 10 # here\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets:\n    get:\n      parameters:\n        - name: limit\n          in: query\n          schema:\n            type: integer\n            default: 10\n      responses:\n        '200': {description: ok}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Parameter) {
        if site.node.get("required").and_then(Node::as_bool) == Some(true)
            && let Some(schema) = site.node.get("schema")
            && schema.reference().is_none()
            && let Some(default) = schema.get("default")
        {
            report.at_key(default, "a required parameter never takes its default");
        }
    }
}
