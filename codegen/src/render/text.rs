//! Rust as text: what is alike for many types is short enough to be written as it is read.

use super::docs;

/// Text of Rust, line by line.
#[derive(Default)]
pub(super) struct Text {
    out: String,
    indent: usize,
}

impl Text {
    /// Text whose lines begin this many levels in.
    pub(super) fn indented(indent: usize) -> Self {
        Self {
            out: String::new(),
            indent,
        }
    }

    pub(super) fn into_string(self) -> String {
        self.out
    }

    /// Adds a line.
    pub(super) fn line(&mut self, line: impl AsRef<str>) {
        let line = line.as_ref();
        if !line.is_empty() {
            for _ in 0..self.indent {
                self.out.push_str("    ");
            }
            self.out.push_str(line);
        }
        self.out.push('\n');
    }

    /// Adds what stands between braces behind this.
    pub(super) fn block(&mut self, head: impl AsRef<str>, inside: impl FnOnce(&mut Self)) {
        self.line(format!("{} {{", head.as_ref()));
        self.indent += 1;
        inside(self);
        self.indent -= 1;
        self.line("}");
    }

    /// Adds lines that are one level further in.
    pub(super) fn indented_by_one(&mut self, inside: impl FnOnce(&mut Self)) {
        self.indent += 1;
        inside(self);
        self.indent -= 1;
    }

    /// Adds an invocation of a macro of the runtime for a type.
    pub(super) fn invocation(&mut self, head: impl AsRef<str>, inside: impl FnOnce(&mut Self)) {
        self.line(format!("{} {{", head.as_ref()));
        self.indent += 1;
        inside(self);
        self.indent -= 1;
        self.line("} }");
    }

    /// Adds documentation in our own words.
    pub(super) fn doc(&mut self, text: &str) {
        for line in docs::lines(text) {
            self.line(format!("///{line}"));
        }
    }

    /// Adds what the document says of something, or else our own words.
    pub(super) fn described(&mut self, description: Option<&str>, otherwise: &str) {
        match description.map(str::trim).filter(|text| !text.is_empty()) {
            Some(text) => self.doc(&docs::escaped(text)),
            None => self.doc(otherwise),
        }
    }

    /// Says that something should not be used any more, if so.
    pub(super) fn deprecated(&mut self, is_deprecated: bool) {
        if is_deprecated {
            self.line("///");
            self.line("/// **Deprecated.**");
        }
    }
}

/// A literal of this text.
pub(super) fn literal(text: &str) -> String {
    format!("{text:?}")
}
