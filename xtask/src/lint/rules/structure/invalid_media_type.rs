//! Keys of content that are no media type.

use crate::lint::rules::prelude::*;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "invalid-media-type",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "a key of `content` that is no media type",
    docs: "A media type is `type/subtype`, perhaps with parameters; `image/*` and `*/*` are ranges. \
           A list of several is not: each is a key of its own.",
    bad: "paths:\n  /pets:\n    get:\n      responses:\n        '200':\n          description: ok\n          content:\n            json: {} # here\n",
    good: "paths:\n  /pets:\n    get:\n      responses:\n        '200':\n          description: ok\n          content:\n            application/json: {}\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for defect in &cx.model.defects {
        if let DefectKind::BadMediaType { name } = defect.kind {
            let finding = report.at_key(defect.node, format!("`{name}` is no media type"));
            if name.to_lowercase().contains("json") {
                finding.help("did you mean `application/json`?");
            } else {
                finding.help("a media type is `type/subtype`");
            }
        }
    }
}
