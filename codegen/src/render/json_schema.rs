//! `schemars::JsonSchema` for the types, as the document states them.
//!
//! A derived implementation would say what Rust checks; here each type says what its schema says,
//! lengths, patterns and bounds included, in the words of JSON Schema 2020-12.

use std::collections::BTreeSet;

use quote::quote;
use serde_json::{Map, Value as Json, json};
use syn::{Item, ItemMod};

use crate::document::{Mapping, Node};
use crate::lower::bodies::{BYTES, FILE_PART, STREAM};
use crate::lower::{SAID, component_name};
use crate::plan::Plan;

use super::ident;

pub(super) fn render(module: &mut ItemMod, described: &Node, plan: &Plan) {
    let Some((_, items)) = &mut module.content else {
        return;
    };
    let types: BTreeSet<String> = items
        .iter()
        .filter_map(|item| match item {
            Item::Struct(item) => Some(item.ident.to_string()),
            Item::Enum(item) => Some(item.ident.to_string()),
            _ => None,
        })
        .collect();
    let schemas = described
        .get("components")
        .and_then(|components| components.get("schemas"))
        .and_then(Node::as_mapping);
    for entry in schemas.into_iter().flatten() {
        let name = &entry.key.name;
        if !types.contains(name) {
            continue;
        }
        let mut writer = Writer {
            plan,
            types: &types,
            referred: BTreeSet::new(),
        };
        let text = writer.component(name, &entry.value).to_string();
        let of = ident(name);
        let generator = if writer.referred.is_empty() {
            ident("_generator")
        } else {
            ident("generator")
        };
        let inner = writer.referred.iter().map(|name| {
            let of = ident(name);
            quote! { (#name, generator.subschema_for::<#of>()) }
        });
        items.push(syn::parse_quote! {
            impl ::schemars::JsonSchema for #of {
                fn schema_name() -> ::std::borrow::Cow<'static, str> {
                    ::std::borrow::Cow::Borrowed(#name)
                }
                fn schema_id() -> ::std::borrow::Cow<'static, str> {
                    ::std::borrow::Cow::Borrowed(::std::concat!(::std::module_path!(), "::", #name))
                }
                fn json_schema(#generator: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                    runtime::json_schema(#text, &[#(#inner),*])
                }
            }
        });
    }
}

struct Writer<'p> {
    plan: &'p Plan,
    types: &'p BTreeSet<String>,
    /// The types that the schema refers to.
    referred: BTreeSet<String>,
}

impl Writer<'_> {
    /// The schema of a type, with what the plan took out of it.
    fn component(&mut self, name: &str, schema: &Node) -> Json {
        let mut schema = schema.clone();
        if let (Some(renamed), Some(mapping)) =
            (self.plan.renamed.get(name), schema.as_mapping_mut())
        {
            restore(mapping, renamed);
        }
        if self.plan.open_enums.contains_key(name)
            && let Some(mapping) = schema.as_mapping_mut()
        {
            // Values that are known today are no limit.
            mapping.remove("enum");
        }
        let Json::Object(mut members) = self.schema(&schema) else {
            return json!({});
        };
        if self.plan.secrets.contains(name) {
            members.insert("format".to_owned(), json!("password"));
        }
        // Where schemas of `oneOf` overlap, the type takes the one that keeps most.
        if let Some(of) = members.remove("oneOf") {
            members.insert("anyOf".to_owned(), of);
        }
        Json::Object(members)
    }

    fn schema(&mut self, schema: &Node) -> Json {
        match component_name(schema) {
            Some(name) => self.reference(name),
            None => Json::Object(self.members(schema)),
        }
    }

    fn reference(&mut self, name: &str) -> Json {
        let name = self.plan.aliases.get(name).map_or(name, String::as_str);
        if matches!(name, FILE_PART | BYTES | STREAM) {
            return json!({"type": "string", "format": "binary"});
        }
        if !self.types.contains(name) {
            return json!({});
        }
        self.referred.insert(name.to_owned());
        json!({"$ref": name})
    }

    fn members(&mut self, schema: &Node) -> Map<String, Json> {
        let mut members = Map::new();
        let said = schema.get(SAID).and_then(Node::as_mapping);
        // The width of a Rust type is no word of the document.
        let is_number = matches!(
            schema.get("type").and_then(Node::as_str),
            Some("integer" | "number")
        );
        for entry in schema.as_mapping().into_iter().flatten() {
            let name = entry.key.name.as_str();
            let value = &entry.value;
            let written = match name {
                SAID | "nullable" => continue,
                "format" | "minimum" if is_number => continue,
                "properties" => {
                    let properties = value.as_mapping().into_iter().flatten();
                    properties
                        .map(|property| (property.key.name.clone(), self.schema(&property.value)))
                        .collect()
                }
                "items" => self.schema(value),
                "additionalProperties" if value.as_mapping().is_some() => self.schema(value),
                "oneOf" | "anyOf" | "allOf" => {
                    let schemas = value.as_sequence().into_iter().flatten();
                    schemas.map(|schema| self.schema(schema)).collect()
                }
                _ => value.to_json(),
            };
            members.insert(name.to_owned(), written);
        }
        for entry in said.into_iter().flatten() {
            members.insert(entry.key.name.clone(), entry.value.to_json());
        }
        exclusive(&mut members, "minimum", "exclusiveMinimum");
        exclusive(&mut members, "maximum", "exclusiveMaximum");
        if schema.get("nullable").and_then(Node::as_bool) == Some(true) {
            nullable(&mut members);
        }
        members
    }
}

/// Gives members the names that they have in JSON.
fn restore(mapping: &mut Mapping, renamed: &[(String, String)]) {
    let written = |field: &str| {
        let known = renamed.iter().find(|(known, _)| known == field);
        known.map(|(_, written)| written.clone())
    };
    if let Some(properties) = mapping.get_mut("properties").and_then(Node::as_mapping_mut) {
        *properties = std::mem::take(properties)
            .into_iter()
            .map(|mut property| {
                if let Some(written) = written(&property.key.name) {
                    property.key.name = written;
                }
                property
            })
            .collect();
    }
    for name in mapping
        .get_mut("required")
        .and_then(Node::as_sequence_mut)
        .into_iter()
        .flatten()
    {
        if let Some(written) = name.as_str().and_then(written) {
            *name = Node::string(written, name.span);
        }
    }
}

/// An exclusive bound is a number here, where OpenAPI 3.0 has a flag beside the bound.
fn exclusive(members: &mut Map<String, Json>, bound: &str, exclusive: &str) {
    let Some(flag) = members.get(exclusive).and_then(Json::as_bool) else {
        return;
    };
    members.remove(exclusive);
    if flag && let Some(bound) = members.remove(bound) {
        members.insert(exclusive.to_owned(), bound);
    }
}

/// Allows null beside what is described.
fn nullable(members: &mut Map<String, Json>) {
    if let Some(of) = members.get_mut("type") {
        *of = json!([of.take(), "null"]);
        if let Some(Json::Array(values)) = members.get_mut("enum") {
            values.push(Json::Null);
        }
        return;
    }
    let (about, held): (Map<_, _>, Map<_, _>) =
        std::mem::take(members).into_iter().partition(|(name, _)| {
            matches!(
                name.as_str(),
                "description" | "deprecated" | "readOnly" | "writeOnly"
            )
        });
    *members = about;
    if !held.is_empty() {
        members.insert("anyOf".to_owned(), json!([held, {"type": "null"}]));
    }
}
