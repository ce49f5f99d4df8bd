//! The module `types`: typify's types, with open enums, silent secrets and named limits.

use std::collections::{BTreeSet, HashMap};

use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Item, ItemMod};

use crate::document::Node;
use crate::lower::component_name;
use crate::names;
use crate::plan::{BodyForm, Limits, Plan};

use super::{boxes, docs, ident, nullable, secrets, string_enums, unions};

/// Takes `types` out of what progenitor made.
pub(super) fn take(file: &mut syn::File) -> ItemMod {
    let index = file
        .items
        .iter()
        .position(|item| matches!(item, Item::Mod(module) if module.ident == "types"));
    match index.map(|index| file.items.remove(index)) {
        Some(Item::Mod(module)) => module,
        _ => syn::parse_quote! { pub mod types {} },
    }
}

pub(super) fn render(module: &mut ItemMod, lowered: &Node, plan: &Plan) {
    Tidy.visit_item_mod_mut(module);
    let Some((_, items)) = &mut module.content else {
        return;
    };
    let needed = request_types(lowered, plan);
    remove_builders(items, &needed);
    let mut own = string_enums::render(plan);
    own.extend(unions::render(lowered, plan));
    own.sort_by(|a, b| a.0.cmp(&b.0));
    insert(items, own);
    in_order(items, lowered);
    boxes::render(items);
    nullable::render(items, plan);
    fields(items, plan);
    secrets::render(items, plan);
    limits(items, plan);
    // `super::runtime` is the runtime in here and, through this name, in the modules below.
    items.insert(
        0,
        syn::parse_quote! {
            #[allow(unused_imports)]
            use super::{runtime, types};
        },
    );
}

/// Puts our own types among typify's, by name.
fn insert(items: &mut Vec<Item>, own: Vec<(String, Vec<Item>)>) {
    let mut own = own.into_iter().peekable();
    let mut sorted = Vec::with_capacity(items.len());
    for item in std::mem::take(items) {
        let name = match &item {
            Item::Struct(item) => Some(item.ident.to_string()),
            Item::Enum(item) => Some(item.ident.to_string()),
            // What follows the types.
            Item::Mod(item) if item.ident != "error" => Some("~".to_owned()),
            _ => None,
        };
        if let Some(name) = name {
            while let Some((_, items)) = own.next_if(|(own, _)| *own < name) {
                sorted.extend(items);
            }
        }
        sorted.push(item);
    }
    sorted.extend(own.flat_map(|(_, items)| items));
    *items = sorted;
}

/// Puts the fields of structs and of their builders in the order of the document, in
/// which they are then sent; typify sorts them.
fn in_order(items: &mut [Item], lowered: &Node) {
    let schemas = lowered
        .get("components")
        .and_then(|components| components.get("schemas"))
        .and_then(Node::as_mapping);
    let orders: HashMap<String, Vec<&str>> = schemas
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let properties = entry.value.get("properties")?.as_mapping()?;
            let names = properties
                .iter()
                .map(|property| property.key.name.as_str())
                .collect();
            Some((entry.key.name.clone(), names))
        })
        .collect();
    for item in items {
        match item {
            Item::Struct(item) => fields_in_order(item, &orders),
            Item::Mod(module) if module.ident == "builder" => {
                let items = module.content.as_mut().map(|(_, items)| items);
                for item in items.into_iter().flatten() {
                    if let Item::Struct(item) = item {
                        fields_in_order(item, &orders);
                    }
                }
            }
            _ => {}
        }
    }
}

fn fields_in_order(item: &mut syn::ItemStruct, orders: &HashMap<String, Vec<&str>>) {
    let (Some(order), syn::Fields::Named(fields)) =
        (orders.get(&item.ident.to_string()), &mut item.fields)
    else {
        return;
    };
    let place = |field: &syn::Field| {
        let own = field.ident.as_ref().map(ToString::to_string);
        let written = renamed(field).or(own).unwrap_or_default();
        order
            .iter()
            .position(|name| *name == written)
            .unwrap_or(usize::MAX)
    };
    let mut sorted: Vec<syn::Field> = std::mem::take(&mut fields.named).into_iter().collect();
    sorted.sort_by_key(place);
    fields.named = sorted.into_iter().collect();
}

/// The name of a field in JSON, where an attribute gives it one.
pub(super) fn renamed(field: &syn::Field) -> Option<String> {
    let mut found = None;
    for attribute in &field.attrs {
        if attribute.path().is_ident("serde") {
            // Attributes of other forms are none of ours to judge.
            let _ = attribute.parse_nested_meta(|meta| {
                if let Ok(value) = meta.value() {
                    let text: syn::Lit = value.parse()?;
                    if let (true, syn::Lit::Str(text)) = (meta.path.is_ident("rename"), text) {
                        found = Some(text.value());
                    }
                }
                Ok(())
            });
        }
    }
    found
}

/// Gives fields their name in JSON that could not have it in the lowered document.
fn fields(items: &mut [Item], plan: &Plan) {
    for item in items {
        let Item::Struct(item) = item else {
            continue;
        };
        let Some(renamed) = plan.renamed.get(&item.ident.to_string()) else {
            continue;
        };
        for field in &mut item.fields {
            let Some(name) = field.ident.as_ref().map(ToString::to_string) else {
                continue;
            };
            if let Some((_, written)) = renamed.iter().find(|(known, _)| *known == name) {
                field
                    .attrs
                    .push(syn::parse_quote! { #[serde(rename = #written)] });
            }
        }
    }
}

struct Tidy;

impl VisitMut for Tidy {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<syn::Attribute>) {
        docs::tidy(attributes);
    }

    /// typify unwraps what it makes of a pattern; the lints of a house may want to know why it can.
    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        if call.method == "unwrap" && call.args.is_empty() {
            call.method = ident("expect");
            call.args
                .push(syn::parse_quote! { "it was looked at when this was generated" });
        }
    }
}

/// The types that a request can hold, by the references of the lowered document.
fn request_types(lowered: &Node, plan: &Plan) -> BTreeSet<String> {
    let mut reached = Reached {
        schemas: lowered
            .get("components")
            .and_then(|components| components.get("schemas"))
            .and_then(Node::as_mapping)
            .into_iter()
            .flatten()
            .map(|entry| (entry.key.name.as_str(), &entry.value))
            .collect(),
        found: BTreeSet::new(),
    };
    for path in lowered
        .get("paths")
        .and_then(Node::as_mapping)
        .into_iter()
        .flatten()
    {
        for operation in path.value.as_mapping().into_iter().flatten() {
            for part in ["requestBody", "parameters"] {
                if let Some(part) = operation.value.get(part) {
                    reached.references(part);
                }
            }
        }
    }
    let bodies = plan
        .operations
        .iter()
        .filter_map(|operation| operation.body.as_ref());
    for alternative in bodies.flat_map(|body| &body.alternatives) {
        if let BodyForm::Json { type_name }
        | BodyForm::Form { type_name, .. }
        | BodyForm::Multipart { type_name, .. } = &alternative.form
        {
            reached.follow(type_name);
        }
    }
    reached.found
}

/// Components that are referred to, at once or through others.
struct Reached<'l> {
    schemas: HashMap<&'l str, &'l Node>,
    found: BTreeSet<String>,
}

impl Reached<'_> {
    fn references(&mut self, node: &Node) {
        if let Some(name) = component_name(node) {
            self.follow(name);
        }
        for entry in node.as_mapping().into_iter().flatten() {
            self.references(&entry.value);
        }
        for item in node.as_sequence().into_iter().flatten() {
            self.references(item);
        }
    }

    fn follow(&mut self, name: &str) {
        if self.found.insert(name.to_owned())
            && let Some(schema) = self.schemas.get(name).copied()
        {
            self.references(schema);
        }
    }
}

/// Struct builders serve whoever makes a value; of what only the service makes they are dead weight,
/// and half of all generated code.
fn remove_builders(items: &mut Vec<Item>, needed: &BTreeSet<String>) {
    // Inline schemas of a request have no component; their types begin with the name of one that
    // has, or of the operation, and keep their builders.
    let answers_only: BTreeSet<String> = items
        .iter()
        .filter_map(|item| match item {
            Item::Struct(item) => Some(item.ident.to_string()),
            _ => None,
        })
        .filter(|name| {
            !name
                .char_indices()
                .map(|(index, _)| &name[..index])
                .chain([name.as_str()])
                .any(|beginning| needed.contains(beginning))
        })
        .collect();
    items.retain_mut(|item| match item {
        Item::Impl(item) if item.trait_.is_none() => {
            let Some(name) = last_segment(&item.self_ty) else {
                return true;
            };
            if !answers_only.contains(&name) {
                return true;
            }
            item.items.retain(|member| {
                !matches!(member, syn::ImplItem::Fn(function) if function.sig.ident == "builder")
            });
            !item.items.is_empty()
        }
        Item::Mod(module) if module.ident == "builder" => {
            if let Some((_, items)) = &mut module.content {
                items.retain(|item| match item {
                    Item::Struct(item) => !answers_only.contains(&item.ident.to_string()),
                    Item::Impl(item) => !mentions(item, &answers_only),
                    _ => true,
                });
                !items.is_empty()
            } else {
                true
            }
        }
        _ => true,
    });
}

/// Whether an `impl` is of one of these types, or converts from one of them.
fn mentions(item: &syn::ItemImpl, names: &BTreeSet<String>) -> bool {
    let own = last_segment(&item.self_ty).is_some_and(|name| names.contains(&name));
    let argument = item.trait_.as_ref().is_some_and(|implemented| {
        implemented
            .0
            .segments
            .last()
            .is_some_and(|segment| match &segment.arguments {
                syn::PathArguments::AngleBracketed(arguments) => {
                    arguments.args.iter().any(|argument| match argument {
                        syn::GenericArgument::Type(of) => {
                            last_segment(of).is_some_and(|name| names.contains(&name))
                        }
                        _ => false,
                    })
                }
                _ => false,
            })
    });
    own || argument
}

/// The last segment of a type's path, references taken off.
pub(super) fn last_segment(of: &syn::Type) -> Option<String> {
    match of {
        syn::Type::Path(path) => path.path.segments.last().map(|s| s.ident.to_string()),
        syn::Type::Reference(reference) => last_segment(&reference.elem),
        _ => None,
    }
}

/// The limits that the document states, as constants of the type.
fn limits(items: &mut Vec<Item>, plan: &Plan) {
    let known: BTreeSet<String> = items
        .iter()
        .filter_map(|item| match item {
            Item::Struct(item) => Some(item.ident.to_string()),
            _ => None,
        })
        .collect();
    for (name, members) in &plan.limits {
        if !known.contains(name) {
            continue;
        }
        let constants: Vec<_> = members
            .iter()
            .flat_map(|member| constants(&member.member, &member.limits))
            .collect();
        let of = ident(name);
        items.push(syn::parse_quote! {
            /// Limits that the document states.
            impl #of {
                #(#constants)*
            }
        });
    }
}

fn constants(member: &str, limits: &Limits) -> Vec<proc_macro2::TokenStream> {
    let mut out = Vec::new();
    let counts = [
        ("MIN_LENGTH", "smallest length", limits.min_length),
        ("MAX_LENGTH", "largest length", limits.max_length),
        ("MIN_ITEMS", "smallest number of items", limits.min_items),
        ("MAX_ITEMS", "largest number of items", limits.max_items),
    ];
    for (suffix, what, value) in counts {
        if let Some(value) = value {
            let constant = ident(&format!("{}_{suffix}", names::shouty(member)));
            let text = format!(" The {what} of `{member}` (`{value}`).");
            out.push(quote! { #[doc = #text] pub const #constant: u64 = #value; });
        }
    }
    if let Some(pattern) = &limits.pattern {
        let constant = ident(&format!("{}_PATTERN", names::shouty(member)));
        let text = format!(" The regular expression that `{member}` matches.");
        out.push(quote! { #[doc = #text] pub const #constant: &'static str = #pattern; });
    }
    if !limits.content_types.is_empty() {
        let constant = ident(&format!("{}_CONTENT_TYPES", names::shouty(member)));
        let types = &limits.content_types;
        let text = format!(" The media types that `{member}` may have.");
        out.push(quote! { #[doc = #text] pub const #constant: &'static [&'static str] = &[#(#types),*]; });
    }
    out
}

/// The type that one of this name, such as `Option`, holds.
pub(super) fn inside<'t>(of: &'t syn::Type, name: &str) -> Option<&'t syn::Type> {
    let syn::Type::Path(path) = of else {
        return None;
    };
    let last = path.path.segments.last()?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        syn::GenericArgument::Type(held) if last.ident == name => Some(held),
        _ => None,
    }
}
