//! API keys in queries.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "key-in-query",
    severity: Severity::Warning,
    area: Area::Security,
    summary: "an API key is sent in the query",
    docs: "URLs end up in logs, histories and referrers, and the key with them. Send it in a header.",
    bad: "components:\n  securitySchemes:\n    apiKey: {type: apiKey, name: key, in: query} # here\nsecurity: [{apiKey: []}]\n",
    good: "components:\n  securitySchemes:\n    apiKey: {type: apiKey, name: x-api-key, in: header}\nsecurity: [{apiKey: []}]\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::SecurityScheme) {
        let is_key = site.node.get("type").and_then(Node::as_str) == Some("apiKey");
        if let Some(place) = site.node.get("in")
            && is_key
            && place.as_str() == Some("query")
        {
            report
                .at(place, "a key in a query is written to logs")
                .help("send it in a header");
        }
    }
}
