//! Optional members that may be null, which typify has one `None` for with those that are left out.

use std::collections::{BTreeMap, HashMap};

use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Item, parse_quote};

use crate::plan::{NullMember, Plan};

use super::types::{inside, last_segment, renamed};

/// Rewrites the fields of these members, and their setters.
pub(super) fn render(items: &mut [Item], plan: &Plan) {
    // The fields by the name of their type, to find them again in the builders.
    let mut fields: HashMap<String, Vec<String>> = HashMap::new();
    for item in &mut *items {
        let Item::Struct(item) = item else { continue };
        let name = item.ident.to_string();
        if let Some(members) = plan.null_members.get(&name) {
            fields.insert(name, of_type(item, members));
        }
    }
    let builders = items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == "builder" => module.content.as_mut(),
        _ => None,
    });
    for item in builders.into_iter().flat_map(|(_, items)| items) {
        match item {
            Item::Struct(item) => {
                let known = fields.get(&item.ident.to_string());
                for field in &mut item.fields {
                    let name = field.ident.as_ref().map(ToString::to_string);
                    if known
                        .zip(name)
                        .is_some_and(|(known, name)| known.contains(&name))
                    {
                        InBuilder.visit_type_mut(&mut field.ty);
                    }
                }
            }
            // The setters; what makes one type of the other hands the fields over as they are.
            Item::Impl(item) if item.trait_.is_none() => {
                let known = last_segment(&item.self_ty).and_then(|name| fields.get(&name));
                for member in &mut item.items {
                    if let syn::ImplItem::Fn(setter) = member
                        && known.is_some_and(|known| known.contains(&setter.sig.ident.to_string()))
                    {
                        InBuilder.visit_generics_mut(&mut setter.sig.generics);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Rewrites the fields of one type, and says which have another type now.
fn of_type(item: &mut syn::ItemStruct, members: &BTreeMap<String, NullMember>) -> Vec<String> {
    let mut changed = Vec::new();
    for field in &mut item.fields {
        let Some(own) = field.ident.as_ref().map(ToString::to_string) else {
            continue;
        };
        let Some(member) = members.get(&renamed(field).unwrap_or_else(|| own.clone())) else {
            continue;
        };
        // The name stays in the attribute that typify made.
        let is_skipped = attributes(field, member);
        if !is_skipped {
            continue;
        }
        if matches!(member, NullMember::Itself)
            && let Some(held) = inside(&field.ty, "Option")
        {
            field.ty = parse_quote! { runtime::Nullable<#held> };
            changed.push(own);
        }
    }
    changed
}

/// Says in a field's attributes how it is read and when it is left out; false where typify never leaves
/// it out.
fn attributes(field: &mut syn::Field, member: &NullMember) -> bool {
    let is_never = "::std::option::Option::is_none";
    let Some(attribute) = field.attrs.iter_mut().find(|attribute| {
        attribute.path().is_ident("serde")
            && quote!(#attribute)
                .to_string()
                .contains("skip_serializing_if")
    }) else {
        return false;
    };
    let rename = {
        let mut found = None;
        // Attributes of other forms are none of ours to judge.
        let _ = attribute.parse_nested_meta(|meta| {
            let value: syn::LitStr = meta.value()?.parse()?;
            if meta.path.is_ident("rename") {
                found = Some(value);
            }
            Ok(())
        });
        found.map(|name| quote! { rename = #name, })
    };
    *attribute = match member {
        NullMember::Itself => parse_quote! {
            #[serde(#rename default, skip_serializing_if = "runtime::Nullable::is_absent")]
        },
        NullMember::ItsType => parse_quote! {
            #[serde(
                #rename
                default,
                deserialize_with = "runtime::present",
                skip_serializing_if = #is_never
            )]
        },
    };
    true
}

/// Takes the outermost `Option` of a builder's field or setter for `Nullable`.
struct InBuilder;

impl VisitMut for InBuilder {
    fn visit_type_mut(&mut self, of: &mut syn::Type) {
        match inside(of, "Option") {
            Some(held) => *of = parse_quote! { super::runtime::Nullable<#held> },
            None => visit_mut::visit_type_mut(self, of),
        }
    }
}
