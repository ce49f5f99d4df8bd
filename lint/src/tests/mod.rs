//! The rules by their own examples and by planted defects, the forms of the report, and whatever
//! bytes come in.

mod acceptance;
mod any_bytes;
mod brackets;
mod catalogue;
mod external;
mod formats;
mod framed;
mod legal_styles;
mod planted;
mod rules;
mod slips;
mod snapshots;

use std::path::Path;

use super::finding::Finding;
use super::run::{self, Judging, Outcome};

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

/// What is said of a fragment that is completed to a document.
fn judged(text: &str) -> Outcome {
    judge(&completed(text))
}

/// What is said of these bytes.
fn judge(bytes: &[u8]) -> Outcome {
    judge_in("openapi.yaml", bytes, Path::new("."))
}

/// What is said of these bytes where their references start in this folder.
fn judge_in(name: &str, bytes: &[u8], folder: &Path) -> Outcome {
    run::judge(Judging {
        name,
        bytes,
        folder: Some(folder),
        compiler: &xquik_codegen::check,
        accepted: None,
    })
}

/// A finding on one line.
fn line(finding: &Finding) -> String {
    format!(
        "{} {}[{}] {} at {}",
        finding.span.start, finding.severity, finding.rule, finding.message, finding.pointer
    )
}

/// All findings, one on a line.
fn lines(outcome: &Outcome) -> String {
    outcome
        .findings
        .iter()
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
}
