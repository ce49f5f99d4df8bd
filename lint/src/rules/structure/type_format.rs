//! Formats that contradict the type.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "type-format",
    severity: Severity::Error,
    area: Area::Structure,
    summary: "a `format` that no value of this `type` has",
    docs: "`int32` is a format of numbers, `date-time` one of strings. Formats that are not in the \
           specification or in its registry are let through.",
    bad: "components:\n  schemas:\n    Created:\n      type: integer\n      format: date-time # here\n",
    good: "components:\n  schemas:\n    Created:\n      type: string\n      format: date-time\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Schema) {
        let (Some(kind), Some(format)) = (site.node.get("type"), site.node.get("format")) else {
            continue;
        };
        let (Some(kind), Some(name)) = (kind.as_str(), format.as_str()) else {
            continue;
        };
        let Some(types) = types_of(name) else {
            continue;
        };
        if crate::description::TYPES.contains(&kind) && !types.contains(&kind) {
            report.at(
                format,
                format!(
                    "`{name}` is a format of type {}, not of `{kind}`",
                    types.join(" or ")
                ),
            );
        }
    }
}

/// The types of which a format is, by the specification and its format registry.
fn types_of(format: &str) -> Option<&'static [&'static str]> {
    Some(match format {
        "int8" | "int16" | "int32" | "uint8" | "uint16" | "uint32" => &["integer", "number"],
        // As text too, since not every number type holds 64 bits.
        "int64" | "uint64" => &["integer", "number", "string"],
        "float" | "double" => &["number", "integer"],
        "date" | "date-time" | "time" | "duration" | "email" | "idn-email" | "hostname"
        | "idn-hostname" | "ipv4" | "ipv6" | "uri" | "uri-reference" | "iri" | "iri-reference"
        | "uuid" | "byte" | "binary" | "password" | "regex" | "uri-template" | "json-pointer"
        | "base64url" => &["string"],
        _ => return None,
    })
}
