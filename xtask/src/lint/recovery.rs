//! Reading on after a mistake in the syntax, so that one run tells all of them.
//!
//! The line that the parser stumbles over is blanked and the text is read again. What is left
//! keeps its lines and columns; rules that speak about what is missing are silent then.

use xquik_codegen::document::{Document, SyntaxError};

/// What could be read.
#[derive(Debug)]
pub(crate) struct Recovered {
    /// The document, or as much of it as could be saved.
    pub(crate) document: Document,
    /// What was in the way.
    pub(crate) errors: Vec<SyntaxError>,
    /// The text as it is written.
    pub(crate) text: String,
}

/// After so many mistakes the rest is likely no YAML at all.
const MOST_ERRORS: usize = 10;

/// Texts beyond this are not read again and again.
const LARGEST_RECOVERED: usize = 1 << 20;

pub(crate) fn read(name: &str, bytes: &[u8]) -> Recovered {
    let error = match Document::read(name, bytes) {
        Ok(document) => {
            let text = document.text().to_owned();
            return Recovered {
                document,
                errors: Vec::new(),
                text,
            };
        }
        Err(error) => error,
    };
    let text = String::from_utf8_lossy(bytes).into_owned();
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
    let mut errors = vec![error];
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut document = None;
    while text.len() <= LARGEST_RECOVERED && errors.len() < MOST_ERRORS {
        let line = errors
            .last()
            .map_or(0, |error| (error.span.start.line as usize).saturating_sub(1));
        if std::str::from_utf8(bytes).is_ok() {
            let Some(line) = lines.get_mut(line).filter(|line| !line.trim().is_empty()) else {
                break;
            };
            *line = if line.ends_with('\n') { "\n" } else { "" };
        }
        match Document::read(name, lines.concat().as_bytes()) {
            Ok(read) => {
                document = Some(read);
                break;
            }
            Err(error) if errors.iter().any(|known| known.span == error.span) => break,
            Err(error) => errors.push(error),
        }
        if std::str::from_utf8(bytes).is_err() {
            break;
        }
    }
    // What only the blanking brought about is not the author's mistake.
    if document.is_none() {
        errors.truncate(1);
    }
    let document = document.unwrap_or_else(|| {
        Document::read(name, b"{}").expect("an empty object is a document")
    });
    Recovered {
        document,
        errors,
        text,
    }
}
