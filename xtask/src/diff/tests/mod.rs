//! What the comparison finds: pairs of documents beside the report that is expected of them.

mod cases;
mod docs;
mod edited;
mod equal;
mod render;
mod unreadable;

use xquik_codegen::document::Document;

use super::change::Report;

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

/// A change as a line: its class, its id, its operation and its pointer.
pub(super) fn line(change: &super::change::Change) -> String {
    use super::catalogue::Class;
    let sign = match change.check.class {
        Class::Breaking => '!',
        Class::CannotTell => '?',
        Class::Compatible => '-',
        Class::GeneratedNames => '~',
    };
    let operation = change.operation.as_deref().unwrap_or("document");
    format!(
        "{sign} {} ({operation}) {}",
        change.check.id, change.pointer
    )
}
