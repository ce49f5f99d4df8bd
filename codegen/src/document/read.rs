//! From bytes to the tree.
//!
//! The events of `saphyr-parser` are put together here, with a stack of our own: nesting, aliases
//! and repeated keys are bounded and noticed in this one place, so that nothing after it has to
//! fear a bomb.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Tag};

use super::lines;
use super::node::{Entry, Key, Mapping, Node, Number, Style, Value};
use super::place::{Mark, Span};

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
    Alias,
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
    let mut parser = Parser::new_from_str(text);
    let mut builder = Builder::default();
    let mut root = None;
    let mut documents = 0;
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| {
            let error = scan_error(text, &error);
            builder.unclosed(text, &error).unwrap_or(error)
        })?;
        let span = span_of(span);
        match event {
            Event::StreamEnd => break,
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    return Err(SyntaxError {
                        kind: SyntaxErrorKind::Documents,
                        message: "a second YAML document starts here; an OpenAPI document is one"
                            .to_owned(),
                        span,
                    });
                }
            }
            event => {
                if let Some(node) = builder.take(event, span)? {
                    root = Some(node);
                }
            }
        }
    }
    let root = root.ok_or_else(|| SyntaxError {
        kind: SyntaxErrorKind::Documents,
        message: "the document is empty".to_owned(),
        span: Span::START,
    })?;
    Ok((root, builder.remarks))
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    expanded: usize,
    remarks: Vec<Remark>,
}

/// A collection whose end has not come yet.
struct Open {
    anchor: usize,
    start: Span,
    kind: OpenKind,
    /// Nodes in it, to bound what an alias of it adds.
    size: usize,
}

enum OpenKind {
    Sequence(Vec<Node>),
    Mapping {
        entries: Vec<Entry>,
        seen: HashSet<String>,
        key: Option<Key>,
        /// Set while the value of a key that is no scalar is to be thrown away.
        skip_value: bool,
    },
}

impl Builder {
    /// Takes one event; gives the root when it is complete.
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<Option<Node>, SyntaxError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.remark_tag(tag.as_deref(), span);
                let style = style_of(style);
                let node = Node {
                    value: scalar(text, style, tag.as_deref()),
                    span,
                    style,
                };
                if anchor > 0 {
                    self.anchors.insert(anchor, (node.clone(), 1));
                }
                Ok(self.place(node, 1))
            }
            Event::SequenceStart(anchor, tag) => {
                self.remark_tag(tag.as_deref(), span);
                self.begin(anchor, span, OpenKind::Sequence(Vec::new()))?;
                Ok(None)
            }
            Event::MappingStart(anchor, tag) => {
                self.remark_tag(tag.as_deref(), span);
                self.begin(
                    anchor,
                    span,
                    OpenKind::Mapping {
                        entries: Vec::new(),
                        seen: HashSet::new(),
                        key: None,
                        skip_value: false,
                    },
                )?;
                Ok(None)
            }
            Event::SequenceEnd | Event::MappingEnd => Ok(self.end(span)),
            Event::Alias(anchor) => {
                let Some((node, size)) = self.anchors.get(&anchor).cloned() else {
                    return Err(SyntaxError {
                        kind: SyntaxErrorKind::TooLarge,
                        message: "this alias stands inside the value that it names".to_owned(),
                        span,
                    });
                };
                self.expanded += size;
                if self.expanded > MAX_EXPANDED_NODES {
                    return Err(SyntaxError {
                        kind: SyntaxErrorKind::TooLarge,
                        message: format!(
                            "aliases expand to more than {MAX_EXPANDED_NODES} nodes here"
                        ),
                        span,
                    });
                }
                if self.open.len() + depth(&node) > MAX_DEPTH {
                    return Err(too_deep(span));
                }
                self.remarks.push(Remark {
                    kind: RemarkKind::Alias,
                    span,
                });
                Ok(self.place(node, size))
            }
            _ => Ok(None),
        }
    }

    /// The bracket that is not closed, where that is what the parser stumbled over: it says so where
    /// it gave up, often a line too late. The span reaches from the bracket to that place.
    fn unclosed(&self, text: &str, error: &SyntaxError) -> Option<SyntaxError> {
        if error.kind != SyntaxErrorKind::Syntax {
            return None;
        }
        let at = error.span.start;
        let character = |mark: Mark| {
            lines(text)
                .nth(mark.line as usize - 1)?
                .chars()
                .nth(mark.column as usize - 1)
        };
        let (start, bracket) = self.open.iter().rev().find_map(|open| {
            let start = open.start.start;
            let bracket = character(start).filter(|bracket| matches!(bracket, '[' | '{'))?;
            Some((start, bracket))
        })?;
        let indentation = |mark: Mark| {
            let line = lines(text).nth(mark.line as usize - 1)?;
            let rest = line.trim_start();
            (!rest.is_empty()).then(|| line.len() - rest.len())
        };
        let is_wrong_bracket = matches!(
            (bracket, character(at)),
            ('[', Some('}')) | ('{', Some(']'))
        );
        // What is no part of the collection is not indented any further than it, or is not there.
        let is_outside = at.line > start.line
            && match (indentation(at), indentation(start)) {
                (Some(at), Some(start)) => at <= start,
                _ => true,
            };
        (is_wrong_bracket || is_outside).then(|| SyntaxError {
            message: if is_wrong_bracket {
                format!("this `{bracket}` is not closed by a bracket of its kind")
            } else {
                format!("this `{bracket}` is not closed")
            },
            span: Span { start, end: at },
            ..error.clone()
        })
    }

    fn begin(&mut self, anchor: usize, start: Span, kind: OpenKind) -> Result<(), SyntaxError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep(start));
        }
        self.open.push(Open {
            anchor,
            start,
            kind,
            size: 1,
        });
        Ok(())
    }

    fn end(&mut self, end: Span) -> Option<Node> {
        let open = self.open.pop()?;
        let value = match open.kind {
            OpenKind::Sequence(items) => Value::Sequence(items),
            OpenKind::Mapping { entries, .. } => Value::Mapping(self.mapping(entries)),
        };
        let span = Span {
            start: open.start.start,
            end: end.end,
        };
        let node = Node::new(value, span);
        if open.anchor > 0 {
            self.anchors.insert(open.anchor, (node.clone(), open.size));
        }
        self.place(node, open.size)
    }

    /// Puts a finished node where it belongs: into the innermost open collection, or out.
    fn place(&mut self, node: Node, size: usize) -> Option<Node> {
        let Some(open) = self.open.last_mut() else {
            return Some(node);
        };
        open.size += size;
        match &mut open.kind {
            OpenKind::Sequence(items) => items.push(node),
            OpenKind::Mapping {
                entries,
                seen,
                key,
                skip_value,
            } => {
                if *skip_value {
                    *skip_value = false;
                } else if let Some(key) = key.take() {
                    if !seen.insert(key.name.clone()) {
                        // The last value counts, as everywhere in JSON, but the first is told.
                        if let Some(index) = entries.iter().position(|e| e.key.name == key.name) {
                            let first = entries.remove(index);
                            self.remarks.push(Remark {
                                kind: RemarkKind::DuplicateKey {
                                    name: key.name.clone(),
                                    first: first.key.span,
                                },
                                span: key.span,
                            });
                        }
                    }
                    entries.push(Entry { key, value: node });
                } else if let Some(name) = node.scalar_text() {
                    // A plain null key is written as nothing or `~`; as a name it is empty.
                    let name = if node.value == Value::Null { "" } else { name };
                    *key = Some(Key {
                        name: name.to_owned(),
                        span: node.span,
                        style: node.style,
                    });
                } else {
                    *skip_value = true;
                    self.remarks.push(Remark {
                        kind: RemarkKind::ComplexKey,
                        span: node.span,
                    });
                }
            }
        }
        None
    }

    /// The members of a mapping, merge keys resolved: own members win over merged ones.
    fn mapping(&mut self, entries: Vec<Entry>) -> Mapping {
        let is_merge = |entry: &Entry| {
            entry.key.name == "<<"
                && entry.key.style == Style::Plain
                && match &entry.value.value {
                    Value::Mapping(_) => true,
                    Value::Sequence(items) => items.iter().all(|item| item.as_mapping().is_some()),
                    _ => false,
                }
        };
        if !entries.iter().any(is_merge) {
            return entries.into_iter().collect();
        }
        let (merges, own): (Vec<_>, Vec<_>) = entries.into_iter().partition(is_merge);
        let mut mapping: Mapping = own.into_iter().collect();
        for merge in merges {
            self.remarks.push(Remark {
                kind: RemarkKind::MergeKey,
                span: merge.key.span,
            });
            let sources = match merge.value.value {
                Value::Mapping(source) => vec![source],
                Value::Sequence(items) => items
                    .into_iter()
                    .filter_map(|item| match item.value {
                        Value::Mapping(source) => Some(source),
                        _ => None,
                    })
                    .collect(),
                _ => Vec::new(),
            };
            for entry in sources.into_iter().flatten() {
                if mapping.get(&entry.key.name).is_none() {
                    mapping.push(entry);
                }
            }
        }
        mapping
    }

    fn remark_tag(&mut self, tag: Option<&Tag>, span: Span) {
        if let Some(tag) = tag {
            self.remarks.push(Remark {
                kind: RemarkKind::Tag(format!("{}{}", tag.handle, tag.suffix)),
                span,
            });
        }
    }
}

fn depth(node: &Node) -> usize {
    1 + match &node.value {
        Value::Sequence(items) => items.iter().map(depth).max().unwrap_or(0),
        Value::Mapping(mapping) => mapping.iter().map(|e| depth(&e.value)).max().unwrap_or(0),
        _ => 0,
    }
}

fn too_deep(span: Span) -> SyntaxError {
    SyntaxError {
        kind: SyntaxErrorKind::TooLarge,
        message: format!("the document nests deeper than {MAX_DEPTH} levels here"),
        span,
    }
}

/// YAML 1.2's core schema. A tag of the core schema decides; any other tag leaves the text.
fn scalar(text: Cow<'_, str>, style: Style, tag: Option<&Tag>) -> Value {
    match tag {
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => {
            return Value::String(text.into_owned());
        }
        _ if style != Style::Plain => return Value::String(text.into_owned()),
        _ => {}
    }
    match &*text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => match number(&text) {
            Some(value) => Value::Number(Number {
                raw: (&*text).into(),
                value,
            }),
            None => Value::String(text.into_owned()),
        },
    }
}

/// A number of the core schema; the inner option is empty for `.inf` and `.nan`.
fn number(text: &str) -> Option<Option<serde_json::Number>> {
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

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

fn span_of(span: saphyr_parser::Span) -> Span {
    Span {
        start: mark_of(span.start),
        end: mark_of(span.end),
    }
}

fn mark_of(marker: saphyr_parser::Marker) -> Mark {
    Mark {
        line: clamp(marker.line()),
        column: clamp(marker.col().saturating_add(1)),
        index: clamp(marker.index()),
    }
}

fn clamp(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn scan_error(text: &str, error: &ScanError) -> SyntaxError {
    let mark = mark_of(*error.marker());
    let span = Span {
        start: mark,
        end: mark,
    };
    if error.info() == "recursion limit exceeded" {
        // The scanner looks ahead further than `MAX_DEPTH` and has a bound of its own.
        return too_deep(span);
    }
    if let Some(span) = indenting_tab(text, mark) {
        return SyntaxError {
            kind: SyntaxErrorKind::Tab,
            message: "a tab stands where YAML wants spaces".to_owned(),
            span,
        };
    }
    SyntaxError {
        kind: SyntaxErrorKind::Syntax,
        message: error.info().to_owned(),
        span,
    }
}

/// The tab in the indentation of the line that could not be read, or of the one after it: what
/// the scanner says about a tab is rarely that it is one.
fn indenting_tab(text: &str, mark: Mark) -> Option<Span> {
    let first = (mark.line as usize).saturating_sub(1);
    for (number, line) in lines(text).enumerate().skip(first).take(2) {
        let indentation = line.len() - line.trim_start().len();
        let Some(tab) = line[..indentation].find('\t') else {
            continue;
        };
        let before: usize = lines(text)
            .take(number)
            .map(|line| line.chars().count())
            .sum();
        let start = Mark {
            line: clamp(number + 1),
            column: clamp(tab + 1),
            index: clamp(before + tab),
        };
        let end = Mark {
            column: start.column + 1,
            index: start.index + 1,
            ..start
        };
        return Some(Span { start, end });
    }
    None
}
