//! One defect is one finding.

use super::{instead, is_found, operation, schema};

const THING: &str = "type: object\nproperties: {a: {$ref: '#/components/schemas/Other'}}\n---\nOther: {type: string}";

#[test]
fn a_misspelt_field_of_the_document() {
    let is = |find: &str, put: &str| {
        let text = schema(THING);
        assert_eq!(text.matches(find).count(), 1, "{find}");
        is_found("unknown-field", &text.replacen(find, put, 1));
    };
    is("\ncomponents:", "\n@@component:");
    is("  schemas:\n", "  @@schema:\n");
    is("  securitySchemes:", "  @@securitySchemas:");
    is("\nsecurity:", "\n@@securty:");
    is("\ntags:", "\n@@tag:");
    is("      tags:", "      @@tag:");
    is("              schema:", "              @@shema:");
    is("      properties:", "      @@propertis:");
}

#[test]
fn a_misspelt_field_within_another() {
    is_found(
        "unknown-field",
        &schema(
            "type: object\nadditionalProperties: false\nrequired: [a]\n@@propertis: {a: {type: string}}\nexample: {a: b}",
        ),
    );
    is_found(
        "unknown-field",
        &instead("  /things:", "  /things/{id}:").replace(
            "      responses:",
            "      @@paramters:\n        - {name: id, in: path, description: Which., required: true, schema: {type: string}}\n      responses:",
        ),
    );
}

/// What is wrong under a misspelt field is found as well, and at its own place.
#[test]
fn what_stands_under_a_misspelt_field_is_judged() {
    let text = schema(THING)
        .replace("components:", "component:")
        .replace("type: string", "type: strin");
    let outcome = super::judge(text.as_bytes());
    let found: Vec<String> = outcome
        .findings
        .iter()
        .map(|finding| format!("{} {}", finding.rule, finding.pointer))
        .collect();
    assert_eq!(
        found,
        [
            "unknown-field /component",
            "invalid-value /component/schemas/Other/type"
        ]
    );
}

#[test]
fn a_list_or_an_object_that_is_none() {
    let is = |find: &str, put: &str| {
        let text = schema(THING);
        assert_eq!(text.matches(find).count(), 1, "{find}");
        is_found("wrong-type", &text.replacen(find, put, 1));
    };
    let text = schema(THING);
    let (before, _) = text.split_once("  schemas:").expect("it has schemas");
    is_found("wrong-type", &format!("{before}  schemas: @@[]\n"));
    is_found("wrong-type", &format!("{before}  @@schemas:\n"));
    is("      tags: [a]", "      tags: @@a");
    is(
        "tags:\n  - name: a\n    description: The a.\n",
        "tags: @@a\n",
    );
    is(
        "  securitySchemes:\n    key: {type: apiKey, in: header, name: X-Key}\n",
        "  securitySchemes: @@[]\n",
    );
}

#[test]
fn a_reference_where_none_may_stand() {
    let text = operation("");
    let (head, rest) = text.split_once("    get:\n").expect("it has an operation");
    let (_, rest) = rest.split_once("components:").expect("it has components");
    is_found(
        "unknown-field",
        &format!("{head}    get:\n      @@$ref: '#/components/x-get'\ncomponents:{rest}"),
    );
    is_found(
        "unknown-field",
        &operation("externalDocs: {@@$ref: '#/components/x-docs'}"),
    );
}

#[test]
fn a_parameter_as_swagger_2_wrote_it() {
    is_found(
        "unknown-field",
        &operation("parameters:\n- name: q\n  in: query\n  description: What.\n  @@type: string"),
    );
}

#[test]
fn a_space_at_the_end_of_a_name() {
    is_found(
        "space-in-name",
        &instead("operationId: getThings", "operationId: @@\"getThings \""),
    );
    is_found(
        "space-in-name",
        &schema("type: object\nrequired: [@@'name ']\nproperties: {name: {type: string}}"),
    );
}

#[test]
fn a_scalar_that_is_ambiguous_and_refused() {
    let is = |text: &str| is_found("invalid-default", &schema(text));
    is("{type: string, default: @@007}");
    is("{type: integer, default: @@1_000}");
    is_found(
        "invalid-example",
        &schema("{type: integer, example: @@!!str 3}"),
    );
}

#[test]
fn a_use_that_was_meant_for_the_one_unused_component() {
    is_found(
        "unresolved-reference",
        &schema("type: object\nproperties: {a: {$ref: @@Other}}\n---\nOther: {type: string}"),
    );
    is_found(
        "unresolved-reference",
        &operation("parameters:\n- $ref: @@'#/components/parameters/ThingIdentifier'").replace(
            "components:\n",
            "components:\n  parameters:\n    Id: {name: id, in: query, description: Which., schema: {type: string}}\n",
        ),
    );
    is_found(
        "undefined-security-scheme",
        &instead("  - key: []", "  - @@apikey: []"),
    );
}

/// A document with an error contract of two codes.
fn contract(registry: &str, listed: &str, example: &str) -> String {
    instead(
        "info:\n",
        &format!(
            "x-error-codes:\n  unauthenticated: {{resend: never, advice: Log in.}}\n{registry}info:\n"
        ),
    )
    .replace(
        "          description: Fine.\n",
        &format!(
            "          description: Fine.\n        '401':\n          description: No.\n          content: {{application/json: {{schema: {{type: object, properties: {{error: {{type: string, x-extensible-enum: [unauthenticated]}}}}}}, example: {{error: unauthenticated}}}}}}\n        '404':\n          description: No.\n          content:\n            application/json:\n              schema: {{type: object, properties: {{error: {{type: string, x-extensible-enum: {listed}}}}}}}\n              example: {{error: {example}}}\n"
        ),
    )
}

#[test]
fn a_code_that_is_misspelt_where_it_is_listed() {
    let entry = "  not_found: {resend: never, advice: Look.}\n";
    super::is_clean(&contract(entry, "[not_found]", "not_found"));
    is_found(
        "unregistered-code",
        &contract(entry, "[@@not_fuond]", "not_found"),
    );
    is_found(
        "unregistered-code",
        &contract(entry, "[not_found, @@gone_missing]", "not_found"),
    );
}

#[test]
fn a_code_that_is_misspelt_in_the_registry_or_not_there() {
    is_found(
        "unregistered-code",
        &contract(
            "  @@not_fuond: {resend: never, advice: Look.}\n",
            "[not_found]",
            "not_found",
        )
        .replace(
            "components:",
            "        '410':\n          description: No.\n          content: {application/json: {schema: {type: object, properties: {error: {type: string, x-extensible-enum: [not_found]}}}, example: {error: not_found}}}\ncomponents:",
        ),
    );
    is_found(
        "unregistered-code",
        &contract("", "[@@not_found]", "not_found"),
    );
}

#[test]
fn a_schema_that_only_an_error_used() {
    is_found(
        "error-without-schema",
        &contract("", "[unauthenticated]", "unauthenticated").replace(
            "            application/json:\n              schema: {type: object, properties: {error: {type: string, x-extensible-enum: [unauthenticated]}}}\n",
            "            @@application/json:\n",
        ) .replace("components:\n", "components:\n  schemas:\n    Error: {type: object}\n"),
    );
}

/// A document with an error contract, and this in the place of that.
fn planted(find: &str, put: &str) -> String {
    let base = include_str!("../planted/base.yaml");
    assert_eq!(base.matches(find).count(), 1, "{find}");
    base.replacen(find, put, 1)
}

#[test]
fn what_is_lost_with_a_part_that_cannot_be_read() {
    let wrong = |find: &str, put: &str| is_found("wrong-type", &planted(find, put));
    let responses = "      responses:\n        '201':";
    wrong(
        responses,
        "      responses: @@text\n      x-was:\n        '201':",
    );
    wrong(
        responses,
        "      responses: @@null\n      x-was:\n        '201':",
    );
    wrong(
        "    get:\n      operationId: getPet\n",
        "    get: @@[]\n    x-was:\n      operationId: getPet\n",
    );
    wrong("\npaths:\n", "\npaths: @@text\nx-was:\n");
    let content = "        required: true\n        content:\n";
    wrong(
        content,
        "        required: true\n        content: @@application/json\n        x-was:\n",
    );
    wrong(
        content,
        "        required: true\n        content: @@[]\n        x-was:\n",
    );
    wrong(
        "          headers:\n            Retry-After:",
        "          headers: @@text\n          x-was:\n            Retry-After:",
    );
    wrong(
        "      tags: [pets]\n      summary: Look at",
        "      tags: @@{}\n      summary: Look at",
    );
    wrong(
        "      properties:\n        id:",
        "      additionalProperties: false\n      properties: @@[]\n      x-was:\n        id:",
    );
    wrong(
        "        parent: {$ref: '#/components/schemas/Pet'}",
        "        parent: {type: array, items: @@text}",
    );
    let missing = |find: &str, put: &str| is_found("missing-field", &planted(find, put));
    missing(
        "    get:\n      operationId: getPet\n      tags: [pets]\n      summary: Look at a pet\n      description: Gives one pet, whatever its kind.\n      responses:\n",
        "    @@get:\n      operationId: getPet\n      tags: [pets]\n      summary: Look at a pet\n      description: Gives one pet, whatever its kind.\n      x-was:\n",
    );
    missing(
        "{name: pets, description: The pets of the shop.}",
        "@@{description: The pets of the shop.}",
    );
    is_found("unknown-field", &planted("    post:\n", "    @@remove:\n"));
    is_found("unknown-field", &planted("    post:\n", "    @@pos:\n"));
}

#[test]
fn a_status_that_is_none_hides_what_it_was_meant_for() {
    let is = |find: &str, put: &str| is_found("invalid-status", &planted(find, put));
    is("        '404':", "        @@'4004':");
    is("        '404':", "        @@'abc':");
    is("        '201':", "        @@'4xx':");
    is(
        "        '401': {$ref: '#/components/responses/Unauthenticated'}\n        '404'",
        "        @@'4o1': {$ref: '#/components/responses/Unauthenticated'}\n        '404'",
    );
}

#[test]
fn a_key_that_is_there_twice_hides_what_its_first_value_uses() {
    is_found(
        "duplicate-key",
        &planted("        '404':", "        @@'401':"),
    );
}

#[test]
fn an_alternative_of_which_something_is_wrong_refuses_no_example() {
    let alternatives = |one: &str| {
        schema(&format!(
            "oneOf: [{one}, {{$ref: '#/components/schemas/Text'}}]\nexample: abc\n---\nText: {{type: string}}"
        ))
    };
    is_found(
        "unresolved-reference",
        &alternatives("{$ref: @@'#/components/schemas/Gone'}"),
    );
    is_found(
        "reference-kind",
        &alternatives("{$ref: @@'#/components/securitySchemes/key'}"),
    );
    is_found("invalid-value", &alternatives("{type: @@integr}"));
    is_found(
        "invalid-example",
        &alternatives("{type: string}").replace("example: abc", "example: @@abc"),
    );
}

#[test]
fn a_value_that_is_wrong_already() {
    let is = |rule: &str, text: &str| is_found(rule, &schema(text));
    is("invalid-value", "{type: @@strng, x-extensible-enum: [a]}");
    is(
        "invalid-value",
        "{type: string, maxLength: @@-64, minLength: 1}",
    );
    is(
        "wrong-type",
        "{type: string, nullable: @@'true', example: null}",
    );
    is(
        "invalid-example",
        "{type: string, format: uri, pattern: '^https:', example: @@no url}",
    );
    is(
        "invalid-example",
        "{type: array, uniqueItems: true, items: {type: integer}, example: [1, 2, @@1]}",
    );
    is(
        "forbidden-required",
        "type: object\nadditionalProperties: false\nrequired: [@@email_code]\nproperties: {emailcode: {type: string}}\nexample: {email_code: a}",
    );
    is_found(
        "undeclared-tag",
        &instead("tags: [a]", "tags: [@@Pictures]"),
    );
    is_found(
        "unknown-field",
        &instead("description: It is done here.", "@@desc: It is done here."),
    );
}

#[test]
fn a_registry_whose_parts_are_wrong() {
    let is = |rule: &str, find: &str, put: &str| is_found(rule, &planted(find, put));
    is(
        "invalid-registry",
        "slow_down: {resend: after-delay",
        "slow_down: {@@resnd: after-delay",
    );
    is("invalid-registry", "advice: Wait.", "advice: @@''");
    is(
        "invalid-registry",
        "      x-resend: idempotent\n",
        "      x-resend: idempotent\n      x-rate-limit: @@60\n",
    );
    is(
        "invalid-extensible-enum",
        "x-extensible-enum: [slow_down]",
        "x-extensible-enum: [@@5]",
    );
    is(
        "unregistered-code",
        "x-extensible-enum: [slow_down]",
        "x-extensible-enum: [@@slow_down not_found]",
    );
}

#[test]
fn a_component_that_is_renamed_beneath_its_references() {
    let base = include_str!("../planted/base.yaml");
    let renamed = base.replace("    Unauthenticated:\n", "    @@Unauthenticted:\n");
    is_found("unresolved-reference", &renamed);
    is_found(
        "invalid-component-name",
        &base.replace("    Unauthenticated:\n", "    @@Un authenticated:\n"),
    );
}
