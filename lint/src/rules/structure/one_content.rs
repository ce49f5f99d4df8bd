//! Parameters with several media types.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "one-content",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "`content` of a parameter or header has not exactly one media type",
    docs: "A parameter is serialised in one way, so its `content` holds exactly one media type.",
    bad: "paths:\n  /pets:\n    get:\n      parameters:\n        - name: filter\n          in: query\n          content: # here\n            application/json: {}\n            application/xml: {}\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets:\n    get:\n      parameters:\n        - name: filter\n          in: query\n          content:\n            application/json: {}\n      responses:\n        '200': {description: ok}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for kind in [Kind::Parameter, Kind::Header] {
        for site in cx.model.of(kind) {
            if let Some(content) = site.node.get("content")
                && let Some(mapping) = content.as_mapping()
                && mapping.len() != 1
            {
                report.at_key(
                    content,
                    format!(
                        "`content` needs exactly one media type here, and has {}",
                        mapping.len()
                    ),
                );
            }
        }
    }
}
