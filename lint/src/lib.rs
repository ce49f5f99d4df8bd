//! What is wrong with a document, at the right place, at once.
//!
//! [`judge`] takes a text through all rules, and [`write()`] writes down what they found. What the
//! document would compile to is asked through a function that is passed in: no compiler comes with this.
//!
//! `description` says what OpenAPI 3.0 is, `model` walks a document by it, `rules` judge, one file
//! each, and `format` writes the findings down, one file for each form.

mod accepted;
mod block;
mod catalogue;
mod compiler;
mod context;
mod correction;
mod description;
mod external;
mod finding;
mod format;
mod model;
mod pattern;
mod recovery;
mod registry;
mod rule;
mod rules;
mod run;
mod schema;
mod suggestion;
mod validation;

pub use accepted::Accepted;
pub use catalogue::{explain, list};
pub use compiler::Compiler;
pub use finding::Finding;
pub use format::{Colors, Format, write};
pub use rule::{Area, Severity};
pub use run::{Judging, Outcome, judge, unreadable};

#[cfg(test)]
mod tests;
