//! `schemars::JsonSchema` for the types, as the document states them.
//!
//! A derived implementation would say what Rust checks; here each type says what its schema says,
//! lengths, patterns and bounds included, in the words of JSON Schema 2020-12.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use crate::document::Node;
use crate::lower::bodies::{BYTES, FILE_PART, STREAM};
use crate::lower::component_name;
use crate::model::{Kind, Model, Type};

use super::text::{Text, literal};

/// The implementation of a type.
pub(super) fn render(out: &mut Text, of: &Type, model: &Model) {
    if matches!(of.kind, Kind::Alias(_)) {
        return;
    }
    let mut writer = Writer {
        model,
        referred: BTreeSet::new(),
    };
    let name = &of.name;
    let text = writer.component(&of.schema).to_string();
    let generator = match writer.referred.is_empty() {
        true => "_generator",
        false => "generator",
    };
    out.block(format!("impl ::schemars::JsonSchema for {name}"), |out| {
        out.block(
            "fn schema_name() -> ::std::borrow::Cow<'static, str>",
            |out| out.line(format!("::std::borrow::Cow::Borrowed({})", literal(name))),
        );
        out.block(
            "fn schema_id() -> ::std::borrow::Cow<'static, str>",
            |out| {
                let path = format!("::std::concat!(::std::module_path!(), \"::\", {})", literal(name));
                out.line(format!("::std::borrow::Cow::Borrowed({path})"));
            },
        );
        out.block(
            format!(
                "fn json_schema({generator}: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema"
            ),
            |out| {
                let inner: Vec<String> = writer
                    .referred
                    .iter()
                    .map(|name| {
                        format!("({}, generator.subschema_for::<{name}>())", literal(name))
                    })
                    .collect();
                out.line(format!(
                    "runtime::json_schema({}, &[{}])",
                    literal(&text),
                    inner.join(", ")
                ));
            },
        );
    });
}

struct Writer<'m> {
    model: &'m Model,
    /// The types that the schema refers to.
    referred: BTreeSet<String>,
}

impl Writer<'_> {
    /// The schema of a type.
    fn component(&mut self, schema: &Node) -> Json {
        let Json::Object(mut members) = self.schema(schema) else {
            return json!({});
        };
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
        if matches!(name, FILE_PART | BYTES | STREAM) {
            return json!({"type": "string", "format": "binary"});
        }
        match self.model.named(name) {
            // It has no implementation of its own, and is no circle.
            Some(Type {
                kind: Kind::Alias(_),
                schema,
                ..
            }) => self.schema(schema),
            Some(_) => {
                self.referred.insert(name.to_owned());
                json!({"$ref": name})
            }
            None => json!({}),
        }
    }

    fn members(&mut self, schema: &Node) -> Map<String, Json> {
        let mut members = Map::new();
        for entry in schema.as_mapping().into_iter().flatten() {
            let name = entry.key.name.as_str();
            let value = &entry.value;
            let written = match name {
                "nullable" => continue,
                name if name.starts_with("x-") => continue,
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
        exclusive(&mut members, "minimum", "exclusiveMinimum");
        exclusive(&mut members, "maximum", "exclusiveMaximum");
        if schema.get("nullable").and_then(Node::as_bool) == Some(true) {
            nullable(&mut members);
        }
        members
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
