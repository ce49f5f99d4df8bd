use super::run::{self, Outcome};
use super::rules::RULES;
use super::rule::Severity;

/// A fragment with the members that every document needs put behind it.
fn completed(text: &str) -> String {
    let mut text = text.to_owned();
    if text.trim_start().starts_with('{') {
        return text;
    }
    for (key, line) in [
        ("openapi:", "openapi: 3.0.4\n"),
        ("info:", "info: {title: A, version: '1'}\n"),
        ("paths:", "paths: {}\n"),
    ] {
        if !text.lines().any(|written| written.starts_with(key)) {
            text.push_str(line);
        }
    }
    text
}

fn judged(text: &str) -> Outcome {
    run::judge("openapi.yaml", completed(text).as_bytes(), None)
}

fn marked(text: &str) -> Vec<usize> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| line.ends_with("# here"))
        .map(|(index, _)| index + 1)
        .collect()
}

#[test]
fn the_bad_example_of_a_rule_is_found_where_it_is_marked_and_nothing_else_is_wrong() {
    for rule in RULES {
        if rule.bad.is_empty() {
            continue;
        }
        let outcome = judged(rule.bad);
        let mut lines: Vec<usize> = outcome
            .findings
            .iter()
            .filter(|finding| finding.rule == rule.id)
            .map(|finding| finding.span.start.line as usize)
            .collect();
        lines.dedup();
        assert_eq!(lines, marked(rule.bad), "{}: {:#?}", rule.id, outcome.findings);
        let others: Vec<_> = outcome
            .findings
            .iter()
            .filter(|finding| finding.rule != rule.id && finding.severity == Severity::Error)
            .collect();
        assert!(others.is_empty(), "{}: {others:#?}", rule.id);
    }
}

#[test]
fn the_good_example_of_a_rule_is_not_found_and_nothing_is_wrong() {
    for rule in RULES {
        if rule.good.is_empty() {
            continue;
        }
        let outcome = judged(rule.good);
        let wrong: Vec<_> = outcome
            .findings
            .iter()
            .filter(|finding| finding.rule == rule.id || finding.severity == Severity::Error)
            .collect();
        assert!(wrong.is_empty(), "{}: {wrong:#?}", rule.id);
    }
}
