//! Documents that cannot be compared, and where they say so.

use super::read;
use crate::report;
use crate::side::Which;

const FINE: &str = "openapi: 3.0.3\ninfo: {title: A, version: '1'}\npaths: {}\n";

/// Why HEAD cannot be compared, with its place; the same must hold for BASE.
fn refused(text: &str) -> String {
    let (fine, bad) = (read("fine", FINE), read("bad", text));
    let (which, error) = report::compare(&fine, &bad).expect_err("HEAD is bad");
    assert_eq!(which, Which::Head);
    let (which, again) = report::compare(&bad, &fine).expect_err("BASE is bad");
    assert_eq!(which, Which::Base);
    assert_eq!(again.message, error.message);
    format!("{}: {}", error.span.start, error.message)
}

#[test]
fn a_reference_to_nothing_is_refused_where_it_stands() {
    let text = format!(
        "{FINE}components:\n  schemas:\n    A:\n      properties:\n        b: {{ $ref: '#/components/schemas/B' }}\n"
    );
    insta::assert_snapshot!(refused(&text), @"8:20: `$ref: #/components/schemas/B` leads to nothing");
}

#[test]
fn a_reference_to_another_file_is_refused() {
    let text = format!("{FINE}components: {{ schemas: {{ A: {{ $ref: 'b.yaml#/B' }} }} }}\n");
    insta::assert_snapshot!(refused(&text), @"4:37: `$ref: b.yaml#/B` leads out of this document; bundle it into one file first");
}

#[test]
fn references_in_a_circle_are_refused() {
    let text = format!(
        "{FINE}components:\n  schemas:\n    A: {{ $ref: '#/components/schemas/B' }}\n    B: {{ $ref: '#/components/schemas/A' }}\n"
    );
    insta::assert_snapshot!(refused(&text), @"6:16: `$ref: #/components/schemas/B` leads back to itself");
}

#[test]
fn a_mapping_of_a_discriminator_to_nothing_is_refused() {
    let text = format!(
        "{FINE}components:\n  schemas:\n    A:\n      discriminator:\n        propertyName: a\n        mapping: {{ b: '#/components/schemas/B' }}\n"
    );
    insta::assert_snapshot!(refused(&text), @"9:23: `$ref: #/components/schemas/B` leads to nothing");
}

#[test]
fn what_is_no_openapi_3_is_refused() {
    insta::assert_snapshot!(refused("swagger: '2.0'\npaths: {}\n"), @"1:10: expected an OpenAPI 3.0 document, found Swagger 2.0");
    insta::assert_snapshot!(refused("openapi: 4.0.0\n"), @"1:10: expected an OpenAPI 3.0 document, found version `4.0.0`");
    insta::assert_snapshot!(refused("[1]"), @"1:1: expected an OpenAPI 3.0 document, found an array");
    insta::assert_snapshot!(refused("title: A\n"), @"1:1: expected an OpenAPI 3.0 document, found an object without `openapi`");
    insta::assert_snapshot!(refused("openapi: [3]\n"), @"1:10: expected an OpenAPI 3.0 document, found a version that is an array");
}

#[test]
fn a_reference_that_is_only_data_is_none() {
    let text = format!(
        "{FINE}components:\n  examples: {{ A: {{ value: {{ $ref: '#/nowhere' }} }} }}\n  schemas:\n    A:\n      example: {{ $ref: '#/nowhere' }}\n      x-y: {{ $ref: '#/nowhere' }}\n      properties: {{ $ref: {{ type: string }}, example: {{ type: string }} }}\n"
    );
    report::compare(&read("a", &text), &read("b", FINE)).expect("both can be compared");
}

#[test]
fn a_document_that_is_wrong_elsewhere_is_compared_as_far_as_it_goes() {
    let wrong = "openapi: 3.0.3\npaths: {/a: {get: {parameters: {}, responses: [1], security: 3, requestBody: 7}, post: null}, /b: []}\ncomponents: {schemas: {A: 7, B: {type: [], properties: 3, required: x, enum: 5, allOf: {}, oneOf: 9, minimum: .inf, items: []}}}\nservers: x\nx-error-codes: 3\n";
    for (base, head) in [(FINE, wrong), (wrong, FINE), (wrong, wrong)] {
        report::compare(&read("a", base), &read("b", head)).expect("both can be compared");
    }
}
