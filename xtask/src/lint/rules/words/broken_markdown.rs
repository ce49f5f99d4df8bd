//! Descriptions whose Markdown is broken.

use crate::lint::rules::prelude::*;
use crate::lint::rules::words::markdown;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "broken-markdown",
    severity: Severity::Warning,
    area: Area::Words,
    summary: "the Markdown of a description is broken",
    docs: "A block of code that is not closed takes the rest of the text with it; a link without its \
           end shows its brackets.",
    bad: "info:\n  title: Pets\n  version: '1'\n  description: 'See [the guide](https://example.com/guide and ask.' # here\n",
    good: "info:\n  title: Pets\n  version: '1'\n  description: 'See [the guide](https://example.com/guide) and ask.'\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for node in &cx.model.prose {
        if let Some(problem) = node.as_str().and_then(markdown::problem) {
            report.at(node, problem);
        }
    }
}
