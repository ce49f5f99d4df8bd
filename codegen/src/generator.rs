//! The one place that calls progenitor.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use openapiv3::OpenAPI;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TagStyle, TypeImpl};
use quote::quote;

use crate::lower::bodies::{BYTES, FILE_PART, STREAM};
use crate::plan::Plan;
use crate::settings::{Hooks, Settings};

/// Runs progenitor on a lowered document. Its panics are errors here, with the panic's text.
pub(crate) fn run(api: &OpenAPI, plan: &Plan, settings: &Settings) -> Result<syn::File, String> {
    let tokens = caught(|| tokens(api, &generation(plan, settings)))?;
    let items = items(tokens).map_err(|error| format!("the generator made no Rust: {error}"))?;
    let mut file: syn::File = syn::parse_quote! {};
    file.items = items;
    Ok(file)
}

/// Parses items one by one, and those of a module likewise, so that the tokens of each are gone before
/// the next is looked at: all of them at once take several times as much memory as the items.
fn items(tokens: TokenStream) -> syn::Result<Vec<syn::Item>> {
    let mut items = Vec::new();
    let mut item: Vec<TokenTree> = Vec::new();
    let tokens = tokens.into_iter();
    for token in tokens {
        let is_body =
            matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        let is_end = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ';');
        let ends = is_end || is_body && !ends_with_semicolon(&item);
        item.push(token);
        if ends {
            items.push(one(std::mem::take(&mut item))?);
        }
    }
    // Attributes of the file itself, or something that is no item: the parser says what.
    if !item.is_empty() {
        items.push(syn::parse2(item.into_iter().collect())?);
    }
    Ok(items)
}

/// The words that an item begins with, behind its attributes and its visibility.
fn words(item: &[TokenTree]) -> impl Iterator<Item = &proc_macro2::Ident> {
    item.iter().filter_map(|token| match token {
        TokenTree::Ident(word) if word != "pub" => Some(word),
        _ => None,
    })
}

/// Whether a block is no end of an item that begins like this.
fn ends_with_semicolon(item: &[TokenTree]) -> bool {
    words(item).next().is_some_and(|word| {
        ["use", "const", "static", "type"]
            .iter()
            .any(|kind| word == kind)
    })
}

fn one(mut item: Vec<TokenTree>) -> syn::Result<syn::Item> {
    let is_module = words(&item).next().is_some_and(|word| word == "mod");
    match item.pop() {
        Some(TokenTree::Group(body)) if is_module => {
            let empty = Group::new(Delimiter::Brace, TokenStream::new());
            item.push(TokenTree::Group(empty));
            let mut module: syn::ItemMod = syn::parse2(item.into_iter().collect())?;
            if let Some((_, content)) = &mut module.content {
                *content = items(body.stream())?;
            }
            Ok(syn::Item::Mod(module))
        }
        last => {
            item.extend(last);
            syn::parse2(item.into_iter().collect())
        }
    }
}

/// Whether progenitor takes a lowered document.
pub(crate) fn check(api: &OpenAPI, plan: &Plan, settings: &Settings) -> Result<(), String> {
    caught(|| tokens(api, &generation(plan, settings)).map(drop))
}

/// What progenitor says once it has made the types and the operations, and before it renders them,
/// about two settings that it cannot have together.
const BEFORE_RENDERING: &str = "positional arguments with separate tags";

/// Whether progenitor takes the schemas and the operations of a lowered document.
///
/// Rendering is most of its work and refuses nothing that lowering lets through, but there is no
/// function that stops before it. So progenitor gets settings that make it give up right there; a
/// version that does not give up renders, and is only slower.
pub(crate) fn types(api: &OpenAPI, plan: &Plan, settings: &Settings) -> Result<(), String> {
    let made = caught(|| {
        let mut generation = generation(plan, settings);
        generation.with_interface(InterfaceStyle::Positional);
        generation.with_tag(TagStyle::Separate);
        tokens(api, &generation).map(drop)
    });
    match made {
        Err(reason) if reason.contains(BEFORE_RENDERING) => Ok(()),
        made => made,
    }
}

/// What progenitor makes of a document that nothing was done to: with builders, as ours has them, and
/// otherwise as it does by itself.
pub(crate) fn alone(api: &OpenAPI) -> Result<TokenStream, String> {
    let mut generation = GenerationSettings::new();
    generation.with_interface(InterfaceStyle::Builder);
    caught(|| tokens(api, &generation))
}

fn tokens(api: &OpenAPI, generation: &GenerationSettings) -> Result<TokenStream, String> {
    Generator::new(generation)
        .generate_tokens(api)
        .map_err(|error| error.to_string())
}

thread_local! {
    /// Whether a panic of this thread becomes an error, and so is none to be shown.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs the generator. It recurses along the schemas, for which `with_room` gives it room.
fn caught<T>(generate: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    quiet_panics();
    let before = QUIET.replace(true);
    let made = panic::catch_unwind(AssertUnwindSafe(generate));
    QUIET.set(before);
    made.unwrap_or_else(|panic| Err(panic_text(&*panic)))
}

fn generation(plan: &Plan, settings: &Settings) -> GenerationSettings {
    let mut generation = GenerationSettings::new();
    generation.with_interface(InterfaceStyle::Builder);
    generation.with_derive("PartialEq");
    // Maps print in one order, so that the same value is always the same text.
    generation.with_map_type("::std::collections::BTreeMap");
    if let Hooks::Given { inner } = &settings.hooks {
        generation.with_hooks(progenitor::HooksMode::Expected);
        let inner: TokenStream = inner.parse().unwrap_or_else(|_| quote!(()));
        generation.with_inner_type(inner);
    }
    let no_impls = std::iter::empty::<TypeImpl>;
    generation.with_replacement(FILE_PART, "super::runtime::FilePart", no_impls());
    generation.with_replacement(BYTES, "::bytes::Bytes", no_impls());
    generation.with_replacement(STREAM, "super::runtime::Stream", no_impls());
    // Types of our own stand in `types` beside typify's.
    let texts = [TypeImpl::Display, TypeImpl::FromStr];
    for name in plan.open_enums.keys().chain(plan.closed_enums.keys()) {
        generation.with_replacement(name, format!("super::types::{name}"), texts.into_iter());
    }
    for name in plan.unions.keys() {
        generation.with_replacement(name, format!("super::types::{name}"), no_impls());
    }
    for (alias, name) in &plan.aliases {
        let target = match name.as_str() {
            FILE_PART => "super::runtime::FilePart".to_owned(),
            name => format!("super::types::{name}"),
        };
        generation.with_replacement(alias, target, no_impls());
    }
    for side in plan
        .operations
        .iter()
        .flat_map(|operation| [&operation.success, &operation.error])
    {
        if let Some(name) = &side.type_name {
            generation.with_replacement(name, format!("super::answers::{name}"), no_impls());
        }
    }
    generation.with_conversion(
        date_time(),
        "super::runtime::DateTime",
        [TypeImpl::Display, TypeImpl::FromStr].into_iter(),
    );
    generation
}

/// The schema of a date and time, as the generator's own version of schemars has it.
fn date_time() -> schemars_0_8::schema::SchemaObject {
    schemars_0_8::schema::SchemaObject {
        instance_type: Some(schemars_0_8::schema::InstanceType::String.into()),
        format: Some("date-time".to_owned()),
        ..Default::default()
    }
}

fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                previous(info);
            }
        }));
    });
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no text".to_owned());
    format!("the generator gave up: {text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_can_be_stopped_before_it_renders() {
        let api: OpenAPI = serde_json::from_value(serde_json::json!({
            "openapi": "3.0.3",
            "info": {"title": "A", "version": "1"},
            "paths": {},
        }))
        .expect("a document");
        let (plan, settings) = (Plan::default(), Settings::default());
        let given_up = caught(|| {
            let mut generation = generation(&plan, &settings);
            generation.with_interface(InterfaceStyle::Positional);
            generation.with_tag(TagStyle::Separate);
            tokens(&api, &generation).map(drop)
        });
        assert!(
            given_up
                .expect_err("it gives up")
                .contains(BEFORE_RENDERING)
        );
        types(&api, &plan, &settings).expect("an empty document is taken");
    }
}
