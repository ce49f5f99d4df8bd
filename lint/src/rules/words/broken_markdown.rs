//! Descriptions whose Markdown is broken.

use crate::rules::prelude::*;
use crate::rules::words::markdown;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "broken-markdown",
    severity: Severity::Warning,
    area: Area::Words,
    summary: "the Markdown of a description is broken",
    docs: "A block of code that is not closed takes the rest of the text with it; a link without its \
           end shows its brackets, `**` without its pair its asterisks, a heading without a space its `#`. \
           In a block scalar the place is the line within it.",
    bad: "info:\n  title: Pets\n  version: '1'\n  description: 'See [the guide](https://example.com/guide and ask.' # here\n",
    good: "info:\n  title: Pets\n  version: '1'\n  description: 'See [the guide](https://example.com/guide) and ask.'\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for node in &cx.model.prose {
        for problem in node.as_str().map(markdown::problems).unwrap_or_default() {
            match cx.place_within(node, problem.at) {
                Some(place) => report.at_span(place, problem.message),
                None => report.at(node, problem.message),
            };
        }
    }
}
