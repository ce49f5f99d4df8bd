//! What findings say is to be done.

use super::{instead, is_found, is_helped, judge, lines, operation, schema};

#[test]
fn a_reference_that_is_written_otherwise() {
    for reference in [
        "'#/definitions/User'",
        "'/components/schemas/User'",
        "User",
        "'#/components/schemas/Usr'",
    ] {
        is_helped(
            "did you mean `#/components/schemas/User`?",
            &schema(&format!(
                "type: object\nproperties:\n  a: {{$ref: {reference}}}\n---\nUser: {{type: string}}"
            )),
        );
    }
    for name in ["ref", "$Ref", "$reff"] {
        is_helped(
            "did you mean `$ref`?",
            &schema(&format!(
                "type: object\nproperties:\n  a: {{{name}: '#/components/schemas/User'}}\n---\nUser: {{type: string}}"
            )),
        );
    }
}

#[test]
fn null_beside_a_reference_belongs_to_the_target() {
    is_helped(
        "beside `type` at the target",
        &schema(
            "type: object\nproperties:\n  a: {$ref: '#/components/schemas/User', nullable: true}\n---\nUser: {type: string}",
        ),
    );
}

#[test]
fn a_word_of_a_later_version() {
    is_helped(
        "of OpenAPI 3.1",
        &instead(
            "{type: apiKey, in: header, name: X-Key}",
            "{type: mutualTLS}",
        ),
    );
}

#[test]
fn a_path_parameter_under_another_name_or_place() {
    let with = |parameter: &str| {
        operation(&format!(
            "parameters:\n- {{{parameter}, description: What., schema: {{type: string}}}}"
        ))
        .replace("/things:", "/things/{id}:")
    };
    is_helped(
        "there is a parameter `thing_id`",
        &with("name: thing_id, in: path, required: true"),
    );
    is_helped("there is a query parameter", &with("name: id, in: query"));
}

#[track_caller]
fn says(message: &str, text: &str) {
    let outcome = judge(text.as_bytes());
    let found: Vec<_> = outcome
        .findings
        .iter()
        .map(|found| found.message.as_str())
        .collect();
    assert!(
        matches!(found[..], [found] if found.contains(message)),
        "{}\n{text}",
        lines(&outcome)
    );
}

#[test]
fn messages_name_what_is_wrong() {
    says(
        "expected a finite number, found `.inf`",
        &schema("{type: number, maximum: .inf}"),
    );
    says(
        "within single quotes an apostrophe is written twice",
        &instead("description: It is done here.", "description: 'it's done'"),
    );
    says(
        "the exclusive minimum is 5, the exclusive maximum is 5",
        &schema(
            "{type: integer, minimum: 5, maximum: 5, exclusiveMinimum: true, exclusiveMaximum: true}",
        ),
    );
}

#[test]
fn a_media_type_that_is_nearly_one() {
    let with = |media_type: &str| {
        let content = format!(
            "          description: Fine.\n          content:\n            {media_type}: {{schema: {{type: string}}}}\n"
        );
        operation("").replace("          description: Fine.\n", &content)
    };
    for name in ["applicaton/json", "'*/json'", "json", "Aplication/json"] {
        is_helped("did you mean `application/json`?", &with(name));
    }
    is_helped("did you mean `image/png`?", &with("imge/png"));
    is_found("invalid-media-type", &with("@@'*/json'"));
    super::is_clean(&with("chemical/x-pdb"));
    super::is_clean(&with("x-own/thing"));
    super::is_clean(&with("'*/*'"));
}
