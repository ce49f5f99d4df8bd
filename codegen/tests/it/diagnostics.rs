use xquik_codegen::{Diagnostic, Settings, check, compile, document::Document};

fn errors(text: &str) -> Vec<String> {
    let document = Document::read("d.yaml", text.as_bytes()).expect("YAML");
    let errors = compile(&document, &Settings::default()).expect_err("it cannot be compiled");
    let lines = |errors: &[Diagnostic]| errors.iter().map(|error| error.line("d.yaml")).collect();
    let shown: Vec<String> = lines(&errors);
    let checked: Vec<String> = lines(&check(&document));
    assert_eq!(shown, checked, "`check` says what `compile` says");
    shown
}

const HEAD: &str = "openapi: 3.0.3\ninfo: { title: T, version: '1' }\n";

#[test]
fn all_references_to_nothing_are_told_in_one_run() {
    let found = errors(&format!(
        "{HEAD}paths:\n  /a:\n    get:\n      parameters: [{{ $ref: '#/components/parameters/A' }}]\n      \
         responses:\n        '200': {{ $ref: '#/components/responses/B' }}\n        \
         '400': {{ description: x, content: {{ application/json: {{ schema: {{ $ref: 'other.yaml#/C' }} }} }} }}\n"
    ));
    assert_eq!(
        found,
        [
            "d.yaml:6:28: error: the reference `#/components/parameters/A` leads to nothing in this document (at `/paths/~1a/get/parameters/0/$ref`)",
            "d.yaml:8:24: error: the reference `#/components/responses/B` leads to nothing in this document (at `/paths/~1a/get/responses/200/$ref`)",
            "d.yaml:9:81: error: the reference `other.yaml#/C` leads out of this document; bundle the documents into one first (at `/paths/~1a/get/responses/400/content/application~1json/schema/$ref`)",
        ]
    );
}

#[test]
fn two_operations_on_paths_of_one_shape_are_an_error() {
    let found = errors(&format!(
        "{HEAD}paths:\n  /a/{{x}}:\n    get: {{ responses: {{ '204': {{ description: x }} }} }}\n  \
         /a/{{y}}:\n    get: {{ responses: {{ '204': {{ description: x }} }} }}\n"
    ));
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("d.yaml:6:3: error: `GET /a/{y}`"),
        "{}",
        found[0]
    );
}

#[test]
fn what_is_no_document_of_openapi_3_is_told_so() {
    for (text, place, words) in [
        ("swagger: '2.0'\npaths: {}\n", "d.yaml:1:1", "Swagger 2.0"),
        (
            "openapi: 4.0.0\npaths: {}\n",
            "d.yaml:1:10",
            "found `4.0.0`",
        ),
        ("- 1\n", "d.yaml:1:1", "is an object"),
        ("openapi: 3.0.0\ninfo: {}\n", "d.yaml:1:1", "has no `paths`"),
    ] {
        let found = errors(text);
        assert!(
            found[0].starts_with(place) && found[0].contains(words),
            "{found:?}"
        );
    }
}

#[test]
fn with_keep_going_one_bad_place_costs_only_itself() {
    let text = format!(
        "{HEAD}paths:\n  /good:\n    get: {{ responses: {{ '204': {{ description: x }} }} }}\n  \
         /bad:\n    get: {{ parameters: [{{ name: x, in: nowhere }}], responses: {{ '204': {{ description: x }} }} }}\n"
    );
    let document = Document::read("d.yaml", text.as_bytes()).expect("YAML");
    assert!(compile(&document, &Settings::default()).is_err());
    let output =
        compile(&document, &Settings::default().keep_going(true)).expect("the rest compiles");
    assert_eq!(output.operations, 1);
    let [note] = &output.notes[..] else {
        panic!("one note, not {:?}", output.notes)
    };
    assert!(
        note.line("d.yaml")
            .starts_with("d.yaml:7:25: note: `GET /bad` is left out:"),
        "{note:?}"
    );
}

/// What becomes of a document that can be compiled.
fn compiled(text: &str) -> xquik_codegen::Output {
    let document = Document::read("d.yaml", text.as_bytes()).expect("YAML");
    compile(&document, &Settings::default()).expect("it compiles")
}

fn notes(output: &xquik_codegen::Output) -> Vec<String> {
    let lines = output.notes.iter().map(|note| note.line("d.yaml"));
    lines.collect()
}

#[test]
fn an_extension_that_is_misused_costs_itself_alone() {
    let output = compiled(&format!(
        "{HEAD}paths: {{}}\ncomponents:\n  schemas:\n    T:\n      type: object\n      properties:\n        \
         integer: {{ type: integer, x-extensible-enum: [1, 2] }}\n        \
         empty: {{ type: string, x-extensible-enum: [] }}\n        \
         object: {{ type: string, x-extensible-enum: {{ a: b }} }}\n        \
         untyped: {{ x-extensible-enum: [1] }}\n        \
         null: {{ type: string, x-extensible-enum: [a, 2, null] }}\n"
    ));
    let found = notes(&output);
    let expected = [
        ("9:54", "it beside the type `integer`"),
        ("10:51", "none"),
        ("11:52", "an object"),
        ("12:39", "a number in it"),
    ];
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, (place, words)) in found.iter().zip(expected) {
        assert!(
            found.starts_with(&format!(
                "d.yaml:{place}: note: `x-extensible-enum` is an array"
            )) && found.contains(&format!("found {words}, so it is left out")),
            "{found}"
        );
    }
    assert!(
        output.types.contains("Nullable<") && output.types.contains("\"2\""),
        "{}",
        output.types
    );
}

#[test]
fn a_key_that_is_there_twice_is_an_error_at_the_second() {
    let text = format!(
        "{HEAD}paths:\n  /a:\n    get: {{ responses: {{ '200': {{ description: x }} }} }}\n    \
         get: {{ responses: {{ '201': {{ description: x }} }} }}\n"
    );
    let words =
        "`get` is a key of this object already, at line 5, and only one of the two can count";
    let place = "(at `/paths/~1a/get`)";
    assert_eq!(
        errors(&text),
        [format!(
            "d.yaml:6:5: error: {words}; keep one of them {place}"
        )]
    );
    let document = Document::read("d.yaml", text.as_bytes()).expect("YAML");
    let output = compile(&document, &Settings::default().keep_going(true)).expect("it compiles");
    assert_eq!(
        notes(&output),
        [format!(
            "d.yaml:6:5: note: {words}; keep one of them; the last one is taken {place}"
        )]
    );

    let found = errors(
        r#"{"openapi":"3.0.0","info":{"title":"x","version":"1"},"paths":{"/a":{}},"paths":{"/b":{}}}"#,
    );
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("d.yaml:1:73: error: `paths`"),
        "{found:?}"
    );
}

#[test]
fn a_key_that_is_there_twice_in_an_example_is_a_note() {
    let output = compiled(&format!(
        "{HEAD}paths: {{}}\ncomponents:\n  schemas:\n    example: {{ type: object, example: {{ a: 1, a: 2 }} }}\n"
    ));
    let found = notes(&output);
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("the last one is taken (at"), "{found:?}");
}

#[test]
fn a_chain_of_references_may_be_long_and_a_circle_is_told() {
    let chain = |last: &str| {
        let mut text = format!("{HEAD}paths: {{}}\ncomponents:\n  schemas:\n");
        for number in 0..100 {
            let next = number + 1;
            text += &format!("    C{number}: {{ $ref: '#/components/schemas/C{next}' }}\n");
        }
        text + &format!("    C100: {last}\n")
    };
    let output = compiled(&chain(
        "{ type: object, properties: { end: { type: string } } }",
    ));
    assert!(output.types.contains("pub end:"));
    let found = errors(&chain("{ $ref: '#/components/schemas/C0' }"));
    assert!(
        found.iter().all(|found| found.contains("goes in a circle")),
        "{found:?}"
    );
}

#[test]
fn the_url_has_the_path_of_the_document() {
    let of = |path: &str| {
        let text = format!(
            "{HEAD}paths:\n  '{path}':\n    get: {{ responses: {{ '204': {{ description: x }} }} }}\n"
        );
        let client = compiled(&text).client;
        let pieces = client.lines().filter_map(|line| {
            let line = line.trim();
            if line.starts_with("runtime::in_path") {
                return Some("{}");
            }
            line.strip_prefix("request.path(\"")?.strip_suffix("\");")
        });
        pieces.collect::<String>()
    };
    for (path, sent) in [
        ("//x//y/", "//x//y/"),
        ("/x#frag", "/x"),
        ("/x?a[b]={c}&d=e", "/x?a[b]={}&d=e"),
        ("/%7Bx%7D/100%/a b", "/%7Bx%7D/100%25/a%20b"),
        ("/a\\b/[c]", "/a%5Cb/%5Bc%5D"),
        ("/é/{x}-{y}:do/", "/%C3%A9/{}-{}:do/"),
    ] {
        assert_eq!(of(path), sent);
    }
}

#[test]
fn a_form_that_many_operations_take_is_one_type() {
    let mut text = format!("{HEAD}paths:\n");
    for number in 0..3 {
        text += &format!(
            "  /a{number}:\n    post:\n      requestBody:\n        content:\n          \
             application/json: {{ schema: {{ $ref: '#/components/schemas/S' }} }}\n          \
             multipart/form-data: {{ schema: {{ $ref: '#/components/schemas/S' }} }}\n      \
             responses: {{ '204': {{ description: x }} }}\n"
        );
    }
    text += "components:\n  schemas:\n    S: { type: object, properties: { f: { type: string, format: binary } } }\n";
    let types = compiled(&text).types;
    assert_eq!(types.matches("pub struct SForm").count(), 1, "{types}");
}

#[test]
fn what_a_part_or_a_parameter_is_not_made_of_is_a_note() {
    let output = compiled(&format!(
        "{HEAD}paths:\n  /a:\n    post:\n      parameters:\n        \
         - {{ name: m, in: query, content: {{ application/xml: {{ schema: {{ type: object }} }} }} }}\n      \
         requestBody:\n        content:\n          multipart/form-data:\n            \
         schema: {{ type: object, properties: {{ p: {{ type: string }} }} }}\n            \
         encoding: {{ p: {{ headers: {{ X-Part: {{ schema: {{ type: string }} }} }} }} }}\n      \
         responses: {{ '204': {{ description: x }} }}\n"
    ));
    assert_eq!(
        notes(&output),
        [
            "d.yaml:7:11: note: the parameter `m` is `application/xml`, of which the client makes none: it is sent as one without `content` would be (at `/paths/~1a/post/parameters/0`)",
            "d.yaml:12:41: note: the part `p` is sent without the headers that it may have (at `/paths/~1a/post/requestBody/content/multipart~1form-data/encoding/p/headers/X-Part`)",
        ]
    );
}

#[test]
fn what_a_private_module_does_not_use_is_no_warning() {
    let text = format!("{HEAD}paths: {{}}\n");
    let client = compiled(&text).client;
    assert!(!client.contains("prelude"), "{client}");
    let mut before = "";
    for line in client.lines().map(str::trim) {
        if line.starts_with("use ") || line.starts_with("pub use ") {
            assert_eq!(before, "#[allow(unused_imports)]", "{line}");
        }
        before = line;
    }
}

#[test]
fn the_same_bytes_give_the_same_bytes() {
    let document = Document::read("e.yaml", include_bytes!("example.yaml")).expect("YAML");
    let once = compile(&document, &Settings::default())
        .expect("it compiles")
        .into_single_file();
    let again = compile(&document, &Settings::default())
        .expect("it compiles")
        .into_single_file();
    assert!(once == again);
}
