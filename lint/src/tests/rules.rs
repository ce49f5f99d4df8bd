use super::{judged, line};
use crate::rule::Severity;
use crate::rules::RULES;

/// The lines that an example marks.
fn marked(text: &str) -> Vec<usize> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| line.ends_with("# here"))
        .map(|(index, _)| index + 1)
        .collect()
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

#[test]
fn every_rule_has_a_name_of_its_own_docs_examples_and_a_planted_defect() {
    // These two are not about the text of a document.
    let elsewhere = ["unreadable-file", "unused-acceptance"];
    // No single edit of the text makes these; their examples do.
    let no_edit = [
        "not-utf8",
        "does-not-compile",
        "compiler-note",
        "undefined-scope",
    ];
    let planted = super::planted::rules();
    let mut names = std::collections::HashSet::new();
    for rule in RULES {
        assert!(names.insert(rule.id), "{} is there twice", rule.id);
        let words = rule.id.split('-').all(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        });
        assert!(
            words,
            "{} is not lower-case words joined by hyphens",
            rule.id
        );
        assert!(
            !rule.summary.ends_with('.') && rule.docs.trim().ends_with('.'),
            "{}",
            rule.id
        );
        if elsewhere.contains(&rule.id) {
            continue;
        }
        assert!(
            !rule.bad.is_empty() && !rule.good.is_empty(),
            "{} has no examples",
            rule.id
        );
        assert!(
            planted.contains(rule.id) || no_edit.contains(&rule.id),
            "no planted defect is found by {}",
            rule.id
        );
    }
}
