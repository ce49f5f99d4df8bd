//! Relative links that lead to nothing.

use crate::rules::prelude::*;
use crate::rules::words::markdown;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "dead-link",
    severity: Severity::Warning,
    area: Area::Words,
    summary: "a relative link in a description leads to no file",
    docs: "It is looked for relative to the document. Links that begin with a slash or with `#` \
           belong to whatever page shows the document, and a network is never asked.",
    bad: "info:\n  title: Pets\n  version: '1'\n  description: 'See [the guide](docs/no-such-guide.md).' # here\n",
    good: "info:\n  title: Pets\n  version: '1'\n  description: 'See [the guide](https://example.com/guide).'\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for node in &cx.model.prose {
        for (at, link) in node.as_str().map(markdown::links).unwrap_or_default() {
            let elsewhere = link.is_empty()
                || link.starts_with(['/', '#', '?', '{', '<'])
                || crate::external::is_remote(&link)
                || !link.contains(['.', '/']);
            if !elsewhere && !cx.has_file(&link) {
                let message = format!("the link `{link}` leads to no file");
                match cx.place_within(node, at) {
                    Some(place) => report.at_span(place, message),
                    None => report.at(node, message),
                };
            }
        }
    }
}
