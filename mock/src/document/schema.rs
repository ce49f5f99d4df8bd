//! A schema of OpenAPI 3.0 as one that a JSON Schema validator understands.
//!
//! OpenAPI 3.0 schemas are JSON Schema draft 4 with a few words of their own: `nullable`, and members that
//! only answers have (`readOnly`). Draft 4 also ignores what stands beside a `$ref`, as 3.0 does.

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

/// Compiles `schema`, whose references point into `document`.
pub(crate) fn compile(document: &Value, schema: &Value) -> Result<Validator, String> {
    let mut components = Map::new();
    if let Some(schemas) = document
        .pointer("/components/schemas")
        .and_then(Value::as_object)
    {
        for (name, component) in schemas {
            components.insert(name.clone(), translate(component));
        }
    }
    let whole = json!({
        "allOf": [translate(schema)],
        "components": { "schemas": components },
    });
    jsonschema::options()
        .with_draft(Draft::Draft4)
        .should_validate_formats(true)
        .build(&whole)
        .map_err(|error| error.to_string())
}

/// What a validator must not see: annotations, and formats whose meaning is not that of JSON text.
const DROPPED: [&str; 11] = [
    "nullable",
    "readOnly",
    "writeOnly",
    "example",
    "default",
    "deprecated",
    "discriminator",
    "externalDocs",
    "xml",
    "title",
    "description",
];

fn translate(schema: &Value) -> Value {
    let Some(object) = schema.as_object() else {
        return schema.clone();
    };
    if let Some(reference) = object.get("$ref") {
        return json!({ "$ref": reference });
    }
    let mut translated = Map::new();
    for (keyword, value) in object {
        if DROPPED.contains(&keyword.as_str()) || keyword.starts_with("x-") {
            continue;
        }
        let value = match (keyword.as_str(), value) {
            ("properties", Value::Object(members)) => members
                .iter()
                .map(|(name, member)| (name.clone(), translate(member)))
                .collect::<Map<_, _>>()
                .into(),
            ("items" | "not" | "additionalProperties", Value::Object(_)) => translate(value),
            ("allOf" | "anyOf" | "oneOf", Value::Array(items)) => {
                items.iter().map(translate).collect()
            }
            _ => value.clone(),
        };
        translated.insert(keyword.clone(), value);
    }
    if object.get("nullable") == Some(&Value::Bool(true)) {
        if let Some(kind) = translated.get_mut("type") {
            *kind = json!([kind.take(), "null"]);
        }
        if let Some(Value::Array(values)) = translated.get_mut("enum")
            && !values.contains(&Value::Null)
        {
            values.push(Value::Null);
        }
    }
    read_only_is_not_required(object, &mut translated);
    Value::Object(translated)
}

/// A request need not have what only answers have.
fn read_only_is_not_required(object: &Map<String, Value>, translated: &mut Map<String, Value>) {
    let Some(properties) = object.get("properties") else {
        return;
    };
    let mut none_left = false;
    if let Some(Value::Array(required)) = translated.get_mut("required") {
        required.retain(|name| {
            let member = name.as_str().and_then(|name| properties.get(name));
            member.and_then(|member| member.get("readOnly")) != Some(&Value::Bool(true))
        });
        none_left = required.is_empty();
    }
    // Draft 4 has no empty `required`.
    if none_left {
        translated.remove("required");
    }
}
