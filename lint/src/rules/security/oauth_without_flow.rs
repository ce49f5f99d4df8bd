//! OAuth without a way to a token.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "oauth-without-flow",
    severity: Severity::Warning,
    area: Area::Security,
    summary: "an `oauth2` scheme has no flow",
    docs: "`flows` says where a token comes from; with none of them nobody gets one.",
    bad: "components:\n  securitySchemes:\n    login:\n      type: oauth2\n      flows: {} # here\nsecurity:\n  - login: []\n",
    good: "components:\n  securitySchemes:\n    login:\n      type: oauth2\n      flows:\n        clientCredentials:\n          tokenUrl: https://example.com/token\n          scopes: {read: Read pets}\nsecurity:\n  - login: []\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::OauthFlows) {
        let members = site.node.as_mapping().into_iter().flatten();
        if members
            .filter(|entry| !entry.key.name.starts_with("x-"))
            .count()
            == 0
        {
            report.at(site.node, "there is no flow").help(
                "describe `clientCredentials`, `authorizationCode`, `password` or `implicit`",
            );
        }
    }
}
