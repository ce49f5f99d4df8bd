use serde_json::Value;

use super::judged;
use crate::format::{Colors, Format, write};
use crate::rules::RULES;

fn json(format: Format, text: &str) -> Value {
    let mut out = Vec::new();
    write(
        format,
        "a folder/openapi.yaml",
        &judged(text),
        Colors::No,
        &mut out,
    )
    .expect("a vector takes all");
    serde_json::from_slice(&out).expect("the report is JSON")
}

#[test]
fn sarif_is_what_its_schema_says() {
    let schema = include_str!("sarif-2.1.0/schema.json");
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    for text in RULES.iter().map(|rule| rule.bad) {
        let report = json(Format::Sarif, text);
        let errors: Vec<String> = validator
            .iter_errors(&report)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    // The schema can refuse.
    assert!(!validator.is_valid(&serde_json::json!({"version": "2.1.0"})));
}

#[test]
fn json_counts_what_it_lists_and_every_finding_has_its_place() {
    for rule in RULES {
        let report = json(Format::Json, rule.bad);
        let diagnostics = report["diagnostics"].as_array().expect("a list");
        let count = |severity: &str| {
            diagnostics
                .iter()
                .filter(|one| one["severity"] == severity)
                .count() as u64
        };
        assert_eq!(report["errors"], count("error"));
        assert_eq!(report["warnings"], count("warning"));
        for diagnostic in diagnostics {
            assert!(diagnostic["line"].as_u64() >= Some(1), "{diagnostic}");
            assert!(diagnostic["column"].as_u64() >= Some(1), "{diagnostic}");
            let pointer = diagnostic["pointer"].as_str().expect("a pointer");
            assert!(
                pointer.is_empty() || pointer.starts_with('/'),
                "{diagnostic}"
            );
        }
    }
}

#[test]
fn nothing_of_a_document_moves_the_cursor_of_its_reader() {
    let text = "info: {title: \"\\e[2J\", version: '1'}\n\"\\e]0;a\\a\": \u{9b}\u{1b}[31m\n";
    let mut out = Vec::new();
    let outcome = judged(text);
    write(
        Format::Human,
        "openapi.yaml",
        &outcome,
        Colors::No,
        &mut out,
    )
    .expect("a vector takes all");
    let out = String::from_utf8(out).expect("reports are UTF-8");
    let control = out.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(control, None, "{out:?}");
}
