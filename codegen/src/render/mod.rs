//! Rendering: Rust of the model, beside the client that progenitor made of it.
//!
//! Types are written as text, since what is alike in them is in the runtime; the client is changed in progenitor's
//! syntax tree, and `prettyplease` formats.

mod bodies;
mod client;
mod dependencies;
mod docs;
mod enums;
mod json_schema;
mod messages;
mod patterns;
mod records;
mod registry;
mod runtime;
mod text;
mod types;
mod unions;

use quote::quote;

use crate::diagnostic::Diagnostic;
use crate::document::Node;
use crate::model::Model;
use crate::output::Output;
use crate::settings::Settings;

/// Puts the output together.
///
/// # Errors
///
/// When progenitor made something else than this compiler knows.
pub(crate) fn render(
    mut file: syn::File,
    lowered_root: &Node,
    model: &Model,
    settings: &Settings,
    notes: Vec<Diagnostic>,
) -> Result<Output, String> {
    // What is made of the model alone is made beside what is made of the generator's syntax tree, which stays
    // on its thread.
    let (client, (types, messages, registry, lowered)) = crate::both(
        || client::render(&mut file, model).map(|()| pretty(file)),
        || {
            let types = types::render(model, settings.schemars);
            let messages = pretty(messages::render(model));
            (
                types,
                messages,
                registry::render(model),
                lowered_text(lowered_root),
            )
        },
    );
    let client = client?;
    let runtime = runtime::text(&[&client, &types, &messages, &registry]);
    let texts = [&client, &types, &messages, &registry, &runtime].map(String::as_str);
    Ok(Output {
        made_of: made_of(lowered_root),
        needs: dependencies::needed(&texts),
        lowered,
        runtime,
        client,
        types,
        messages,
        registry,
        operations: model.operations.len(),
        notes,
    })
}

/// What the document calls itself, on one line.
fn made_of(root: &Node) -> String {
    let info = |name: &str| {
        let text = root.get("info").and_then(|info| info.get(name));
        let words = text.and_then(Node::scalar_text).unwrap_or_default();
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    format!("{} {}", info("title"), info("version"))
}

fn lowered_text(lowered: &Node) -> String {
    // A tree of strings, numbers and maps with string keys always has a JSON form.
    serde_json::to_string_pretty(&lowered.to_json()).unwrap_or_default() + "\n"
}

fn pretty(file: syn::File) -> String {
    prettyplease::unparse(&file)
}

/// An identifier that [`crate::names`] made.
pub(crate) fn ident(name: &str) -> syn::Ident {
    quote::format_ident!("{name}")
}

/// A type as the model spells it.
fn tokens(spelled: &str) -> proc_macro2::TokenStream {
    spelled
        .parse()
        .expect("the model spells types of identifiers, paths and angle brackets")
}

/// What the document says of something, as documentation.
pub(crate) fn of_document(text: &str) -> proc_macro2::TokenStream {
    doc(&docs::escaped(text))
}

/// Documentation, one attribute a line, as a person would write it.
pub(crate) fn doc(text: &str) -> proc_macro2::TokenStream {
    let lines = docs::lines(text);
    quote! { #(#[doc = #lines])* }
}
