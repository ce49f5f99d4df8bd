//! What has no description.

use crate::model::is_misspelt;
use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "missing-description",
    severity: Severity::Warning,
    area: Area::Words,
    summary: "an operation, a tag, a parameter or the document has no description",
    docs: "It says what a name cannot: what happens, what it costs, what may go wrong. A parameter's \
           may stand in its schema.",
    bad: "paths:\n  /pets:\n    get: # here\n      summary: List all pets\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets:\n    get:\n      summary: List all pets\n      description: Lists the pets of the shop, the youngest first.\n      responses:\n        '200': {description: ok}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for kind in [Kind::Info, Kind::Operation, Kind::Tag, Kind::Parameter] {
        for site in cx.model.of(kind) {
            let described = |node: &Node| {
                node.get("description")
                    .is_some_and(|text| text.as_str().is_none_or(|text| !text.trim().is_empty()))
            };
            let in_schema =
                || kind == Kind::Parameter && cx.get(site.node, "schema").is_some_and(described);
            // A reference that may not stand here is told as such.
            let referred = site.node.reference().is_some();
            if referred
                || described(site.node)
                || in_schema()
                || is_misspelt(site.node, kind, "description")
            {
                continue;
            }
            let what = match kind {
                Kind::Info => "the document".to_owned(),
                Kind::Operation => cx.site_title(site),
                _ => {
                    let name = site
                        .node
                        .get("name")
                        .and_then(Node::as_str)
                        .unwrap_or_default();
                    let kind = if kind == Kind::Tag {
                        "tag"
                    } else {
                        "parameter"
                    };
                    format!("the {kind} `{name}`")
                }
            };
            report.at_key(
                site.node.get("description").unwrap_or(site.node),
                format!("{what} has no description"),
            );
        }
    }
}
