//! Extensions that cannot mean what they mean to us are taken out.
//!
//! A word that begins with `x-` is anybody's (no issue: OpenAPI lets everyone say with it what he likes). `x-extensible-enum`
//! is common for the values that a set has today, and code is made of it where they are strings: a list of
//! numbers, no list at all, or one at a schema of another type costs the names of the values and nothing
//! else. Here it goes, so that no later pass has to look at it again; null among the values becomes
//! `nullable`, as in an `enum`, and what YAML read as a number beside `type: string` becomes text. In a
//! document with `x-error-codes`, which is written for this compiler, a list that is none is an error.

use crate::document::{Node, Value};

use super::Lowering;
use super::schema::{set_nullable, type_of};

pub(super) fn run(lowering: &mut Lowering<'_>) {
    lowering.each_schema(|lowering, schema, _| {
        let stated = type_of(schema).map(str::to_owned);
        let Some(values) = schema.get("x-extensible-enum").cloned() else {
            return;
        };
        let known = known(&values, stated.as_deref());
        let Some(mapping) = schema.as_mapping_mut() else {
            return;
        };
        match known {
            Ok(known) => {
                mapping.insert("x-extensible-enum", Node::strings(known, values.span));
                let mut items = values.as_sequence().into_iter().flatten();
                if items.any(|value| value.value == Value::Null) {
                    set_nullable(schema);
                }
            }
            Err(found) => {
                mapping.remove("x-extensible-enum");
                let message = format!(
                    "`x-extensible-enum` is an array of the strings that are known today; found {found}"
                );
                // Who says what the codes mean writes for this compiler.
                if lowering.document.root().get("x-error-codes").is_some() {
                    lowering.wrong_so(values.span, message, "it is left out");
                } else {
                    lowering.note(values.span, format!("{message}, so it is left out"));
                }
            }
        }
    });
}

/// The strings that are known, or what was found instead.
fn known(values: &Node, stated: Option<&str>) -> Result<Vec<String>, String> {
    if let Some(other) = stated.filter(|stated| *stated != "string") {
        return Err(format!("it beside the type `{other}`"));
    }
    let Some(items) = values.as_sequence() else {
        return Err(values.kind().to_owned());
    };
    let mut known: Vec<String> = Vec::new();
    for item in items {
        let text = match &item.value {
            Value::Null => continue,
            Value::String(text) => text.as_str(),
            Value::Bool(_) | Value::Number(_) if stated.is_some() => {
                item.scalar_text().unwrap_or_default()
            }
            _ => return Err(format!("{} in it", item.kind())),
        };
        if !known.iter().any(|value| value == text) {
            known.push(text.to_owned());
        }
    }
    if known.is_empty() {
        return Err("none".to_owned());
    }
    Ok(known)
}
