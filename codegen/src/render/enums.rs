//! Sets of values: enums with a variant for each.

use crate::model::{Enum, Values};
use crate::names;

use super::text::{Text, literal};

/// An enum of these values.
pub(super) fn render(out: &mut Text, name: &str, description: Option<&str>, of: &Enum) {
    out.described(
        description,
        match of.other {
            Some(_) => "A set of values that may grow.",
            None => "One of a set of values.",
        },
    );
    let holds = match &of.values {
        Values::Strings(_) => "::std::string::String",
        Values::Integers(width, _) => width.name(),
        Values::Booleans(_) => "bool",
    };
    let is_copy = of.other.is_none() || !matches!(of.values, Values::Strings(_));
    let copy = if is_copy { "Copy, " } else { "" };
    out.line(format!(
        "#[derive(Clone, {copy}Debug, PartialEq, Eq, Hash)]"
    ));
    let values = texts(&of.values);
    out.block(format!("pub enum {name}"), |out| {
        for (variant, value) in of.variants.iter().zip(&values) {
            // What a reader sees in the name needs no words.
            if *variant != *value && names::pascal(value) != *variant {
                out.doc(&format!("`{}`", value.replace(['`', '\n', '\r'], " ")));
            }
            out.line(format!("{variant},"));
        }
        if let Some(other) = of.other {
            out.line("/// A value that the document does not list, as it came.");
            out.line(format!("{other}({holds}),"));
        }
    });
    let head = match (&of.values, of.other) {
        (Values::Strings(_), Some(_)) => format!("runtime::open_enum! {{ {name}"),
        (Values::Strings(_), None) => format!("runtime::closed_enum! {{ {name}"),
        _ => format!("runtime::scalar_enum! {{ {name}: {holds}"),
    };
    out.invocation(head, |out| {
        for (variant, value) in of.variants.iter().zip(&values) {
            let value = match of.values {
                Values::Strings(_) => literal(value),
                _ => value.clone(),
            };
            out.line(format!("{variant} = {value},"));
        }
        if let (Some(other), false) = (of.other, matches!(of.values, Values::Strings(_))) {
            out.line(format!("..{other}"));
        }
    });
}

/// The values as text.
fn texts(values: &Values) -> Vec<String> {
    match values {
        Values::Strings(values) => values.clone(),
        Values::Integers(_, values) => values.iter().map(ToString::to_string).collect(),
        Values::Booleans(values) => values.iter().map(ToString::to_string).collect(),
    }
}
