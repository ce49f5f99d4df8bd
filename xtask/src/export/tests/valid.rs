//! The 3.1 output validates against the schemas of the specification, and means what the 3.0 means.

use serde_json::Value;
use xquik_document::Document;

use super::{everything, own, read};
use crate::export::{Format, Version, export};

/// The schemas of OpenAPI 3.1, Schema Objects included.
fn validator() -> jsonschema::Validator {
    let files = [
        include_str!("oas-3.1/schema.yaml"),
        include_str!("oas-3.1/dialect.yaml"),
        include_str!("oas-3.1/meta.yaml"),
    ];
    let resources = files.map(|text| {
        let schema = read("schema", text).root().to_json();
        let id = schema["$id"].as_str().expect("it names itself").to_owned();
        let resource = jsonschema::Resource::from_contents(schema);
        (id, resource)
    });
    let root = read("schema", include_str!("oas-3.1/schema-base.yaml"));
    let registry = jsonschema::Registry::new()
        .extend(resources)
        .expect("the ids are URIs")
        .prepare()
        .expect("they refer to each other only");
    jsonschema::options()
        .with_registry(&registry)
        .build(&root.root().to_json())
        .expect("the schemas are schemas")
}

fn complaints(document: &Value) -> Vec<String> {
    validator()
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

fn translated(document: &Document) -> Value {
    let text = export(document, Format::Json, Version::V3_1);
    serde_json::from_str(&text).expect("it is JSON")
}

#[test]
fn the_translation_is_a_valid_document_of_3_1() {
    for document in [own(), everything()] {
        let complaints = complaints(&translated(&document));
        assert_eq!(complaints, Vec::<String>::new(), "{}", document.name());
    }
}

#[test]
fn the_validator_looks_into_schemas() {
    let mut document = translated(&own());
    document["components"]["schemas"]["Wrong"] = serde_json::json!({"type": "strnig"});
    let found = complaints(&document);
    assert!(!found.is_empty(), "a type that is none went unnoticed");

    let mut document = translated(&own());
    document["info"]["titel"] = "x".into();
    let found = complaints(&document);
    assert!(!found.is_empty(), "a field that is none went unnoticed");
}

#[test]
fn the_translation_means_what_the_document_means() {
    for document in [own(), everything()] {
        for format in [Format::Yaml, Format::Json] {
            let text = export(&document, format, Version::V3_1);
            let other = read("translated", &text);
            for (base, head) in [(&document, &other), (&other, &document)] {
                let report = xquik_diff::compare(base, head).expect("they can be compared");
                let changes: Vec<String> = report.lines().collect();
                assert_eq!(changes, Vec::<String>::new(), "{}", document.name());
            }
        }
    }
}

#[test]
fn the_document_itself_comes_out_as_it_is() {
    let document = own();
    assert_eq!(
        export(&document, Format::Yaml, Version::V3_0),
        document.text()
    );
    let json = export(&document, Format::Json, Version::V3_0);
    assert_eq!(
        read("json", &json).root().to_json(),
        document.root().to_json()
    );
    // JSON is YAML as well, but whoever asks for YAML means the other form of it.
    let yaml = export(&read("json", &json), Format::Yaml, Version::V3_0);
    assert!(yaml.starts_with("openapi: "), "{yaml}");
    assert_eq!(
        read("yaml", &yaml).root().to_json(),
        document.root().to_json()
    );
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let export = || export(&everything(), Format::Yaml, Version::V3_1);
    assert_eq!(export(), export());
}
