//! Status codes that are numbers.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "unquoted-status",
    severity: Severity::Warning,
    area: Area::Syntax,
    summary: "a status code is a number, not text",
    docs: "The specification says that a status code is enclosed in quotation marks, so that YAML \
           and JSON mean the same: keys of JSON are text.",
    bad: "paths:\n  /pets:\n    get:\n      responses:\n        200: # here\n          description: ok\n",
    good: "paths:\n  /pets:\n    get:\n      responses:\n        '200':\n          description: ok\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Responses) {
        for entry in site.node.as_mapping().into_iter().flatten() {
            let name = &entry.key.name;
            if entry.key.style == Style::Plain && name.bytes().all(|byte| byte.is_ascii_digit()) {
                report
                    .at_key(&entry.value, format!("the status {name} is a number here"))
                    .help(format!("write '{name}' in quotes"));
            }
        }
    }
}
