//! The modules `answers` and `bodies`: what an operation answers and takes where one type is not
//! enough.

use quote::quote;

use crate::model::{Answer, Content, From, Model, Operation, Side, spell};

use super::{bodies, doc, ident, of_document, tokens};

pub(super) fn render(model: &Model) -> syn::File {
    let answers: Vec<_> = model
        .operations
        .iter()
        .flat_map(|operation| {
            [
                (operation, &operation.success, "success"),
                (operation, &operation.error, "error"),
            ]
        })
        .filter_map(|(operation, side, what)| {
            let name = side.type_name.as_deref()?;
            Some(enumeration(operation, side, name, what))
        })
        .collect();
    let bodies: Vec<_> = model.operations.iter().filter_map(bodies::render).collect();
    syn::parse_quote! {
        /// What operations answer, a variant for each documented status.
        #[allow(clippy::large_enum_variant)]
        pub mod answers {
            #[allow(unused_imports)]
            use super::{runtime, types};
            #(#answers)*
        }
        /// What operations take, a variant for each documented media type.
        #[allow(clippy::large_enum_variant)]
        pub mod bodies {
            #[allow(unused_imports)]
            use super::{runtime, types};
            #(#bodies)*
        }
    }
}

/// The type that a variant holds; none where the status says all.
fn held(answer: &Answer) -> Option<proc_macro2::TokenStream> {
    match &answer.content {
        Content::Empty => None,
        Content::Json(of) => Some(tokens(&spell(of, From::Beside))),
        Content::Text | Content::AnyText => Some(quote! { ::std::string::String }),
        Content::Bytes => Some(quote! { ::bytes::Bytes }),
        Content::Stream => Some(quote! { runtime::Stream }),
    }
}

fn enumeration(
    operation: &Operation,
    side: &Side,
    name: &str,
    what: &str,
) -> proc_macro2::TokenStream {
    let name = ident(name);
    let docs = doc(&format!(
        "The {what} answers of [`{method}`](super::Client::{method}), told apart by their status.",
        method = operation.method_name
    ));
    let variants = side.answers.iter().map(|answer| {
        let docs = of_document(&answer.description);
        let variant = ident(&answer.variant());
        match held(answer) {
            Some(held) => quote! { #docs #variant(#held) },
            None => quote! { #docs #variant },
        }
    });
    let arms = side.answers.iter().map(|answer| {
        let variant = ident(&answer.variant());
        match answer.content {
            Content::Empty => quote! { Self::#variant => serializer.serialize_unit() },
            Content::Json(_) | Content::Text | Content::AnyText => quote! {
                Self::#variant(body) => ::serde::Serialize::serialize(body, serializer)
            },
            Content::Bytes => quote! { Self::#variant(body) => serializer.serialize_bytes(body) },
            // Whoever reads the stream has it.
            Content::Stream => quote! { Self::#variant(_) => serializer.serialize_unit() },
        }
    });
    let has_stream = side
        .answers
        .iter()
        .any(|answer| answer.content == Content::Stream);
    let derives = if has_stream {
        quote! { #[derive(Debug)] }
    } else {
        quote! { #[derive(Clone, Debug, PartialEq)] }
    };
    quote! {
        #docs
        #derives
        pub enum #name {
            #(#variants,)*
        }
        /// As the body of the answer.
        impl ::serde::Serialize for #name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                match self {
                    #(#arms,)*
                }
            }
        }
    }
}
