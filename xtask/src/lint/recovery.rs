//! Reading on after a mistake in the syntax, so that one run tells all of them.
//!
//! The line that the parser stumbles over (or those of a bracket that is not closed) is blanked and the text is read again. What is left
//! keeps its lines and columns; rules that speak about what is missing are silent then.

use xquik_codegen::document::{self, Document, SyntaxError, SyntaxErrorKind};

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

/// Longer texts are not read again and again.
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
    // Bytes that are no UTF-8 become a character each that shows so.
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
    let (document, errors) = read_on(name, &text, error);
    Recovered {
        document,
        errors,
        text,
    }
}

fn read_on(name: &str, text: &str, first: SyntaxError) -> (Document, Vec<SyntaxError>) {
    let mut lines: Vec<String> = document::lines(text).map(str::to_owned).collect();
    let mut errors = vec![first];
    let mut small_enough = text.len() <= LARGEST_RECOVERED;
    while small_enough && errors.len() < MOST_ERRORS {
        let last = errors
            .last()
            .expect("the first error is there from the start");
        let line = (last.span.start.line as usize).saturating_sub(1);
        match last.kind {
            SyntaxErrorKind::Encoding => {}
            SyntaxErrorKind::Tab => {
                let width = [2, 4, 8, 6, 1, 3, 10, 12].into_iter().find(|width| {
                    let lines = with_spaces_for_tabs(&lines, *width);
                    Document::read(name, lines.concat().as_bytes()).is_ok()
                });
                match width {
                    Some(width) => lines = with_spaces_for_tabs(&lines, width),
                    // Whatever was meant: what is wrong with it has been told.
                    None => lines
                        .iter_mut()
                        .filter(|line| is_tabbed(line))
                        .for_each(blank),
                }
            }
            SyntaxErrorKind::Syntax => {
                // A bracket that is not closed reaches to the line where that was noticed.
                let end = (last.span.end.line as usize).saturating_sub(1);
                let end = end.clamp(line + 1, lines.len().max(line + 1));
                match lines.get_mut(line..end) {
                    Some(lines) if lines.iter().any(|line| !line.trim().is_empty()) => {
                        lines.iter_mut().for_each(blank);
                    }
                    _ => break,
                }
            }
            SyntaxErrorKind::Documents => lines.truncate(line),
            _ => break,
        }
        match Document::read(name, lines.concat().as_bytes()) {
            Ok(document) => return (document, errors),
            Err(error) if errors.iter().any(|known| known.span == error.span) => {
                small_enough = false;
            }
            Err(error) => errors.push(error),
        }
    }
    // What was read after the first mistake may only be its consequence.
    errors.truncate(1);
    let nothing = Document::read(name, b"{}").expect("an empty object is a document");
    (nothing, errors)
}

/// Whether a tab is among what indents a line.
fn is_tabbed(line: &str) -> bool {
    line.trim_start_matches(' ').starts_with('\t')
}

fn blank(line: &mut String) {
    // As long as it was, so that whatever comes after it keeps its place.
    let text = line.trim_end_matches(['\n', '\r']);
    let end = &line[text.len()..];
    *line = " ".repeat(text.chars().count()) + end;
}

/// The lines with so many spaces for each tab that indents them.
fn with_spaces_for_tabs(lines: &[String], width: usize) -> Vec<String> {
    lines
        .iter()
        .map(|line| {
            let text = line.trim_start_matches([' ', '\t']);
            let indentation = &line[..line.len() - text.len()];
            indentation.replace('\t', &" ".repeat(width)) + text
        })
        .collect()
}
