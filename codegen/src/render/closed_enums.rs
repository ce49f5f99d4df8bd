//! Enums of strings whose variants typify could not name.

use quote::quote;
use syn::Item;

use crate::names;
use crate::plan::Plan;

use super::{doc, ident};

pub(super) fn render(plan: &Plan) -> Vec<(String, Vec<Item>)> {
    plan.closed_enums
        .iter()
        .map(|(name, closed)| {
            let file = enumeration(name, closed.description.as_deref(), &closed.values);
            (name.clone(), file.items)
        })
        .collect()
}

fn enumeration(name: &str, description: Option<&str>, values: &[String]) -> syn::File {
    let name = ident(name);
    let docs = doc(description.unwrap_or("One of a set of values."));
    let variants: Vec<_> = names::variants(values, &[])
        .iter()
        .map(|name| ident(name))
        .collect();
    let shown = values.iter().map(|value| doc(&format!("`{value}`")));
    let error = quote! { self::error::ConversionError };
    syn::parse_quote! {
        #docs
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum #name {
            #(#shown #variants,)*
        }
        impl #name {
            /// The value as the document writes it.
            #[must_use]
            pub fn as_str(&self) -> &'static str {
                match *self {
                    #(Self::#variants => #values,)*
                }
            }
        }
        impl ::std::fmt::Display for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl ::std::str::FromStr for #name {
            type Err = #error;
            fn from_str(value: &str) -> ::std::result::Result<Self, Self::Err> {
                match value {
                    #(#values => ::std::result::Result::Ok(Self::#variants),)*
                    _ => ::std::result::Result::Err("invalid value".into()),
                }
            }
        }
        impl ::std::convert::TryFrom<&str> for #name {
            type Error = #error;
            fn try_from(value: &str) -> ::std::result::Result<Self, Self::Error> {
                value.parse()
            }
        }
        impl ::std::convert::TryFrom<::std::string::String> for #name {
            type Error = #error;
            fn try_from(value: ::std::string::String) -> ::std::result::Result<Self, Self::Error> {
                value.parse()
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
                value.parse().map_err(<D::Error as ::serde::de::Error>::custom)
            }
        }
    }
}
