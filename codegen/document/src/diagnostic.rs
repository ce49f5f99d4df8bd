//! What is said about a document, and where.

use std::fmt;

use super::{Document, Pointer, Span, SyntaxError};

/// How much a diagnostic weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The document cannot be compiled.
    Error,
    /// It was compiled, but something in it could not be kept as precise as it was written.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Note => "note",
        })
    }
}

/// One thing that is said about one place of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How much it weighs.
    pub severity: Severity,
    /// What was expected, what was found, and what to do.
    pub message: String,
    /// The node that it is about.
    pub pointer: Pointer,
    /// Where that node is written.
    pub span: Span,
}

impl Diagnostic {
    /// An error at a place; the pointer is found from the place.
    #[must_use]
    pub fn error(document: &Document, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, document, span, message)
    }

    /// A note at a place; the pointer is found from the place.
    #[must_use]
    pub fn note(document: &Document, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, document, span, message)
    }

    fn new(
        severity: Severity,
        document: &Document,
        span: Span,
        message: impl Into<String>,
    ) -> Self {
        Self {
            severity,
            message: message.into(),
            pointer: document.pointer_of(span).unwrap_or_default(),
            span,
        }
    }

    /// As one line, `FILE:LINE:COLUMN: error: …`, which editors and build logs can follow.
    #[must_use]
    pub fn line(&self, file: &str) -> String {
        format!(
            "{file}:{}: {}: {} (at `{}`)",
            self.span.start, self.severity, self.message, self.pointer
        )
    }
}

impl From<SyntaxError> for Diagnostic {
    fn from(error: SyntaxError) -> Self {
        Self {
            severity: Severity::Error,
            message: error.message,
            pointer: Pointer::root(),
            span: error.span,
        }
    }
}
