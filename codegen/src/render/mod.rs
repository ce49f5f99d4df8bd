//! Rendering: what progenitor made, with what lowering took out put back in.
//!
//! Everything works on the syntax tree; the only text that is put in as it is, is the runtime,
//! which is the same for every document. `prettyplease` formats.

mod bodies;
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
    let mut types = types::take(&mut file);
    types::render(&mut types, lowered, plan);
    if let Some(described) = described {
        json_schema::render(&mut types, described, plan);
    }
    // One tree after the other goes as soon as it is text: together they are most of the memory that a
    // compilation takes.
    let types = pretty(&whole(types));
    client::render(&mut file, plan);
    let client = pretty(&file);
    drop(file);
    Output {
        lowered: lowered_text(lowered),
        client,
        types,
        messages: pretty(&messages::render(plan)),
        registry: pretty(&registry::render(plan)),
        runtime: runtime::text(described.is_some()),
        operations: plan.operations.len(),
        notes,
    }
}

fn lowered_text(lowered: &Node) -> String {
    // A tree of strings, numbers and maps with string keys always has a JSON form.
    serde_json::to_string_pretty(&lowered.to_json()).unwrap_or_default() + "\n"
}

/// A file of one module.
fn whole(module: syn::ItemMod) -> syn::File {
    let mut file: syn::File = syn::parse_quote! {};
    file.items = vec![syn::Item::Mod(module)];
    file
}

fn pretty(file: &syn::File) -> String {
    prettyplease::unparse(file)
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
