//! Keywords that say nothing about values of this type.

use crate::rules::prelude::*;

pub(in crate::rules) static RULE: Rule = Rule {
    id: "ignored-keyword",
    severity: Severity::Warning,
    area: Area::Schemas,
    summary: "a keyword that says nothing about values of this type",
    docs: "`maxLength` of an integer, `items` of an object, `properties` of a string: they are legal \
           and have no effect. Either the keyword or the type is not what was meant.",
    bad: "components:\n  schemas:\n    Size:\n      type: integer\n      maxLength: 3 # here\n",
    good: "components:\n  schemas:\n    Size:\n      type: integer\n      maximum: 999\n",
    check: Check::Local(check),
};

fn check<'d>(cx: &Context<'d>, report: &mut Report<'d>) {
    for site in cx.model.of(Kind::Schema) {
        let Some(kind) = crate::schema::type_of(site.node) else {
            continue;
        };
        if !crate::description::TYPES.contains(&kind) {
            continue;
        }
        for entry in site.node.as_mapping().into_iter().flatten() {
            let name = entry.key.name.as_str();
            if let Some(types) = types_of(name)
                && !types.contains(&kind)
                // A value of the wrong kind is told as such.
                && (name != "required" || entry.value.as_sequence().is_some())
            {
                report.at_key(
                    &entry.value,
                    format!("`{name}` says nothing about values of type `{kind}`"),
                );
            }
        }
    }
}

fn types_of(keyword: &str) -> Option<&'static [&'static str]> {
    Some(match keyword {
        "minLength" | "maxLength" | "pattern" => &["string"],
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
            &["integer", "number"]
        }
        "items" | "minItems" | "maxItems" | "uniqueItems" => &["array"],
        "properties" | "required" | "additionalProperties" | "minProperties" | "maxProperties" => {
            &["object"]
        }
        _ => return None,
    })
}
