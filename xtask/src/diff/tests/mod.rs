//! What the comparison finds: pairs of documents beside the report that is expected of them.

mod cases;
mod docs;
mod edited;
mod equal;
mod render;
mod unreadable;

use xquik_document::Document;

use super::change::{Report, line};

/// The report of two documents, given as text.
fn report(base: &str, head: &str) -> Report {
    let base = read("base.yaml", base);
    let head = read("openapi.yaml", head);
    super::report::compare(&base, &head).unwrap_or_else(|(which, error)| {
        panic!("{which:?}: {}: {}", error.span.start, error.message)
    })
}

fn read(name: &str, text: &str) -> Document {
    Document::read(name, text.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"))
}
