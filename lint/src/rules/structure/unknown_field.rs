//! Fields that the specification does not have.

use crate::correction::Misspelt;
use crate::rules::prelude::*;
use crate::suggestion::field;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "unknown-field",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "a field that this object does not have",
    docs: "Readers drop what they do not know, so a misspelt field has no effect and nobody says so. \
           An extension of your own begins with `x-`.",
    bad: "info:\n  title: Pets\n  version: '1'\n  descripton: All about pets. # here\n",
    good: "info:\n  title: Pets\n  version: '1'\n  description: All about pets.\n  x-mood: good\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for defect in &cx.model.defects {
        let DefectKind::UnknownField { name, object, .. } = defect.kind else {
            continue;
        };
        let help = help(name, object);
        report
            .at_key(
                defect.node,
                format!("`{name}` is no field of {}", object.object().name),
            )
            .help(help);
    }
    for misspelt in cx.misspelt {
        let Misspelt {
            key,
            name,
            field,
            object,
        } = misspelt;
        report
            .at_span(
                *key,
                format!("`{name}` is no field of {}", object.object().name),
            )
            .help(format!("did you mean `{field}`?"));
    }
}

/// What to do with a field that has its place elsewhere.
pub(crate) fn moved(object: Kind, name: &str) -> Option<&'static str> {
    match (object, name) {
        (
            Kind::Parameter | Kind::Header,
            "type" | "format" | "items" | "enum" | "default" | "minimum" | "maximum" | "pattern",
        ) => Some("it belongs into `schema`"),
        (Kind::Response | Kind::RequestBody, "schema" | "example" | "examples") => {
            Some("it belongs under a media type of `content`")
        }
        (Kind::Operation, "consumes" | "produces") => {
            Some("media types are the keys of `content`, in `requestBody` and responses")
        }
        (Kind::Root, "host" | "basePath" | "schemes") => Some("3.0 has `servers` instead"),
        (Kind::Root, "definitions") => Some("3.0 has `components/schemas` instead"),
        (Kind::Root, "securityDefinitions") => Some("3.0 has `components/securitySchemes` instead"),
        (_, "$ref") => Some("a reference may not stand in the place of this object"),
        _ => None,
    }
}

fn help(name: &str, object: Kind) -> String {
    if let Some(moved) = moved(object, name) {
        return moved.to_owned();
    }
    if let Some((key, value)) = name.split_once(':')
        && object.object().fields.iter().any(|field| field.name == key)
    {
        return format!("a space is missing after `:`: write `{key}: {value}`");
    }
    if is_reference(name) {
        return "did you mean `$ref`?".to_owned();
    }
    let fields = object.object().fields.iter().map(|field| field.name);
    match field(name, fields) {
        Some(field) => format!("did you mean `{field}`?"),
        None => format!("an extension is called `x-{name}`"),
    }
}

/// Whether a name is nearly `$ref`.
pub(crate) fn is_reference(name: &str) -> bool {
    matches!(name, "ref" | "$Ref" | "$reff" | "$red" | "ref$")
}
