//! Security schemes that are not defined.

use crate::rules::prelude::*;
use crate::suggestion::nearest;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "undefined-security-scheme",
    severity: Severity::Error,
    area: Area::Security,
    summary: "`security` names a scheme that is not defined",
    docs: "Each name in `security` is a member of `components/securitySchemes`.",
    bad: "components:\n  securitySchemes:\n    apiKey: {type: apiKey, in: header, name: x-api-key}\nsecurity:\n  - apikey: [] # here\n  - apiKey: []\n",
    good: "components:\n  securitySchemes:\n    apiKey: {type: apiKey, in: header, name: x-api-key}\nsecurity:\n  - apiKey: []\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let schemes = super::schemes(cx);
    // What should hold the schemes is told to be no object.
    let is_object = |node: &Node| node.as_mapping().is_some();
    let components = cx.document.root().get("components");
    if components.is_some_and(|components| {
        let all = components.get("securitySchemes");
        !is_object(components) || all.is_some_and(|all| !is_object(all))
    }) {
        return;
    }
    for site in cx.model.of(Kind::SecurityRequirement) {
        for entry in site.node.as_mapping().into_iter().flatten() {
            let name = entry.key.name.as_str();
            // An extension, and not a scheme that is called so.
            if name.starts_with("x-") && entry.value.as_sequence().is_none() {
                continue;
            }
            if schemes.iter().any(|(known, _)| *known == name) {
                continue;
            }
            let finding = report.at_key(
                &entry.value,
                format!("there is no security scheme `{name}`"),
            );
            if let Some(nearest) = nearest(name, schemes.iter().map(|(known, _)| *known)) {
                finding.help(format!("did you mean `{nearest}`?"));
            }
        }
    }
}
