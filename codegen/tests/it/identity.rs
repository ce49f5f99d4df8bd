//! A component is one thing however often it is referred to.

use serde_json::{Value, json};
use xquik_codegen::{Settings, compile, document::Document, stages};

const HEAD: &str = "openapi: 3.0.3\ninfo: { title: T, version: '1' }\n";

/// The document after the pass that follows references.
fn followed(text: &str) -> Value {
    let document = Document::read("d.yaml", text.as_bytes()).expect("YAML");
    let stage = stages(&document)
        .into_iter()
        .find(|stage| stage.pass == "references");
    stage.expect("the pass").document
}

/// What stands at a pointer refers to that component.
fn assert_refers(document: &Value, pointer: &str, name: &str) {
    let found = document.pointer(pointer);
    let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
    assert_eq!(found, Some(&reference), "at {pointer} of {document:#}");
}

fn names(document: &Value) -> Vec<&str> {
    let schemas = document.pointer("/components/schemas");
    let schemas = schemas.and_then(Value::as_object).into_iter().flatten();
    schemas.map(|(name, _)| name.as_str()).collect()
}

const JSON: &str = "content/application~1json/schema";

#[test]
fn a_shared_answer_has_one_type() {
    let text = format!(
        "{HEAD}paths:\n  \
         /a: {{ get: {{ responses: {{ '429': {{ $ref: '#/components/responses/TooMany' }}, '200': {{ $ref: '#/components/responses/List' }} }} }} }}\n  \
         /b: {{ get: {{ responses: {{ '429': {{ $ref: '#/components/responses/Again' }}, '200': {{ $ref: '#/components/responses/Plain' }} }} }} }}\n\
         components:\n  responses:\n    \
         Again: {{ $ref: '#/components/responses/TooMany' }}\n    \
         TooMany: {{ description: x, content: {{ application/json: {{ schema: {{ type: object, properties: {{ code: {{ enum: [a, b] }} }} }} }} }} }}\n    \
         List: {{ description: x, content: {{ application/json: {{ schema: {{ type: array, items: {{ type: object, properties: {{ a: {{ type: string }} }} }} }} }} }} }}\n    \
         Plain: {{ description: x, content: {{ application/json: {{ schema: {{ type: string }} }} }} }}\n"
    );
    let document = followed(&text);
    for path in ["a", "b"] {
        let pointer = format!("/paths/~1{path}/get/responses/429/{JSON}");
        assert_refers(&document, &pointer, "TooMany");
    }
    let items = format!("/paths/~1a/get/responses/200/{JSON}/items");
    assert_refers(&document, &items, "ListItem");
    // A text is a text, and needs no name.
    let plain = document.pointer(&format!("/paths/~1b/get/responses/200/{JSON}"));
    assert_eq!(plain, Some(&json!({ "type": "string" })));
    assert_eq!(names(&document).len(), 2, "{:?}", names(&document));

    let document = Document::read("d.yaml", text.as_bytes()).expect("YAML");
    let output = compile(&document, &Settings::default()).expect("it compiles");
    assert_eq!(output.types.matches("pub struct TooMany ").count(), 1);
    assert_eq!(output.types.matches("pub enum TooManyCode ").count(), 1);
}

#[test]
fn a_shared_parameter_or_body_has_one_type() {
    let document = followed(&format!(
        "{HEAD}paths:\n  /a/{{id}}:\n    parameters:\n      - {{ name: id, in: path, required: true, schema: {{ type: string, pattern: '^a' }} }}\n    \
         get: {{ parameters: [{{ $ref: '#/components/parameters/sort_order' }}], responses: {{ '204': {{ description: x }} }} }}\n    \
         put: {{ parameters: [{{ $ref: '#/components/parameters/sort_order' }}], requestBody: {{ $ref: '#/components/requestBodies/Change' }}, responses: {{ '204': {{ description: x }} }} }}\n\
         components:\n  \
         parameters:\n    sort_order: {{ name: sort, in: query, schema: {{ type: array, items: {{ type: string, enum: [a, b] }} }} }}\n  \
         requestBodies:\n    Change: {{ content: {{ application/json: {{ schema: {{ type: object, nullable: true, properties: {{ a: {{ type: string }} }} }} }} }} }}\n"
    ));
    for method in ["get", "put"] {
        let parameters = format!("/paths/~1a~1{{id}}/{method}/parameters");
        assert_refers(&document, &format!("{parameters}/0/schema"), "AIdId");
        let items = format!("{parameters}/1/schema/items");
        assert_refers(&document, &items, "SortOrderItem");
    }
    let body = format!("/paths/~1a~1{{id}}/put/requestBody/{JSON}");
    assert_refers(&document, &format!("{body}/anyOf/0"), "Change");
    assert!(
        document
            .pointer("/components/schemas/Change/nullable")
            .is_none()
    );
}

#[test]
fn what_several_operations_repeat_is_one_type_wherever_it_is_written() {
    let document = followed(&format!(
        "{HEAD}paths:\n  /a:\n    get:\n      operationId: findAll\n      responses:\n        \
         '404': {{ description: x, content: {{ application/json: {{ schema: {{ enum: [a] }} }} }} }}\n        \
         '409': &conflict {{ description: x, content: {{ application/json: {{ schema: {{ enum: [b] }} }} }} }}\n        \
         '410': {{ description: x, content: {{ application/json: {{ schema: {{ enum: [c] }} }} }} }}\n  \
         /b: {{ get: {{ responses: {{ '404': {{ $ref: '#/paths/~1a/get/responses/404' }}, '409': *conflict }} }} }}\n"
    ));
    for (path, status, name) in [
        ("a", "404", "FindAllStatus404"),
        ("b", "404", "FindAllStatus404"),
        ("a", "409", "FindAllStatus409"),
        ("b", "409", "FindAllStatus409"),
    ] {
        let pointer = format!("/paths/~1{path}/get/responses/{status}/{JSON}");
        assert_refers(&document, &pointer, name);
    }
    // What stands in one place only is for later passes to name.
    assert_eq!(names(&document).len(), 2, "{:?}", names(&document));
}

#[test]
fn the_name_of_a_component_is_free_or_says_more() {
    let document = followed(&format!(
        "{HEAD}paths:\n  /a:\n    get:\n      responses: {{ '200': {{ $ref: '#/components/responses/user' }}, '404': {{ $ref: '#/components/responses/Two' }} }}\n\
         components:\n  schemas:\n    USER: {{ type: object }}\n  responses:\n    \
         user: {{ description: x, content: {{ application/json: {{ schema: {{ enum: [a] }} }} }} }}\n    \
         Two:\n      description: x\n      content:\n        \
         text/json: {{ schema: {{ enum: [b] }} }}\n        \
         application/json: {{ schema: {{ enum: [a] }} }}\n        \
         application/x.json: {{ schema: {{ enum: [a] }} }}\n"
    ));
    let responses = "/paths/~1a/get/responses";
    for (pointer, name) in [
        ("200/content/application~1json", "UserResponse"),
        ("404/content/application~1json", "Two"),
        ("404/content/application~1x.json", "Two"),
        ("404/content/text~1json", "TwoJson"),
    ] {
        assert_refers(&document, &format!("{responses}/{pointer}/schema"), name);
    }
}

/// The file of a form is none in JSON.
#[test]
fn a_shared_body_in_two_media_types_is_sent_as_both() {
    let text = format!(
        "{HEAD}paths:\n  /a:\n    post: {{ requestBody: {{ $ref: '#/components/requestBodies/My%20File' }}, responses: {{ '204': {{ description: x }} }} }}\n\
         components:\n  requestBodies:\n    My File:\n      required: true\n      content:\n        \
         application/json: {{ schema: &file {{ type: object, properties: {{ f: {{ type: string, format: binary }} }} }} }}\n        \
         multipart/form-data: {{ schema: *file }}\n"
    );
    let document = Document::read("d.yaml", text.as_bytes()).expect("YAML");
    let output = compile(&document, &Settings::default()).expect("it compiles");
    let fields = |name: &str| {
        let (_, rest) = output.types.split_once(&format!("pub struct {name} {{"))?;
        Some(rest.split('}').next().unwrap_or_default().to_owned())
    };
    let json = fields("MyFile").expect("the type of JSON");
    assert!(!json.contains("FilePart"), "{json}");
    let form = fields("MyFileForm").expect("the type of the form");
    assert!(form.contains("FilePart"), "{form}");
}

/// Since OpenAPI 3.1.
#[test]
fn what_stands_beside_a_reference_says_what_is_there() {
    let text = |version: &str| {
        format!(
            "openapi: {version}\ninfo: {{ title: T, version: '1' }}\npaths:\n  /a:\n    \
             get: {{ responses: {{ '204': {{ $ref: '#/components/responses/Done', description: own }} }} }}\n\
             components:\n  responses:\n    Done: {{ description: shared }}\n"
        )
    };
    let said = |version: &str| {
        let document = followed(&text(version));
        let text = document.pointer("/paths/~1a/get/responses/204/description");
        text.and_then(Value::as_str).map(str::to_owned)
    };
    assert_eq!(said("3.1.0").as_deref(), Some("own"));
    assert_eq!(said("3.0.3").as_deref(), Some("shared"));
}

/// What is referred to where it stands inside of something is the same there.
#[test]
fn a_schema_that_is_referred_to_inside_of_another_is_one_type() {
    let document = followed(&format!(
        "{HEAD}paths:\n  /a:\n    get:\n      operationId: find\n      responses:\n        \
         '404': {{ description: x, content: {{ application/json: {{ schema: {{ type: object, properties: {{ n: {{ $ref: '#/components/schemas/100%2525' }} }} }} }} }} }}\n\
         components:\n  schemas:\n    '100%25': {{ type: object }}\n    \
         A:\n      type: object\n      properties:\n        \
         part: {{ enum: [front, back] }}\n        text: {{ type: string }}\n    \
         B:\n      type: object\n      properties:\n        \
         part: {{ $ref: '#/components/schemas/A/properties/part' }}\n        \
         text: {{ $ref: '#/components/schemas/A/properties/text' }}\n        \
         near: {{ $ref: '#/paths/~1a/get/responses/404/content/application~1json/schema' }}\n"
    ));
    let schemas = "/components/schemas";
    for (pointer, name) in [
        (format!("{schemas}/A/properties/part"), "APart"),
        (format!("{schemas}/B/properties/part"), "APart"),
        (format!("{schemas}/B/properties/near"), "FindStatus404"),
        (
            format!("/paths/~1a/get/responses/404/{JSON}"),
            "FindStatus404",
        ),
        (format!("{schemas}/FindStatus404/properties/n"), "100%25"),
    ] {
        assert_refers(&document, &pointer, name);
    }
    let text = document.pointer("/components/schemas/A/properties/text");
    assert_eq!(text, Some(&json!({ "type": "string" })));
}
