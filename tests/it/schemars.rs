//! The circle: what schemars reads off the wire types is what `openapi.yaml` says of them, and what the
//! types themselves take. `cargo test --features schemars`.

use std::collections::BTreeSet;

use jsonschema::Validator;
use proptest::prelude::*;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use xquik_codegen::document::Document;

#[path = "../../codegen/fixtures/tests/it/values.rs"]
mod values;

/// A type by the schema that it is made of.
struct Wire {
    name: &'static str,
    schema: fn() -> Schema,
    round_trip: fn(&Value) -> Result<Value, serde_json::Error>,
}

const fn wire<T: JsonSchema + Serialize + DeserializeOwned>(name: &'static str) -> Wire {
    Wire {
        name,
        schema: || SchemaGenerator::default().into_root_schema_for::<T>(),
        round_trip: |value| serde_json::to_value(T::deserialize(value)?),
    }
}

macro_rules! wires {
    ($($name:ident)*) => {
        &[$(wire::<xquik::generated::types::$name>(stringify!($name))),*]
    };
}

/// The schemas of the document, each as its type; a test says which one is missing.
const WIRES: &[Wire] = wires![
    EmailCodeSubmission AvatarFile AvatarUrl ConnectedAccount AccountStatus AccountHealth
    EmailCodeChallenge Disconnection AvatarUpdate WriteActionPending WriteActionStatus
    WriteActionCredits WriteActionError ErrorObject UnauthenticatedError NotFoundError
    InvalidSubmissionError ChallengeInactiveError ChallengeExpiredError LoginFailedError
    SubmissionRateLimitedError SubmissionUnavailableError InvalidAccountIdError
    DisconnectionRateLimitedError InvalidAvatarError PaymentRequiredError AccountNotUsableError
    AccountNotFoundError IdempotencyConflictError AvatarRejectedError AvatarRateLimitedError
    AvatarWriteFailedError AvatarUnavailableError
];

fn document() -> Value {
    let document = Document::read("openapi.yaml", xquik::OPENAPI.as_bytes());
    document.expect("the document is YAML").root().to_json()
}

/// A schema of OpenAPI 3.0 in the words of JSON Schema 2020-12.
fn translated(schema: &Value) -> Value {
    let Value::Object(members) = schema else {
        return match schema {
            Value::Array(items) => items.iter().map(translated).collect(),
            other => other.clone(),
        };
    };
    let mut out: serde_json::Map<String, Value> = members
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "nullable" | "example" | "default"))
        .map(|(name, value)| (name.clone(), translated(value)))
        .collect();
    if members.get("nullable") == Some(&json!(true)) {
        let of = out.remove("type").unwrap_or_default();
        out.insert("type".to_owned(), json!([of, "null"]));
    }
    Value::Object(out)
}

/// What the document itself says of a schema.
fn of_document(document: &Value, name: &str) -> Validator {
    let schemas = translated(&document["components"]["schemas"]);
    let root = json!({
        "$ref": format!("#/components/schemas/{name}"),
        "components": {"schemas": schemas},
    });
    validator(&root)
}

/// Formats count: a type refuses what is no date.
fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(schema)
        .expect("it is a schema")
}

/// A value as its type gives it back: without what no schema declares, and with one form for a number.
fn declared(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| *name != UNDECLARED)
            .map(|(name, value)| (name.clone(), declared(value)))
            .collect(),
        Value::Array(items) => items.iter().map(declared).collect(),
        Value::Number(number) => number.as_f64().into(),
        value => value.clone(),
    }
}

/// A member that no schema declares.
const UNDECLARED: &str = "one_more";

/// A value and values that differ from it in one place.
fn around(value: Value) -> Vec<Value> {
    let others = [
        Value::Null,
        json!(true),
        json!(7),
        json!("spoilt"),
        json!([]),
    ];
    let mut found = others.to_vec();
    if let Value::Object(members) = &value {
        for name in members.keys() {
            let mut without = members.clone();
            without.remove(name);
            found.push(Value::Object(without));
            for other in &others {
                let mut changed = members.clone();
                changed.insert(name.clone(), other.clone());
                found.push(Value::Object(changed));
            }
        }
        let mut further = members.clone();
        further.insert(UNDECLARED.to_owned(), json!(1));
        found.push(Value::Object(further));
    }
    found.push(value);
    found
}

#[test]
fn every_schema_of_the_document_has_a_type_here() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object();
    let written: BTreeSet<&str> = schemas
        .expect("the document has schemas")
        .keys()
        .map(String::as_str)
        .collect();
    let known: BTreeSet<&str> = WIRES.iter().map(|wire| wire.name).collect();
    assert_eq!(known, written, "`WIRES` lists the document's schemas");
}

#[test]
fn the_examples_of_the_document_come_back_from_their_types() {
    let document = document();
    let mut seen = 0;
    for wire in WIRES {
        let example = &document["components"]["schemas"][wire.name]["example"];
        if !example.is_null() {
            seen += 1;
            let back = (wire.round_trip)(example).expect("it is documented");
            assert_eq!(declared(&back), declared(example), "{}", wire.name);
        }
    }
    assert!(seen > 10, "only {seen} schemas have an example");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_document_the_types_and_their_schemas_say_the_same(seed in 1..u64::MAX) {
        let document = document();
        let mut choices = values::Choices(seed);
        let mut wrong: Vec<String> = Vec::new();
        let (mut taken, mut refused) = (0, 0);
        for wire in WIRES {
            let schema = &document["components"]["schemas"][wire.name];
            let Some(value) = values::value(&document, schema, &mut choices, 0) else {
                continue;
            };
            let written = of_document(&document, wire.name);
            let own = (wire.schema)().to_value();
            let own = validator(&own);
            for value in around(value) {
                let name = wire.name;
                let (by_document, by_schema) = (written.is_valid(&value), own.is_valid(&value));
                if by_document != by_schema {
                    wrong.push(format!("{name}: {value}: {by_document} says the document, {by_schema} schemars"));
                }
                match (wire.round_trip)(&value) {
                    Ok(back) => {
                        taken += 1;
                        if by_document && declared(&back) != declared(&value) {
                            wrong.push(format!("{name}: {value} comes back as {back}"));
                        }
                    }
                    Err(error) => {
                        refused += 1;
                        if by_document {
                            wrong.push(format!("{name}: {value} is documented and refused: {error}"));
                        }
                    }
                }
            }
        }
        prop_assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        prop_assert!(taken > 100 && refused > 100, "{taken} taken, {refused} refused");
    }
}
