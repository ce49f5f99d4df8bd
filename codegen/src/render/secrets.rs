//! Secrets: types whose value is shown nowhere.

use syn::Item;

use crate::plan::Plan;

use super::ident;
use super::types::last_segment;

pub(super) fn render(items: &mut Vec<Item>, plan: &Plan) {
    for name in &plan.secrets {
        let Some(Item::Struct(item)) = items
            .iter_mut()
            .find(|item| matches!(item, Item::Struct(item) if item.ident == name.as_str()))
        else {
            continue;
        };
        for attribute in &mut item.attrs {
            without_debug(attribute);
        }
        items.retain(|item| {
            !matches!(item, Item::Impl(item)
            if last_segment(&item.self_ty).as_deref() == Some(name)
                && item.trait_.as_ref().is_some_and(|implemented| {
                    implemented.0.segments.last().is_some_and(|s| s.ident == "Display")
                }))
        });
        let of = ident(name);
        let shown = format!("{name}(<redacted>)");
        items.push(syn::parse_quote! {
            /// Shows that there is a value, and nothing of it.
            impl ::std::fmt::Debug for #of {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    f.write_str(#shown)
                }
            }
        });
    }
}

fn without_debug(attribute: &mut syn::Attribute) {
    if !attribute.path().is_ident("derive") {
        return;
    }
    let parser = syn::punctuated::Punctuated::<syn::Path, syn::Token![,]>::parse_terminated;
    if let Ok(derives) = attribute.parse_args_with(parser) {
        let kept = derives.into_iter().filter(|path| {
            path.segments
                .last()
                .is_none_or(|segment| segment.ident != "Debug")
        });
        *attribute = syn::parse_quote! { #[derive(#(#kept),*)] };
    }
}
