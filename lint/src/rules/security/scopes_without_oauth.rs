//! Scopes on schemes that have none.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "scopes-without-oauth",
    severity: Severity::Error,
    area: Area::Security,
    summary: "scopes are required of a scheme that has none",
    docs: "Only `oauth2` and `openIdConnect` have scopes; for an API key or HTTP authentication the \
           specification wants an empty list.",
    bad: "components:\n  securitySchemes:\n    apiKey: {type: apiKey, in: header, name: x-api-key}\nsecurity:\n  - apiKey: [read] # here\n",
    good: "components:\n  securitySchemes:\n    apiKey: {type: apiKey, in: header, name: x-api-key}\nsecurity:\n  - apiKey: []\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let schemes = super::schemes(cx);
    for site in cx.model.of(Kind::SecurityRequirement) {
        for entry in site.node.as_mapping().into_iter().flatten() {
            let kind = schemes
                .iter()
                .find(|(name, _)| *name == entry.key.name)
                .and_then(|(_, scheme)| scheme.get("type")?.as_str());
            if let Some(kind @ ("apiKey" | "http")) = kind
                && let Some([first, ..]) = entry.value.as_sequence()
            {
                report
                    .at(first, format!("a scheme of type `{kind}` has no scopes"))
                    .help("write `[]`");
            }
        }
    }
}
