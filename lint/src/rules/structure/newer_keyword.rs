//! What 3.1 has and 3.0 has not.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "newer-keyword",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "a keyword of OpenAPI 3.1 or of JSON Schema, which 3.0 does not have",
    docs: "The schemas of 3.0 are an old dialect: `type` is one word, null is `nullable: true`, \
           there is no `const`, no `if`, no `examples` in a schema. Readers of 3.0 drop these.",
    bad: "components:\n  schemas:\n    Pet:\n      type: [string, 'null'] # here\n    Kind:\n      const: cat # here\n",
    good: "components:\n  schemas:\n    Pet:\n      type: string\n      nullable: true\n    Kind:\n      enum: [cat]\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for defect in &cx.model.defects {
        match defect.kind {
            DefectKind::NewerField { name } => {
                let found = report.at_key(defect.node, format!("`{name}` is not in OpenAPI 3.0"));
                if let Some(help) = help(name) {
                    found.help(help);
                }
            }
            DefectKind::NewerType => {
                report
                    .at(
                        defect.node,
                        "`type` is one word in 3.0, and `null` is none of them",
                    )
                    .help("name one type, with `nullable: true` where null is allowed");
            }
            _ => {}
        }
    }
}

fn help(name: &str) -> Option<&'static str> {
    Some(match name {
        "const" => "use `enum` with one value",
        "examples" => "use `example`",
        "contentEncoding" => "use `format: byte` for base64",
        "contentMediaType" => "use `format: binary`, and `encoding` of the media type",
        "patternProperties" | "propertyNames" => "use `additionalProperties`",
        "prefixItems" | "contains" => "use `items` with `oneOf`",
        "$defs" | "definitions" => "use `components/schemas`",
        "identifier" => "use `url`",
        "webhooks" => "use `callbacks` of an operation, or an extension",
        "$comment" => "use a comment of YAML, or `description`",
        _ => return None,
    })
}
