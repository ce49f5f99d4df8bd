//! Typed bodies: a variant per media type, and the bytes that it becomes.

use std::collections::BTreeMap;

use quote::quote;

use crate::model::{BodyAlternative, BodyForm, From, MemberStyle, Operation, Use, spell};

use super::client;
use super::{doc, ident, tokens};

/// The enum of a body that may have several media types, or one that is no JSON.
pub(super) fn render(operation: &Operation) -> Option<proc_macro2::TokenStream> {
    let body = operation.body.as_ref()?;
    let Use::Body(name) = &body.of else {
        return None;
    };
    let name = ident(name);
    let docs = doc(&format!(
        "The body of [`{method}`](super::Client::{method}).",
        method = operation.method_name
    ));
    let variants: Vec<_> = body
        .alternatives
        .iter()
        .map(|alternative| {
            let docs = doc(&format!("As `{}`.", alternative.media_type));
            let variant = ident(&alternative.variant);
            let held = held(&alternative.form);
            quote! { #docs #variant(#held) }
        })
        .collect();
    let arms = body.alternatives.iter().map(|alternative| {
        let variant = ident(&alternative.variant);
        // A range of media types says nothing about the one that is sent.
        let media_type = if alternative.media_type.contains('*') {
            "application/octet-stream"
        } else {
            alternative.media_type.as_str()
        };
        let encoded = match &alternative.form {
            BodyForm::Json { .. } => quote! { runtime::EncodedBody::json(#media_type, body) },
            BodyForm::Form { styles, .. } => {
                let styles = member_styles(styles);
                quote! { runtime::form_body(#media_type, body, &[#(#styles),*]) }
            }
            BodyForm::Multipart {
                content_types,
                styles,
                ..
            } => {
                let parts = content_types
                    .iter()
                    .map(|(part, content_type)| quote! { (#part, #content_type) });
                let styles = member_styles(styles);
                let media_type = multipart(&alternative.media_type);
                if content_types.is_empty() && styles.len() == 0 {
                    quote! { runtime::multipart_body(#media_type, body) }
                } else {
                    quote! {
                        runtime::encoded_multipart_body(
                            #media_type, body, &[#(#parts),*], &[#(#styles),*]
                        )
                    }
                }
            }
            BodyForm::Text | BodyForm::Bytes => quote! {
                ::std::result::Result::Ok(runtime::EncodedBody::new(#media_type, body.clone()))
            },
        };
        quote! { Self::#variant(body) => #encoded }
    });
    // Where two media types take the same type, a value alone does not say which is meant.
    let mut by_type: BTreeMap<String, Vec<&BodyAlternative>> = BTreeMap::new();
    for alternative in &body.alternatives {
        by_type
            .entry(held(&alternative.form).to_string())
            .or_default()
            .push(alternative);
    }
    let conversions = by_type.values().filter(|of| of.len() == 1).map(|of| {
        let variant = ident(&of[0].variant);
        let held = held(&of[0].form);
        quote! {
            impl ::std::convert::From<#held> for #name {
                fn from(body: #held) -> Self {
                    Self::#variant(body)
                }
            }
        }
    });
    Some(quote! {
        #docs
        #[derive(Clone, Debug, PartialEq)]
        pub enum #name {
            #(#variants,)*
        }
        impl #name {
            /// The bytes that are sent, and their media type.
            ///
            /// # Errors
            ///
            /// When the value has no such form.
            pub fn encode(&self) -> ::std::result::Result<runtime::EncodedBody, ::std::string::String> {
                match self {
                    #(#arms,)*
                }
            }
        }
        #(#conversions)*
    })
}

/// The media type of a form of parts, to which its boundary is added.
fn multipart(media_type: &str) -> &str {
    if media_type.contains('*') {
        "multipart/form-data"
    } else if media_type.contains("boundary") {
        media_type.split(';').next().unwrap_or(media_type).trim()
    } else {
        media_type
    }
}

/// The members of a form that have a style of their own.
fn member_styles(
    styles: &[MemberStyle],
) -> impl ExactSizeIterator<Item = proc_macro2::TokenStream> {
    styles.iter().map(|style| {
        let (member, explode, reserved) = (&style.member, style.explode, style.allow_reserved);
        let style = client::style(style.style);
        quote! { (#member, #style, #explode, #reserved) }
    })
}

fn held(form: &BodyForm) -> proc_macro2::TokenStream {
    let of = match form {
        BodyForm::Json { of } | BodyForm::Form { of, .. } | BodyForm::Multipart { of, .. } => {
            spell(of, From::Beside)
        }
        BodyForm::Text => spell(&Use::Text, From::Beside),
        BodyForm::Bytes => spell(&Use::Bytes, From::Beside),
    };
    tokens(&of)
}
