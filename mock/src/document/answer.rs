//! The documented answers of an operation: their examples, codes and headers.

use serde_json::{Map, Value, json};

use super::operation::Reader;

/// One status of one operation.
#[derive(Debug)]
pub(crate) struct Documented {
    pub(crate) status: u16,
    pub(crate) description: String,
    /// Absent when the answer has no body.
    pub(crate) media: Option<String>,
    /// At least one when there is a body. Examples of one code come in the document's order, and each code that
    /// the schema lists has one, if need be made from the schema.
    pub(crate) examples: Vec<Example>,
    /// Headers and an example of each.
    pub(crate) headers: Vec<(String, Value)>,
    /// An example of each member that the schema of the body names.
    pub(crate) members: Map<String, Value>,
}

#[derive(Clone, Debug)]
pub(crate) struct Example {
    pub(crate) name: String,
    pub(crate) summary: String,
    pub(crate) value: Value,
}

impl Example {
    /// The error code that it shows, in whichever form.
    pub(crate) fn code(&self) -> Option<&str> {
        code_of(&self.value)
    }

    fn is_object_form(&self) -> bool {
        self.value.get("error").is_some_and(Value::is_object)
    }
}

/// The code of an error body: the member `error`, or `error.code`.
pub(crate) fn code_of(body: &Value) -> Option<&str> {
    match body.get("error")? {
        Value::String(code) => Some(code),
        Value::Object(error) => error.get("code")?.as_str(),
        _ => None,
    }
}

impl Documented {
    pub(crate) fn is_success(&self) -> bool {
        self.status / 100 == 2
    }

    /// The usual body of this status.
    pub(crate) fn first(&self) -> Option<&Example> {
        self.examples
            .iter()
            .find(|example| !example.is_object_form())
            .or(self.examples.first())
    }

    /// The example with this name or code, the plain form first.
    pub(crate) fn example(&self, name: &str) -> Option<&Example> {
        let with_code = |example: &&Example| !self.is_success() && example.code() == Some(name);
        self.examples
            .iter()
            .find(|example| with_code(example) && !example.is_object_form())
            .or_else(|| self.examples.iter().find(|example| example.name == name))
            .or_else(|| self.examples.iter().find(with_code))
    }

    /// The example that shows a code in the object form, if the document has one.
    pub(crate) fn object_form(&self, code: &str) -> Option<&Example> {
        self.examples
            .iter()
            .find(|example| example.is_object_form() && example.code() == Some(code))
    }

    /// The names by which its bodies are asked for: codes of errors, names of other examples.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for example in &self.examples {
            let name = match example.code() {
                Some(code) if !self.is_success() => code,
                _ => example.name.as_str(),
            };
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

pub(crate) fn read<'t>(reader: &Reader<'t>, status: u16, response: &'t Value) -> Documented {
    let content = response.get("content").and_then(Value::as_object);
    // JSON if there is JSON, since the sandbox's own errors are JSON as well.
    let chosen = content.and_then(|content| {
        content
            .iter()
            .find(|(kind, _)| kind.contains("json"))
            .or_else(|| content.iter().next())
    });
    let examples = chosen.map_or_else(Vec::new, |(_, media)| {
        let mut examples = media_examples(reader, media);
        if status >= 400 {
            complete_codes(reader, media, &mut examples);
        }
        examples
    });
    let headers = response
        .get("headers")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, header)| {
            let header = reader.resolve(header);
            let schema = header.get("schema").map(|schema| reader.resolve(schema));
            let example = header
                .get("example")
                .cloned()
                .or_else(|| schema.map(|schema| from_schema(reader, schema, 0)))
                .unwrap_or(Value::Null);
            (name.clone(), example)
        })
        .collect();
    Documented {
        status,
        description: response
            .get("description")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .trim()
            .to_owned(),
        media: chosen.map(|(kind, _)| kind.clone()),
        examples,
        headers,
        members: chosen.map_or_else(Map::new, |(_, media)| members(reader, media)),
    }
}

fn members<'t>(reader: &Reader<'t>, media: &'t Value) -> Map<String, Value> {
    let schema = media.get("schema").map(|schema| reader.resolve(schema));
    schema
        .and_then(|schema| schema.get("properties")?.as_object())
        .into_iter()
        .flatten()
        .map(|(name, member)| (name.clone(), from_schema(reader, member, 1)))
        .collect()
}

/// The examples of a media type: those with names, else the one without, else that of the schema, else one made
/// from the schema.
pub(crate) fn media_examples<'t>(reader: &Reader<'t>, media: &'t Value) -> Vec<Example> {
    if let Some(named) = media.get("examples").and_then(Value::as_object) {
        let examples: Vec<Example> = named
            .iter()
            .filter_map(|(name, example)| {
                let example = reader.resolve(example);
                Some(Example {
                    name: name.clone(),
                    summary: example
                        .get("summary")
                        .and_then(Value::as_str)
                        .unwrap_or_default()
                        .to_owned(),
                    value: example.get("value")?.clone(),
                })
            })
            .collect();
        if !examples.is_empty() {
            return examples;
        }
    }
    let value = match (media.get("example"), media.get("schema")) {
        (Some(example), _) => example.clone(),
        (None, Some(schema)) => from_schema(reader, schema, 0),
        (None, None) => return Vec::new(),
    };
    vec![Example {
        name: String::new(),
        summary: String::new(),
        value,
    }]
}

/// A value that fits a schema: its example, or one made of the examples of its parts.
fn from_schema<'t>(reader: &Reader<'t>, schema: &'t Value, depth: usize) -> Value {
    let schema = reader.resolve(schema);
    for given in ["example", "default"] {
        if let Some(value) = schema.get(given) {
            return value.clone();
        }
    }
    for set in ["enum", "x-extensible-enum"] {
        if let Some(value) = schema.pointer(&format!("/{set}/0")) {
            return value.clone();
        }
    }
    // A schema that contains itself has to end somewhere.
    if depth > 12 {
        return Value::Null;
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(first) = schema.pointer(&format!("/{choice}/0")) {
            return from_schema(reader, first, depth + 1);
        }
    }
    if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
        let mut whole = Map::new();
        for part in parts {
            if let Value::Object(members) = from_schema(reader, part, depth + 1) {
                whole.extend(members);
            }
        }
        return Value::Object(whole);
    }
    let kind = schema.get("type").and_then(Value::as_str);
    match kind {
        Some("array") => match schema.get("items") {
            Some(items) => json!([from_schema(reader, items, depth + 1)]),
            None => json!([]),
        },
        Some("boolean") => json!(true),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        Some("string") => json!(text_of_format(schema)),
        Some("object") | None => schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(name, member)| (name.clone(), from_schema(reader, member, depth + 1)))
            .collect::<Map<_, _>>()
            .into(),
        Some(_) => Value::Null,
    }
}

fn text_of_format(schema: &Value) -> String {
    let text = match schema.get("format").and_then(Value::as_str) {
        Some("date-time") => "2026-01-01T00:00:00.000Z",
        Some("date") => "2026-01-01",
        Some("uri") => "https://example.com/",
        Some("uuid") => "00000000-0000-4000-8000-000000000000",
        Some("email") => "person@example.com",
        _ => "text",
    };
    let least = schema.get("minLength").and_then(Value::as_u64).unwrap_or(0);
    let mut text = text.to_owned();
    while (text.chars().count() as u64) < least.min(1_000) {
        text.push('x');
    }
    text
}

/// Adds an example for each code that the schema of `error` lists and no example shows.
fn complete_codes<'t>(reader: &Reader<'t>, media: &'t Value, examples: &mut Vec<Example>) {
    let Some(schema) = media.get("schema").map(|schema| reader.resolve(schema)) else {
        return;
    };
    let Some(error) = schema.pointer("/properties/error") else {
        return;
    };
    let mut codes = Vec::new();
    listed_codes(reader, error, 0, &mut codes);
    for code in codes {
        if examples.iter().any(|example| example.code() == Some(code)) {
            continue;
        }
        let value = json!({ "error": code });
        // What stands there only because the schema had no example must not come before the real ones.
        if examples.len() == 1 && examples[0].name.is_empty() && examples[0].code().is_none() {
            examples.clear();
        }
        examples.push(Example {
            name: code.to_owned(),
            summary: String::new(),
            value,
        });
    }
}

fn listed_codes<'t>(
    reader: &Reader<'t>,
    schema: &'t Value,
    depth: usize,
    codes: &mut Vec<&'t str>,
) {
    let schema = reader.resolve(schema);
    if depth > 4 {
        return;
    }
    for set in ["x-extensible-enum", "enum"] {
        let values = schema.get(set).and_then(Value::as_array);
        codes.extend(values.into_iter().flatten().filter_map(Value::as_str));
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        let parts = schema.get(choice).and_then(Value::as_array);
        for part in parts.into_iter().flatten() {
            listed_codes(reader, part, depth + 1, codes);
        }
    }
}
