//! One document in every style that YAML has: none of them is a mistake.

use super::{judge, lines};
use crate::rule::Severity;

const BLOCK: &str = include_str!("planted/base.yaml");

#[track_caller]
fn is_clean(text: &str) {
    let outcome = judge(text.as_bytes());
    assert!(outcome.findings.is_empty(), "{}", lines(&outcome));
}

fn as_json() -> serde_json::Value {
    xquik_document::Document::read("base.yaml", BLOCK.as_bytes())
        .expect("the base is YAML")
        .root()
        .to_json()
}

#[test]
fn carriage_returns() {
    is_clean(&BLOCK.replace('\n', "\r\n"));
}

#[test]
fn a_byte_order_mark() {
    is_clean(&format!("\u{feff}{BLOCK}"));
}

#[test]
fn a_document_between_its_marks() {
    is_clean(&format!("%YAML 1.2\n---\n{BLOCK}...\n"));
}

#[test]
fn json_on_one_line_and_on_many() {
    is_clean(&as_json().to_string());
    is_clean(&format!("{:#}", as_json()));
}

#[test]
fn json_indented_by_tabs() {
    is_clean(&format!("{:#}", as_json()).replace("  ", "\t"));
}

#[test]
fn members_in_another_order() {
    fn reversed(value: &serde_json::Value) -> serde_json::Value {
        match value {
            serde_json::Value::Object(members) => members
                .iter()
                .rev()
                .map(|(name, value)| (name.clone(), reversed(value)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            serde_json::Value::Array(items) => items.iter().map(reversed).collect(),
            other => other.clone(),
        }
    }
    is_clean(&reversed(&as_json()).to_string());
}

#[test]
fn anchors_and_aliases() {
    let text = BLOCK.replacen(
        "'401': {$ref: '#/components/responses/Unauthenticated'}",
        "'401': &no {$ref: '#/components/responses/Unauthenticated'}",
        1,
    );
    let rest = "'401': {$ref: '#/components/responses/Unauthenticated'}";
    is_clean(&text.replace(rest, "'401': *no"));
}

#[test]
fn extensions_of_any_kind_anywhere() {
    let mut json = as_json();
    fn extend(value: &mut serde_json::Value, maps: bool) {
        if let serde_json::Value::Object(members) = value {
            for (name, member) in members.iter_mut() {
                let data = matches!(name.as_str(), "example" | "examples" | "enum" | "default");
                if !data && !name.starts_with("x-") {
                    // The members of these are names of the author's own.
                    let map = [
                        "properties",
                        "content",
                        "headers",
                        "links",
                        "schemas",
                        "responses",
                        "security",
                        "apiKey",
                        "variables",
                        "securitySchemes",
                    ];
                    extend(member, !map.contains(&name.as_str()));
                }
            }
            if maps && !members.contains_key("$ref") {
                members.insert(
                    "x-anything".to_owned(),
                    serde_json::json!({"openapi": [null, 1, {"$ref": 3}]}),
                );
                members.insert("x-nothing".to_owned(), serde_json::Value::Null);
            }
        } else if let serde_json::Value::Array(items) = value {
            for item in items {
                extend(item, item_is_object(item));
            }
        }
    }
    fn item_is_object(item: &serde_json::Value) -> bool {
        item.is_object() && item.get("apiKey").is_none()
    }
    extend(&mut json, true);
    is_clean(&json.to_string());
}

#[test]
fn a_document_of_another_version_is_one_finding() {
    for head in ["openapi: 3.1.0", "openapi: 3.2.0", "swagger: '2.0'"] {
        let text = format!(
            "{head}\ninfo: {{title: A}}\nwebhooks: {{}}\ndefinitions: {{A: {{type: [string, 'null']}}}}\n"
        );
        let outcome = judge(text.as_bytes());
        assert_eq!(outcome.findings.len(), 1, "{}", lines(&outcome));
        assert_eq!(outcome.findings[0].rule, "openapi-version");
        assert_eq!(outcome.findings[0].severity, Severity::Error);
    }
}
