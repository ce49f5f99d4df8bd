//! What the export writes: judged by the specification's own schemas, and by what it means.

mod translations;
mod valid;
mod yaml;

use xquik_document::Document;

fn read(name: &str, text: &str) -> Document {
    Document::read(name, text.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"))
}

/// The repository's own document.
fn own() -> Document {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.yaml");
    let text = std::fs::read_to_string(path).expect("the document is there");
    read("openapi.yaml", &text)
}

/// A document that says everything that 3.0 and 3.1 say differently.
fn everything() -> Document {
    read("everything.yaml", include_str!("everything.yaml"))
}
