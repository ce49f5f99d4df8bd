//! Enums that may grow, in the place of typify's closed ones.

use quote::quote;
use syn::Item;

use crate::names;
use crate::plan::Plan;

use super::{doc, ident};

/// The enums that may grow, by name.
pub(super) fn render(plan: &Plan) -> Vec<(String, Vec<Item>)> {
    plan.open_enums
        .iter()
        .map(|(name, open)| {
            let file = enumeration(name, open.description.as_deref(), &open.values);
            (name.clone(), file.items)
        })
        .collect()
}

/// An enum of strings with a variant for every other string.
fn enumeration(name: &str, description: Option<&str>, values: &[String]) -> syn::File {
    let name = ident(name);
    let docs = doc(description.unwrap_or("A set of values that may grow."));
    let variants = variants(values);
    let known = values.iter().map(|value| doc(&format!("`{value}`")));
    syn::parse_quote! {
        #docs
        #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum #name {
            #(#known #variants,)*
            /// A value that the document does not list, as it came.
            Unknown(::std::string::String),
        }
        impl #name {
            /// The values that the document lists.
            pub const KNOWN: &'static [&'static str] = &[#(#values),*];

            /// The value as the service writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#variants => #values,)*
                    Self::Unknown(value) => value,
                }
            }
        }
        impl ::std::convert::From<&str> for #name {
            fn from(value: &str) -> Self {
                match value {
                    #(#values => Self::#variants,)*
                    _ => Self::Unknown(value.to_owned()),
                }
            }
        }
        impl ::std::convert::From<::std::string::String> for #name {
            fn from(value: ::std::string::String) -> Self {
                value.as_str().into()
            }
        }
        impl ::std::convert::AsRef<str> for #name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }
        impl ::std::fmt::Display for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl ::std::str::FromStr for #name {
            type Err = ::std::convert::Infallible;
            fn from_str(value: &str) -> ::std::result::Result<Self, Self::Err> {
                ::std::result::Result::Ok(value.into())
            }
        }
        impl ::serde::Serialize for #name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let value = <::std::string::String as ::serde::Deserialize>::deserialize(deserializer)?;
                ::std::result::Result::Ok(value.into())
            }
        }
    }
}

/// A variant for each value, all different and none of them `Unknown`.
pub(super) fn variants(values: &[String]) -> Vec<syn::Ident> {
    names::variants(values, &["Unknown"])
        .iter()
        .map(|name| ident(name))
        .collect()
}

/// The code of the registry as an enum, with what the document says of each.
pub(super) fn string_enum(
    name: &str,
    description: &str,
    values: &[String],
) -> proc_macro2::TokenStream {
    let file = enumeration(name, Some(description), values);
    quote! { #file }
}
