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
            "d.yaml:9:84: error: the reference `other.yaml#/C` leads out of this document; bundle the documents into one first (at `/paths/~1a/get/responses/400/content/application~1json/schema/$ref`)",
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
            .starts_with("d.yaml:7:23: note: `GET /bad` is left out:"),
        "{note:?}"
    );
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
