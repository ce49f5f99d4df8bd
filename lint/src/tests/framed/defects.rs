//! Defects that went unseen once.

use super::{instead, is_clean, is_found, operation, schema};
use crate::tests::judge;

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
    is("See [the guide](https://example.com/guide and ask.");
    is("See [the guide][nowhere].");
    is("This is **bold and so on.");
    is("This is `code and so on.");
}

/// The description of the one operation, in a block scalar.
fn described(text: &str) -> String {
    let text = super::indented(text, 8);
    instead(
        "      description: It is done here.\n",
        &format!("      description: |\n{text}"),
    )
}

#[test]
fn broken_markdown_and_dead_links_in_a_block_are_told_on_their_own_line() {
    let markdown = |text: &str| is_found("broken-markdown", &described(text));
    markdown("Fine.\n\n@@#Heading\n\nText.");
    markdown("Fine.\n\n@@##Heading\nText.");
    markdown("Fine.\n\nSee [ü](https://example.com) and @@[x]() there.");
    markdown("Fine.\n\n- See @@**this\n- and that.");
    markdown("Fine.\n\n@@```\nSome code.");
    markdown("Fine.\n\nSee @@[x][y].\n\n[z]: https://example.com");
    let dead = |text: &str| is_found("dead-link", text);
    dead(&described("Fine.\n\nSee [ü](@@no/such.md) there."));
    dead(&described("Fine.\n\n    See [ü](@@no/such.md) there.").replace('\n', "\r\n"));
    dead(
        &described("Fine.\n\nSee [ü](@@no/such.md) there.")
            .replace("description: |", "description: >-"),
    );
    dead(
        &described("Fine,\n\n  and\nsee\n  [ü](@@no/such.md) there.")
            .replace("description: |", "description: >2"),
    );
    dead(&instead(
        "It is done here.",
        "@@'See [ü](no/such.md) there.'",
    ));
}

#[test]
fn ordinary_prose_is_no_broken_markdown() {
    for text in [
        "Two **bold words**, 2**3, **/*.rs, \\**x, `**y` and f(**kwargs).",
        "Name*\nOther**\n\n* One.\n\n**Required for all.",
        "#channel\n\n#FF00FF\n\n#1\n\nAll of\n#MeToo and\nmore\n\n#hashtag",
        "#FooBar",
        "filter[status][eq], [a][1], map[string][Item], [x][], [a] (b), [ ] todo",
        "See [the x][Y] and [`code`][z].\n\n[y]: https://example.com",
        "See [x](\n  https://example.com/a_(b)\n  \"title\").",
        "```\n[x]() **y\n```\n\nFine.",
    ] {
        is_clean(&described(text));
    }
}

#[test]
fn a_schema_forbids_all_that_it_allows() {
    let is = |text: &str| is_found("contradictory-not", &schema(text));
    is("{type: string, not: @@{type: string}}");
    is("{type: string, not: @@{}}");
    is("{type: integer, not: @@{type: number}}");
    is("{type: string, enum: [a], not: @@{enum: [a, b]}}");
    is("type: object\nrequired: [a]\nproperties: {a: {type: string}}\n@@not:\n  required: [a]");
    let only_notes = |text: &str| {
        let outcome = super::judge(schema(text).as_bytes());
        let noted = |finding: &super::super::Finding| finding.rule == "compiler-note";
        assert!(
            outcome.findings.iter().all(noted),
            "{}",
            super::lines(&outcome)
        );
    };
    only_notes("{not: {}}");
    only_notes("{type: string, nullable: true, not: {type: string}}");
    only_notes("{type: number, not: {type: integer}}");
    only_notes("{type: string, not: {type: string, maxLength: 3}}");
    only_notes(
        "{type: object, properties: {a: {type: string}}, additionalProperties: false, not: {additionalProperties: false}}",
    );
}

#[test]
fn members_of_all_of_leave_no_value_for_a_required_member() {
    let is = |text: &str| is_found("contradictory-all-of", &schema(text));
    let first = "{type: object, required: [a], properties: {a: {type: string}}}";
    is(&format!(
        "allOf: [{first}, {{type: object, properties: {{a: {{type: @@integer}}}}}}]"
    ));
    is(&format!(
        "allOf: [{first}, {{type: object, properties: {{a: @@{{$ref: '#/components/schemas/N'}}}}}}]\n---\nN: {{type: integer}}"
    ));
    is(
        "allOf: [{type: object, required: [a], properties: {a: {type: object, required: [b], properties: {b: {type: string}}}}}, {type: object, properties: {a: {type: object, properties: {b: {type: @@integer}}}}}]",
    );
    is("allOf: [{type: string}, {not: @@{type: string}}]");
    is(
        "allOf: [{type: object, required: [a], properties: {a: {type: string}}, additionalProperties: false}, {type: object, required: [b], properties: {b: {type: string}}, additionalProperties: @@false}]",
    );
    is_clean(&schema(&format!(
        "allOf: [{first}, {{type: object, properties: {{a: {{type: string, maxLength: 3}}}}}}]"
    )));
}

#[test]
fn a_discriminator_whose_property_cannot_hold_its_values() {
    let is = |text: &str| is_found("discriminator-value", &schema(text));
    let one = "oneOf: [{$ref: '#/components/schemas/A'}]\ndiscriminator: {propertyName: t";
    let two = "oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]\ndiscriminator: {propertyName: ";
    let member = |kind: &str| format!("{{type: object, required: [t], properties: {{t: {kind}}}}}");
    let text = member("{type: string}");
    let number = member("{type: integer}");
    is(&format!("{one}}}\n---\nA: {}", member("{type: @@integer}")));
    is(&format!(
        "{two}t}}\n---\nA: {text}\nB: {}",
        member("{type: @@integer}")
    ));
    is(&format!("{two}@@t}}\n---\nA: {number}\nB: {number}"));
    let listed = member("{type: string, enum: [a, b]}");
    is(&format!(
        "{one}, mapping: {{a: A, @@z: A}}}}\n---\nA: {listed}"
    ));
    is_clean(&schema(&format!(
        "{one}, mapping: {{a: A, b: A}}}}\n---\nA: {listed}"
    )));
}

#[test]
fn a_discriminator_beside_an_alternative_without_a_name() {
    let member = "{type: object, required: [t], properties: {t: {type: string}}}";
    is_found(
        "unnamed-alternative",
        &schema(&format!(
            "oneOf: [{member}, {member}]\n@@discriminator:\n  propertyName: t"
        )),
    );
    is_found(
        "unnamed-alternative",
        &schema(&format!(
            "oneOf: [{{$ref: '#/components/schemas/A'}}, @@{member}]\ndiscriminator: {{propertyName: t}}\n---\nA: {member}"
        )),
    );
}

#[test]
fn a_mapping_to_what_is_no_schema() {
    let member = "{type: object, required: [t], properties: {t: {type: string}}";
    is_found(
        "discriminator-mapping",
        &schema(&format!(
            "{member}, discriminator: {{propertyName: t, mapping: {{a: @@'#/components/securitySchemes/key'}}}}}}"
        )),
    );
    is_found(
        "discriminator-mapping",
        &schema(&format!(
            "oneOf: [{{$ref: '#/components/schemas/A'}}]\ndiscriminator: {{propertyName: t, mapping: {{a: A, b: @@'#/components/securitySchemes/key'}}}}\n---\nA: {member}}}"
        )),
    );
}

/// The one operation, a `POST` with this body.
fn with_body(content: &str) -> String {
    operation(&format!(
        "requestBody: {{description: What., content: {{{content}}}}}"
    ))
    .replace("get:", "post:")
}

/// The one response, with these fields.
fn with_response(fields: &str) -> String {
    let fields = super::indented(fields, 10);
    operation("").replace(
        "          description: Fine.\n",
        &format!("          description: Fine.\n{fields}"),
    )
}

#[test]
fn a_link_passes_what_its_operation_does_not_take() {
    let with = |link: &str| {
        with_response(&format!("links:\n  next: {{{link}}}")).replace(
            "      responses:",
            "      parameters:\n        - {name: id, in: query, description: What., schema: {type: string}}\n      responses:",
        )
    };
    let is = |link: &str| is_found("link-parameter", &with(link));
    is("operationId: getThings, parameters: {@@zz: $url}");
    is("operationId: getThings, parameters: {@@path.id: $url}");
    is("operationRef: '#/paths/~1things/get', parameters: {@@zz: 3}");
    is_clean(&with("operationId: getThings, parameters: {id: $url}"));
    is_clean(&with(
        "operationId: getThings, parameters: {query.id: $url}",
    ));
}

#[test]
fn what_begins_like_a_runtime_expression_and_is_none() {
    let with = |value: &str| {
        with_response(&format!(
            "links:\n  next: {{operationId: getThings, requestBody: {value}}}"
        ))
    };
    for value in [
        "$foo.bar",
        "$response.body.id",
        "'$response.bdy#/id'",
        "'$request.header.a b'",
        "$request.query.",
        "$status",
        "'https://x?y={$request.body.url}'",
    ] {
        is_found("runtime-expression", &with(&format!("@@{value}")));
    }
    for value in [
        "$url",
        "$method",
        "$statusCode",
        "$request.query.a.b",
        "$request.path.id",
        "$response.header.X-Next",
        "$response.body",
        "'$response.body#/a/0/b~1c'",
        "'$100'",
        "'{\"a\": 1}'",
        "'https://x?y={$request.body#/url}'",
    ] {
        is_clean(&with(value));
    }
    super::is_helped(
        "did you mean `$response.body#/id`?",
        &with("$response.body.id"),
    );
    let callback = |key: &str| {
        operation(&format!(
            "callbacks:\n  done:\n    {key}:\n      post:\n        operationId: done\n        summary: Told\n        description: It is told.\n        tags: [a]\n        security: [{{key: []}}]\n        responses: {{'200': {{description: Fine.}}}}"
        ))
    };
    // The compiler notes that the client has none of them.
    let told = |key: &str| -> Vec<String> {
        let findings = judge(callback(key).as_bytes()).findings;
        let others = findings
            .iter()
            .filter(|found| found.rule != "compiler-note");
        let told = others.map(|found| format!("{} {}", found.span.start, found.rule));
        told.collect()
    };
    assert_eq!(told("'{$request.bdy#/url}'"), ["22:11 runtime-expression"]);
    assert!(told("'{$request.body#/url}'").is_empty());
}

#[test]
fn names_and_media_types_that_are_none() {
    is_found(
        "invalid-value",
        &operation(
            "parameters:\n- {name: @@'', in: query, description: What., schema: {type: string}}",
        ),
    );
    let content = |second: &str| {
        with_response(&format!(
            "content:\n  application/json: {{schema: {{type: string}}}}\n  {second}: {{schema: {{type: string}}}}"
        ))
    };
    is_found("duplicate-media-type", &content("@@Application/JSON"));
    is_clean(&content("application/json; version=2"));
    is_clean(&content("application/problem+json"));
    let form =
        "schema: {type: object, properties: {a: {type: string}}}, encoding: {a: {contentType:";
    let is = |rule: &str, text: &str| is_found(rule, &with_body(text));
    is(
        "invalid-media-type",
        &format!("multipart/form-data: {{{form} @@png}}}}}}"),
    );
    is(
        "invalid-media-type",
        &format!("multipart/form-data: {{{form} @@'image/png, jpeg'}}}}}}"),
    );
    is_clean(&with_body(&format!(
        "multipart/form-data: {{{form} 'image/png, image/*'}}}}}}"
    )));
    is(
        "ignored-field",
        "application/json: {schema: {type: object, properties: {a: {type: string}}}, @@encoding: {b: {contentType: image/png}}}",
    );
}

#[test]
fn a_style_without_a_form_and_a_scheme_without_a_flow() {
    let style = |style: &str, kind: &str| {
        operation(&format!(
            "parameters:\n- {{name: a, in: query, description: What., style: {style}, schema: {{type: {kind}}}}}"
        ))
    };
    is_found("style-of-type", &style("@@deepObject", "string"));
    is_found("style-of-type", &style("@@pipeDelimited", "integer"));
    is_clean(&style("form", "string"));
    is_clean(&style("pipeDelimited", "array, items: {type: string}"));
    is_found(
        "oauth-without-flow",
        &instead(
            "{type: apiKey, in: header, name: X-Key}",
            "{type: oauth2, flows: @@{}}",
        ),
    );
}

#[test]
fn a_password_under_its_name_and_a_secret_in_an_enum() {
    let member = |name: &str, schema_: &str| {
        schema(&format!(
            "type: object\nproperties:\n  {name}: {{type: string, {schema_}}}"
        ))
    };
    is_found(
        "secret-example",
        &member("password", "example: @@Xk9-hunter2-Qz"),
    );
    is_found(
        "secret-example",
        &member("apiKey", "default: @@'hunter2!Xk9z'"),
    );
    is_found(
        "secret-example",
        &member(
            "token",
            "enum: [@@ghp_x7Kq2mVb9TzR4wYc8NfLp3JdHs6GaUe1Xo5B]",
        ),
    );
    for fine in [
        "My-password-1",
        "Your-Token-42",
        "correct-horse",
        "P4ssw0rd",
        "2026-11-21T10",
    ] {
        is_clean(&member("password", &format!("example: {fine}")));
    }
    is_clean(&member("name", "example: Xk9-hunter2-Qz"));
}

#[test]
fn a_control_character_wherever_it_stands() {
    for text in [
        "\"It is @@\u{1} done.\"",
        "'It is @@\u{1b} done.'",
        "It is @@\u{8} done.",
        "Done. # @@\u{0} what",
    ] {
        is_found("broken-syntax", &instead("It is done here.", text));
    }
    is_clean(&instead("It is done here.", "\"It is \\x01 done.\""));
    is_clean(&instead("It is done here.", "\"It is \u{85} done.\""));
}

#[test]
fn a_quote_that_is_not_closed_is_told_where_it_opens() {
    is_found(
        "broken-syntax",
        "{\"openapi\": \"3.0.4\",\n\"info\": {\n\"description\": \"About.\",\n\"title\": @@\"T,\n\"version\": \"1\"},\n\"paths\": {}}\n",
    );
    is_found(
        "broken-syntax",
        &instead("summary: Do it\n", "summary: @@\"Do it\n").replace(
            "description: It is done here.",
            "description: \"It is done here.\"",
        ),
    );
}
