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
