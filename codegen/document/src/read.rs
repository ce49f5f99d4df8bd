//! From bytes to the tree.
//!
//! The events of `saphyr-parser` are put together here, with a stack of our own: nesting, aliases
//! and repeated keys are bounded and noticed in this one place, so that nothing after it has to
//! fear a bomb.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::ops::Range;

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

/// How often a text is read again without a tab that the parser takes for a mistake.
const MOST_TABS: usize = 64;

/// Longer texts are not read again and again.
const LARGEST_REREAD: usize = 1 << 22;

/// Text to tree.
pub(super) fn parse(text: &str) -> Result<(Node, Vec<Remark>), SyntaxError> {
    if let Some(error) = control_character(text) {
        return Err(error);
    }
    // YAML lets tabs part a key's colon from its value; the parser does not. A space in the place of
    // each means the same, and moves nothing.
    let mut spaced: Option<String> = None;
    for _ in 0..MOST_TABS {
        let read = spaced.as_deref().unwrap_or(text);
        match parse_strictly(read) {
            Err(Failure { error, tabs }) => match tabs {
                Some(tabs) if read.len() <= LARGEST_REREAD => {
                    let mut changed = read.to_owned();
                    changed.replace_range(tabs.clone(), &" ".repeat(tabs.len()));
                    spaced = Some(changed);
                }
                _ => return Err(error),
            },
            Ok(document) => return Ok(document),
        }
    }
    parse_strictly(spaced.as_deref().unwrap_or(text)).map_err(|failure| failure.error)
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

/// Why the parser stopped.
struct Failure {
    error: SyntaxError,
    /// The tabs after a key's colon, where the parser stumbled over them.
    tabs: Option<Range<usize>>,
}

impl From<SyntaxError> for Failure {
    fn from(error: SyntaxError) -> Self {
        Self { error, tabs: None }
    }
}

fn parse_strictly(text: &str) -> Result<(Node, Vec<Remark>), Failure> {
    let mut parser = Parser::new_from_str(text);
    let mut builder = Builder::default();
    let mut place = Cursor::new(text);
    let mut root = None;
    let mut documents = 0;
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| {
            let tabs = tabs_after_colon(text, &error);
            let error = scan_error(text, &error);
            let error = builder
                .unclosed(text, &error)
                .or_else(|| builder.keyless(text, &error))
                .unwrap_or(error);
            Failure { error, tabs }
        })?;
        let mut span = span_of(span);
        if let Event::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded, ..) = event {
            // The parser says where the text begins; the value begins at `|` or `>`.
            span.start = place.indicator(span.start).unwrap_or(span.start);
        }
        match event {
            Event::StreamEnd => break,
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    return Err(SyntaxError {
                        help: None,
                        kind: SyntaxErrorKind::Documents,
                        message: "a second YAML document starts here; an OpenAPI document is one"
                            .to_owned(),
                        span,
                    }
                    .into());
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
        help: None,
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
                let Some((mut node, size)) = self.anchors.get(&anchor).cloned() else {
                    return Err(SyntaxError {
                        help: None,
                        kind: SyntaxErrorKind::TooLarge,
                        message: "this alias stands inside the value that it names".to_owned(),
                        span,
                    });
                };
                self.expanded += size;
                if self.expanded > MAX_EXPANDED_NODES {
                    return Err(SyntaxError {
                        help: None,
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
                    kind: RemarkKind::Alias { anchor: node.span },
                    span,
                });
                // What is in it stands at the anchor; the value itself stands here as well.
                node.span = span;
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

    /// The line that is no `key: value`, where the parser took it and the next one for one key: it
    /// stumbles over the next.
    fn keyless(&self, text: &str, error: &SyntaxError) -> Option<SyntaxError> {
        let looks_ahead = matches!(
            error.message.as_str(),
            "simple key expect ':'"
                | "simple key expected"
                | "mapping values are not allowed in this context"
                | "while parsing a block mapping, did not find expected key"
        );
        if !looks_ahead {
            return None;
        }
        let at = error.span.start;
        let line_of = |mark: Mark| (mark.line as usize).saturating_sub(1);
        let is_flow = |open: &Open| {
            let line = lines(text).nth(line_of(open.start.start));
            let first =
                line.and_then(|line| line.chars().nth(open.start.start.column as usize - 1));
            matches!(first, Some('[' | '{'))
        };
        if self.open.last().is_some_and(is_flow) {
            return None;
        }
        let stumbled = lines(text).nth(line_of(at)).unwrap_or_default();
        let before: String = stumbled.chars().take(at.column as usize - 1).collect();
        if Line::of(&before).has_key {
            return None;
        }
        let mut written: Vec<(usize, &str)> = lines(text)
            .take(line_of(at))
            .enumerate()
            .filter(|(_, line)| !matches!(line.trim_start().chars().next(), None | Some('#')))
            .collect();
        let (number, text_of_line) = written.pop()?;
        let line = Line::of(text_of_line);
        if line.has_key
            || line
                .content
                .starts_with(['"', '\'', '|', '>', '[', '{', '&', '*', '!', '%'])
            || line.content.starts_with("---")
            || (line.is_item && !line.content.contains([' ', ':']))
            || line.goes_on(&written)
        {
            return None;
        }
        let unspaced = line
            .content
            .split_once(':')
            .is_some_and(|(key, value)| !key.contains(' ') && !value.starts_with('/'));
        let start = mark_at(text, number, line.column);
        let length = clamp(line.content.chars().count());
        let end = Mark {
            column: start.column.saturating_add(length),
            index: start.index.saturating_add(length),
            ..start
        };
        Some(SyntaxError {
            message: if unspaced {
                "a space is missing after `:`".to_owned()
            } else {
                "this is no `key: value`: a `:` is missing".to_owned()
            },
            span: Span { start, end },
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
                    // A plain null is a name like any other, whether it is written so, as `~` or as nothing.
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

/// A line of a block, as far as it matters for what the next one is.
struct Line<'t> {
    /// Without its indentation, the dashes of items and its end.
    content: &'t str,
    /// The characters before the content.
    column: usize,
    is_item: bool,
    has_key: bool,
}

impl<'t> Line<'t> {
    fn of(line: &'t str) -> Self {
        let mut content = line.trim_start();
        let mut is_item = false;
        while let Some(item) = content.strip_prefix('-')
            && (item.is_empty() || item.starts_with([' ', '\t', '\r', '\n']))
        {
            is_item = true;
            content = item.trim_start();
        }
        let column = line.len() - content.len();
        let content = content.trim_end();
        let uncommented = content.split(" #").next().unwrap_or_default().trim_end();
        Self {
            content,
            column,
            is_item,
            has_key: uncommented.ends_with(':')
                || uncommented.contains(": ")
                || uncommented.contains(":\t"),
        }
    }

    /// Whether it goes on with a value that an earlier line began.
    fn goes_on(&self, earlier: &[(usize, &str)]) -> bool {
        if self.is_item {
            return false;
        }
        for (_, earlier) in earlier.iter().rev() {
            let earlier = Line::of(earlier);
            if earlier.column < self.column {
                let opens = earlier.content.is_empty()
                    || earlier
                        .content
                        .split(" #")
                        .next()
                        .unwrap_or_default()
                        .trim_end()
                        .ends_with(':');
                return !opens;
            }
            if earlier.column > self.column || earlier.has_key {
                return false;
            }
        }
        false
    }
}

/// Finds places that come one after the other, in one pass over the text.
struct Cursor<'t> {
    text: &'t str,
    chars: usize,
    bytes: usize,
}

impl<'t> Cursor<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            chars: 0,
            bytes: 0,
        }
    }

    /// The byte at which a character begins.
    fn byte_of(&mut self, index: u32) -> Option<usize> {
        let wanted = (index as usize).checked_sub(self.chars)?;
        let rest = &self.text[self.bytes..];
        let ahead = match rest.char_indices().nth(wanted) {
            Some((ahead, _)) => ahead,
            None => rest.len(),
        };
        self.chars = index as usize;
        self.bytes += ahead;
        Some(self.bytes)
    }

    /// The `|` or `>` of a block scalar whose text begins at a place: nothing but blank lines is
    /// between the two.
    fn indicator(&mut self, text: Mark) -> Option<Mark> {
        let start = self.byte_of(text.index)?;
        let mut end = start;
        let mut line = text.line;
        loop {
            let break_at = self.text[..end].rfind(['\n', '\r']);
            let first = break_at.map_or(0, |at| at + 1);
            let written = &self.text[first..end];
            if !written.trim().is_empty() {
                let at = indicator_in(written)?;
                return Some(Mark {
                    line,
                    column: clamp(written[..at].chars().count() + 1),
                    index: text
                        .index
                        .saturating_sub(clamp(self.text[first + at..start].chars().count())),
                });
            }
            end = break_at?;
            if self.text[..=end].ends_with("\r\n") {
                end -= 1;
            }
            line = line.saturating_sub(1);
        }
    }
}

/// Where the header of a block scalar (`|`, `>-`, `|2+`) stands, which ends a line but for a comment.
fn indicator_in(line: &str) -> Option<usize> {
    let header = |line: &str| {
        let line = line.trim_end();
        let at = line
            .trim_end_matches(|c: char| matches!(c, '+' | '-') || c.is_ascii_digit())
            .len()
            .checked_sub(1)?;
        let before = line.get(..at)?;
        let is_header = line[at..].starts_with(['|', '>'])
            && (before.is_empty() || before.ends_with([' ', '\t']));
        is_header.then_some(at)
    };
    header(line).or_else(|| {
        line.match_indices('#')
            .filter(|(at, _)| line[..*at].ends_with([' ', '\t']))
            .find_map(|(at, _)| header(&line[..at]))
    })
}

/// The tabs between a key's colon and its value.
fn tabs_after_colon(text: &str, error: &ScanError) -> Option<Range<usize>> {
    if error.info() != "':' must be followed by a valid YAML whitespace" {
        return None;
    }
    let index = error.marker().index();
    let end = match text.char_indices().nth(index) {
        Some((end, _)) => end,
        None => text.len(),
    };
    let before = text[..end].trim_end_matches(['\t', ' ']);
    (before.ends_with(':') && text[before.len()..end].contains('\t')).then_some(before.len()..end)
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
        help: None,
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
            help: None,
            kind: SyntaxErrorKind::Tab,
            message: "a tab stands where YAML wants spaces".to_owned(),
            span,
        };
    }
    if let Some(error) = unclosed_quote(text, error) {
        return error;
    }
    SyntaxError {
        help: None,
        kind: SyntaxErrorKind::Syntax,
        message: behind_quote(text, error).unwrap_or_else(|| error.info().to_owned()),
        span,
    }
}

/// What the scanner says of text behind a quoted value.
const BEHIND_QUOTE: &str = "invalid trailing content after double-quoted scalar";

/// A quote that is not closed, so that the next one, which opens a value on a later line, closes it.
fn unclosed_quote(text: &str, error: &ScanError) -> Option<SyntaxError> {
    if error.info() != BEHIND_QUOTE {
        return None;
    }
    let mark = mark_of(*error.marker());
    let number = (mark.line as usize).checked_sub(1)?;
    let all: Vec<&str> = lines(text).take(number + 1).collect();
    let before: String = all
        .get(number)?
        .chars()
        .take((mark.column as usize).checked_sub(1)?)
        .collect();
    let quote = before.chars().last().filter(|c| matches!(c, '"' | '\''))?;
    let opening = before[..before.len() - 1].trim_end();
    let opens = opening.is_empty() || opening.ends_with([':', '-', '[', '{', ',']);
    if !opens || opening.contains(quote) {
        return None;
    }
    let first = (0..number)
        .rev()
        .find(|number| all[*number].contains(quote))?;
    let line = all[first];
    if line.matches(quote).count() % 2 == 0 {
        return None;
    }
    let column = line[..line.rfind(quote)?].chars().count();
    Some(SyntaxError {
        kind: SyntaxErrorKind::Syntax,
        message: format!("this {quote} is not closed"),
        span: Span {
            start: mark_at(text, first, column),
            end: mark,
        },
        help: None,
    })
}

/// What is said where a quoted value goes on behind its quote. The scanner calls either quote double.
fn behind_quote(text: &str, error: &ScanError) -> Option<String> {
    if error.info() != BEHIND_QUOTE {
        return None;
    }
    let at = error.marker().index();
    let before: String = text.chars().take(at).collect();
    let hint = match before.chars().last()? {
        '\'' => "within single quotes an apostrophe is written twice: `''`",
        '"' => "within double quotes a quote is written `\\\"`",
        _ => "is a comma missing?",
    };
    Some(format!(
        "text stands behind the quote that ends this value; {hint}"
    ))
}

/// The place of a line and of a character in it, both counted from 0.
fn mark_at(text: &str, line: usize, column: usize) -> Mark {
    let before: usize = lines(text)
        .take(line)
        .map(|line| line.chars().count())
        .sum();
    Mark {
        line: clamp(line + 1),
        column: clamp(column + 1),
        index: clamp(before + column),
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
        let start = mark_at(text, number, tab);
        let end = Mark {
            column: start.column + 1,
            index: start.index + 1,
            ..start
        };
        return Some(Span { start, end });
    }
    None
}
