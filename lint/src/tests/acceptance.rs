use xquik_document::Document;

use super::{judged, line};
use crate::accepted::{accept, is_copy, parse};

const OPEN: &str = "paths:\n  /pets:\n    get:\n      summary: Pets\n      description: All pets.\n      operationId: pets\n      security: []\n      responses:\n        '200': {description: ok}\n";

fn accepted(file: &str) -> Vec<String> {
    let outcome = judged(OPEN);
    let document = Document::read("openapi.yaml", outcome.text.as_bytes()).expect("YAML");
    let acceptances = parse(file.as_bytes()).expect("the file is right");
    let mut findings = outcome.findings;
    accept(&document, "accepted.yaml", &acceptances, &mut findings);
    findings.iter().map(line).collect()
}

#[test]
fn an_accepted_finding_is_gone() {
    let file = "- {rule: operation-without-security, pointer: /paths/~1pets/get/security, reason: It is public.}\n";
    assert_eq!(accepted("[]").len(), 1);
    assert_eq!(accepted(file), Vec::<String>::new());
}

#[test]
fn an_acceptance_that_matches_nothing_is_a_finding_at_its_place() {
    let file = "- {rule: operation-without-security, pointer: /paths/~1pets/get/security, reason: It is public.}\n- {rule: plain-http, pointer: /paths/~1pets/get, reason: Why not.}\n";
    assert_eq!(
        accepted(file),
        [
            "3:5 error[unused-acceptance] `plain-http` is accepted here, and there is no such finding at /paths/~1pets/get"
        ]
    );
}

#[test]
fn an_acceptance_needs_a_reason() {
    let file = "- {rule: plain-http, pointer: /servers}\n";
    assert_eq!(
        parse(file.as_bytes()),
        Err("line 1: an accepted finding needs `reason`".to_owned())
    );
    assert!(parse(b"rule: plain-http\n").is_err());
}

#[test]
fn an_edited_copy_is_a_copy_and_another_document_is_not() {
    let read = |text: &str| Document::read("openapi.yaml", text.as_bytes()).expect("YAML");
    let own = read(
        "paths: {/a: {get: {operationId: a}}, /b: {get: {operationId: b}}, /c: {get: {operationId: c}}}",
    );
    let edited = read(
        "info: {title: Another}\npaths: {/a: {get: {operationId: a}}, /b: {get: {operationId: b}}}",
    );
    let moved = read("paths: {/v2/a: {get: {operationId: a}}, /v2/b: {get: {operationId: b}}}");
    let other = read("paths: {/a: {post: {operationId: other}}}");
    assert!(is_copy(&own, &own));
    assert!(is_copy(&edited, &own));
    assert!(is_copy(&moved, &own));
    assert!(!is_copy(&other, &own));
    assert!(!is_copy(&read("{}"), &read("{}")));
}
