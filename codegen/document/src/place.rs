//! Places in the text.

use std::fmt;

/// One position in the text: 1-based line and column, counted in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters (Unicode scalar values).
    pub column: u32,
    /// The number of characters before it, from 0.
    pub index: u32,
}

impl Mark {
    /// The first character of the text.
    pub const START: Self = Self {
        line: 1,
        column: 1,
        index: 0,
    };
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// From where to where a node reaches in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first character.
    pub start: Mark,
    /// The first character after it.
    pub end: Mark,
}

impl Span {
    /// The empty span at the start of the text.
    pub const START: Self = Self {
        start: Mark::START,
        end: Mark::START,
    };
}
