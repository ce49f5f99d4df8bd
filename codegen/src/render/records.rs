//! Records: structs with a field per property, and builders of those that are sent.

use crate::model::{From, Presence, Property, Record, Type, spell};

use super::text::{Text, literal};

/// A struct with how it is read and written.
pub(super) fn render(out: &mut Text, of: &Type, record: &Record) {
    let name = &of.name;
    out.described(of.description.as_deref(), "An object of the document.");
    out.deprecated(of.is_deprecated);
    let may_be_empty = record
        .properties
        .iter()
        .all(|property| !is_required(property.presence));
    let default = if may_be_empty { ", Default" } else { "" };
    out.line(format!("#[derive(Clone, Debug, PartialEq{default})]"));
    out.block(format!("pub struct {name}"), |out| {
        for property in &record.properties {
            out.described(property.description.as_deref(), "");
            out.deprecated(property.is_deprecated);
            out.line(format!(
                "pub {}: {},",
                property.field,
                field(property, From::Types)
            ));
        }
        if let Some((name, of)) = &record.further {
            out.doc("The properties that the document does not name.");
            out.line(format!("pub {name}: {},", further(of, From::Types)));
        }
    });
    out.invocation(format!("runtime::record! {{ {name}"), |out| {
        for property in &record.properties {
            out.line(format!(
                "{}: {} {},",
                property.field,
                kind(property.presence),
                literal(&property.name)
            ));
        }
        if let Some((name, _)) = &record.further {
            out.line(format!("..{name}"));
        }
    });
}

/// The builder of a record.
pub(super) fn builder(out: &mut Text, name: &str, record: &Record) {
    out.invocation(format!("runtime::builder! {{ {name}"), |out| {
        for property in &record.properties {
            let of = field(property, From::Beside);
            let kind = match is_required(property.presence) {
                true => "required",
                false => "optional",
            };
            out.line(format!("{}: {of} = {kind},", property.field));
        }
        if let Some((name, of)) = &record.further {
            out.line(format!("{name}: {} = optional,", further(of, From::Beside)));
        }
    });
}

fn is_required(presence: Presence) -> bool {
    matches!(presence, Presence::Required | Presence::Nullable)
}

/// What the runtime calls a way to be there.
fn kind(presence: Presence) -> &'static str {
    match presence {
        Presence::Required => "required",
        Presence::Nullable => "nullable",
        Presence::Optional => "optional",
        Presence::Present => "present",
        Presence::Either => "either",
    }
}

/// The type of a property's field.
fn field(property: &Property, from: From) -> String {
    let of = spell(&property.of, from);
    let of = match property.is_boxed {
        true => format!("::std::boxed::Box<{of}>"),
        false => of,
    };
    match property.presence {
        Presence::Required => of,
        Presence::Nullable | Presence::Optional | Presence::Present => {
            format!("::std::option::Option<{of}>")
        }
        Presence::Either => format!("runtime::Nullable<{of}>"),
    }
}

/// The type of the properties that have no name.
fn further(of: &crate::model::Use, from: From) -> String {
    use crate::model::Use;
    match of {
        Use::Any => spell(&Use::Object, from),
        of => spell(&Use::Map(Box::new(of.clone())), from),
    }
}
