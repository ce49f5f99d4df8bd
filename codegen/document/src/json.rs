//! JSON, by its own rules (RFC 8259), and nothing else.
//!
//! A reader of our own, for what the readers of the field leave out: where each key and value stands
//! in characters and lines, numbers as they were written, and keys that are there twice. Whatever it
//! refuses is read as YAML.

use super::node::{Entry, Key, Node, Number, Style, Value};
use super::place::{Mark, Span};
use super::read::{
    MAX_DEPTH, Members, Remark, SyntaxError, SyntaxErrorKind, clamp, number, too_deep,
};

/// Text to tree.
pub(super) fn parse(text: &str) -> Result<(Node, Vec<Remark>), SyntaxError> {
    let mut reader = Reader {
        text,
        at: 0,
        continued: 0,
        line: 1,
        line_start: 0,
        depth: 0,
        remarks: Vec::new(),
    };
    reader.space();
    let root = reader.value()?;
    reader.space();
    match reader.peek() {
        None => Ok((root, reader.remarks)),
        Some(_) => Err(reader.unexpected("the end")),
    }
}

struct Reader<'t> {
    text: &'t str,
    /// The byte that comes next.
    at: usize,
    /// The bytes before it that begin no character.
    continued: usize,
    line: usize,
    /// The characters before the line.
    line_start: usize,
    depth: usize,
    remarks: Vec<Remark>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over a character of one byte, if it is the next.
    fn skip(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn mark(&self) -> Mark {
        let index = self.at - self.continued;
        Mark {
            line: clamp(self.line),
            column: clamp(index - self.line_start + 1),
            index: clamp(index),
        }
    }

    fn span_from(&self, start: Mark) -> Span {
        let end = self.mark();
        Span { start, end }
    }

    fn space(&mut self) {
        while let Some(byte @ (b' ' | b'\t' | b'\n' | b'\r')) = self.peek() {
            self.at += 1;
            if byte == b'\n' || (byte == b'\r' && self.peek() != Some(b'\n')) {
                self.line += 1;
                self.line_start = self.at - self.continued;
            }
        }
    }

    fn value(&mut self) -> Result<Node, SyntaxError> {
        let start = self.mark();
        let mut style = Style::Plain;
        let value = match self.peek() {
            Some(b'{') => self.object(start)?,
            Some(b'[') => self.array(start)?,
            Some(b'"') => {
                style = Style::DoubleQuoted;
                Value::String(self.string()?)
            }
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            _ => self.word()?,
        };
        Ok(Node {
            value,
            span: self.span_from(start),
            style,
        })
    }

    fn word(&mut self) -> Result<Value, SyntaxError> {
        let words = [
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
            ("null", Value::Null),
        ];
        let rest = &self.text[self.at..];
        match words.into_iter().find(|(word, _)| rest.starts_with(word)) {
            Some((word, value)) => {
                self.at += word.len();
                Ok(value)
            }
            None => Err(self.unexpected("a value")),
        }
    }

    fn number(&mut self) -> Result<Number, SyntaxError> {
        let from = self.at;
        self.skip(b'-');
        if !self.skip(b'0') {
            self.digits()?;
        }
        if self.skip(b'.') {
            self.digits()?;
        }
        if self.skip(b'e') || self.skip(b'E') {
            let _ = self.skip(b'+') || self.skip(b'-');
            self.digits()?;
        }
        let raw = &self.text[from..self.at];
        Ok(Number {
            raw: raw.into(),
            // None where it is too large, as everywhere else.
            value: number(raw).flatten(),
        })
    }

    fn digits(&mut self) -> Result<(), SyntaxError> {
        let from = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        match self.at > from {
            true => Ok(()),
            false => Err(self.unexpected("a digit")),
        }
    }

    /// A string, from its quote to behind its other quote.
    fn string(&mut self) -> Result<String, SyntaxError> {
        let start = self.mark();
        self.at += 1;
        let mut string = String::new();
        let mut from = self.at;
        loop {
            match self.peek() {
                Some(b'"') => {
                    string.push_str(&self.text[from..self.at]);
                    self.at += 1;
                    return Ok(string);
                }
                Some(b'\\') => {
                    string.push_str(&self.text[from..self.at]);
                    string.push(self.escaped()?);
                    from = self.at;
                }
                Some(b' '..) => self.step(),
                Some(_) => {
                    return Err(self.unexpected("a character that JSON lets stand in a string"));
                }
                None => {
                    return Err(SyntaxError {
                        span: self.span_from(start),
                        ..self.unexpected("the quote that ends this string")
                    });
                }
            }
        }
    }

    /// Steps over a byte of any character.
    fn step(&mut self) {
        self.at += 1;
        self.continued += usize::from(!self.text.is_char_boundary(self.at));
    }

    /// The character that an escape means.
    fn escaped(&mut self) -> Result<char, SyntaxError> {
        let start = self.mark();
        self.at += 1;
        let character = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.utf_16(start);
            }
            _ => return Err(self.unexpected("an escape of JSON")),
        };
        self.at += 1;
        Ok(character)
    }

    /// The character of the four digits that come next, or of a surrogate pair.
    fn utf_16(&mut self, start: Mark) -> Result<char, SyntaxError> {
        let first = self.unit()?;
        let behind = self.at;
        let second = match first {
            0xD800..=0xDBFF if self.skip(b'\\') && self.skip(b'u') => Some(self.unit()?),
            _ => None,
        };
        match char::decode_utf16([first].into_iter().chain(second)).next() {
            Some(Ok(character)) => Ok(character),
            _ => {
                self.at = behind;
                Err(SyntaxError {
                    message: format!(
                        "`\\u{first:04x}` is half of a surrogate pair, and no character without its other half"
                    ),
                    help: Some("write the character itself, or both halves".to_owned()),
                    span: self.span_from(start),
                    kind: SyntaxErrorKind::Syntax,
                })
            }
        }
    }

    fn unit(&mut self) -> Result<u16, SyntaxError> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else {
                return Err(self.unexpected("a hexadecimal digit"));
            };
            unit = unit * 16 + digit;
            self.at += 1;
        }
        // Four digits are sixteen bits.
        Ok(unit as u16)
    }

    fn array(&mut self, start: Mark) -> Result<Value, SyntaxError> {
        self.begin(start)?;
        let mut items = Vec::new();
        self.space();
        if !self.skip(b']') {
            loop {
                items.push(self.value()?);
                self.space();
                if self.skip(b']') {
                    break;
                }
                self.comma("`,` or `]`")?;
            }
        }
        self.depth -= 1;
        Ok(Value::Sequence(items))
    }

    fn object(&mut self, start: Mark) -> Result<Value, SyntaxError> {
        self.begin(start)?;
        let mut members = Members::default();
        self.space();
        if !self.skip(b'}') {
            loop {
                let entry = self.member()?;
                self.remarks.extend(members.push(entry));
                self.space();
                if self.skip(b'}') {
                    break;
                }
                self.comma("`,` or `}`")?;
            }
        }
        self.depth -= 1;
        Ok(Value::Mapping(members.entries().into_iter().collect()))
    }

    fn member(&mut self) -> Result<Entry, SyntaxError> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected("a key in double quotes"));
        }
        let start = self.mark();
        let name = self.string()?;
        let key = Key {
            name,
            span: self.span_from(start),
            style: Style::DoubleQuoted,
        };
        self.space();
        if !self.skip(b':') {
            return Err(self.unexpected("`:`"));
        }
        self.space();
        let value = self.value()?;
        Ok(Entry { key, value })
    }

    fn comma(&mut self, wanted: &str) -> Result<(), SyntaxError> {
        if !self.skip(b',') {
            return Err(self.unexpected(wanted));
        }
        self.space();
        Ok(())
    }

    /// Steps over the bracket of a collection.
    fn begin(&mut self, start: Mark) -> Result<(), SyntaxError> {
        self.at += 1;
        self.depth += 1;
        match self.depth > MAX_DEPTH {
            true => Err(too_deep(self.span_from(start))),
            false => Ok(()),
        }
    }

    fn unexpected(&self, wanted: &str) -> SyntaxError {
        let mark = self.mark();
        SyntaxError {
            kind: SyntaxErrorKind::Syntax,
            message: format!("JSON wants {wanted} here"),
            help: None,
            span: Span {
                start: mark,
                end: mark,
            },
        }
    }
}
