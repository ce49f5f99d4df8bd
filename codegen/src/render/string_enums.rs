//! Enums of strings that typify could not make: those that may grow, and those whose variants it could
//! not name.

use quote::quote;
use syn::{Item, parse_quote};

use crate::names;
use crate::plan::Plan;

use super::{doc, ident, of_document};

/// Whether a set may have values that the document does not list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Set {
    Open,
    Closed,
}

/// The enums by name.
pub(super) fn render(plan: &Plan) -> Vec<(String, Vec<Item>)> {
    let open = plan.open_enums.iter().map(|known| (Set::Open, known));
    let closed = plan.closed_enums.iter().map(|known| (Set::Closed, known));
    open.chain(closed)
        .map(|(set, (name, held))| {
            let file = enumeration(set, name, held.description.as_deref(), &held.values);
            (name.clone(), file.items)
        })
        .collect()
}

/// An enum of these strings; an open one has a variant for every other string.
fn enumeration(set: Set, name: &str, description: Option<&str>, values: &[String]) -> syn::File {
    let name = ident(name);
    let is_open = set == Set::Open;
    let docs = of_document(description.unwrap_or(if is_open {
        "A set of values that may grow."
    } else {
        "One of a set of values."
    }));
    let variants = variants(set, values);
    let shown = values.iter().map(|value| doc(&format!("`{value}`")));
    let known: Vec<_> = values
        .iter()
        .zip(&variants)
        .map(|(value, variant)| quote! { #value => Self::#variant })
        .collect();
    let copy = (!is_open).then(|| quote! { Copy, });
    let unknown = is_open.then(|| {
        quote! {
            /// A value that the document does not list, as it came.
            Unknown(::std::string::String),
        }
    });
    let (lifetime, unknown_text) = if is_open {
        (None, Some(quote! { Self::Unknown(value) => value, }))
    } else {
        (Some(quote! { 'static }), None)
    };
    let listed = is_open.then(|| {
        quote! {
            /// The values that the document lists.
            pub const KNOWN: &'static [&'static str] = &[#(#values),*];
        }
    });
    let text = if is_open {
        " The value as the service writes it."
    } else {
        " The value as the document writes it."
    };
    let ok = quote! { ::std::result::Result::Ok };
    let (conversions, error, parsed, read) = if is_open {
        (
            open(&name, &known),
            quote! { ::std::convert::Infallible },
            quote! { #ok(value.into()) },
            quote! { #ok(value.into()) },
        )
    } else {
        (
            closed(&name),
            quote! { self::error::ConversionError },
            quote! {
                #ok(match value {
                    #(#known,)*
                    _ => return ::std::result::Result::Err("invalid value".into()),
                })
            },
            quote! { value.parse().map_err(<D::Error as ::serde::de::Error>::custom) },
        )
    };
    parse_quote! {
        #docs
        #[derive(Clone, #copy Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum #name {
            #(#shown #variants,)*
            #unknown
        }
        impl #name {
            #listed

            #[doc = #text]
            #[must_use]
            pub fn as_str(&self) -> &#lifetime str {
                match self {
                    #(Self::#variants => #values,)*
                    #unknown_text
                }
            }
        }
        #conversions
        impl ::std::fmt::Display for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl ::std::str::FromStr for #name {
            type Err = #error;
            fn from_str(value: &str) -> ::std::result::Result<Self, Self::Err> {
                #parsed
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
                #read
            }
        }
    }
}

/// Every string is a value of an open set.
fn open(name: &syn::Ident, known: &[proc_macro2::TokenStream]) -> proc_macro2::TokenStream {
    quote! {
        impl ::std::convert::From<&str> for #name {
            fn from(value: &str) -> Self {
                match value {
                    #(#known,)*
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
    }
}

/// A string that is not listed is no value of a closed set.
fn closed(name: &syn::Ident) -> proc_macro2::TokenStream {
    let conversions = [quote! { &str }, quote! { ::std::string::String }].map(|from| {
        quote! {
            impl ::std::convert::TryFrom<#from> for #name {
                type Error = self::error::ConversionError;
                fn try_from(value: #from) -> ::std::result::Result<Self, Self::Error> {
                    value.parse()
                }
            }
        }
    });
    quote! { #(#conversions)* }
}

/// A variant for each value, all different and none of them `Unknown` in an open set.
fn variants(set: Set, values: &[String]) -> Vec<syn::Ident> {
    let taken: &[&str] = match set {
        Set::Open => &["Unknown"],
        Set::Closed => &[],
    };
    names::variants(values, taken)
        .iter()
        .map(|name| ident(name))
        .collect()
}

/// The variants of an open set.
pub(super) fn open_variants(values: &[String]) -> Vec<syn::Ident> {
    variants(Set::Open, values)
}

/// An open set as an enum, for what is no schema.
pub(super) fn open_enum(
    name: &str,
    description: &str,
    values: &[String],
) -> proc_macro2::TokenStream {
    let file = enumeration(Set::Open, name, Some(description), values);
    quote! { #file }
}
