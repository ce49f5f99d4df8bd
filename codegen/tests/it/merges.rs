//! Schemas that are made of each other, many at once: what they become, and where it ends.

use std::fmt::Write as _;

use serde_json::{Value, json};
use xquik_codegen::{Settings, Stage, compile, document::Document, stages_to};

/// Schemas of which each is an `allOf` of the next, with a property that refers to another one.
fn chain(length: usize, property: impl Fn(usize) -> (String, String)) -> Document {
    let mut text = String::from("openapi: 3.0.3\npaths: {}\ncomponents:\n  schemas:\n");
    for at in 0..length {
        let (name, target) = property(at);
        let next = match at + 1 {
            next if next < length => format!("{{ $ref: '#/components/schemas/S{next}' }}, "),
            _ => String::new(),
        };
        let _ = writeln!(
            text,
            "    S{at}: {{ allOf: [{next}{{ type: object, properties: {{ {name}: {{ $ref: \
             '#/components/schemas/{target}' }} }} }}] }}"
        );
    }
    Document::read("chain.yaml", text.as_bytes()).expect("it is YAML")
}

fn merged(document: &Document) -> Stage {
    let merged = stages_to(document, "all_of").pop();
    merged.expect("it is a pass")
}

fn reference(target: usize) -> Value {
    json!({ "$ref": format!("#/components/schemas/S{target}") })
}

#[test]
fn a_chain_whose_property_is_one_of_the_chain_is_merged_whole() {
    for length in [200, 400] {
        // Each says of the property that it is the one seven steps further on, and all of them hold.
        let document = chain(length, |at| {
            ("p".to_owned(), format!("S{}", (at * 7 + 3) % length))
        });
        let stage = merged(&document);
        assert_eq!(stage.diagnostics, []);
        let schemas = &stage.document["components"]["schemas"];
        assert_eq!(schemas.as_object().map(|all| all.len()), Some(length));
        for at in 0..length {
            // The first of the chain is made of all others.
            let first = (at..length).map(|at| (at * 7 + 3) % length).min();
            let first = first.expect("it has a property itself");
            assert_eq!(
                schemas[format!("S{at}")],
                json!({ "type": "object", "properties": { "p": reference(first) } }),
                "S{at} of {length}"
            );
        }
    }
    let document = chain(100, |at| {
        ("p".to_owned(), format!("S{}", (at * 7 + 3) % 100))
    });
    let output = compile(&document, &Settings::default()).expect("it compiles");
    assert_eq!(output.notes, []);
}

#[test]
fn a_chain_with_a_property_each_is_merged_as_far_as_there_is_room_and_the_rest_is_told() {
    for (length, whole) in [(200, 200), (400, 200)] {
        let document = chain(length, |at| {
            (format!("p{at}"), format!("S{}", (at * 7 + 3) % length))
        });
        let stage = merged(&document);
        let schemas = &stage.document["components"]["schemas"];
        let mut too_much = Vec::new();
        for at in 0..length {
            let schema = &schemas[format!("S{at}")];
            if *schema == json!({}) {
                too_much.push(format!("/components/schemas/S{at}/allOf"));
                continue;
            }
            let properties = schema["properties"].as_object().expect("it has properties");
            assert_eq!(properties.len(), length - at, "S{at} of {length}");
            for step in at..length {
                let target = reference((step * 7 + 3) % length);
                assert_eq!(properties[&format!("p{step}")], target, "S{at} of {length}");
            }
        }
        assert!(too_much.len() <= length - whole, "{too_much:?}");
        let mut told = Vec::new();
        for diagnostic in &stage.diagnostics {
            assert_eq!(
                diagnostic.message,
                "too much is merged into each other here, so it is taken as any value"
            );
            told.push(diagnostic.pointer.to_string());
        }
        assert_eq!(told, too_much, "of {length}");
    }
}

/// The property is of another kind each time, so that nothing says what another one says already.
#[test]
fn what_can_be_merged_in_more_ways_than_there_is_room_for_ends() {
    let length = 100;
    let mut text = String::from("openapi: 3.0.3\npaths: {}\ncomponents:\n  schemas:\n");
    for at in 0..length {
        let next = match at + 1 {
            next if next < length => format!("{{ $ref: '#/components/schemas/S{next}' }}, "),
            _ => String::new(),
        };
        let (one, other) = ((at * 7 + 3) % length, (at * 5 + 1) % length);
        let _ = writeln!(
            text,
            "    S{at}: {{ allOf: [{next}{{ type: object, properties: {{ p: {{ $ref: \
             '#/components/schemas/U{at}' }} }} }}] }}\n    \
             U{at}: {{ type: object, properties: {{ p: {{ $ref: '#/components/schemas/U{one}' }}, \
             q: {{ $ref: '#/components/schemas/U{other}' }}, n{at}: {{ type: string }} }} }}"
        );
    }
    let document = Document::read("many.yaml", text.as_bytes()).expect("it is YAML");
    let stage = merged(&document);
    assert!(!stage.diagnostics.is_empty());
    let schemas = &stage.document["components"]["schemas"];
    let last = format!("S{}", length - 1);
    assert_eq!(
        schemas[&last]["properties"]["p"],
        json!({ "$ref": format!("#/components/schemas/U{}", length - 1) }),
        "what needs no merge is what it was"
    );
}
