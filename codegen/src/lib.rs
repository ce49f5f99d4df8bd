//! Compiles an OpenAPI document into a Rust client, through progenitor.

mod diagnostic;
pub mod document;

pub use diagnostic::{Diagnostic, Severity};
