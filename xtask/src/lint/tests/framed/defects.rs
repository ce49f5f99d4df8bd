//! Defects that went unseen once.

use super::{instead, is_clean, is_found, operation, schema};

#[test]
fn no_value_lies_within_the_bounds() {
    let is = |text: &str| is_found("crossed-bounds", &schema(text));
    is(
        "{type: object, required: [a, b, c], maxProperties: @@2, properties: {a: {type: string}, b: {type: string}, c: {type: string}}}",
    );
    is(
        "{type: object, minProperties: @@2, properties: {a: {type: string}}, additionalProperties: false}",
    );
    is("{type: integer, minimum: 1, maximum: 4, multipleOf: @@5}");
    is("{type: integer, minimum: @@5, maximum: 6, exclusiveMinimum: true, exclusiveMaximum: true}");
    is_clean(&schema(
        "{type: integer, minimum: 5, maximum: 6, exclusiveMinimum: true}",
    ));
    is_clean(&schema(
        "{type: integer, minimum: 1, maximum: 5, multipleOf: 5}",
    ));
    is_clean(&schema(
        "{type: number, minimum: 0, maximum: 1, multipleOf: 0.1}",
    ));
}

#[test]
fn an_alternative_that_requires_a_misspelt_member() {
    let alternatives = |other: &str| {
        schema(&format!(
            "type: object\nproperties: {{aaa: {{type: string}}, bbb: {{type: string}}}}\noneOf: [{{required: [aaa]}}, {{required: [{other}]}}]"
        ))
    };
    is_found("undescribed-required", &alternatives("@@bbc"));
    is_clean(&alternatives("bbb"));
}

#[test]
fn a_mapping_to_a_schema_that_is_no_alternative() {
    let alternatives = "{type: object, required: [t], properties: {t: {type: string}}}";
    is_found(
        "discriminator-mapping",
        &schema(&format!(
            "oneOf: [{{$ref: '#/components/schemas/A'}}]\ndiscriminator: {{propertyName: t, mapping: {{a: A, b: @@B}}}}\n---\nA: {alternatives}\nB: {alternatives}"
        )),
    );
}

#[test]
fn plain_http_through_a_variable() {
    is_found(
        "plain-http",
        &instead(
            "  - url: https://api.example.com/v1\n",
            "  - url: '{s}://api.example.com/v1'\n    variables: {s: {default: @@http}}\n",
        ),
    );
}

#[test]
fn fields_that_do_not_go_together() {
    let parameter = |rest: &str| {
        operation(&format!(
            "parameters:\n- {{name: X-A, in: header, description: What., schema: {{type: string}}, {rest}}}"
        ))
    };
    is_found("ignored-field", &parameter("@@allowReserved: true"));
    is_found(
        "ignored-field",
        &schema("{type: integer, @@exclusiveMinimum: true}"),
    );
    is_found("duplicate-tag", &instead("tags: [a]", "tags: [a, @@a]"));
}

#[test]
fn names_that_http_does_not_allow() {
    is_found(
        "invalid-header-name",
        &operation(
            "parameters:\n- {name: @@'X A', in: header, description: What., schema: {type: string}}",
        ),
    );
    is_found(
        "invalid-header-name",
        &instead("name: X-Key", "name: @@'X:Key'"),
    );
}

#[test]
fn secrets_that_are_no_single_word() {
    let is = |text: &str| is_found("secret-example", &schema(text));
    is("{type: string, example: @@Basic dXNlcjpodW50ZXIyc2VjcmV0}");
    is("{type: string, example: @@'postgres://admin:hunter2Xk9@db.example.com/x'}");
    is_clean(&schema(
        "{type: string, example: 'postgres://user:password@db.example.com/x'}",
    ));
    is_clean(&schema("{type: string, example: Basic credentials}"));
}

#[test]
fn a_link_or_a_script_in_a_description() {
    let is = |text: &str| {
        is_found(
            "broken-markdown",
            &instead(
                "description: It is done here.",
                &format!("description: @@'{text}'"),
            ),
        );
    };
    is("See [the guide]().");
    is("Fine. <script>alert(1)</script>");
}
