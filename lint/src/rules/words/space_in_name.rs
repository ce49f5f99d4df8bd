//! Names with spaces at their ends.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "space-in-name",
    severity: Severity::Error,
    area: Area::Words,
    summary: "a name begins or ends with a space",
    docs: "Nobody sees it, and nothing that is sent under the name without the space arrives.",
    bad: "components:\n  schemas:\n    Pet:\n      type: object\n      properties:\n        'name ': {type: string} # here\n",
    good: "components:\n  schemas:\n    Pet:\n      type: object\n      properties:\n        name: {type: string}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let spaced = |text: &str| text.trim() != text || text.chars().any(char::is_control);
    for site in &cx.model.sites {
        if !site.name.is_empty() && spaced(site.name) && site.kind != Kind::PathItem {
            report.at_key(
                site.node,
                format!("the name {:?} begins or ends with a space", site.name),
            );
        }
        let fields: &[&str] = match site.kind {
            Kind::Parameter | Kind::Tag | Kind::SecurityScheme => &["name"],
            Kind::Operation => &["operationId"],
            Kind::Info => &["title", "version"],
            Kind::Discriminator => &["propertyName"],
            _ => &[],
        };
        for field in fields {
            if let Some(node) = site.node.get(field)
                && node.as_str().is_some_and(spaced)
            {
                report.at(node, format!("`{field}` begins or ends with a space"));
            }
        }
        for (node, name) in crate::schema::required_names(site.node) {
            if site.kind == Kind::Schema && spaced(name) {
                report.at(
                    node,
                    format!("the name {name:?} begins or ends with a space"),
                );
            }
        }
    }
}
