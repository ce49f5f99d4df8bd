//! Reading on after a mistake in the syntax, so that one run tells all of them.
//!
//! What the author may have meant is tried first: the line that the parser stumbles over, or one
//! before it, gets another indentation, a `:`, a space or a quote, and the text is read again. Of the
//! repairs with which the whole text can be read that one is taken with which it says the most
//! sensible things. Where none helps, the line (or the lines of a bracket that is not closed) is
//! blanked with what is indented below it. What is left keeps its lines and columns; rules that speak
//! about what is missing are silent then.

mod repair;

use std::ops::Range;

use xquik_document::{Document, Mark, Remark, RemarkKind, Span, SyntaxError, SyntaxErrorKind};

use self::repair::Repair;

/// What could be read.
#[derive(Debug)]
pub(crate) struct Recovered {
    /// The document, or as much of it as could be saved.
    pub(crate) document: Document,
    /// What was in the way.
    pub(crate) errors: Vec<SyntaxError>,
    /// The text as it is written.
    pub(crate) text: String,
    /// The lines, counted from 1, that are not as their author meant them: what is wrong there may
    /// only follow from the mistakes.
    pub(crate) damaged: Vec<Range<u32>>,
}

/// After so many mistakes the rest is likely no YAML at all.
const MOST_ERRORS: usize = 10;

/// Longer texts are not read again and again.
const LARGEST_RECOVERED: usize = 8 << 20;

/// So many bytes are read in all while repairs are tried: a text of a few kilobytes again and again,
/// one of megabytes a few times.
const MOST_REREAD: usize = 48 << 20;

/// Of so many repairs with which the whole text can be read the best is taken.
const MOST_READABLE: usize = 6;

/// Longer texts are only asked whether a repair repeats a key.
const LARGEST_ASKED: usize = 1 << 18;

/// Reads a document. `misfits` says how much of a document is not what OpenAPI wants.
pub(crate) fn read(name: &str, bytes: &[u8], misfits: &dyn Fn(&Document) -> usize) -> Recovered {
    let error = match Document::read(name, bytes) {
        Ok(document) => {
            let text = document.text().to_owned();
            return Recovered {
                document,
                errors: Vec::new(),
                text,
                damaged: Vec::new(),
            };
        }
        Err(error) => error,
    };
    // Bytes that are no UTF-8 become a character each that shows so.
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
    let written: Vec<String> = xquik_document::lines(&text).map(str::to_owned).collect();
    let mut reading = Reading {
        name,
        lines: written.clone(),
        written,
        left: MOST_REREAD,
        errors: Vec::new(),
        damaged: Vec::new(),
        misfits,
    };
    let document = reading.read_on(error, text.len() <= LARGEST_RECOVERED);
    Recovered {
        document,
        errors: reading.errors,
        text,
        damaged: reading.damaged,
    }
}

struct Reading<'r> {
    name: &'r str,
    /// The lines as they are written.
    written: Vec<String>,
    /// The lines as they are read.
    lines: Vec<String>,
    /// The bytes that may still be read.
    left: usize,
    errors: Vec<SyntaxError>,
    damaged: Vec<Range<u32>>,
    misfits: &'r dyn Fn(&Document) -> usize,
}

type Result = std::result::Result<Document, SyntaxError>;

impl Reading<'_> {
    fn read_on(&mut self, first: SyntaxError, small_enough: bool) -> Document {
        let mut error = first;
        loop {
            if !small_enough || self.errors.len() + 1 >= MOST_ERRORS {
                break;
            }
            let repaired = match error.kind {
                SyntaxErrorKind::Tab | SyntaxErrorKind::Syntax => self.repaired(&error),
                _ => None,
            };
            let result = repaired.or_else(|| {
                self.tell(&error);
                match error.kind {
                    // Its replacement has been read.
                    SyntaxErrorKind::Encoding => {}
                    // Whatever was meant: what is wrong with it has been told.
                    SyntaxErrorKind::Tab => {
                        let tabbed = |line: &&mut String| repair::is_tabbed(line);
                        self.lines.iter_mut().filter(tabbed).for_each(blank);
                    }
                    SyntaxErrorKind::Syntax => self.blank(&error)?,
                    SyntaxErrorKind::Documents => self.lines.truncate(line_of(error.span.start)),
                    _ => return None,
                }
                self.again()
            });
            match result {
                Some(Ok(document)) => {
                    let place = self.places();
                    return document.with_places(self.written.concat(), &place);
                }
                // The same again: there is no getting on.
                Some(Err(next)) if next.span == error.span && next.kind == error.kind => {
                    return self.nothing();
                }
                Some(Err(next)) => error = next,
                None => return self.nothing(),
            }
        }
        self.tell(&error);
        self.nothing()
    }

    /// What becomes of a text that cannot be read: the mistakes that were found are told.
    fn nothing(&self) -> Document {
        Document::read(self.name, b"{}").expect("an empty object is a document")
    }

    /// Reads the lines as they are now; nothing where enough was read.
    fn again(&mut self) -> Option<Result> {
        let text = self.lines.concat();
        self.left = self.left.checked_sub(text.len())?;
        Some(Document::read(self.name, text.as_bytes()))
    }

    fn tell(&mut self, error: &SyntaxError) {
        let place = self.places();
        let span = Span {
            start: place(error.span.start),
            end: place(error.span.end),
        };
        drop(place);
        self.errors.push(SyntaxError {
            span,
            ..error.clone()
        });
    }

    /// Takes the repair that helps the most, if one does.
    fn repaired(&mut self, error: &SyntaxError) -> Option<Result> {
        if repair::is_within_brackets(&self.lines, error) {
            return None;
        }
        let stumbled = error.span.end.line;
        let mut furthest: Option<(Mark, Repair)> = None;
        let mut best: Option<(usize, Repair, Document)> = None;
        let mut readable = 0;
        for repair in self.evenest(repair::repairs(&self.lines, error)) {
            let before = self.apply(&repair);
            let result = self.again();
            self.undo(before);
            match result {
                None => break,
                Some(Ok(document)) => {
                    readable += 1;
                    let misfits = self.misfits_of(&document);
                    if best.as_ref().is_none_or(|(least, ..)| misfits < *least) {
                        best = Some((misfits, repair, document));
                    }
                    if misfits == 0 || readable == MOST_READABLE {
                        break;
                    }
                }
                Some(Err(next)) => {
                    let reached = next.span.end;
                    if furthest.as_ref().is_none_or(|(far, _)| reached > *far) {
                        furthest = Some((reached, repair));
                    }
                }
            }
        }
        if let Some((_, repair, document)) = best {
            self.take(&repair, error);
            return Some(Ok(document));
        }
        let (reached, repair) = furthest.filter(|(far, _)| far.line > stumbled + 2)?;
        // Without the line the text may be whole, or be read further than with the repair.
        let before = self.lines.clone();
        self.blank_lines(error)?;
        let without = self.again();
        self.lines = before;
        match without {
            Some(Err(next)) if next.span.end <= reached => {
                self.take(&repair, error);
                self.again()
            }
            _ => None,
        }
    }

    /// The repairs in the order of how even they leave the indentation, and then the likeliest first.
    fn evenest(&mut self, repairs: Vec<Repair>) -> Vec<Repair> {
        let mut ranked: Vec<((usize, usize), Repair)> = Vec::with_capacity(repairs.len());
        for repair in repairs {
            let before = self.apply(&repair);
            let uneven = repair::unevenness(&self.lines, around(&repair));
            self.undo(before);
            ranked.push(((uneven, repair.cost), repair));
        }
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.into_iter().map(|(_, repair)| repair).collect()
    }

    fn misfits_of(&self, document: &Document) -> usize {
        let is_repeated = |remark: &&Remark| matches!(remark.kind, RemarkKind::DuplicateKey { .. });
        let repeated = document.remarks().iter().filter(is_repeated).count();
        match self.is_large() {
            true => repeated,
            false => repeated + (self.misfits)(document),
        }
    }

    fn is_large(&self) -> bool {
        self.lines.iter().map(String::len).sum::<usize>() > LARGEST_ASKED
    }

    fn apply(&mut self, repair: &Repair) -> Vec<(usize, String)> {
        let edits = repair.edits.iter();
        edits
            .map(|(at, line)| (*at, std::mem::replace(&mut self.lines[*at], line.clone())))
            .collect()
    }

    fn undo(&mut self, before: Vec<(usize, String)>) {
        for (at, line) in before {
            self.lines[at] = line;
        }
    }

    /// Makes a repair, and tells what was wrong.
    fn take(&mut self, repair: &Repair, error: &SyntaxError) {
        let line = &self.lines[repair.line];
        let content = line.trim_start();
        let column = line.chars().count() - content.chars().count();
        let is_place = |at: Mark| line_of(at) == repair.line;
        let mut told = SyntaxError {
            help: Some(repair.help.clone()),
            ..error.clone()
        };
        if let Some(message) = &repair.message {
            told.message.clone_from(message);
        }
        if repair.at_start || !is_place(error.span.start) {
            told.span = span_at(&self.lines, repair.line, column, content.trim_end());
        }
        self.tell(&told);
        self.apply(repair);
        let line = number(repair.line);
        self.damaged.push(line..line + 1);
    }

    /// Blanks what cannot be read, with what belongs to it; none where it is blank already.
    fn blank(&mut self, error: &SyntaxError) -> Option<()> {
        let at = line_of(error.span.start);
        if at < self.lines.len() && !repair::is_within_brackets(&self.lines, error) {
            let beside = repair::beside(&self.lines, at);
            let lines = beside.map(|line| number(line)..number(line) + 1);
            self.damaged.extend(lines);
        }
        self.blank_lines(error)
    }

    fn blank_lines(&mut self, error: &SyntaxError) -> Option<()> {
        let line = line_of(error.span.start);
        // A bracket that is not closed reaches to the line where that was noticed.
        let end = line_of(error.span.end);
        let end = match end > line {
            true => end.min(self.lines.len()),
            false if line < self.lines.len() => repair::block(&self.lines, line).end,
            false => line,
        };
        let lines = self.lines.get_mut(line..end)?;
        if lines.iter().all(|line| line.trim().is_empty()) {
            return None;
        }
        lines.iter_mut().for_each(blank);
        Some(())
    }

    /// From places in the lines as they are read to places in the text as it is written.
    fn places(&self) -> impl Fn(Mark) -> Mark + use<> {
        let mut before = 0;
        let mut starts: Vec<u32> = Vec::with_capacity(self.written.len() + 1);
        let mut changed = std::collections::HashMap::new();
        for (at, written) in self.written.iter().enumerate() {
            starts.push(before);
            before += clamp(written.chars().count());
            if let Some(line) = self.lines.get(at)
                && line != written
            {
                changed.insert(at, Change::between(line, written));
            }
        }
        starts.push(before);
        move |mark| {
            let at = line_of(mark);
            let column = match changed.get(&at) {
                Some(change) => change.column(mark.column - 1) + 1,
                None => mark.column,
            };
            Mark {
                column,
                index: starts
                    .get(at)
                    .map_or(mark.index, |start| start + column - 1),
                ..mark
            }
        }
    }
}

/// What is different between a line as it is read and as it is written, in characters.
struct Change {
    start: u32,
    read: u32,
    written: u32,
}

impl Change {
    fn between(read: &str, written: &str) -> Self {
        let (read, written): (Vec<char>, Vec<char>) =
            (read.chars().collect(), written.chars().collect());
        let start = read.iter().zip(&written).take_while(|(a, b)| a == b);
        let start = start.count();
        let rest = read[start..]
            .iter()
            .rev()
            .zip(written[start..].iter().rev());
        let end = rest.take_while(|(a, b)| a == b).count();
        Self {
            start: clamp(start),
            read: clamp(read.len() - end),
            written: clamp(written.len() - end),
        }
    }

    fn column(&self, read: u32) -> u32 {
        if read >= self.read {
            read - self.read + self.written
        } else {
            read.min(self.start)
        }
    }
}

fn around(repair: &Repair) -> Range<usize> {
    let last = repair.edits.last().map_or(repair.line, |(line, _)| *line);
    // Of a block that was moved as a whole the start is enough.
    repair.line..(last + 1).min(repair.line + 12)
}

fn line_of(mark: Mark) -> usize {
    (mark.line as usize).saturating_sub(1)
}

/// The number of a line that is counted from 0.
fn number(line: usize) -> u32 {
    clamp(line + 1)
}

fn clamp(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn span_at(lines: &[String], line: usize, column: usize, content: &str) -> Span {
    let before: usize = lines[..line].iter().map(|line| line.chars().count()).sum();
    let start = Mark {
        line: number(line),
        column: clamp(column + 1),
        index: clamp(before + column),
    };
    let length = clamp(content.chars().count());
    let end = Mark {
        column: start.column + length,
        index: start.index + length,
        ..start
    };
    Span { start, end }
}

fn blank(line: &mut String) {
    // As long as it was, so that whatever comes after it keeps its place.
    let text = line.trim_end_matches(['\n', '\r']);
    let end = &line[text.len()..];
    *line = " ".repeat(text.chars().count()) + end;
}
