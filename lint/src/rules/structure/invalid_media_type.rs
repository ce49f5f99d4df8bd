//! Keys of content that are no media type.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "invalid-media-type",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "a key of `content`, or a `contentType`, that is no media type",
    docs: "A media type is `type/subtype`, perhaps with parameters; `image/*` and `*/*` are ranges. \
           A list of several is not: each is a key of its own. A type that is nearly \
           `application`, `image` or another that there is, is told as a slip.",
    bad: "paths:\n  /pets:\n    get:\n      responses:\n        '200':\n          description: ok\n          content:\n            json: {} # here\n",
    good: "paths:\n  /pets:\n    get:\n      responses:\n        '200':\n          description: ok\n          content:\n            application/json: {}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for defect in &cx.model.defects {
        let (finding, name) = match defect.kind {
            DefectKind::BadMediaType { name } => {
                let message = format!("`{name}` is no media type");
                (report.at_key(defect.node, message), name)
            }
            DefectKind::BadContentType { name } => {
                let message = format!("`{name}` is no media type");
                (report.at(defect.node, message), name)
            }
            _ => continue,
        };
        if let Some(meant) = crate::model::meant_media_type(name) {
            finding.help(format!("did you mean `{meant}`?"));
        } else if name.to_lowercase().contains("json") {
            finding.help("did you mean `application/json`?");
        } else {
            finding.help("a media type is `type/subtype`");
        }
    }
}
