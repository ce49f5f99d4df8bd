//! Media types that are there twice.

use std::collections::HashSet;

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "duplicate-media-type",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "a media type is described twice, in other letters or spaces",
    docs: "The names of media types and of their parameters have no case, and spaces around `;` mean \
           nothing: readers take one of the two, or both.",
    bad: "paths:\n  /pets:\n    get:\n      responses:\n        '200':\n          description: ok\n          content:\n            application/json: {}\n            Application/JSON: {} # here\n",
    good: "paths:\n  /pets:\n    get:\n      responses:\n        '200':\n          description: ok\n          content:\n            application/json: {}\n            application/xml: {}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for kind in [Kind::RequestBody, Kind::Response] {
        for site in cx.model.of(kind) {
            let mut seen = HashSet::new();
            for (name, node) in cx.content(site.node) {
                if !seen.insert(folded(name)) {
                    report.at_key(node, format!("`{name}` is described already"));
                }
            }
        }
    }
}

/// A media type without what means nothing. The values of parameters may have case.
fn folded(name: &str) -> String {
    let (essence, parameters) = name.split_once(';').unwrap_or((name, ""));
    let mut folded = essence.trim().to_ascii_lowercase();
    for parameter in parameters.split(';').filter(|text| !text.trim().is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        folded.push(';');
        folded.push_str(&name.trim().to_ascii_lowercase());
        folded.push('=');
        folded.push_str(value.trim());
    }
    folded
}
