//! `cargo xtask lint`: what is wrong with a document, at the right place, at once.
//!
//! `description` says what OpenAPI 3.0 is, `model` walks a document by it, `rules` judge, one file
//! each, and `format` writes the findings down, one file for each form.

mod accepted;
mod block;
mod catalogue;
mod command;
mod context;
mod correction;
mod description;
mod external;
mod finding;
pub(crate) mod format;
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

pub(crate) use command::{Lint, lint};
pub(crate) use run::judge;

#[cfg(test)]
mod tests;
