//! Descriptions that repeat the summary.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "repeated-summary",
    severity: Severity::Warning,
    area: Area::Words,
    summary: "a description says the same as the summary",
    docs: "The summary is a title, and the description says what the title cannot.",
    bad: "paths:\n  /pets:\n    get:\n      summary: List all pets\n      description: List all pets. # here\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets:\n    get:\n      summary: List all pets\n      description: Lists the pets of the shop, the youngest first.\n      responses:\n        '200': {description: ok}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for operation in cx.operations() {
        let text = |name: &str| {
            let text = operation.node.get(name)?.as_str()?;
            let text = text.trim().trim_end_matches('.').to_lowercase();
            (!text.is_empty()).then_some(text)
        };
        if let Some(description) = operation.node.get("description")
            && let (Some(a), Some(b)) = (text("summary"), text("description"))
            && a == b
        {
            report.at(description, "the description says the same as the summary");
        }
    }
}
