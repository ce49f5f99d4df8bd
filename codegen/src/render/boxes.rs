//! Optional members that hold their own type, which typify boxes with the option inside where it meets the
//! type first through another: they could then not be left out.

use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Item, parse_quote};

use super::types::inside;

/// Takes the option out of the box in every field, setter and builder, and leaves out what is none.
pub(super) fn render(items: &mut [Item]) {
    for item in items {
        if let Item::Struct(item) = item {
            for field in &mut item.fields {
                if inside(&field.ty, "Box").is_some_and(|held| inside(held, "Option").is_some()) {
                    skipped(field);
                }
            }
        }
        OptionOutside.visit_item_mut(item);
    }
}

/// Says of a field that it is left out where there is nothing.
fn skipped(field: &mut syn::Field) {
    let default = field.attrs.iter().position(|attribute| {
        attribute.path().is_ident("serde") && quote!(#attribute).to_string().contains("default")
    });
    if let Some(index) = default {
        let attribute = &field.attrs[index];
        let stated = match &attribute.meta {
            syn::Meta::List(list) => list.tokens.clone(),
            _ => return,
        };
        let is_none = "::std::option::Option::is_none";
        field.attrs[index] = parse_quote! {
            #[serde(#stated, skip_serializing_if = #is_none)]
        };
    }
}

/// Makes an option of a box of a box of an option.
struct OptionOutside;

impl VisitMut for OptionOutside {
    fn visit_type_mut(&mut self, of: &mut syn::Type) {
        if let Some(held) = inside(of, "Box").and_then(|held| inside(held, "Option")) {
            *of = parse_quote! { ::std::option::Option<::std::boxed::Box<#held>> };
        }
        visit_mut::visit_type_mut(self, of);
    }
}
