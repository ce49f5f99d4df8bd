//! A finding stands at what the author would change.

use super::{instead, is_found, operation, schema};

#[test]
fn at_the_alias_and_not_at_its_anchor() {
    is_found(
        "invalid-example",
        &schema(
            "type: object\nproperties:\n  a: {type: string, example: &e foo}\n  b: {type: integer, example: @@*e}",
        ),
    );
    is_found(
        "undeclared-tag",
        &instead("tags: [a]", "tags: [a, @@*t]").replace("info:\n", "x-t: &t zz\ninfo:\n"),
    );
    is_found(
        "duplicate-parameter",
        &operation("parameters:\n  - *p\n  - @@*p").replace(
            "info:\n",
            "x-p: &p {name: q, in: query, description: What., schema: {type: string}}\ninfo:\n",
        ),
    );
    is_found(
        "duplicate-operation-id",
        &operation("").replace("operationId: getThings", "operationId: &id getThings").replace(
            "components:",
            "    put:\n      operationId: @@*id\n      summary: Set it\n      description: It is set.\n      tags: [a]\n      responses: {'200': {description: Fine.}}\ncomponents:",
        ),
    );
}

/// What is wrong with a value is told once, however often it is used.
#[test]
fn at_the_anchor_where_the_value_itself_is_wrong() {
    is_found(
        "invalid-pattern",
        &schema(
            "type: object\nproperties:\n  a: {type: string, pattern: @@&p '['}\n  b: {type: string, pattern: *p}",
        ),
    );
    is_found(
        "ambiguous-scalar",
        &operation("x-a: @@&a no\nx-b: *a\nx-c: *a"),
    );
}

#[test]
fn at_the_indicator_of_a_block_scalar_or_at_the_word_in_it() {
    is_found(
        "invalid-example",
        &schema(
            "type: object\nproperties:\n  a: {type: string, maxLength: 3}\nexample:\n  a: @@>-\n\n    foo\n    bar",
        ),
    );
    is_found(
        "dead-link",
        &instead(
            "      description: It is done here.\n",
            "      description: |\n\n        Text one.\n\n        See [docs](@@./nothing.md).\n",
        ),
    );
}

#[test]
fn at_the_line_whose_colon_or_space_is_missing() {
    is_found(
        "broken-syntax",
        &instead("summary: Do it", "@@summary Do it"),
    );
    is_found(
        "broken-syntax",
        &schema(
            "type: object\nproperties:\n  a:\n    type: string\n    @@nullable:true\nrequired: [a]",
        ),
    );
    is_found(
        "broken-syntax",
        &schema(
            "type: object\nproperties:\n  a:\n    @@type:string\n    maxLength: 3\nrequired: [a]",
        ),
    );
}

#[test]
fn at_the_keyword_that_contradicts_and_not_at_its_member() {
    let is = |text: &str| is_found("contradictory-all-of", &schema(text));
    is(
        "allOf:\n- type: object\n  properties: {a: {type: string}}\n- description: some\n  title: T\n  type: @@string",
    );
    is("allOf: [{type: integer, minimum: 5}, {type: integer, maximum: @@3}]");
    is("allOf: [{type: string, enum: [a]}, {type: string, enum: @@[b]}]");
    is("type: string\nallOf: [{type: @@integer}]");
    is(
        "allOf:\n- {type: object, properties: {a: {type: string}}, additionalProperties: false}\n- {type: object, required: [@@b]}",
    );
    is("allOf:\n- {type: string}\n- @@$ref: '#/components/schemas/O'\n---\nO: {type: object}");
}

#[test]
fn at_the_member_of_the_alternative_that_was_meant() {
    let is = |text: &str| is_found("invalid-example", &schema(text));
    is(
        "oneOf:\n- type: object\n  properties: {k: {type: string, enum: [x]}, v: {type: integer}}\n- type: object\n  properties: {k: {type: string, enum: [y]}, v: {type: string}}\nexample: {k: x, v: @@abc}",
    );
    is(
        "anyOf:\n- {type: object, required: [url], properties: {url: {type: string}, size: {type: integer}}, additionalProperties: false}\n- {type: object, required: [data], properties: {data: {type: string}}, additionalProperties: false}\nexample: {url: abc, @@sise: 3}",
    );
    // Nothing tells the two apart, and both refuse the same member.
    is(
        "oneOf:\n- {type: object, properties: {a: {type: integer}}}\n- {type: object, properties: {a: {type: boolean}}}\nexample: {a: @@abc}",
    );
    // They want different things of the whole.
    is(
        "oneOf:\n- {type: object, required: [a]}\n- {type: object, required: [b]}\nexample: @@{c: 1}",
    );
}

#[test]
fn at_the_member_of_the_alternative_that_the_discriminator_names() {
    let thing = |example: &str| {
        schema(&format!(
            "oneOf: [{{$ref: '#/components/schemas/A'}}, {{$ref: '#/components/schemas/B'}}]\ndiscriminator: {{propertyName: t, mapping: {{a: A, b: '#/components/schemas/B'}}}}\nexample: {example}\n---\nA: {{type: object, required: [t], properties: {{t: {{type: string}}, n: {{type: integer}}}}}}\nB: {{type: object, required: [t], properties: {{t: {{type: string}}, n: {{type: string}}}}}}"
        ))
    };
    is_found("invalid-example", &thing("{t: a, n: @@x}"));
    is_found("invalid-example", &thing("{t: @@zz, n: x}"));
    is_found(
        "invalid-example",
        &thing("{n: x}").replace("example:", "@@example:"),
    );
    // Both alternatives take it, and the discriminator says which is meant.
    super::is_clean(&thing("{t: b, n: '3'}"));
    super::is_clean(&thing("{t: b}"));
}

#[test]
fn at_the_alternative_of_security_that_asks_for_nothing() {
    is_found(
        "operation-without-security",
        &operation("security:\n- key: []\n- @@{}"),
    );
    is_found(
        "operation-without-security",
        &instead("  - key: []\n", "  - key: []\n  - @@{}\n"),
    );
    is_found("operation-without-security", &operation("security: @@[]"));
}

#[test]
fn at_the_first_scope_that_does_not_belong() {
    is_found(
        "scopes-without-oauth",
        &operation("security:\n- key:\n  - @@read\n  - write"),
    );
}

#[test]
fn at_the_alternative_that_lacks_the_discriminator() {
    let thing = |b: &str| {
        schema(&format!(
            "oneOf: [{{$ref: '#/components/schemas/A'}}, {{$ref: '#/components/schemas/B'}}]\ndiscriminator: {{propertyName: t}}\n---\nA: {{type: object, required: [t], properties: {{t: {{type: string}}}}}}\n{b}"
        ))
    };
    is_found(
        "discriminator-property",
        &thing("@@B: {type: object, properties: {u: {type: string}}}"),
    );
    is_found(
        "optional-discriminator",
        &thing("@@B: {type: object, properties: {t: {type: string}}}"),
    );
}
