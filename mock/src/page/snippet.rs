//! The usual request of an operation in a few languages, to be copied.

use serde_json::{Value, json};

use super::curl;
use crate::document::{Document, Media, Operation};
use crate::magic;

/// `(language, code)`
pub(super) fn all(
    document: &Document,
    origin: &str,
    operation: &Operation,
) -> Vec<(&'static str, String)> {
    let url = format!("{origin}{}", curl::path(document, operation));
    let call = Call {
        method: operation.method.as_str().to_owned(),
        url,
        key: curl::header_of_keys(document),
        media: operation.body.as_ref().and_then(|body| {
            let json = body.media("application/json");
            json.or(body.media.first())
        }),
    };
    vec![
        ("curl", curl::command(document, origin, operation, None)),
        ("TypeScript", call.typescript()),
        ("Python (requests)", call.python()),
        ("Rust (reqwest)", call.rust()),
    ]
}

struct Call<'d> {
    method: String,
    url: String,
    key: Option<&'d str>,
    media: Option<&'d Media>,
}

/// Text as JSON writes it, which all three languages read.
fn quoted(text: &str) -> String {
    json!(text).to_string()
}

impl Call<'_> {
    /// The body, if it is JSON.
    fn json(&self) -> Option<Value> {
        let media = self.media.filter(|media| media.kind.ends_with("json"))?;
        Some(media.example.clone().unwrap_or_else(|| json!({})))
    }

    /// The parts, if it is a form: name, and value or nothing for a file.
    fn parts(&self) -> Option<Vec<(String, Option<String>)>> {
        let media = self.media.filter(|media| !media.kind.ends_with("json"))?;
        let parts = media.members.keys().map(|name| {
            let value = (!media.is_binary(name)).then(|| curl::example_of(media, name));
            (name.clone(), value)
        });
        Some(parts.collect())
    }

    fn typescript(&self) -> String {
        let mut headers = Vec::new();
        if let Some(key) = self.key {
            headers.push(format!("{}: {}", quoted(key), quoted(magic::EXAMPLE_KEY)));
        }
        let mut lines = Vec::new();
        let mut body = None;
        if let Some(json) = self.json() {
            headers.push("\"content-type\": \"application/json\"".to_owned());
            body = Some(format!("JSON.stringify({json})"));
        } else if let Some(parts) = self.parts() {
            lines.push("const form = new FormData();".to_owned());
            for (name, value) in parts {
                let value = value.map_or_else(|| "file".to_owned(), |value| quoted(&value));
                lines.push(format!("form.append({}, {value});", quoted(&name)));
            }
            body = Some("form".to_owned());
        }
        lines.push(format!(
            "const answer = await fetch({}, {{",
            quoted(&self.url)
        ));
        lines.push(format!("  method: {},", quoted(&self.method)));
        lines.push(format!("  headers: {{ {} }},", headers.join(", ")));
        if let Some(body) = body {
            lines.push(format!("  body: {body},"));
        }
        lines.push("});".to_owned());
        lines.push("console.log(answer.status, await answer.json());".to_owned());
        lines.join("\n")
    }

    fn python(&self) -> String {
        let mut lines = vec!["import requests".to_owned(), String::new()];
        lines.push("answer = requests.request(".to_owned());
        lines.push(format!("    {},", quoted(&self.method)));
        lines.push(format!("    {},", quoted(&self.url)));
        if let Some(key) = self.key {
            lines.push(format!(
                "    headers={{{}: {}}},",
                quoted(key),
                quoted(magic::EXAMPLE_KEY)
            ));
        }
        if let Some(json) = self.json() {
            lines.push(format!("    json={},", python(&json)));
        } else if let Some(parts) = self.parts() {
            let (files, texts): (Vec<_>, Vec<_>) =
                parts.into_iter().partition(|(_, value)| value.is_none());
            let texts: Vec<String> = texts
                .iter()
                .map(|(name, value)| {
                    let value = value.as_deref().unwrap_or_default();
                    format!("{}: {}", quoted(name), quoted(value))
                })
                .collect();
            lines.push(format!("    data={{{}}},", texts.join(", ")));
            let files: Vec<String> = files
                .iter()
                .map(|(name, _)| format!("{}: open({}, \"rb\")", quoted(name), quoted(name)))
                .collect();
            lines.push(format!("    files={{{}}},", files.join(", ")));
        }
        lines.push(")".to_owned());
        lines.push("print(answer.status_code, answer.json())".to_owned());
        lines.join("\n")
    }

    fn rust(&self) -> String {
        let mut lines = vec![
            "let answer = reqwest::Client::new()".to_owned(),
            format!(
                "    .request(reqwest::Method::{}, {})",
                self.method,
                quoted(&self.url)
            ),
        ];
        if let Some(key) = self.key {
            lines.push(format!(
                "    .header({}, {})",
                quoted(key),
                quoted(magic::EXAMPLE_KEY)
            ));
        }
        if let Some(json) = self.json() {
            lines.push(format!("    .json(&serde_json::json!({json}))"));
        } else if let Some(parts) = self.parts() {
            lines.push("    .multipart(".to_owned());
            lines.push("        reqwest::multipart::Form::new()".to_owned());
            for (name, value) in parts {
                let name = quoted(&name);
                lines.push(match value {
                    Some(value) => format!("            .text({name}, {})", quoted(&value)),
                    None => format!("            .file({name}, {name})\n            .await?"),
                });
            }
            lines.push("    )".to_owned());
        }
        lines.push("    .send()".to_owned());
        lines.push("    .await?;".to_owned());
        lines.push("println!(\"{} {}\", answer.status(), answer.text().await?);".to_owned());
        lines.join("\n")
    }
}

/// JSON as Python writes it.
fn python(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(python).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{}: {}", quoted(name), python(value)))
                .collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}
