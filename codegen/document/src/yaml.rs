//! YAML, put together from the events of `saphyr-parser`.
//!
//! With a stack of our own: nesting, aliases and repeated keys are bounded and noticed in this one
//! place, so that nothing after it has to fear a bomb.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::node::{Entry, Key, Mapping, Node, Number, Style, Value};
use super::place::{Mark, Span};
use super::read::{
    MAX_DEPTH, MAX_EXPANDED_NODES, Members, Remark, RemarkKind, SyntaxError, SyntaxErrorKind,
    clamp, number, too_deep,
};
use super::{slip, surrogates};

/// How often a text is read again without a tab that the parser takes for a mistake.
const MOST_TABS: usize = 64;

/// Longer texts are not read again and again.
const LARGEST_REREAD: usize = 1 << 22;

/// Text to tree.
pub(super) fn parse(text: &str) -> Result<(Node, Vec<Remark>), SyntaxError> {
    let mut respelt: Option<String> = None;
    let mut stand_in = None;
    for _ in 0..MOST_TABS {
        let read = respelt.as_deref().unwrap_or(text);
        let failure = match parse_strictly(read, stand_in) {
            Ok(document) => return Ok(document),
            Err(failure) => failure,
        };
        respelt = match failure.cause {
            // YAML lets tabs part a key's colon from its value; the parser does not. A space in the
            // place of each means the same, and moves nothing.
            Some(Cause::Tabs(tabs)) if read.len() <= LARGEST_REREAD => {
                let mut changed = read.to_owned();
                changed.replace_range(tabs.clone(), &" ".repeat(tabs.len()));
                Some(changed)
            }
            Some(Cause::Surrogate) if stand_in.is_none() => match surrogates::stood_in(read) {
                Some((changed, character)) => {
                    stand_in = Some(character);
                    Some(changed)
                }
                None => return Err(failure.error),
            },
            _ => return Err(failure.error),
        };
    }
    let read = respelt.as_deref().unwrap_or(text);
    parse_strictly(read, stand_in).map_err(|failure| failure.error)
}

/// Why the parser stopped.
struct Failure {
    error: SyntaxError,
    cause: Option<Cause>,
}

/// What the parser stumbles over though it means something.
enum Cause {
    /// The tabs after a key's colon.
    Tabs(Range<usize>),
    /// Half a surrogate pair, perhaps with its other half.
    Surrogate,
}

impl From<SyntaxError> for Failure {
    fn from(error: SyntaxError) -> Self {
        Self { error, cause: None }
    }
}

/// `stand_in` stands for the backslashes of surrogate pairs.
fn parse_strictly(text: &str, stand_in: Option<char>) -> Result<(Node, Vec<Remark>), Failure> {
    let mut parser = Parser::new_from_str(text);
    let mut builder = Builder {
        stand_in,
        ..Builder::default()
    };
    let mut place = Cursor::new(text);
    let mut root = None;
    let mut documents = 0;
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| {
            let tabs = slip::tabs_after_colon(text, &error).map(Cause::Tabs);
            let cause = tabs.or_else(|| slip::is_surrogate(&error).then_some(Cause::Surrogate));
            let open: Vec<Mark> = builder.open.iter().map(|open| open.start.start).collect();
            let error = slip::meant(text, &error, &open);
            Failure { error, cause }
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
    stand_in: Option<char>,
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
        members: Members,
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
                let text = match self.stand_in {
                    Some(stand_in) if text.contains(stand_in) => {
                        surrogates::put_back(&text, stand_in, style).into()
                    }
                    _ => text,
                };
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
                        members: Members::default(),
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
            OpenKind::Mapping { members, .. } => Value::Mapping(self.mapping(members.entries())),
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
                members,
                key,
                skip_value,
            } => {
                if *skip_value {
                    *skip_value = false;
                } else if let Some(key) = key.take() {
                    self.remarks
                        .extend(members.push(Entry { key, value: node }));
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

fn depth(node: &Node) -> usize {
    1 + match &node.value {
        Value::Sequence(items) => items.iter().map(depth).max().unwrap_or(0),
        Value::Mapping(mapping) => mapping.iter().map(|e| depth(&e.value)).max().unwrap_or(0),
        _ => 0,
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

pub(super) fn mark_of(marker: saphyr_parser::Marker) -> Mark {
    Mark {
        line: clamp(marker.line()),
        column: clamp(marker.col().saturating_add(1)),
        index: clamp(marker.index()),
    }
}
