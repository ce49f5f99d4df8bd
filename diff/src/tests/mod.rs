//! What the comparison finds: pairs of documents beside the report that is expected of them.

mod cases;
mod docs;
mod edited;
mod equal;
mod render;
mod unreadable;

use xquik_document::Document;

use super::change::Report;

/// The report of two documents, given as text.
fn report(base: &str, head: &str) -> Report {
    let base = read("base.yaml", base);
    let head = read("openapi.yaml", head);
    crate::report::compare(&base, &head).unwrap_or_else(|(which, error)| {
        panic!("{which:?}: {}: {}", error.span.start, error.message)
    })
}

/// What differs between two documents, or why they cannot be compared.
fn changes(base: &Document, head: &Document) -> Vec<String> {
    match crate::compare(base, head) {
        Ok(report) => report.lines().collect(),
        Err(error) => vec![error.to_string()],
    }
}

fn read(name: &str, text: &str) -> Document {
    Document::read(name, text.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"))
}
