//! Unions: enums that find their variant by what the value holds.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use quote::quote;
use syn::Item;

use crate::document::{Node, Value};
use crate::lower::bodies::{BYTES, FILE_PART};
use crate::lower::component_name;
use crate::plan::{Plan, Union};

use super::{ident, of_document};

pub(super) fn render(lowered: &Node, plan: &Plan) -> Vec<(String, Vec<Item>)> {
    if plan.unions.is_empty() {
        return Vec::new();
    }
    let schemas: HashMap<&str, &Node> = lowered
        .get("components")
        .and_then(|components| components.get("schemas"))
        .and_then(Node::as_mapping)
        .into_iter()
        .flatten()
        .map(|entry| (entry.key.name.as_str(), &entry.value))
        .collect();
    let graph: HashMap<&str, BTreeSet<&str>> = schemas
        .iter()
        .map(|(name, schema)| {
            let mut reached = BTreeSet::new();
            references(schema, &mut reached);
            (*name, reached)
        })
        .collect();
    let circles = circles(&graph);
    plan.unions
        .iter()
        .filter_map(|(name, union)| {
            let members = schemas.get(name.as_str())?.get("oneOf")?.as_sequence()?;
            let file = enumeration(name, union, members, &circles);
            Some((name.clone(), file.items))
        })
        .collect()
}

fn references<'n>(node: &'n Node, found: &mut BTreeSet<&'n str>) {
    if let Some(name) = component_name(node) {
        found.insert(name);
        return;
    }
    match &node.value {
        Value::Mapping(mapping) => mapping
            .iter()
            .for_each(|entry| references(&entry.value, found)),
        Value::Sequence(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// The circle that each component is in, as a number (Tarjan, without recursion).
fn circles<'n>(graph: &HashMap<&'n str, BTreeSet<&'n str>>) -> HashMap<&'n str, usize> {
    let mut index: HashMap<&str, usize> = HashMap::new();
    let mut low: HashMap<&str, usize> = HashMap::new();
    let mut stack: Vec<&str> = Vec::new();
    let mut on_stack: BTreeSet<&str> = BTreeSet::new();
    let mut found: HashMap<&str, usize> = HashMap::new();
    let mut count = 0;
    let mut names: Vec<&&str> = graph.keys().collect();
    names.sort_unstable();
    for &&start in &names {
        if index.contains_key(start) {
            continue;
        }
        let mut work: Vec<(&str, Vec<&str>)> = vec![(start, Vec::new())];
        let mut fresh = true;
        while let Some((name, rest)) = work.last_mut() {
            let name = *name;
            if fresh {
                index.insert(name, index.len());
                low.insert(name, index[name]);
                stack.push(name);
                on_stack.insert(name);
                *rest = graph
                    .get(name)
                    .into_iter()
                    .flatten()
                    .copied()
                    .filter(|next| graph.contains_key(next))
                    .collect();
                fresh = false;
            }
            match rest.pop() {
                Some(next) if !index.contains_key(next) => {
                    work.push((next, Vec::new()));
                    fresh = true;
                }
                Some(next) => {
                    if on_stack.contains(next) {
                        let lowest = low[name].min(index[next]);
                        low.insert(name, lowest);
                    }
                }
                None => {
                    if low[name] == index[name] {
                        while let Some(member) = stack.pop() {
                            on_stack.remove(member);
                            found.insert(member, count);
                            if member == name {
                                break;
                            }
                        }
                        count += 1;
                    }
                    let lowest = low[name];
                    work.pop();
                    if let Some((parent, _)) = work.last() {
                        let joined = low[parent].min(lowest);
                        low.insert(parent, joined);
                    }
                }
            }
        }
    }
    found
}

fn enumeration(
    name: &str,
    union: &Union,
    members: &[Node],
    circles: &HashMap<&str, usize>,
) -> syn::File {
    let own = circles.get(name);
    let name_ident = ident(name);
    let docs = of_document(union.description.as_deref().unwrap_or(if union.any {
        "A value that at least one of several schemas describes."
    } else {
        "A value of one of several schemas."
    }));
    let held: Vec<proc_macro2::TokenStream> = members
        .iter()
        .map(|member| {
            let held = rust_type(member);
            let mut reached = BTreeSet::new();
            references(member, &mut reached);
            let in_circle = reached
                .iter()
                .any(|target| own.is_some() && circles.get(target) == own);
            if in_circle {
                quote! { ::std::boxed::Box<#held> }
            } else {
                held
            }
        })
        .collect();
    let variants: Vec<_> = union
        .variants
        .iter()
        .map(|variant| ident(variant))
        .collect();
    let keeps_unknown = union.tag.as_ref().is_some_and(|tag| tag.default.is_none());
    let has_other = union.any || keeps_unknown;
    let about_other = match (union.any, keeps_unknown) {
        (true, false) => " What several of the schemas describe together, as it came.",
        (true, true) => {
            " What several of the schemas describe together, or one of a kind that the document does not know, as it came."
        }
        _ => " One of a kind that the document does not know, as it came.",
    };
    let other = has_other.then(|| {
        quote! {
            #[doc = #about_other]
            Other(::serde_json::Value),
        }
    });
    let other_arm = has_other.then(|| {
        quote! { Self::Other(value) => ::serde::Serialize::serialize(value, serializer), }
    });
    let unfit = format!("no variant of {name} fits");
    let tagged = union.tag.as_ref().map(|tag| {
        let property = &tag.property;
        let offer = |index: &usize| {
            let variant = variants.get(*index)?;
            Some(quote! { choice.offer(Self::#variant); })
        };
        // One arm for all values that stand for the same.
        let mut arms: Vec<(&[usize], Vec<&str>)> = Vec::new();
        for (value, indices) in &tag.values {
            match arms.iter_mut().find(|(known, _)| known == indices) {
                Some((_, values)) => values.push(value),
                None => arms.push((indices, vec![value])),
            }
        }
        let arms = arms.iter().map(|(indices, values)| {
            let offers = indices.iter().filter_map(offer);
            quote! {
                ::std::option::Option::Some(#(#values)|*) => {
                    let mut choice = runtime::Choice::new(value);
                    #(#offers)*
                    return choice.one();
                }
            }
        });
        let unknown = match tag.default.as_ref().and_then(offer) {
            Some(offer) => quote! {
                let mut choice = runtime::Choice::new(value);
                #offer
                return choice.one();
            },
            None => quote! {
                return ::std::option::Option::Some(Self::Other(::std::clone::Clone::clone(value)));
            },
        };
        quote! {
            match runtime::tag(value, #property) {
                #(#arms)*
                ::std::option::Option::Some(_) => { #unknown }
                ::std::option::Option::None => {}
            }
        }
    });
    let best = if union.any {
        quote! { choice.any(Self::Other) }
    } else {
        quote! { choice.one() }
    };
    // Where two variants hold one type, a value alone does not say which is meant.
    let mut by_type: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, held) in held.iter().enumerate() {
        by_type.entry(held.to_string()).or_default().push(index);
    }
    let conversions = held.iter().enumerate().filter_map(|(index, held)| {
        let alone = by_type
            .get(&held.to_string())
            .is_some_and(|of| of.len() == 1);
        let variant = variants.get(index)?;
        let from_any = has_other && held.to_string() == quote!(::serde_json::Value).to_string();
        (alone && !from_any).then(|| {
            quote! {
                impl ::std::convert::From<#held> for #name_ident {
                    fn from(value: #held) -> Self {
                        Self::#variant(value)
                    }
                }
            }
        })
    });
    syn::parse_quote! {
        #docs
        #[derive(Clone, Debug, PartialEq)]
        pub enum #name_ident {
            #(#variants(#held),)*
            #other
        }
        #(#conversions)*
        impl ::serde::Serialize for #name_ident {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                match self {
                    #(Self::#variants(value) => ::serde::Serialize::serialize(value, serializer),)*
                    #other_arm
                }
            }
        }
        impl<'de> ::serde::Deserialize<'de> for #name_ident {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                runtime::union(deserializer, #unfit, |value| {
                    #tagged
                    let mut choice = runtime::Choice::new(value);
                    #(choice.offer(Self::#variants);)*
                    #best
                })
            }
        }
    }
}

/// The Rust type of a lowered schema, as typify makes it.
fn rust_type(schema: &Node) -> proc_macro2::TokenStream {
    let optional = |held: proc_macro2::TokenStream| {
        if schema.get("nullable").and_then(Node::as_bool) == Some(true) {
            quote! { ::std::option::Option<#held> }
        } else {
            held
        }
    };
    if let Some(name) = component_name(schema) {
        return match name {
            FILE_PART => quote! { runtime::FilePart },
            BYTES => quote! { ::bytes::Bytes },
            name => {
                let name = ident(name);
                quote! { #name }
            }
        };
    }
    if let Some([only]) = schema.get("allOf").and_then(Node::as_sequence) {
        return optional(rust_type(only));
    }
    let text = |name: &str| schema.get(name).and_then(Node::as_str);
    optional(match text("type") {
        Some("string") => match text("format") {
            Some("date-time") => quote! { runtime::DateTime },
            Some("date") => quote! { ::chrono::naive::NaiveDate },
            _ => quote! { ::std::string::String },
        },
        Some("integer") => {
            let width = match text("format") {
                Some("int8") => "i8",
                Some("uint8") => "u8",
                Some("int16") => "i16",
                Some("uint16") => "u16",
                Some("int32") => "i32",
                Some("uint32") => "u32",
                Some("uint64") => "u64",
                Some(_) => "i64",
                None if schema.get("minimum").is_some() => "u64",
                None => "i64",
            };
            let width = ident(width);
            quote! { #width }
        }
        Some("number") => quote! { f64 },
        Some("boolean") => quote! { bool },
        Some("array") => {
            let item = schema
                .get("items")
                .map_or_else(|| quote! { ::serde_json::Value }, rust_type);
            quote! { ::std::vec::Vec<#item> }
        }
        Some("object") => match schema
            .get("additionalProperties")
            .filter(|node| node.as_mapping().is_some())
        {
            Some(values) => {
                let held = rust_type(values);
                if held.to_string() == quote!(::serde_json::Value).to_string() {
                    quote! { ::serde_json::Map<::std::string::String, ::serde_json::Value> }
                } else {
                    quote! { ::std::collections::BTreeMap<::std::string::String, #held> }
                }
            }
            None => quote! { ::serde_json::Map<::std::string::String, ::serde_json::Value> },
        },
        _ => quote! { ::serde_json::Value },
    })
}
