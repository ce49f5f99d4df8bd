//! Encodings of properties that do not exist.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "encoding-property",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "`encoding` names a property that the schema does not have",
    docs: "The keys of `encoding` are properties of the schema beside it. Another key has no effect.",
    bad: "paths:\n  /pets:\n    post:\n      requestBody:\n        content:\n          multipart/form-data:\n            schema:\n              type: object\n              properties: {photo: {type: string, format: binary}}\n            encoding:\n              image: {contentType: image/png} # here\n      responses:\n        '200': {description: ok}\n",
    good: "paths:\n  /pets:\n    post:\n      requestBody:\n        content:\n          multipart/form-data:\n            schema:\n              type: object\n              properties: {photo: {type: string, format: binary}}\n            encoding:\n              photo: {contentType: image/png}\n      responses:\n        '200': {description: ok}\n",
    check: Check::Whole(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Encoding) {
        let Some(media) = cx.model.parent(site) else {
            continue;
        };
        let around = cx.model.parent(media).map(|around| around.kind);
        // That no encoding has an effect here is told once.
        if super::ignored_field::ignores_encoding(media.name, around).is_some() {
            continue;
        }
        let Some(schema) = cx.get(media.node, "schema") else {
            continue;
        };
        // With a composition the properties may stand anywhere.
        if crate::schema::in_place(schema).next().is_some() {
            continue;
        }
        let Some(properties) = schema.get("properties").and_then(Node::as_mapping) else {
            continue;
        };
        if properties.get(site.name).is_none() {
            let names = properties.iter();
            let nearest =
                crate::suggestion::nearest(site.name, names.map(|entry| entry.key.name.as_str()));
            let finding = report.at_key(
                site.node,
                format!("`{}` is no property of the schema", site.name),
            );
            if let Some(nearest) = nearest {
                finding.help(format!("did you mean `{nearest}`?"));
            }
        }
    }
}
