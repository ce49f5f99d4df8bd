//! Documents that are written differently and mean the same.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{changes, read};
use saphyr::{LoadableYamlNode, Yaml, YamlEmitter};
use xquik_document::Document;

/// The repository's own document.
fn own() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.yaml");
    let text = std::fs::read_to_string(path).expect("the document is there");
    read("openapi.yaml", &text).root().to_json()
}

/// Schemas as documents have them: recursive through components, composed, limited.
fn schema() -> impl Strategy<Value = Value> {
    let name = || prop::sample::select(vec!["a", "b", "c", "id", "kind"]);
    let leaf = prop_oneof![
        4 => (0u64..3, 3u64..9).prop_map(|(min, max)| json!({"type": "string", "minLength": min, "maxLength": max})),
        1 => Just(json!({"type": "string", "format": "date-time", "nullable": true})),
        1 => Just(json!({"type": "string", "enum": ["x", "y", "z"]})),
        1 => Just(json!({"type": "string", "x-extensible-enum": ["x", "y"], "example": "x"})),
        2 => (0i64..5).prop_map(|min| json!({"type": "integer", "minimum": min, "exclusiveMaximum": true, "maximum": 10})),
        1 => Just(json!({"type": "boolean", "default": true, "description": "A flag"})),
        1 => Just(json!({})),
        4 => prop::sample::select(vec!["A", "B", "C"])
            .prop_map(|name| json!({"$ref": format!("#/components/schemas/{name}")})),
    ];
    leaf.prop_recursive(3, 12, 3, move |inner| {
        let members = prop::collection::btree_map(name(), inner.clone(), 1..4);
        prop_oneof![
            4 => (members, any::<bool>(), any::<bool>()).prop_map(|(members, required, closed)| {
                let names: Vec<_> = members.keys().copied().collect();
                let mut object = json!({"type": "object", "properties": members});
                if required {
                    object["required"] = json!(names);
                }
                if closed {
                    object["additionalProperties"] = false.into();
                }
                object
            }),
            2 => inner.clone().prop_map(|items| json!({"type": "array", "items": items, "maxItems": 9})),
            1 => inner.clone().prop_map(|values| json!({"type": "object", "additionalProperties": values})),
            1 => prop::collection::vec(inner.clone(), 2..4).prop_map(|members| json!({"oneOf": members})),
            1 => prop::collection::vec(inner.clone(), 2..4).prop_map(|members| json!({"anyOf": members, "nullable": true})),
            1 => inner.clone().prop_map(|not| json!({"type": "string", "not": not})),
            1 => prop::collection::vec(inner, 1..3).prop_map(|members| json!({"allOf": members, "title": "All"})),
        ]
    })
}

/// Whole documents of three components and two operations.
fn document() -> impl Strategy<Value = Value> {
    let object = prop::collection::btree_map("[a-e]", schema(), 0..4)
        .prop_map(|members| json!({"type": "object", "properties": members}));
    let component = prop_oneof![3 => object, 1 => schema()];
    (component.clone(), component.clone(), component, schema(), schema()).prop_map(|(a, b, c, sent, got)| {
        // A component that is nothing but a reference could refer to itself.
        let own = |schema: Value| match schema.get("$ref") {
            Some(_) => json!({"type": "object", "properties": {"ref": schema}}),
            None => schema,
        };
        json!({
            "openapi": "3.0.3",
            "info": {"title": "Made", "version": "1"},
            "servers": [{"url": "https://a.example"}, {"url": "https://b.example"}],
            "security": [{"key": []}, {"token": []}],
            "paths": {
                "/things/{id}": {
                    "parameters": [
                        {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
                        {"name": "X-Trace", "in": "header", "schema": {"$ref": "#/components/schemas/B"}}
                    ],
                    "put": {
                        "operationId": "setThing",
                        "requestBody": {"required": true, "content": {
                            "application/json": {"schema": sent},
                            "text/plain": {"schema": {"type": "string"}}
                        }},
                        "responses": {
                            "200": {"description": "Done", "content": {"application/json": {"schema": got}}},
                            "404": {"$ref": "#/components/responses/Lost"}
                        }
                    },
                    "get": {
                        "operationId": "getThing",
                        "responses": {
                            "200": {"description": "One", "headers": {"X-Total": {"required": true, "schema": {"type": "integer"}}},
                                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}},
                            "404": {"$ref": "#/components/responses/Lost"}
                        }
                    }
                }
            },
            "components": {
                "securitySchemes": {
                    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
                    "token": {"type": "http", "scheme": "bearer"}
                },
                "responses": {"Lost": {"description": "Lost", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/C"}}}}},
                "schemas": {"A": own(a), "B": own(b), "C": own(c)}
            }
        })
    })
}

/// A source of choices that a test run can repeat.
struct Choices(u64);

impl Choices {
    fn next(&mut self) -> u64 {
        // Knuth's linear congruence; only its upper bits are random enough.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn one_in(&mut self, number: u64) -> bool {
        self.next().is_multiple_of(number)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for index in (1..items.len()).rev() {
            let other = usize::try_from(self.next()).expect("31 bits") % (index + 1);
            items.swap(index, other);
        }
    }
}

/// Rewrites a document so that it means the same.
struct Rewrite {
    choices: Choices,
    /// The document before, to inline from.
    original: Value,
    /// New components.
    extracted: Map<String, Value>,
}

/// Lists whose order means nothing.
const SETS: [&str; 7] = [
    "required",
    "enum",
    "x-extensible-enum",
    "oneOf",
    "anyOf",
    "parameters",
    "security",
];

impl Rewrite {
    fn document(original: &Value, seed: u64) -> Value {
        let mut rewrite = Self {
            choices: Choices(seed),
            original: original.clone(),
            extracted: Map::new(),
        };
        let mut head = rewrite.node(original, 0);
        let schemas = head["components"]["schemas"]
            .as_object_mut()
            .expect("the document has schemas");
        schemas.extend(rewrite.extracted);
        if rewrite.choices.one_in(2)
            && let Some(servers) = head
                .as_object_mut()
                .expect("an object")
                .shift_remove("servers")
        {
            let paths = head["paths"]
                .as_object_mut()
                .expect("the document has paths");
            for item in paths.values_mut() {
                item["servers"] = servers.clone();
            }
        }
        head
    }

    /// `depth` bounds the inlining, which would never end in a recursive schema.
    fn node(&mut self, node: &Value, depth: u32) -> Value {
        match node {
            Value::Object(members) => {
                if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                    if depth < 3 && self.choices.one_in(3) {
                        let pointer = reference.trim_start_matches('#');
                        let target = self
                            .original
                            .pointer(pointer)
                            .expect("it leads somewhere")
                            .clone();
                        return self.node(&target, depth + 1);
                    }
                    if reference.contains("/schemas/") && self.choices.one_in(4) {
                        return json!({"description": "Wrapped", "allOf": [node]});
                    }
                    return node.clone();
                }
                let mut members: Vec<(String, Value)> = members
                    .iter()
                    .map(|(name, value)| (name.clone(), self.member(name, value, depth)))
                    .collect();
                self.choices.shuffle(&mut members);
                let mut members = members.into_iter().collect();
                self.restate(&mut members);
                Value::Object(members)
            }
            Value::Array(items) => items.iter().map(|item| self.node(item, depth)).collect(),
            other => other.clone(),
        }
    }

    /// Says in a schema, or in the content of a body, what it said already.
    fn restate(&mut self, members: &mut Map<String, Value>) {
        if let Some(json) = members.get("application/json").cloned()
            && self.choices.one_in(3)
        {
            members.shift_remove("application/json");
            members.insert("Application/JSON; charset=utf-8".to_owned(), json);
        }
        if self.choices.one_in(2) {
            return;
        }
        let is_nullable = members.contains_key("nullable");
        let kind = members.get("type").and_then(Value::as_str);
        match kind.map(str::to_owned).as_deref() {
            Some("integer") if !members.contains_key("multipleOf") => {
                members.insert("multipleOf".to_owned(), 1.into());
            }
            Some("boolean") if !is_nullable && !members.contains_key("enum") => {
                members.insert("enum".to_owned(), json!([false, true]));
            }
            Some("string") if !is_nullable && members.contains_key("enum") => {
                self.count_up(members);
            }
            Some("object") => {
                if let Some(required) = members.get("required").and_then(Value::as_array) {
                    let least = required.len();
                    members.entry("minProperties").or_insert(least.into());
                }
                if members.get("additionalProperties") == Some(&json!(false))
                    && let Some(allowed) = members.get("properties").and_then(Value::as_object)
                {
                    let most = allowed.len();
                    members.entry("maxProperties").or_insert(most.into());
                }
            }
            _ => Self::loosen(members),
        }
    }

    /// A set of values, with limits that each of them keeps or as an alternative for each of them.
    fn count_up(&mut self, members: &mut Map<String, Value>) {
        if self.choices.one_in(2) {
            members.insert("minLength".to_owned(), 1.into());
            members.insert("maxLength".to_owned(), 99.into());
            return;
        }
        let values = members.shift_remove("enum").unwrap_or_default();
        let values = values.as_array().into_iter().flatten();
        let alternatives: Vec<Value> = values.map(|value| json!({"enum": [value]})).collect();
        members.insert("oneOf".to_owned(), alternatives.into());
    }

    /// Alternatives of which only one fits anyway, by their types.
    fn loosen(members: &mut Map<String, Value>) {
        let kinds = |items: &Value| -> Option<Vec<String>> {
            let items = items.as_array()?.iter();
            let kinds = items.map(|item| Some(item.get("type")?.as_str()?.to_owned()));
            kinds.collect()
        };
        if let Some(mut kinds) = members.get("oneOf").and_then(kinds) {
            let number = kinds.len();
            kinds.sort_unstable();
            kinds.dedup();
            let is_nullable = members["oneOf"].to_string().contains("nullable");
            if kinds.len() == number && !is_nullable && !members.contains_key("discriminator") {
                let items = members.shift_remove("oneOf").unwrap_or_default();
                members.insert("anyOf".to_owned(), items);
            }
        }
    }

    fn member(&mut self, name: &str, value: &Value, depth: u32) -> Value {
        if ["example", "examples", "default"].contains(&name)
            && !value.get("type").is_some_and(Value::is_string)
        {
            return value.clone();
        }
        let mut new = self.node(value, depth);
        if SETS.contains(&name)
            && let Some(items) = new.as_array_mut()
        {
            self.choices.shuffle(items);
        }
        if ["schema", "items"].contains(&name)
            && value.get("$ref").is_none()
            && self.choices.one_in(2)
        {
            let name = format!("Extracted{}", self.extracted.len());
            self.extracted.insert(name.clone(), new);
            new = json!({"$ref": format!("#/components/schemas/{name}")});
        }
        new
    }
}

fn as_json(value: &Value) -> Document {
    read("json", &format!("{value:#}"))
}

fn as_flow(value: &Value) -> Document {
    read("flow", &value.to_string())
}

fn as_block(value: &Value) -> Document {
    let json = value.to_string();
    let tree = Yaml::load_from_str(&json).expect("it is YAML");
    let mut text = String::new();
    let mut emitter = YamlEmitter::new(&mut text);
    emitter
        .dump(&tree[0])
        .expect("a string takes whatever is written to it");
    read("block", &text)
}

/// Few enough to stay quick in every run; `PROPTEST_CASES` asks for more.
fn cases() -> u32 {
    let asked = std::env::var("PROPTEST_CASES").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(48)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn a_document_does_not_differ_from_itself(value in document()) {
        prop_assert_eq!(changes(&as_json(&value), &as_json(&value)), Vec::<String>::new());
        prop_assert_eq!(changes(&as_block(&value), &as_flow(&value)), Vec::<String>::new());
    }

    #[test]
    fn a_document_that_is_written_otherwise_is_the_same(value in document(), seed in any::<u64>()) {
        let head = Rewrite::document(&value, seed);
        let found = changes(&as_json(&value), &as_block(&head));
        prop_assert_eq!(found, Vec::<String>::new(), "{:#}\n{:#}", value, head);
    }

    #[test]
    fn any_two_documents_can_be_compared(base in document(), head in document()) {
        let there = changes(&as_json(&base), &as_json(&head));
        let back = changes(&as_json(&head), &as_json(&base));
        prop_assert_eq!(there.is_empty(), back.is_empty(), "{:?}\n{:?}", there, back);
    }
}

#[test]
fn the_repositorys_document_written_otherwise_is_the_same() {
    let base = own();
    for seed in 0..24 {
        let head = Rewrite::document(&base, seed);
        assert_ne!(base.to_string(), head.to_string());
        assert_eq!(
            changes(&as_json(&base), &as_block(&head)),
            Vec::<String>::new(),
            "seed {seed}"
        );
    }
}
