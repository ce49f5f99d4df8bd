//! Fragments within a document that is clean but for them: `@@` marks where the finding stands.

use super::{judge, lines};

const HEAD: &str = "\
openapi: 3.0.4
info:
  title: T
  version: '1'
  description: Some text.
servers:
  - url: https://api.example.com/v1
tags:
  - name: a
    description: The a.
security:
  - key: []
paths:
  /things:
    get:
      operationId: getThings
      summary: Do it
      description: It is done here.
      tags: [a]
";
const SCHEMES: &str = "\
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
";

/// A document with this schema, which its one operation answers with; what stands behind `---` are more
/// schemas.
fn schema(fragment: &str) -> String {
    let (fragment, others) = fragment.split_once("---\n").unwrap_or((fragment, ""));
    let responses = "      responses:\n        '200':\n          description: Fine.\n          content:\n            application/json:\n              schema: {$ref: '#/components/schemas/Thing'}\n";
    format!(
        "{HEAD}{responses}{SCHEMES}  schemas:\n    Thing:\n{}{}",
        indented(fragment, 6),
        indented(others, 4)
    )
}

/// A document with these fields in its one operation.
fn operation(fragment: &str) -> String {
    format!(
        "{HEAD}{}      responses:\n        '200':\n          description: Fine.\n{SCHEMES}",
        indented(fragment, 6)
    )
}

/// The document without a mistake, with this in the place of that.
fn instead(find: &str, put: &str) -> String {
    let text = operation("");
    assert_eq!(text.matches(find).count(), 1, "{find}");
    text.replacen(find, put, 1)
}

fn indented(fragment: &str, by: usize) -> String {
    fragment
        .trim_end_matches('\n')
        .split('\n')
        .filter(|_| !fragment.is_empty())
        .map(|line| format!("{}{line}\n", " ".repeat(by)))
        .collect()
}

#[track_caller]
fn is_found(rule: &str, text: &str) {
    let (before, after) = text.split_once("@@").expect("the place is marked");
    let line = before.split('\n').count();
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    let outcome = judge(format!("{before}{after}").as_bytes());
    let found: Vec<String> = outcome
        .findings
        .iter()
        .map(|finding| format!("{} {}", finding.span.start, finding.rule))
        .collect();
    assert_eq!(
        found,
        [format!("{line}:{column} {rule}")],
        "{}\n{before}{after}",
        lines(&outcome)
    );
}

/// There is one finding, and its help says so.
#[track_caller]
fn is_helped(help: &str, text: &str) {
    let outcome = judge(text.as_bytes());
    let helps: Vec<_> = outcome.findings.iter().map(|found| &found.help).collect();
    let helped = matches!(helps[..], [Some(found)] if found.contains(help));
    assert!(helped, "{helps:?}\n{}\n{text}", lines(&outcome));
}

#[track_caller]
fn is_clean(text: &str) {
    let outcome = judge(text.as_bytes());
    assert!(outcome.findings.is_empty(), "{}\n{text}", lines(&outcome));
}

mod cascades;
mod defects;
mod helps;
mod legal;
mod places;
