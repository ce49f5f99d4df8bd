//! What the fuzz targets call: what has to hold of any bytes. They panic where it does not.
//!
//! `cargo fuzz` builds the crate with `--cfg fuzzing`; the crate's own tests call the same functions
//! with the committed corpus and with variants of it.

#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a failed expectation is what a fuzzer looks for, and nobody else sees this module"
)]

use clap::ValueEnum;
use serde_json::Value;
use xquik_document::{Document, MAX_DEPTH, Node, Span};

use xquik_lint::{Colors, Format};

use crate::{export, lint};

/// A fuzz target.
pub type Target = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: &[(&str, Target)] = &[
    ("diff", difference),
    ("document", document),
    ("export", exported),
    ("lint", judged),
];

/// The line between the two documents of an input of `diff`.
const BETWEEN: &[u8] = b"\n=====\n";

/// What is called the document here.
const NAME: &str = "fuzzed.yaml";

/// Any bytes are a document, or a mistake with its place in the text.
pub fn document(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let lines = Lines::of(text);
    match Document::read(NAME, data) {
        Ok(document) => {
            assert_eq!(document.text(), text);
            let deepest = lines.hold(document.root());
            assert!(deepest <= MAX_DEPTH + 1, "{deepest} levels");
            for remark in document.remarks() {
                lines.hold_span(remark.span);
            }
        }
        Err(error) => {
            lines.hold_span(error.span);
            assert!(!error.message.is_empty());
        }
    }
}

/// Any bytes are judged, and the findings stand in the text and can be written down in every form.
pub fn judged(data: &[u8]) {
    let outcome = lint::judge(NAME, data, None);
    let lines = Lines::of(&outcome.text);
    for finding in &outcome.findings {
        lines.hold_span(finding.span);
        assert!(!finding.message.is_empty());
    }
    assert!(outcome.readable || !outcome.findings.is_empty());
    assert_eq!(outcome.readable, Document::read(NAME, data).is_ok());
    for form in Format::value_variants() {
        for colors in [Colors::No, Colors::Yes] {
            let mut out = Vec::new();
            xquik_lint::write(*form, NAME, &outcome, colors, &mut out).unwrap();
            let text = String::from_utf8(out).unwrap();
            if matches!(form, Format::Json | Format::Sarif) {
                assert!(serde_json::from_str::<Value>(&text).is_ok(), "{text}");
            }
            let text = match colors {
                Colors::No => text,
                Colors::Yes => text.replace('\u{1b}', ""),
            };
            steers_nothing(&text);
        }
    }
}

/// Two documents, with a line of `=====` between them, are compared in both directions. One alone is
/// compared with itself, and nothing differs.
pub fn difference(data: &[u8]) {
    let at = data.windows(BETWEEN.len()).position(|at| at == BETWEEN);
    let (base, head) = match at {
        Some(at) => (&data[..at], &data[at + BETWEEN.len()..]),
        None => (data, data),
    };
    let (Ok(base), Ok(head)) = (Document::read("base", base), Document::read("head", head)) else {
        return;
    };
    for (one, other) in [(&base, &head), (&head, &base), (&base, &base)] {
        match xquik_diff::compare(one, other) {
            Ok(report) => {
                for form in xquik_diff::Format::value_variants() {
                    let mut out = Vec::new();
                    xquik_diff::write(*form, &report, &mut out).unwrap();
                    steers_nothing(&String::from_utf8(out).unwrap());
                }
            }
            Err(error) => assert!(error.to_string().contains(": error: ")),
        }
    }
    if let Ok(report) = xquik_diff::compare(&base, &base) {
        assert_eq!(report.lines().collect::<Vec<_>>(), Vec::<String>::new());
    }
}

/// What is exported reads back, the 3.0 as the same data, the 3.1 as the same in both forms.
pub fn exported(data: &[u8]) {
    let Ok(document) = Document::read(NAME, data) else {
        return;
    };
    let Ok(forms) = export::forms(&document) else {
        return;
    };
    assert_eq!(forms, export::forms(&document).unwrap());
    let read = |text: &String| match Document::read("exported", text.as_bytes()) {
        Ok(document) => document.root().to_json(),
        Err(error) => panic!("{error}\n{text}"),
    };
    let forms: Vec<Value> = forms.iter().map(read).collect();
    let [yaml, json, newer_yaml, newer_json] = &forms[..] else {
        panic!("{} forms", forms.len());
    };
    let original = document.root().to_json();
    assert_eq!((yaml, json), (&original, &original));
    assert_eq!(newer_yaml, newer_json);
}

/// No control character of a document reaches a screen.
#[track_caller]
fn steers_nothing(text: &str) {
    let odd = text.find(|c: char| c.is_control() && c != '\n');
    assert!(odd.is_none(), "{text:?}");
}

/// The lengths of the lines of a text, in characters.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        // YAML ends a line at a carriage return as well.
        let lines = text.replace("\r\n", "\n").replace('\r', "\n");
        Self(lines.split('\n').map(|line| line.chars().count()).collect())
    }

    /// Checks that a place is in the text, or right behind the end of a line.
    #[track_caller]
    fn hold_span(&self, span: Span) {
        for mark in [span.start, span.end] {
            assert!(mark.line >= 1 && mark.column >= 1, "{mark}");
        }
        let start = span.start;
        // What ends with the last line's break may stand on the line after it.
        let length = match self.0.get(start.line as usize - 1) {
            Some(length) => *length,
            None if start.line as usize == self.0.len() + 1 => 0,
            None => panic!("line {} of {}", start.line, self.0.len()),
        };
        assert!(
            start.column as usize <= length + 2,
            "{start} of {length} characters"
        );
    }

    /// Checks the places of a whole tree; says how deep it is.
    fn hold(&self, node: &Node) -> usize {
        self.hold_span(node.span);
        let below = match node.as_mapping() {
            Some(members) => members
                .iter()
                .map(|entry| {
                    self.hold_span(entry.key.span);
                    self.hold(&entry.value)
                })
                .max(),
            None => {
                let items = node.as_sequence().unwrap_or_default();
                items.iter().map(|item| self.hold(item)).max()
            }
        };
        1 + below.unwrap_or(0)
    }
}
