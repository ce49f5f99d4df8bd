//! URLs that are none.

use crate::rules::prelude::*;
use crate::validation::shown;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "invalid-url",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "a URL that is none",
    docs: "It is empty, holds spaces or characters that no URL has, or names a host that is none. Relative URLs are \
           fine.",
    bad: "externalDocs:\n  url: https://example.com/all about pets # here\n",
    good: "externalDocs:\n  url: https://example.com/all-about-pets\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for defect in &cx.model.defects {
        if let DefectKind::BadUrl = defect.kind {
            report.at(defect.node, format!("{} is no URL", shown(defect.node)));
        }
    }
    for site in cx.model.of(Kind::Server) {
        if let Some(url) = site.node.get("url")
            && let Some(text) = url.as_str()
        {
            // Braces are a server's own: they hold variables.
            if !crate::model::is_uri_reference(text) {
                report.at(url, format!("{} is no URL", shown(url)));
            } else if text.contains(['?', '#']) {
                report.at(url, "a server's URL has no query and no fragment");
            }
        }
    }
}
