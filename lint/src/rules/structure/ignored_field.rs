//! Fields that have no effect beside others.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "ignored-field",
    severity: Severity::Warning,
    area: Area::Structure,
    summary: "a field that has no effect beside another",
    docs: "`allowReserved` and `allowEmptyValue` are for parameters in a query, `bearerFormat` for the \
           scheme `bearer`, `tokenUrl` for flows that fetch a token, `encoding` for forms in a request, and so on: \
           elsewhere readers drop them.",
    bad: "components:\n  securitySchemes:\n    login:\n      type: http\n      scheme: basic\n      bearerFormat: JWT # here\nsecurity:\n  - login: []\n",
    good: "components:\n  securitySchemes:\n    login:\n      type: http\n      scheme: bearer\n      bearerFormat: JWT\nsecurity:\n  - login: []\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::MediaType) {
        let around = cx.model.parent(site).map(|around| around.kind);
        if let Some(node) = site.node.get("encoding")
            && let Some(why) = ignores_encoding(site.name, around)
        {
            report.at_key(node, format!("`encoding` has no effect: {why}"));
        }
    }
    for kind in [
        Kind::Parameter,
        Kind::SecurityScheme,
        Kind::OauthFlow,
        Kind::Schema,
    ] {
        for site in cx.model.of(kind) {
            for (field, why) in ignored(kind, site.field, site.node) {
                // The form of 3.1, a number, is told as such.
                if let Some(node) = site.node.get(field)
                    && (kind != Kind::Schema || node.as_bool().is_some())
                {
                    report.at_key(node, format!("`{field}` has no effect: {why}"));
                }
            }
        }
    }
}

/// Why a media type takes no `encoding`, if it takes none.
pub(in crate::rules) fn ignores_encoding(
    media_type: &str,
    around: Option<Kind>,
) -> Option<&'static str> {
    let media_type = media_type.trim().to_ascii_lowercase();
    let is_form = ["multipart/", "application/x-www-form-urlencoded", "*/"]
        .iter()
        .any(|form| media_type.starts_with(form));
    if !is_form {
        return Some("it is for `multipart` and `application/x-www-form-urlencoded`");
    }
    (around != Some(Kind::RequestBody)).then_some("it is for the body of a request")
}

type Ignored = &'static [(&'static str, &'static str)];

fn ignored(kind: Kind, field: &str, node: &Node) -> Ignored {
    let text = |name: &str| node.get(name).and_then(Node::as_str).unwrap_or_default();
    match kind {
        Kind::Parameter => match text("in") {
            "path" | "header" | "cookie" => &[
                ("allowReserved", "it is for parameters in a query"),
                ("allowEmptyValue", "it is for parameters in a query"),
            ],
            _ => &[],
        },
        Kind::SecurityScheme => match text("type") {
            "http" if text("scheme").eq_ignore_ascii_case("basic") => &[
                ("bearerFormat", "it is for the scheme `bearer`"),
                ("name", "it is for an `apiKey`"),
                ("in", "it is for an `apiKey`"),
            ],
            "http" | "oauth2" | "openIdConnect" => &[
                ("name", "it is for an `apiKey`"),
                ("in", "it is for an `apiKey`"),
            ],
            "apiKey" => &[
                ("scheme", "it is for a scheme of type `http`"),
                ("bearerFormat", "it is for a scheme of type `http`"),
                ("flows", "it is for a scheme of type `oauth2`"),
            ],
            _ => &[],
        },
        Kind::OauthFlow => match field {
            "implicit" => &[("tokenUrl", "an implicit flow fetches no token")],
            "password" | "clientCredentials" => {
                &[("authorizationUrl", "nobody is asked in this flow")]
            }
            _ => &[],
        },
        Kind::Schema => match (node.get("minimum"), node.get("maximum")) {
            (None, None) => &[
                ("exclusiveMinimum", "there is no `minimum`"),
                ("exclusiveMaximum", "there is no `maximum`"),
            ],
            (None, Some(_)) => &[("exclusiveMinimum", "there is no `minimum`")],
            (Some(_), None) => &[("exclusiveMaximum", "there is no `maximum`")],
            (Some(_), Some(_)) => &[],
        },
        _ => &[],
    }
}
