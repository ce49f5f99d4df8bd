//! Unions: enums that find their variant by what the value holds.

use std::collections::BTreeMap;

use crate::model::{From, Type, Union, Use, Variant, spell};

use super::text::{Text, literal};

/// An enum with a variant per type.
pub(super) fn render(out: &mut Text, of: &Type, union: &Union) {
    let name = &of.name;
    out.described(
        of.description.as_deref(),
        match union.any {
            true => "A value that at least one of several schemas describes.",
            false => "A value of one of several schemas.",
        },
    );
    out.deprecated(of.is_deprecated);
    let keeps_unknown = union.tag.as_ref().is_some_and(|tag| tag.default.is_none());
    let has_other = union.any || keeps_unknown;
    out.line("#[derive(Clone, Debug, PartialEq)]");
    out.block(format!("pub enum {name}"), |out| {
        for variant in &union.variants {
            out.line(format!("{}({}),", variant.name, held(variant)));
        }
        if has_other {
            out.doc(match (union.any, keeps_unknown) {
                (true, false) => "What several of the schemas describe together, as it came.",
                (true, true) => {
                    "What several of the schemas describe together, or one of a kind that the document does not know, as it came."
                }
                _ => "One of a kind that the document does not know, as it came.",
            });
            out.line("Other(::serde_json::Value),");
        }
    });
    conversions(out, name, union, has_other);
    let mut variants: Vec<&str> = union.variants.iter().map(|of| of.name.as_str()).collect();
    if has_other {
        variants.push("Other");
    }
    out.line(format!(
        "runtime::union! {{ {name} {{ {} }}, |value| {{",
        variants.join(", ")
    ));
    out.indented_by_one(|out| {
        tagged(out, name, union);
        let offers: String = union.variants.iter().map(|of| offer(name, of)).collect();
        let best = match union.any {
            true => format!("any({name}::Other)"),
            false => "one()".to_owned(),
        };
        out.line(format!("runtime::Choice::new(value){offers}.{best}"));
    });
    out.line("} }");
}

/// What a variant holds.
fn held(variant: &Variant) -> String {
    let of = spell(&variant.of, From::Types);
    match variant.is_boxed {
        true => format!("::std::boxed::Box<{of}>"),
        false => of,
    }
}

fn offer(name: &str, variant: &Variant) -> String {
    format!(".offer({name}::{})", variant.name)
}

/// What is done where a property tells the variants apart.
fn tagged(out: &mut Text, name: &str, union: &Union) {
    let Some(tag) = &union.tag else {
        return;
    };
    // One arm for all values that stand for the same.
    let mut arms: Vec<(&[usize], Vec<String>)> = Vec::new();
    for (value, indices) in &tag.values {
        match arms.iter_mut().find(|(known, _)| known == indices) {
            Some((_, values)) => values.push(literal(value)),
            None => arms.push((indices, vec![literal(value)])),
        }
    }
    let choice = |indices: &[usize]| {
        let offers: String = indices
            .iter()
            .filter_map(|&index| union.variants.get(index))
            .map(|variant| offer(name, variant))
            .collect();
        format!("return runtime::Choice::new(value){offers}.one()")
    };
    let head = format!(
        "match runtime::tag(value, {}).as_deref()",
        literal(&tag.property)
    );
    out.block(head, |out| {
        for (indices, values) in &arms {
            out.line(format!(
                "::std::option::Option::Some({}) => {},",
                values.join(" | "),
                choice(indices)
            ));
        }
        let unknown = match tag.default {
            Some(index) => choice(&[index]),
            None => format!("return ::std::option::Option::Some({name}::Other(value.clone()))"),
        };
        out.line(format!("::std::option::Option::Some(_) => {unknown},"));
        out.line("::std::option::Option::None => {}");
    });
}

/// Conversions from what only one variant holds: of two, a value alone does not say which is meant.
fn conversions(out: &mut Text, name: &str, union: &Union, has_other: bool) {
    let mut by_type: BTreeMap<String, Vec<&Variant>> = BTreeMap::new();
    for variant in &union.variants {
        by_type.entry(held(variant)).or_default().push(variant);
    }
    for variant in &union.variants {
        let held = held(variant);
        let is_alone = by_type.get(&held).is_some_and(|of| of.len() == 1);
        if is_alone && !(has_other && variant.of == Use::Any) {
            out.line(format!(
                "runtime::convert! {{ {held} => {name}::{} }}",
                variant.name
            ));
        }
    }
}
