//! What a document says of servers, operations, parameters and media types is kept, or noted.

use serde_json::{Value, json};
use xquik_codegen::{Diagnostic, Output, Settings, check, compile, document::Document, stages};

const HEAD: &str = "openapi: 3.1.0\ninfo: { title: T, version: '1' }\n";

fn read(text: &str) -> Document {
    Document::read("d.yaml", text.as_bytes()).expect("YAML")
}

fn compiled(text: &str) -> Output {
    compile(&read(text), &Settings::default()).expect("it compiles")
}

fn lines(found: &[Diagnostic]) -> Vec<String> {
    found.iter().map(|found| found.line("d.yaml")).collect()
}

/// The document as the generator is given it.
fn lowered(text: &str) -> Value {
    let stages = stages(&read(text));
    stages.last().expect("passes").document.clone()
}

/// A document with one operation, which has these members.
fn operation(members: &str) -> String {
    format!("{HEAD}paths:\n  /a:\n    get: {{ operationId: a, {members} }}\n")
}

const DONE: &str = "responses: { '204': { description: x } }";

#[test]
fn the_url_of_the_server_has_the_defaults_of_its_variables() {
    let client = |servers: &str| {
        let output = compiled(&format!("{HEAD}servers: [{servers}]\npaths: {{}}\n"));
        let url = output.registry.split_once("SERVER_URL: &str = \"");
        let url = url.and_then(|(_, rest)| Some(rest.split_once('"')?.0.to_owned()));
        (url, lines(&output.notes))
    };
    let (url, notes) = client(
        "{ url: 'https://{region}.x.example:{port}/{base}', variables: { region: { default: eu, enum: [us, eu] }, port: { default: 443 }, base: { enum: [v2, v1] } } }",
    );
    assert_eq!(url.as_deref(), Some("https://eu.x.example:443/v2"));
    assert_eq!(notes, [""; 0]);
    let (url, notes) = client("{ url: 'https://{region}.x.example' }");
    assert_eq!(url, None);
    assert_eq!(
        notes,
        [
            "d.yaml:3:18: note: the variable `region` of this URL has no default, so the client knows no server (at `/servers/0/url`)"
        ]
    );
}

#[test]
fn a_parameter_that_openapi_ignores_is_noted() {
    let output = compiled(&operation(&format!(
        "parameters: [{{ name: accept, in: header, schema: {{ type: string }} }}, {{ name: Content-Type, in: header, schema: {{ type: string }} }}], {DONE}"
    )));
    let notes = lines(&output.notes);
    assert_eq!(notes.len(), 2, "{notes:?}");
    for (note, name) in notes.iter().zip(["accept", "Content-Type"]) {
        let words = format!("OpenAPI ignores the parameter `{name}`, since the media types say it");
        assert!(note.contains(&words), "{note}");
    }
}

#[test]
fn a_parameter_that_has_its_type_itself_keeps_it() {
    let text = operation(&format!(
        "parameters: [{{ name: n, in: query, type: array, items: {{ $ref: '#/components/schemas/N' }} }}, {{ name: m, in: query, type: integer, schema: {{ type: boolean }} }}], {DONE}"
    )) + "components: { schemas: { N: { type: integer } } }\n";
    let parameters = lowered(&text);
    let schema = |number: usize| {
        let pointer = format!("/paths/~1a/get/parameters/{number}/schema");
        parameters.pointer(&pointer).cloned()
    };
    let items = json!({ "$ref": "#/components/schemas/N" });
    assert_eq!(schema(0), Some(json!({ "type": "array", "items": items })));
    assert_eq!(schema(1), Some(json!({ "type": "boolean" })));
    let notes = lines(&compiled(&text).notes);
    assert_eq!(notes.len(), 2, "{notes:?}");
    let words = "a parameter has its `type` in its `schema`; it is";
    assert!(
        notes[0].contains(&format!("{words} taken from here")),
        "{notes:?}"
    );
    assert!(notes[1].contains(&format!("{words} left out")), "{notes:?}");
}

/// However it is said that null may be there.
#[test]
fn a_parameter_that_may_be_null_is_a_plain_value() {
    for schema in [
        "type: [string, 'null']",
        "anyOf: [{ type: string }, { type: 'null' }]",
        "oneOf: [{ type: 'null' }, { type: [string, 'null'] }]",
        "anyOf: [{ anyOf: [{ type: string }, { enum: [null] }] }]",
    ] {
        let document = lowered(&operation(&format!(
            "parameters: [{{ name: p, in: query, schema: {{ {schema} }} }}], {DONE}"
        )));
        let found = document.pointer("/paths/~1a/get/parameters/0/schema");
        assert_eq!(found, Some(&json!({ "type": "string" })), "{schema}");
    }
}

#[test]
fn a_choice_of_one_schema_keeps_what_is_said_about_it() {
    let document = lowered(&format!(
        "{HEAD}paths: {{}}\ncomponents:\n  schemas:\n    T:\n      type: object\n      properties:\n        \
         a: {{ description: outer, anyOf: [{{ description: inner, type: integer, minimum: 1 }}, {{ type: 'null' }}] }}\n        \
         b: {{ oneOf: [{{ $ref: '#/components/schemas/T' }}, {{ type: 'null' }}], description: outer }}\n"
    ));
    let member = |name: &str| document.pointer(&format!("/components/schemas/T/properties/{name}"));
    let a = member("a").expect("a");
    assert_eq!(a["description"], "outer");
    assert_eq!(
        (&a["type"], &a["nullable"]),
        (&json!("integer"), &json!(true))
    );
    let b = member("b").expect("b");
    assert_eq!(b["description"], "outer");
    assert_eq!(b["allOf"], json!([{ "$ref": "#/components/schemas/T" }]));
    assert_eq!(b["nullable"], true);
}

#[test]
fn what_is_deprecated_is_so_when_it_is_rendered() {
    let document = lowered(
        &(operation(&format!(
            "deprecated: true, parameters: [{{ name: p, in: query, deprecated: true, schema: {{ type: string }} }}], {DONE}"
        )) + "components:\n  schemas:\n    T:\n      deprecated: true\n      type: object\n      properties:\n        \
             text: { type: string, deprecated: true }\n        \
             inline: { type: object, deprecated: true, properties: { a: { type: string } } }\n        \
             union: { deprecated: true, anyOf: [{ type: string }, { type: integer }] }\n        \
             set: { type: string, enum: [a, A], deprecated: true }\n        \
             growing: { type: string, x-extensible-enum: [a], deprecated: true }\n        \
             secret: { type: string, format: password, deprecated: true }\n        \
             referred: { $ref: '#/components/schemas/S', deprecated: true }\n    S: { type: string }\n"),
    );
    let is_deprecated =
        |pointer: &str| document.pointer(pointer).map(|at| &at["deprecated"]) == Some(&json!(true));
    assert!(is_deprecated("/paths/~1a/get"), "{document:#}");
    assert!(is_deprecated("/paths/~1a/get/parameters/0"), "{document:#}");
    assert!(is_deprecated("/components/schemas/T"), "{document:#}");
    for name in [
        "text", "inline", "union", "set", "growing", "secret", "referred",
    ] {
        let pointer = format!("/components/schemas/T/properties/{name}");
        assert!(
            is_deprecated(&pointer),
            "{name}: {:#}",
            document["components"]
        );
    }
}

#[test]
fn an_operation_has_no_name_of_the_module_of_operations() {
    for (id, method) in [
        ("all", "call_all"),
        ("secrets", "call_secrets"),
        ("serverUrl", "call_server_url"),
    ] {
        let text = format!(
            "{HEAD}servers: [{{ url: 'https://x.example' }}]\npaths:\n  /a: {{ get: {{ operationId: {id}, {DONE} }} }}\n"
        );
        let output = compiled(&text);
        let mut names: Vec<&str> = output
            .registry
            .lines()
            .filter_map(|line| line.trim().strip_prefix("pub const ")?.split(':').next())
            .collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "{id}: {names:?}");
        assert!(output.client.contains(&format!("pub fn {method}(")), "{id}");
    }
}

#[test]
fn a_media_type_that_no_header_can_hold_is_told() {
    let text = operation(
        "responses: { '200': { description: x, content: { 'text/naïve': { schema: { type: string } }, text/plain: { schema: { type: string } } } } }",
    );
    let found = lines(&check(&read(&text)));
    assert_eq!(
        found,
        [
            "d.yaml:5:77: error: `text/naïve` is no media type, which has letters, digits and signs of ASCII only (at `/paths/~1a/get/responses/200/content/text~1naïve`)"
        ]
    );
    let output = compile(&read(&text), &Settings::default().keep_going(true)).expect("the rest");
    assert!(
        lines(&output.notes)[0]
            .ends_with("; it is left out (at `/paths/~1a/get/responses/200/content/text~1naïve`)")
    );
}

#[test]
fn a_schema_of_what_is_not_read_is_noted() {
    let object = "schema: { type: object, properties: { a: { type: string } } }";
    let notes = |content: &str| {
        let text = operation(&format!(
            "responses: {{ '200': {{ description: x, content: {{ {content} }} }} }}"
        ));
        lines(&compiled(&text).notes)
    };
    for media_type in [
        "text/event-stream",
        "application/x-ndjson",
        "application/xml",
        "text/csv",
        "multipart/mixed",
    ] {
        let found = notes(&format!("{media_type}: {{ {object} }}"));
        assert_eq!(found.len(), 1, "{found:?}");
        let words = format!(
            "the client gives and takes `{media_type}` as it is written, so this schema is left to whoever reads it"
        );
        assert!(found[0].contains(&words), "{found:?}");
    }
    let found = notes(&format!(
        "application/jsonl: {{ itemSchema: {{ {object} }} }}"
    ));
    assert_eq!(found.len(), 1, "{found:?}");
    // Nothing is lost of text, of bytes, and of what is there in JSON as well.
    for content in [
        format!("application/json: {{ {object} }}, application/xml: {{ {object} }}"),
        "text/plain: { schema: { type: string } }".to_owned(),
        "text/plain: { schema: { type: ['null', string] } }".to_owned(),
        "application/pdf: { schema: { type: string, format: binary } }".to_owned(),
        "application/pdf: { schema: {} }".to_owned(),
    ] {
        assert_eq!(notes(&content), [""; 0], "{content}");
    }
}

#[test]
fn a_dynamic_reference_that_others_bind_is_any_value() {
    let text = |other: &str| {
        format!(
            "{HEAD}paths: {{}}\ncomponents:\n  schemas:\n    Page:\n      type: object\n      $defs: {{ item: {{ $dynamicAnchor: item, type: string }} }}\n      \
             properties: {{ items: {{ type: array, items: {{ $dynamicRef: '#item' }} }} }}\n    \
             Users: {{ $ref: '#/components/schemas/Page', $defs: {{ item: {{ {other}: item, type: integer }} }} }}\n"
        )
    };
    let items = "/components/schemas/Page/properties/items/items";
    let bound = text("$dynamicAnchor");
    assert_eq!(lowered(&bound).pointer(items), Some(&json!({})));
    let notes = lines(&compiled(&bound).notes);
    assert_eq!(
        notes,
        [
            "d.yaml:9:65: note: several schemas have the `$dynamicAnchor` `item`, and whoever refers to this one chooses; any value is taken (at `/components/schemas/Page/properties/items/items/$dynamicRef`)"
        ]
    );
    let alone = lowered(&text("x-anchor"));
    assert_ne!(alone.pointer(items), Some(&json!({})), "{alone:#}");
}

#[test]
fn a_component_may_have_any_name() {
    let text = format!(
        "{HEAD}paths:\n  /a:\n    post:\n      operationId: a\n      requestBody:\n        content:\n          \
         multipart/form-data: {{ schema: {{ $ref: '#/components/schemas/My%20File' }} }}\n      \
         responses:\n        '200': {{ description: x, content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/My%20File' }} }} }} }}\n        \
         '404': {{ description: x, content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/a~1b%25c' }} }} }} }}\n\
         components:\n  schemas:\n    My File: {{ type: object, properties: {{ f: {{ type: string, format: binary }} }} }}\n    \
         a/b%c: {{ type: object, properties: {{ k: {{ type: string }} }}, required: [k] }}\n"
    );
    let types = compiled(&text).types;
    let fields = |name: &str| {
        let (_, rest) = types.split_once(&format!("pub struct {name} {{"))?;
        Some(rest.split('}').next().unwrap_or_default().to_owned())
    };
    // A file in the form is none in the answer.
    let answer = fields("MyFile").expect("the answer");
    assert!(!answer.contains("FilePart"), "{answer}");
    let form = fields("MyFileForm").expect("the form");
    assert!(form.contains("FilePart"), "{form}");
    assert!(fields("Abc").is_some(), "{types}");
}

#[test]
fn a_condition_refers_to_what_is_there() {
    let schema = |reference: &str| {
        format!(
            "{HEAD}paths: {{}}\ncomponents:\n  schemas:\n    T:\n      type: object\n      if: {{ properties: {{ a: {{ const: x }} }} }}\n      \
             then: {{ $ref: '{reference}' }}\n    Then: {{ $ref: '#/components/schemas/More' }}\n    More: {{ type: object, properties: {{ b: {{ type: string }} }} }}\n"
        )
    };
    let document = lowered(&schema("#/components/schemas/Then"));
    let members = &document["components"]["schemas"]["T"]["properties"];
    assert_eq!(members, &json!({ "a": {}, "b": {} }));
    let found = lines(&check(&read(&schema("#/components/schemas/None"))));
    assert!(
        found.iter().any(|found| found.starts_with(
            "d.yaml:9:21: error: the reference `#/components/schemas/None` leads to nothing"
        )),
        "{found:?}"
    );
}
