//! Where text for people goes: a terminal, or a file or pipe that gets no escapes.

use std::ffi::OsStr;
use std::io::{self, IsTerminal as _, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anstyle::{AnsiColor, Style};
use textwrap::core::Word;

use crate::secrets::Secrets;

/// How a piece of text looks, where looks can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    Plain,
    Good,
    Bad,
    Strong,
    Faint,
}

impl Look {
    const fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Good => AnsiColor::Green.on_default().bold(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Strong => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
        }
    }
}

/// A character that text of the service's must not bring to a screen: controls, and marks that change
/// the direction of what follows.
pub(crate) fn is_unwanted(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A paragraph of pieces; wrapped on a terminal, one line elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    pieces: Vec<(Look, String)>,
    /// What stands before it; lines that are wrapped are indented as far.
    label: String,
    /// Where it may be wrapped besides after a space.
    also_after: Option<char>,
}

impl Line {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A paragraph with a word before it, as far to the right as others of its kind.
    pub(crate) fn labelled(label: &str) -> Self {
        Self {
            pieces: Vec::new(),
            label: format!("  {label:<6} "),
            also_after: None,
        }
    }

    /// The same with JSON in it, which is read and not copied: it is wrapped after its commas.
    pub(crate) fn with_json(mut self) -> Self {
        self.also_after = Some(',');
        self
    }

    /// The same with a path in it, which is read and not copied: it is wrapped after its slashes.
    pub(crate) fn with_paths(mut self) -> Self {
        self.also_after = Some('/');
        self
    }

    /// Adds text, whoever wrote it.
    pub(crate) fn text(self, text: impl AsRef<str>) -> Self {
        self.look(Look::Plain, text)
    }

    pub(crate) fn look(mut self, look: Look, text: impl AsRef<str>) -> Self {
        let harmless = text
            .as_ref()
            .chars()
            .map(|c| if is_unwanted(c) { ' ' } else { c });
        self.pieces.push((look, harmless.collect()));
        self
    }

    /// The same with secrets blanked.
    pub(crate) fn cleaned(mut self, secrets: &Secrets) -> Self {
        for (_, piece) in &mut self.pieces {
            *piece = secrets.clean(piece);
        }
        self
    }

    fn render(&self, colour: bool, width: Option<usize>) -> String {
        let mut text = String::new();
        for (look, piece) in &self.pieces {
            if colour && *look != Look::Plain {
                let style = look.style();
                text.push_str(&format!("{style}{piece}{style:#}"));
            } else {
                text.push_str(piece);
            }
        }
        let Some(width) = width else {
            return format!("{}{text}\n", self.label);
        };
        let indent = " ".repeat(self.label.len());
        let options = textwrap::Options::new(width.max(20))
            .initial_indent(&self.label)
            .subsequent_indent(&indent)
            // A command or URL that is broken cannot be copied.
            .break_words(false)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .word_separator(match self.also_after {
                Some('/') => textwrap::WordSeparator::Custom(words_and_segments),
                Some(_) => textwrap::WordSeparator::Custom(words_and_members),
                None => textwrap::WordSeparator::AsciiSpace,
            });
        let mut wrapped = textwrap::fill(&text, options);
        wrapped.push('\n');
        wrapped
    }
}

/// The words of a line, with a member of a JSON object as one.
fn words_and_members(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    Box::new(line.split_inclusive([' ', ',']).map(Word::from))
}

/// The words of a line, with a segment of a path as one.
fn words_and_segments(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    Box::new(line.split_inclusive([' ', '/']).map(Word::from))
}

/// One of the two streams for text.
#[derive(Clone)]
pub(crate) struct Screen {
    sink: Arc<Mutex<Sink>>,
    terminal: bool,
    colour: bool,
}

struct Sink {
    stream: Box<dyn Write + Send>,
    /// Whether a line stands there that is only for now.
    passing: bool,
    /// What went wrong with it, other than that nobody reads any more.
    failed: Option<io::Error>,
}

impl Screen {
    pub(crate) fn stdout() -> Self {
        let terminal = io::stdout().is_terminal();
        Self::new(Box::new(io::stdout()), terminal)
    }

    pub(crate) fn stderr() -> Self {
        let terminal = io::stderr().is_terminal();
        Self::new(Box::new(io::stderr()), terminal)
    }

    fn new(stream: Box<dyn Write + Send>, terminal: bool) -> Self {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let colour = terminal
            && set("NO_COLOR").is_none()
            && set("CLICOLOR").as_deref() != Some(OsStr::new("0"))
            && set("TERM").as_deref() != Some(OsStr::new("dumb"));
        Self {
            sink: Arc::new(Mutex::new(Sink {
                stream,
                passing: false,
                failed: None,
            })),
            terminal,
            colour,
        }
    }

    pub(crate) fn has_colour(&self) -> bool {
        self.colour
    }

    pub(crate) fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// The width of the terminal; none where lines have no end.
    pub(crate) fn width(&self) -> Option<usize> {
        if !self.terminal {
            return None;
        }
        let size = terminal_size::terminal_size();
        Some(size.map_or(80, |(width, _)| usize::from(width.0)))
    }

    /// Prints a paragraph.
    pub(crate) fn line(&self, line: &Line) {
        self.write(line.render(self.colour, self.width()).as_bytes());
    }

    /// Prints paragraphs that belong together, so that nothing else comes between them.
    pub(crate) fn lines(&self, lines: &[Line]) {
        let width = self.width();
        let text: String = lines
            .iter()
            .map(|line| line.render(self.colour, width))
            .collect();
        self.write(text.as_bytes());
    }

    /// Prints text as it is.
    pub(crate) fn raw(&self, text: &str) {
        self.write(text.as_bytes());
    }

    pub(crate) fn write(&self, bytes: &[u8]) {
        let mut sink = self.sink();
        sink.clear();
        sink.write(bytes);
    }

    /// Shows a line that the next one replaces; for terminals alone. On a narrow one the text is cut off,
    /// and not what changes at its end.
    pub(crate) fn passing(&self, text: &str, end: &str) {
        let Some(width) = self.width() else { return };
        let room = width.saturating_sub(1 + end.chars().count());
        let short: String = text.chars().take(room).chain(end.chars()).collect();
        let mut sink = self.sink();
        sink.clear();
        sink.write(short.as_bytes());
        sink.passing = true;
    }

    /// Takes away the line that was only for now.
    pub(crate) fn clear(&self) {
        self.sink().clear();
    }

    /// What kept the text from being written. That nobody reads any more is no error.
    pub(crate) fn failed(&self) -> Option<io::Error> {
        self.sink().failed.take()
    }

    fn sink(&self) -> MutexGuard<'_, Sink> {
        self.sink.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink {
    fn clear(&mut self) {
        if self.passing {
            self.passing = false;
            self.write(b"\r\x1b[K");
        }
    }

    fn write(&mut self, bytes: &[u8]) {
        let written = self
            .stream
            .write_all(bytes)
            .and_then(|()| self.stream.flush());
        if let Err(error) = written
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            self.failed.get_or_insert(error);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_service_writes_cannot_move_the_cursor() {
        let line = Line::new().text("a\u{1b}[2J\u{9b}1m\r\nb\u{202e}c");
        assert_eq!(line.render(false, None), "a [2J 1m  b c\n");
    }

    #[test]
    fn json_is_wrapped_after_its_commas_and_loses_nothing() {
        let body = r#"{"id":"6","xUsername":"sandbox6, or another","status":"active"}"#;
        let line = Line::labelled("<").text(format!("201 {body}"));
        let wrapped = line.with_json().render(false, Some(40));
        assert_eq!(
            wrapped.lines().collect::<Vec<_>>(),
            [
                r#"  <      201 {"id":"6","#,
                r#"         "xUsername":"sandbox6, or"#,
                r#"         another","status":"active"}"#,
            ]
        );
    }

    #[test]
    fn a_narrow_terminal_gets_narrow_lines_and_whole_commands() {
        let line = Line::labelled("next")
            .text("send it again with xquik challenge submit xch_8vGd8Y9JvH6dV0xA_and_a_long_end");
        let text = line.render(false, Some(40));
        assert!(
            text.contains("xch_8vGd8Y9JvH6dV0xA_and_a_long_end"),
            "{text}"
        );
        for row in text.lines() {
            assert!(row.chars().count() <= 44, "{row}");
        }
        assert!(text.starts_with("  next   send"), "{text}");
    }
}
