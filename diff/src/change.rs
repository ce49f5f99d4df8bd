//! Changes: as a check finds them, and as a report tells them.

use super::catalogue::{Check, Class};
use super::side::At;

/// A change at one place, before it is known which operations it reaches.
#[derive(Debug, Clone)]
pub(crate) struct Local<'d> {
    pub(crate) check: &'static Check,
    pub(crate) at: At<'d>,
    /// What changed, without where and why.
    pub(crate) text: String,
}

/// A change of one operation, or of the document as a whole.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) check: &'static Check,
    /// `PATCH /x/y`; none where it is the document's.
    pub(crate) operation: Option<String>,
    /// Where in the operation: "the request body, `user.name`".
    pub(crate) subject: Option<String>,
    /// What changed.
    pub(crate) text: String,
    /// The pointer into HEAD, or into BASE for what is gone.
    pub(crate) pointer: String,
    /// `FILE:LINE:COLUMN` of that pointer.
    pub(crate) place: Place,
    /// The place in HEAD that a person would edit, also for what is gone.
    pub(crate) in_head: Place,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl Change {
    /// One sentence: where, what, and why that breaks whom.
    pub(crate) fn message(&self) -> String {
        let subject = self
            .subject
            .as_ref()
            .map_or_else(String::new, |subject| format!("{subject}: "));
        format!("{subject}{}; {}", self.text, self.check.why)
    }
}

/// What a comparison found.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The document's own changes first, then operation by operation.
    pub(crate) changes: Vec<Change>,
    /// Rust types that come or go though nothing else changes: for people only.
    pub(crate) types: TypeNames,
}

/// The names of generated Rust types that differ.
#[derive(Debug, Clone, Default)]
pub(crate) struct TypeNames {
    pub(crate) gone: Vec<String>,
    pub(crate) new: Vec<String>,
}

impl Report {
    /// How many changes count as breaking.
    #[must_use]
    pub fn breaking(&self) -> usize {
        self.changes
            .iter()
            .filter(|change| change.check.class.is_breaking())
            .count()
    }

    /// Each change as a line: a sign for its class, its id, its operation and its pointer.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.changes.iter().map(line)
    }
}

/// A change as a line: its class, its id, its operation and its pointer.
fn line(change: &Change) -> String {
    let sign = match change.check.class {
        Class::Breaking => '!',
        Class::CannotTell => '?',
        Class::Compatible => '-',
        Class::GeneratedNames => '~',
    };
    let operation = change.operation.as_deref().unwrap_or("document");
    format!(
        "{sign} {} ({operation}) {}",
        change.check.id, change.pointer
    )
}
