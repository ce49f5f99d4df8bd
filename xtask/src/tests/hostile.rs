//! Documents that are made to harm their reader: each is a finding with its place, for whoever lints,
//! compares or exports it.

use std::fmt::Write as _;

use xquik_document::{Document, SyntaxError};

use crate::{export, lint};

const HEAD: &str = "openapi: 3.0.4\ninfo: {title: A, version: '1'}\npaths:\n  /a:\n    get:\n      operationId: a\n      responses:\n        '200':\n          description: ok\n          content:\n            application/json:\n              schema: {$ref: '#/components/schemas/S0'}\ncomponents:\n  schemas:\n";

/// What differs between two documents that can be compared.
#[track_caller]
fn changes(base: &Document, head: &Document) -> Vec<String> {
    let report = xquik_diff::compare(base, head).expect("they can be compared");
    report.lines().collect()
}

fn read(bytes: &[u8]) -> Result<Document, SyntaxError> {
    Document::read("hostile.yaml", bytes)
}

/// It cannot be read, and the linter says so with a rule of its own; the place is the same for all.
#[track_caller]
fn is_refused(bytes: &[u8], rule: &str, place: &str) {
    let outcome = lint::judge("hostile.yaml", bytes, None);
    assert!(!outcome.readable);
    let found: Vec<_> = outcome
        .findings
        .iter()
        .filter(|finding| finding.rule == rule)
        .map(|finding| finding.span.start.to_string())
        .collect();
    assert_eq!(found, [place], "{:?}", outcome.findings);
    // What diff and export read is refused there, before anything is compared or exported.
    let error = read(bytes).expect_err("it is no document");
    assert_eq!(error.span.start.to_string(), place);
}

/// It is judged, compared with itself and with another, and exported.
#[track_caller]
fn is_answered(text: &str, other: &str) {
    let outcome = lint::judge("hostile.yaml", text.as_bytes(), None);
    assert!(outcome.readable);
    let (document, other) = (
        read(text.as_bytes()).expect("it can be read"),
        read(other.as_bytes()).expect("it can be read"),
    );
    assert_eq!(changes(&document, &document), Vec::<String>::new());
    for (base, head) in [(&document, &other), (&other, &document)] {
        let changes = changes(base, head);
        assert!(!changes.is_empty(), "they differ");
    }
    export::forms(&document).expect("it can be exported");
}

#[test]
fn aliases_that_explode_are_a_finding_where_they_do() {
    let mut text = String::from("x-a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let alias = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(text, "x-a{level}: &a{level} [{alias}]").expect("memory takes it");
    }
    is_refused(text.as_bytes(), "too-large", "6:12");
}

#[test]
fn an_alias_inside_of_what_it_names_is_a_finding() {
    is_refused(b"a: &a {b: [*a]}\n", "too-large", "1:12");
}

#[test]
fn ten_thousand_levels_are_a_finding_where_they_are_too_deep() {
    for (open, close, place) in [
        ("[", "]", "1:259"),
        ("{a: ", "}", "1:800"),
        ("{\"a\":", "}", "1:999"),
        ("- ", "", "2:399"),
    ] {
        let start = if open == "- " { "x:\n" } else { "x: " };
        let text = format!("{start}{}{}", open.repeat(10_000), close.repeat(10_000));
        is_refused(text.as_bytes(), "too-large", place);
    }
}

#[test]
fn bytes_that_are_no_utf_8_are_a_finding_at_the_first_of_them() {
    is_refused(b"a: 1\nb: caf\xe9\n", "not-utf8", "2:7");
    is_refused(b"\xff\xfea\0:\0", "not-utf8", "1:1");
}

#[test]
fn references_in_a_circle_are_a_finding() {
    let text = format!(
        "{HEAD}    S0: {{$ref: '#/components/schemas/S1'}}\n    S1: {{$ref: '#/components/schemas/S0'}}\n"
    );
    let outcome = lint::judge("hostile.yaml", text.as_bytes(), None);
    let rules: Vec<_> = outcome.findings.iter().map(|found| found.rule).collect();
    assert!(rules.contains(&"circular-reference"), "{rules:?}");
    let document = read(text.as_bytes()).expect("it can be read");
    let refused =
        xquik_diff::compare(&document, &document).expect_err("it says nothing to compare");
    insta::assert_snapshot!(refused, @"hostile.yaml:12:30: error: `$ref: #/components/schemas/S0` leads back to itself");
    // To translate it nobody has to follow them.
    export::forms(&document).expect("it can be exported");
}

#[test]
fn schemas_that_hold_themselves_are_answered() {
    let text = |last: &str| {
        format!(
            "{HEAD}    S0: {{oneOf: [{{$ref: '#/components/schemas/S0'}}, {{$ref: '#/components/schemas/S1'}}]}}\n    S1: {{type: object, allOf: [{{$ref: '#/components/schemas/S1'}}], properties: {{a: {{$ref: '#/components/schemas/S0'}}}}, not: {{$ref: '#/components/schemas/S0'}}, additionalProperties: {last}}}\n"
        )
    };
    is_answered(&text("false"), &text("true"));
}

#[test]
fn long_chains_of_references_are_answered() {
    for link in [
        "$ref: '#/components/schemas/S'",
        "type: object, properties: {a: {$ref: '#/components/schemas/S'}}",
        "allOf: [{$ref: '#/components/schemas/S'}]",
        "oneOf: [{$ref: '#/components/schemas/S'}]",
        "items: {$ref: '#/components/schemas/S'}",
    ] {
        let chain = |last: &str| {
            let mut text = HEAD.to_owned();
            for index in 0..500 {
                let link = link.replace("schemas/S'", &format!("schemas/S{}'", index + 1));
                writeln!(text, "    S{index}: {{{link}}}").expect("memory takes it");
            }
            text + "    S500: " + last + "\n"
        };
        is_answered(&chain("{type: string}"), &chain("{type: boolean}"));
    }
}

#[test]
fn alternatives_that_double_at_every_step_are_answered() {
    for keyword in ["allOf", "oneOf", "anyOf"] {
        let doubling = |last: &str| {
            let mut text = HEAD.to_owned();
            for index in 0..60 {
                let next = format!("{{$ref: '#/components/schemas/S{}'}}", index + 1);
                writeln!(text, "    S{index}: {{{keyword}: [{next}, {next}]}}")
                    .expect("memory takes it");
            }
            text + "    S60: " + last + "\n"
        };
        is_answered(&doubling("{type: string}"), &doubling("{type: boolean}"));
    }
}
