//! The one place that calls progenitor.

use std::cell::Cell;
use std::collections::HashMap;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use openapiv3::OpenAPI;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TypeImpl};
use quote::quote;
use serde_json::json;

use crate::document::Node;
use crate::model::{From, Model, Use, spell};
use crate::settings::{Hooks, Settings};

/// Runs progenitor on the operations of a model: it makes the client, its builders and their setters. Its
/// panics are errors here, with the panic's text.
pub(crate) fn run(info: &Node, model: &Model, settings: &Settings) -> Result<syn::File, String> {
    let (api, generation) = asked(info, model, settings)?;
    let tokens = caught(|| tokens(&api, &generation))?;
    let items = items(tokens).map_err(|error| format!("the generator made no Rust: {error}"))?;
    let mut file: syn::File = syn::parse_quote! {};
    file.items = items;
    Ok(file)
}

/// What progenitor is asked for: an operation with a parameter for each thing that its caller gives, of a type
/// that is spelled by the model. Where a parameter goes, what a body becomes and how an answer is read is
/// rendered, so progenitor needs to know nothing of it, and has nothing that it could not take.
fn asked(
    info: &Node,
    model: &Model,
    settings: &Settings,
) -> Result<(OpenAPI, GenerationSettings), String> {
    let mut generation = generation(settings);
    let mut schemas = serde_json::Map::new();
    let mut names: HashMap<String, String> = HashMap::new();
    let mut schema = |of: &Use| {
        let spelled = spell(of, From::Beside);
        let number = names.len();
        let name = names.entry(spelled).or_insert_with_key(|spelled| {
            let name = format!("T{number}");
            generation.with_replacement(&name, spelled, std::iter::empty::<TypeImpl>());
            schemas.insert(name.clone(), json!({"type": "string"}));
            name
        });
        json!({"$ref": format!("#/components/schemas/{name}")})
    };
    let mut paths = serde_json::Map::new();
    for operation in &model.operations {
        let mut given = Vec::new();
        let mut give = |name: &str, required: bool, of: &Use| {
            let schema = schema(of);
            given
                .push(json!({"name": name, "in": "query", "required": required, "schema": schema}));
        };
        for parameter in &operation.parameters {
            give(&parameter.ident, parameter.required, &parameter.of);
        }
        if let Some(body) = &operation.body {
            give("body", body.required, &body.of);
        }
        let responses = json!({"default": {"description": ""}});
        paths.insert(
            format!("/{}", operation.method_name),
            json!({"get": {
                "operationId": operation.method_name,
                "parameters": given,
                "responses": responses,
            }}),
        );
    }
    let document = json!({
        "openapi": "3.0.3",
        "info": info.to_json(),
        "paths": paths,
        "components": {"schemas": schemas},
    });
    let api = serde_json::from_value(document).map_err(|error| error.to_string())?;
    Ok((api, generation))
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

fn generation(settings: &Settings) -> GenerationSettings {
    let mut generation = GenerationSettings::new();
    generation.with_interface(InterfaceStyle::Builder);
    if let Hooks::Given { inner } = &settings.hooks {
        generation.with_hooks(progenitor::HooksMode::Expected);
        let inner: TokenStream = inner.parse().unwrap_or_else(|_| quote!(()));
        generation.with_inner_type(inner);
    }
    generation
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
