//! Rendering: what progenitor made, with what lowering took out put back in.
//!
//! Everything works on the syntax tree; the only text that is put in as it is, is the runtime.
//! `prettyplease` formats.

mod bodies;
mod boxes;
mod client;
mod docs;
mod json_schema;
mod messages;
mod nullable;
mod registry;
mod runtime;
mod secrets;
mod string_enums;
mod types;
mod unions;

use quote::quote;

use crate::diagnostic::Diagnostic;
use crate::document::Node;
use crate::output::Output;
use crate::plan::Plan;

/// Puts the output together.
pub(crate) fn render(
    mut file: syn::File,
    lowered: &Node,
    described: Option<&Node>,
    plan: &Plan,
    notes: Vec<Diagnostic>,
) -> Output {
    // What is made of the plan alone is made beside what is made of the generator's syntax tree, which stays
    // on its thread.
    let ((types, client), (messages, registry, lowered)) = crate::both(
        || {
            let mut types = types::take(&mut file);
            types::render(&mut types, lowered, plan);
            if let Some(described) = described {
                json_schema::render(&mut types, described, plan);
            }
            // A syntax tree takes many times the memory of its text, so each is given away for it at once.
            let types = pretty(wrap(types));
            client::render(&mut file, plan);
            (types, pretty(file))
        },
        || {
            let messages = pretty(messages::render(plan));
            let registry = pretty(registry::render(plan));
            (messages, registry, lowered_text(lowered))
        },
    );
    Output {
        lowered,
        runtime: runtime::text(&[&client, &types, &messages, &registry]),
        client,
        types,
        messages,
        registry,
        operations: plan.operations.len(),
        notes,
    }
}

fn lowered_text(lowered: &Node) -> String {
    // A tree of strings, numbers and maps with string keys always has a JSON form.
    serde_json::to_string_pretty(&lowered.to_json()).unwrap_or_default() + "\n"
}

fn wrap(module: syn::ItemMod) -> syn::File {
    let mut file: syn::File = syn::parse_quote! {};
    file.items.push(syn::Item::Mod(module));
    file
}

fn pretty(file: syn::File) -> String {
    prettyplease::unparse(&file)
}

/// An identifier that [`crate::names`] made.
pub(crate) fn ident(name: &str) -> syn::Ident {
    quote::format_ident!("{name}")
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
