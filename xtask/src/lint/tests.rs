use super::finding::Finding;
use super::rule::Severity;
use super::rules::RULES;
use super::run::{self, Outcome};

/// A fragment with the members that every document needs put behind it.
fn completed(text: &str) -> Vec<u8> {
    let mut text = text.to_owned();
    for (key, line) in [
        ("openapi:", "openapi: 3.0.4\n"),
        (
            "info:",
            "info: {title: A, version: '1', description: About pets.}\n",
        ),
        ("paths:", "paths: {}\n"),
    ] {
        if !text.lines().any(|written| written.starts_with(key)) {
            text.push_str(line);
        }
    }
    // The one example that is no UTF-8 cannot be written down as it is.
    let mut bytes = Vec::new();
    for (index, part) in text.split("\\xE9").enumerate() {
        if index > 0 {
            bytes.push(0xE9);
        }
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

fn judged(text: &str) -> Outcome {
    run::judge(
        "openapi.yaml",
        &completed(text),
        Some(std::path::Path::new(".")),
    )
}

fn marked(text: &str) -> Vec<usize> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| line.ends_with("# here"))
        .map(|(index, _)| index + 1)
        .collect()
}

fn line(finding: &Finding) -> String {
    format!(
        "{} {}[{}] {} at {}",
        finding.span.start, finding.severity, finding.rule, finding.message, finding.pointer
    )
}

#[test]
fn the_bad_example_of_a_rule_is_found_where_it_is_marked_and_nothing_else_is_wrong() {
    let mut problems = Vec::new();
    for rule in RULES.iter().filter(|rule| !rule.bad.is_empty()) {
        let outcome = judged(rule.bad);
        let mut lines: Vec<usize> = outcome
            .findings
            .iter()
            .filter(|finding| finding.rule == rule.id)
            .map(|finding| finding.span.start.line as usize)
            .collect();
        lines.dedup();
        if lines != marked(rule.bad) {
            problems.push(format!(
                "{}: found at {lines:?}, marked {:?}",
                rule.id,
                marked(rule.bad)
            ));
        }
        for finding in &outcome.findings {
            if finding.rule != rule.id && finding.severity == Severity::Error {
                problems.push(format!("{}: also {}", rule.id, line(finding)));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_good_example_of_a_rule_is_not_found_and_nothing_is_wrong() {
    let mut problems = Vec::new();
    for rule in RULES.iter().filter(|rule| !rule.good.is_empty()) {
        for finding in judged(rule.good).findings {
            if finding.rule == rule.id || finding.severity == Severity::Error {
                problems.push(format!("{}: {}", rule.id, line(&finding)));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
