//! `--verbose`: a request and its answer, line by line. Secrets were blanked before they come here.

use http::HeaderMap;
use http::header::CONTENT_TYPE;

use crate::body;
use crate::screen::{Line, Look};

/// How much of a line of an answer a terminal gets; whatever else reads gets all of it.
const LONGEST_ON_A_TERMINAL: usize = 2_000;

/// A request: what it asks for, its headers, and its body, files by their sizes.
pub(crate) fn request(what: &str, headers: &HeaderMap, bytes: &[u8]) -> Vec<Line> {
    let line = |text: &str| Line::new().look(Look::Strong, "> ").text(text);
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let mut lines = vec![line(what)];
    lines.extend(fields(headers).iter().map(|field| line(field)));
    if !bytes.is_empty() {
        lines.push(Line::new().look(Look::Strong, ">"));
    }
    lines.extend(
        body::text(kind, bytes)
            .iter()
            .map(|text| line(text).with_json()),
    );
    lines
}

/// An answer: its status, its headers, and its body.
pub(crate) fn answer(status: u16, headers: &HeaderMap, bytes: &[u8], terminal: bool) -> Vec<Line> {
    let line = |text: &str| Line::new().look(Look::Strong, "< ").text(text);
    let mut lines = vec![line(&status.to_string())];
    lines.extend(fields(headers).iter().map(|field| line(field)));
    if !bytes.is_empty() {
        lines.push(Line::new().look(Look::Strong, "<"));
    }
    for text in String::from_utf8_lossy(bytes).lines() {
        let cut = text.char_indices().nth(LONGEST_ON_A_TERMINAL);
        lines.push(match cut {
            Some((end, _)) if terminal => {
                line(&format!("{}… ({} bytes in all)", &text[..end], bytes.len()))
            }
            _ => line(text).with_json(),
        });
    }
    lines
}

fn fields(headers: &HeaderMap) -> Vec<String> {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let fields = headers.iter();
    fields
        .map(|(name, value)| format!("{name}: {}", text(value.as_bytes())))
        .collect()
}
