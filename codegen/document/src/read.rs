//! From bytes to the tree.
//!
//! What is JSON is read by JSON's rules, and everything else as YAML. YAML 1.2 means to hold all of
//! JSON, but it has no surrogate pairs and bounds the length of a key, and reading it costs many times
//! as much.

use std::collections::HashMap;
use std::fmt;

use super::node::{Entry, Node};
use super::place::{Mark, Span};
use super::{json, lines, yaml};

/// How deep a document may nest. Real documents stay below 60; whatever works on the tree may
/// recurse this deep without running out of stack.
pub const MAX_DEPTH: usize = 200;

/// How many nodes aliases may add. Real documents add a few hundred; a "billion laughs" document
/// adds as many as it likes.
pub const MAX_EXPANDED_NODES: usize = 200_000;

/// Why a text is no document, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Which kind of mistake it is.
    pub kind: SyntaxErrorKind,
    /// What is wrong, as a fragment that follows "failed to read …: ".
    pub message: String,
    /// What to do, where that is known.
    pub help: Option<String>,
    /// Where.
    pub span: Span,
}

/// The kinds of [`SyntaxError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SyntaxErrorKind {
    /// The text is no YAML.
    Syntax,
    /// A tab stands where YAML wants spaces.
    Tab,
    /// The bytes are no UTF-8.
    Encoding,
    /// There is no YAML document, or more than one.
    Documents,
    /// It nests or expands beyond the bounds, or holds itself.
    TooLarge,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.span.start, self.message)
    }
}

impl std::error::Error for SyntaxError {}

/// Something that reading loses and a linter wants to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// What it is.
    pub kind: RemarkKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of [`Remark`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RemarkKind {
    /// A key that its mapping already has; the last value counts.
    DuplicateKey {
        /// The key.
        name: String,
        /// Where it stood first.
        first: Span,
    },
    /// A merge key `<<`, which YAML 1.2 does not have; its members were merged in.
    MergeKey,
    /// A tag (`!name`), which JSON cannot express; it was ignored.
    Tag(String),
    /// A key that is a sequence or a mapping; it was left out.
    ComplexKey,
    /// An alias (`*name`); its anchor's value stands in its place.
    Alias {
        /// Where that value is written.
        anchor: Span,
    },
}

/// Bytes to text: UTF-8, a byte order mark taken off.
pub(super) fn decode(bytes: &[u8]) -> Result<String, SyntaxError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned()),
        Err(error) => {
            let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let (line, column) = lines(&valid).fold((1, 1), |(line, _), text| {
                match text.trim_end_matches(['\n', '\r']) {
                    whole if whole.len() == text.len() => (line, whole.chars().count() + 1),
                    _ => (line + 1, 1),
                }
            });
            let mark = Mark {
                line: clamp(line),
                column: clamp(column),
                index: clamp(valid.chars().count()),
            };
            Err(SyntaxError {
                help: None,
                kind: SyntaxErrorKind::Encoding,
                message: "a document is UTF-8; this byte is not".to_owned(),
                span: Span {
                    start: mark,
                    end: mark,
                },
            })
        }
    }
}

/// Text to tree.
pub(super) fn parse(text: &str) -> Result<(Node, Vec<Remark>), SyntaxError> {
    let json = match json::parse(text) {
        Err(error) if error.kind == SyntaxErrorKind::Syntax => error,
        decided => return decided,
    };
    if let Some(error) = control_character(text) {
        return Err(error);
    }
    yaml::parse(text).map_err(|yaml| {
        // Whoever came further read it as it was meant.
        let is_json = text.trim_start().starts_with(['{', '[']) && json.span.end > yaml.span.end;
        if is_json { json } else { yaml }
    })
}

/// A control character, which YAML and JSON forbid everywhere, and the parser lets through.
fn control_character(text: &str) -> Option<SyntaxError> {
    let is_control = |c: char| c < ' ' && !matches!(c, '\t' | '\n' | '\r');
    let at = text.find(is_control)?;
    let character = text[at..].chars().next()?;
    let mut line = 0;
    let mut line_start = 0;
    for written in lines(&text[..at]) {
        if written.ends_with(['\n', '\r']) {
            line += 1;
            line_start += written.len();
        }
    }
    let start = Mark {
        line: clamp(line + 1),
        column: clamp(text[line_start..at].chars().count() + 1),
        index: clamp(text[..at].chars().count()),
    };
    let end = Mark {
        column: start.column.saturating_add(1),
        index: start.index.saturating_add(1),
        ..start
    };
    Some(SyntaxError {
        kind: SyntaxErrorKind::Syntax,
        message: format!(
            "the control character U+{:04X} may not stand in a document; within double quotes write \\u{:04x}",
            character as u32, character as u32
        ),
        span: Span { start, end },
        help: None,
    })
}

pub(super) fn too_deep(span: Span) -> SyntaxError {
    SyntaxError {
        help: None,
        kind: SyntaxErrorKind::TooLarge,
        message: format!("the document nests deeper than {MAX_DEPTH} levels here"),
        span,
    }
}

/// A number of the core schema; the inner option is empty for `.inf` and `.nan`.
pub(super) fn number(text: &str) -> Option<Option<serde_json::Number>> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    match unsigned {
        ".inf" | ".Inf" | ".INF" => return Some(None),
        ".nan" | ".NaN" | ".NAN" if unsigned.len() == text.len() => return Some(None),
        _ => {}
    }
    let radix = |prefix, radix| {
        let digits = text.strip_prefix(prefix)?;
        u64::from_str_radix(digits, radix).ok()
    };
    if let Some(value) = radix("0x", 16).or_else(|| radix("0o", 8)) {
        return Some(Some(value.into()));
    }
    if !unsigned.bytes().any(|byte| byte.is_ascii_digit())
        || !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        || !unsigned
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'-' | b'+'))
    {
        return None;
    }
    if unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        let digits = text.strip_prefix('+').unwrap_or(text);
        if let Ok(value) = digits.parse::<i64>() {
            return Some(Some(value.into()));
        }
        if let Ok(value) = digits.parse::<u64>() {
            return Some(Some(value.into()));
        }
    }
    let value: f64 = text.parse().ok()?;
    Some(serde_json::Number::from_f64(value))
}

pub(super) fn clamp(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// The members of a mapping that is being read. Of a repeated key the last value counts, as
/// everywhere in JSON, but the first is told.
#[derive(Default)]
pub(super) struct Members {
    entries: Vec<Entry>,
    /// Where the last member of each name is, once they are many.
    places: HashMap<Box<str>, usize>,
    /// Where those are whose name came again.
    repeated: Vec<usize>,
}

impl Members {
    /// Up to so many are looked through.
    const FEW: usize = 24;

    /// Takes a member; gives the remark where its name is there already.
    pub(super) fn push(&mut self, entry: Entry) -> Option<Remark> {
        let before = self.replace(&entry.key.name);
        let remark = before.map(|at| {
            self.repeated.push(at);
            Remark {
                kind: RemarkKind::DuplicateKey {
                    name: entry.key.name.clone(),
                    first: self.entries[at].key.span,
                },
                span: entry.key.span,
            }
        });
        self.entries.push(entry);
        remark
    }

    /// Notes that the member that comes next has this name; gives the one that had it.
    fn replace(&mut self, name: &str) -> Option<usize> {
        let next = self.entries.len();
        if next < Self::FEW {
            return self
                .entries
                .iter()
                .rposition(|entry| entry.key.name == name);
        }
        if self.places.is_empty() {
            let names = self.entries.iter().map(|entry| entry.key.name.as_str());
            self.places = names.map(Box::from).zip(0..).collect();
        }
        self.places.insert(name.into(), next)
    }

    /// The members in order.
    pub(super) fn entries(mut self) -> Vec<Entry> {
        if !self.repeated.is_empty() {
            self.repeated.sort_unstable();
            let mut at = 0;
            self.entries.retain(|_| {
                at += 1;
                self.repeated.binary_search(&(at - 1)).is_err()
            });
        }
        self.entries
    }
}
