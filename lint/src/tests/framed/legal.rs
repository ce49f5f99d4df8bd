//! Legal documents that were taken for wrong once.

use super::{instead, is_clean, operation, schema};

#[test]
fn the_frames_themselves_are_clean() {
    is_clean(&operation(""));
    is_clean(&schema("{type: string}"));
}

#[test]
fn a_mapping_to_a_schema_whose_name_has_dots() {
    is_clean(&schema(
        "oneOf: [{$ref: '#/components/schemas/com.ex.A'}]\ndiscriminator: {propertyName: t, mapping: {a: com.ex.A}}\n---\ncom.ex.A: {type: object, required: [t], properties: {t: {type: string}}}",
    ));
}

#[test]
fn tabs_between_a_key_and_its_value() {
    is_clean(&instead("title: T", "title:\tT"));
    is_clean(&instead("openapi: 3.0.4", "openapi:\t \t3.0.4"));
    is_clean(&schema("{type:\tstring}"));
}

#[test]
fn a_quoted_parameter_of_a_media_type() {
    is_clean(&operation(
        "requestBody:\n  content:\n    'multipart/related; type=\"a;b\\\";c\"; v=1': {schema: {type: object}}",
    ).replace("    get:", "    post:"));
}
