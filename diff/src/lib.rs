//! What an edit of a document does to others.
//!
//! Both documents become models of what they mean (`schema` for what a schema says, however it is
//! written), and these are compared operation by operation (`compare`, with one file of `checks`
//! per area). What a kind of change is called and whether it breaks somebody stands in the
//! `catalogue` alone.

mod catalogue;
mod change;
mod checks;
mod compare;
mod docs;
mod findings;
mod number;
mod references;
mod render;
mod report;
mod schema;
mod side;
#[cfg(test)]
mod tests;

use std::fmt;

use xquik_document::{Document, Span};

pub use change::Report;
pub use docs::catalogue;
pub use render::{Format, write};

/// Why two documents cannot be compared: what is wrong with one of them, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incomparable {
    /// What the document is called.
    pub name: String,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
}

impl fmt::Display for Incomparable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            message,
            span,
        } = self;
        write!(f, "{name}:{}: error: {message}", span.start)
    }
}

impl std::error::Error for Incomparable {}

/// Compares two versions of a document.
///
/// # Errors
///
/// When one of them is no OpenAPI document, or holds a reference that leads nowhere.
pub fn compare(base: &Document, head: &Document) -> Result<Report, Incomparable> {
    report::compare(base, head).map_err(|(which, error)| Incomparable {
        name: match which {
            side::Which::Base => base.name().to_owned(),
            side::Which::Head => head.name().to_owned(),
        },
        message: error.message,
        span: error.span,
    })
}
