//! Scopes that the scheme does not list.

use crate::rules::prelude::*;
use crate::suggestion::nearest;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "undefined-scope",
    severity: Severity::Warning,
    area: Area::Security,
    summary: "a scope that no flow of the scheme lists",
    docs: "The flows of an `oauth2` scheme list their scopes; a client cannot ask for another one.",
    bad: "components:\n  securitySchemes:\n    oauth:\n      type: oauth2\n      flows:\n        clientCredentials:\n          tokenUrl: https://example.com/token\n          scopes: {read: Read}\nsecurity:\n  - oauth: [raed] # here\n",
    good: "components:\n  securitySchemes:\n    oauth:\n      type: oauth2\n      flows:\n        clientCredentials:\n          tokenUrl: https://example.com/token\n          scopes: {read: Read}\nsecurity:\n  - oauth: [read]\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let schemes = super::schemes(cx);
    for site in cx.model.of(Kind::SecurityRequirement) {
        for entry in site.node.as_mapping().into_iter().flatten() {
            let Some((_, scheme)) = schemes.iter().find(|(name, _)| *name == entry.key.name) else {
                continue;
            };
            if scheme.get("type").and_then(Node::as_str) != Some("oauth2") {
                continue;
            }
            let known: Vec<&str> = crate::context::members(scheme, "flows")
                .flat_map(|(_, flow)| crate::context::members(flow, "scopes"))
                .map(|(scope, _)| scope)
                .collect();
            for scope in entry.value.as_sequence().unwrap_or_default() {
                let Some(text) = scope.as_str().filter(|text| !known.contains(text)) else {
                    continue;
                };
                let finding = report.at(
                    scope,
                    format!("no flow of `{}` lists `{text}`", entry.key.name),
                );
                if let Some(nearest) = nearest(text, known.iter().copied()) {
                    finding.help(format!("did you mean `{nearest}`?"));
                }
            }
        }
    }
}
