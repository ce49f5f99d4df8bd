//! Documents of another version.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "openapi-version",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "the document is not of version 3.0",
    docs: "These rules are those of OpenAPI 3.0. Of a document of another version nothing else but \
           its syntax is judged, since it would be judged by the wrong book.",
    bad: "openapi: 3.1.0 # here\ninfo: {title: Pets, version: '1'}\npaths: {}\n",
    good: "openapi: 3.0.4\ninfo: {title: Pets, version: '1'}\npaths: {}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    let root = cx.document.root();
    let help = "use `openapi: 3.0.4`, and the forms of 3.0";
    if let Some(version) = root.get("openapi") {
        if let Some(text) = version.as_str()
            && !is_3_0(text)
        {
            let message = if is_foreign(root) {
                format!("this is OpenAPI {text}; only 3.0 is judged here")
            } else {
                format!("expected a version of three numbers like 3.0.4, found `{text}`")
            };
            report.at(version, message).help(help);
        }
    } else if let Some(version) = root.get("swagger") {
        report
            .at(
                version,
                "this is a Swagger document; only OpenAPI 3.0 is judged here",
            )
            .help(help);
    }
}

/// Whether the text of `openapi` names a version 3.0.
fn is_3_0(version: &str) -> bool {
    version.strip_prefix("3.0.").is_some_and(|patch| {
        let patch = patch.split('-').next().unwrap_or_default();
        !patch.is_empty() && patch.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Whether a document says that it is of another version than these rules are about.
pub(crate) fn is_foreign(root: &Node) -> bool {
    match root.get("openapi") {
        // Judged as 3.0 by the letter of 3.0, quotes or patch number forgotten.
        Some(version) => version
            .as_str()
            .is_some_and(|text| !text.starts_with("3.0")),
        None => root.get("swagger").is_some(),
    }
}
