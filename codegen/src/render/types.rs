//! The module `types`: a type per schema, by name.

use crate::model::{From, Kind, Limits, MemberLimits, Model, Text as Limited, Type, spell};
use crate::names;

use super::text::{Text, literal};
use super::{enums, json_schema, patterns, records, unions};

pub(super) fn render(model: &Model, with_schemars: bool) -> String {
    let mut out = Text::indented(0);
    out.line("/// The types of the document's schemas.");
    out.line("#[allow(clippy::all)]");
    out.block("pub mod types", |out| {
        // `super::runtime` is the runtime in here and, through this name, in the modules below.
        out.line("#[allow(unused_imports)]");
        out.line("use super::{runtime, types};");
        for of in &model.types {
            out.line("");
            one(out, of);
            if with_schemars {
                json_schema::render(out, of, model);
            }
        }
        let sent: Vec<(&Type, &_)> = model
            .types
            .iter()
            .filter(|of| of.is_sent)
            .filter_map(|of| match &of.kind {
                Kind::Record(record) => Some((of, record)),
                _ => None,
            })
            .collect();
        if !sent.is_empty() {
            out.line("");
            out.line("/// Builders of what is sent.");
            out.block("pub mod builder", |out| {
                out.line("#[allow(unused_imports)]");
                out.line("use super::{runtime, types};");
                for (of, record) in sent {
                    out.line("");
                    records::builder(out, &of.name, record);
                }
            });
        }
    });
    out.into_string()
}

fn one(out: &mut Text, of: &Type) {
    match &of.kind {
        Kind::Record(record) => records::render(out, of, record),
        Kind::Enum(values) => {
            enums::render(out, &of.name, of.description.as_deref(), values);
        }
        Kind::Union(union) => unions::render(out, of, union),
        Kind::Text(text) => limited(out, of, text),
        // What only lowering named is spelled where it is used.
        Kind::Alias(_) if !of.is_component => {}
        Kind::Alias(held) => {
            out.described(of.description.as_deref(), "A name of the document's.");
            out.deprecated(of.is_deprecated);
            out.line(format!(
                "pub type {} = {};",
                of.name,
                spell(held, From::Types)
            ));
        }
        Kind::Wrapper(held) => {
            out.described(of.description.as_deref(), "What holds itself.");
            out.line("#[derive(Clone, Debug, PartialEq)]");
            out.line(format!(
                "pub struct {}(pub {});",
                of.name,
                spell(held, From::Types)
            ));
            out.line(format!("runtime::wrapper! {{ {} }}", of.name));
        }
    }
    constants(out, of);
}

/// A text with limits of its own.
fn limited(out: &mut Text, of: &Type, text: &Limited) {
    let otherwise = match text.is_secret {
        true => "A text that is shown nowhere.",
        false => "A text with limits.",
    };
    out.described(of.description.as_deref(), otherwise);
    out.deprecated(of.is_deprecated);
    out.line("#[derive(Clone, PartialEq, Eq, Hash)]");
    out.line(format!("pub struct {}(::std::string::String);", of.name));
    let secret = if text.is_secret { " secret" } else { "" };
    out.line(format!("runtime::limited! {{ {}, |text| {{", of.name));
    out.indented_by_one(|out| {
        let bound = |bound: Option<u64>| match bound {
            Some(bound) => format!("::std::option::Option::Some({bound})"),
            None => "::std::option::Option::None".to_owned(),
        };
        if text.min_length.is_some() || text.max_length.is_some() {
            out.line(format!(
                "runtime::check_length(text, {}, {})?;",
                bound(text.min_length),
                bound(text.max_length)
            ));
        }
        if let Some(pattern) = &text.pattern {
            out.line(match patterns::runs(pattern) {
                Some(runs) => format!(
                    "runtime::check_runs(text, &[{}], {}, {})?;",
                    runs.runs.iter().map(run).collect::<Vec<_>>().join(", "),
                    runs.to_end,
                    literal(pattern)
                ),
                None => format!("runtime::check_pattern!(text, {});", literal(pattern)),
            });
        }
        if text.min_length.is_none() && text.max_length.is_none() && text.pattern.is_none() {
            out.line("let _ = text;");
        }
        out.line("::std::result::Result::Ok(())");
    });
    out.line(format!("}},{secret} }}"));
}

/// A run of characters, as the runtime takes it.
fn run(run: &patterns::Run) -> String {
    let of: Vec<String> = run
        .of
        .iter()
        .map(|(low, high)| format!("({low:?}, {high:?})"))
        .collect();
    let most = match run.most {
        usize::MAX => "usize::MAX".to_owned(),
        most => most.to_string(),
    };
    format!("(&[{}], {}, {most})", of.join(", "), run.least)
}

/// The limits that the document states, as constants of the type.
fn constants(out: &mut Text, of: &Type) {
    let Kind::Record(record) = &of.kind else {
        return;
    };
    if of.limits.is_empty() {
        return;
    }
    out.line("/// Limits that the document states.");
    out.block(format!("impl {}", of.name), |out| {
        for MemberLimits { member, limits } in &of.limits {
            // Fields are all different; names may differ in what no name of Rust has.
            let field = record.properties.iter().find(|of| of.name == *member);
            let field = field.map_or(member.as_str(), |of| of.field.as_str());
            limits_of(out, member, field, limits);
        }
    });
}

fn limits_of(out: &mut Text, property: &str, field: &str, limits: &Limits) {
    let counts = [
        ("MIN_LENGTH", "smallest length", limits.min_length),
        ("MAX_LENGTH", "largest length", limits.max_length),
        ("MIN_ITEMS", "smallest number of items", limits.min_items),
        ("MAX_ITEMS", "largest number of items", limits.max_items),
    ];
    let name = |suffix: &str| format!("{}_{suffix}", names::shouty(field));
    for (suffix, what, value) in counts {
        if let Some(value) = value {
            out.doc(&format!("The {what} of `{property}` (`{value}`)."));
            out.line(format!("pub const {}: u64 = {value};", name(suffix)));
        }
    }
    if let Some(pattern) = &limits.pattern {
        out.doc(&format!(
            "The regular expression that `{property}` matches."
        ));
        out.line(format!(
            "pub const {}: &'static str = {};",
            name("PATTERN"),
            literal(pattern)
        ));
    }
    if !limits.content_types.is_empty() {
        out.doc(&format!("The media types that `{property}` may have."));
        let types: Vec<String> = limits.content_types.iter().map(|of| literal(of)).collect();
        out.line(format!(
            "pub const {}: &'static [&'static str] = &[{}];",
            name("CONTENT_TYPES"),
            types.join(", ")
        ));
    }
}
