//! What a slip in YAML meant: where the scanner gave up, and what it says of it, is seldom what the
//! author has to look for.

use std::ops::Range;

use saphyr_parser::ScanError;

use super::lines;
use super::place::{Mark, Span};
use super::read::{SyntaxError, SyntaxErrorKind, clamp, too_deep};
use super::yaml::mark_of;

/// What is wrong where the scanner gave up, within the collections that had begun at these places and
/// not ended.
pub(super) fn meant(text: &str, error: &ScanError, open: &[Mark]) -> SyntaxError {
    let error = scan_error(text, error);
    unclosed(text, &error, open)
        .or_else(|| keyless(text, &error, open))
        .unwrap_or(error)
}

/// The bracket that is not closed, where that is what the parser stumbled over: it says so where
/// it gave up, often a line too late. The span reaches from the bracket to that place.
fn unclosed(text: &str, error: &SyntaxError, open: &[Mark]) -> Option<SyntaxError> {
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
    let (start, bracket) = open.iter().rev().find_map(|start| {
        let start = *start;
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
fn keyless(text: &str, error: &SyntaxError, open: &[Mark]) -> Option<SyntaxError> {
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
    let is_flow = |open: &Mark| {
        let line = lines(text).nth(line_of(*open));
        let first = line.and_then(|line| line.chars().nth(open.column as usize - 1));
        matches!(first, Some('[' | '{'))
    };
    if open.last().is_some_and(is_flow) {
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

/// Whether this is what the scanner says of a surrogate pair, which JSON has and YAML has not.
pub(super) fn is_surrogate(error: &ScanError) -> bool {
    error.info() == "while parsing a quoted scalar, found invalid Unicode character escape code"
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

/// The tabs between a key's colon and its value.
pub(super) fn tabs_after_colon(text: &str, error: &ScanError) -> Option<Range<usize>> {
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
