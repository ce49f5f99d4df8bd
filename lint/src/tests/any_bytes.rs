//! Whatever bytes come in: an answer, in time, and no panic.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{judge, lines};

const BASE: &str = include_str!("planted/base.yaml");

/// Generous, since a build may be slow and a machine busy; a hang is no matter of seconds.
const SOON: Duration = Duration::from_secs(60);

#[track_caller]
fn is_answered(bytes: &[u8]) {
    let begun = Instant::now();
    let outcome = judge(bytes);
    assert!(begun.elapsed() < SOON, "it took {:?}", begun.elapsed());
    for finding in &outcome.findings {
        assert!(finding.span.start.line >= 1 && finding.span.start.column >= 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn random_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        is_answered(&bytes);
    }

    #[test]
    fn random_yaml_like_text_is_answered(text in "([ \\t]{0,3}([a-z$-]{1,6}: ?)?[-?:,\\[\\]{}#&*!|>'\"%@`~a-z0-9]{0,8}\n){0,12}") {
        is_answered(text.as_bytes());
    }

    #[test]
    fn markdown_like_text_is_answered(text in "([\\[\\]()*`#~<é:a-c\\\\ -]{0,12}\n?\n){0,8}") {
        let lines: String = text.lines().map(|line| format!("    {line}\n")).collect();
        for style in ["|", ">", "|1"] {
            is_answered(format!("info:\n  description: {style}\n{lines}").as_bytes());
        }
        is_answered(format!("info:\n  description: {}\n", serde_json::json!(text)).as_bytes());
    }

    #[test]
    fn a_document_with_bytes_put_in_is_answered(
        at in 0..BASE.len(),
        length in 0..60_usize,
        put in "[-?:,\\[\\]{}#&*!|>'\" \\n\\ta-z0-9$/]{0,12}",
    ) {
        let mut bytes = BASE.as_bytes().to_vec();
        let end = (at + length).min(bytes.len());
        bytes.splice(at..end, put.bytes());
        is_answered(&bytes);
    }

    #[test]
    fn a_document_with_values_swapped_is_answered(one in 0..400_usize, other in 0..400_usize) {
        let mut lines: Vec<&str> = BASE.lines().collect();
        let count = lines.len();
        lines.swap(one % count, other % count);
        is_answered(lines.join("\n").as_bytes());
    }
}

#[test]
fn aliases_that_explode_are_a_finding() {
    let mut text = String::from("x-a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let alias = vec![format!("*a{}", level - 1); 10].join(", ");
        text += &format!("x-a{level}: &a{level} [{alias}]\n");
    }
    let outcome = judge(text.as_bytes());
    assert!(!outcome.readable);
    assert!(
        outcome
            .findings
            .iter()
            .any(|finding| finding.rule == "too-large"),
        "{}",
        lines(&outcome)
    );
}

#[test]
fn ten_thousand_levels_are_a_finding() {
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("- ", "")] {
        let text = format!("x: {}{}", open.repeat(10_000), close.repeat(10_000));
        let outcome = judge(text.as_bytes());
        assert!(!outcome.readable, "{open}");
    }
}

#[test]
fn a_chain_of_fifty_thousand_references_is_answered() {
    let mut text = String::from(
        "openapi: 3.0.4\ninfo: {title: A, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n    S0: {type: object, properties: {a: {$ref: '#/components/schemas/S1'}}, example: {a: 1}}\n",
    );
    for index in 1..50_000 {
        text += &format!(
            "    S{index}: {{type: object, properties: {{a: {{$ref: '#/components/schemas/S{}'}}}}}}\n",
            index + 1
        );
    }
    text += "    S50000: {type: object}\n";
    is_answered(text.as_bytes());
}

#[test]
fn alternatives_that_double_at_every_step_are_answered() {
    let mut text = String::from(
        "openapi: 3.0.4\ninfo: {title: A, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n",
    );
    for index in 0..60 {
        let next = format!("{{$ref: '#/components/schemas/S{}'}}", index + 1);
        text += &format!("    S{index}: {{allOf: [{next}, {next}]}}\n");
    }
    text += "    S60: {type: string}\n    T: {allOf: [{$ref: '#/components/schemas/S0'}], example: 1}\n";
    let mut value = String::from("{}");
    for _ in 0..60 {
        value = format!("{{a: {value}}}");
    }
    let again = "{$ref: '#/components/schemas/R'}";
    text += &format!(
        "    R: {{type: object, properties: {{a: {{oneOf: [{again}, {again}]}}}}, example: {value}}}\n"
    );
    is_answered(text.as_bytes());
}

#[test]
fn a_pattern_that_backtracks_for_ever_is_answered() {
    let text = format!(
        "openapi: 3.0.4\ninfo: {{title: A, version: '1'}}\npaths: {{}}\ncomponents:\n  schemas:\n    A: {{type: string, pattern: '^(a|aa|a*)*(?!b)c$', example: '{}'}}\n    B: {{type: string, pattern: '{}a{}', example: a}}\n    C: {{type: string, pattern: '((a{{1,1000}}){{1,1000}}){{1,1000}}', example: a}}\n",
        "a".repeat(200),
        "(".repeat(20_000),
        ")".repeat(20_000),
    );
    is_answered(text.as_bytes());
}

#[test]
fn a_long_scalar_is_answered() {
    let text = format!(
        "openapi: 3.0.4\ninfo: {{title: A, version: '1', description: '{}'}}\npaths: {{}}\n",
        "a `".repeat(1 << 20)
    );
    is_answered(text.as_bytes());
}

/// Two ways at each of 22 levels: four million of them, with all that is wrong on each.
#[test]
fn alternatives_of_alternatives_are_answered() {
    for keyword in ["oneOf", "anyOf", "allOf"] {
        let mut text = String::from("openapi: 3.0.4\npaths: {}\ncomponents:\n  schemas:\n");
        for level in 0..40 {
            let next = format!("{{$ref: '#/components/schemas/S{}'}}", level + 1);
            text += &format!("    S{level}:\n      {keyword}: [{next}, {next}]\n");
        }
        text += "    S40: {type: object}\n    T: {allOf: [{$ref: '#/components/schemas/S0'}], example: {a: 1}}\n";
        is_answered(text.as_bytes());
    }
}

#[test]
fn an_enum_of_200000_values_is_answered() {
    let values: Vec<String> = (0..200_000).map(|n| format!("v{n}")).collect();
    let text = format!(
        "openapi: 3.0.4\npaths: {{}}\ncomponents: {{schemas: {{A: {{type: string, enum: [{}]}}}}}}\n",
        values.join(",")
    );
    is_answered(text.as_bytes());
}

#[test]
fn references_to_nothing_by_the_ten_thousands_are_answered() {
    let mut text = String::from(
        "openapi: 3.0.4\npaths: {}\ncomponents:\n  schemas:\n    A:\n      properties:\n",
    );
    for n in 0..60_000 {
        text += &format!("        p{n}: {{$ref: '#/components/schemas/X{n}'}}\n");
    }
    is_answered(text.as_bytes());
}
