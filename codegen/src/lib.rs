//! Compiles an OpenAPI document into a Rust client, through progenitor.
//!
//! ```text
//! text → document (a tree with places) → lower (one pass per trouble) → typed → progenitor
//!                                           │                                      │
//!                                           └──────── plan ───────────────► render → Rust
//! ```
//!
//! [`compile`] is the only way: the build script, the snapshots and the workshop all call it. It
//! knows nothing of any one API, gives the same bytes for the same bytes, and answers a document
//! that it cannot compile with every reason and its place.

mod diagnostic;
pub mod document;
mod generator;
mod lower;
mod names;
mod output;
mod plan;
mod render;
mod settings;
mod typed;

pub use diagnostic::{Diagnostic, Severity};
pub use output::Output;
pub use settings::{Hooks, Settings};

use document::Document;

/// Compiles a document.
///
/// # Errors
///
/// Every reason why it cannot be compiled, each with its place; never empty.
pub fn compile(document: &Document, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let mut lowered = lower::Lowering::run(document);
    let errors = |diagnostics: &[Diagnostic]| {
        diagnostics
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    };
    if errors(&lowered.diagnostics) {
        return Err(lowered.diagnostics);
    }
    let api = typed::typed(document, &lowered.root)?;
    let file = generator::run(&api, &lowered.plan, settings)
        .map_err(|message| vec![Diagnostic::error(document, document.root().span, message)])?;
    let notes = std::mem::take(&mut lowered.diagnostics);
    Ok(render::render(file, &lowered.root, &lowered.plan, notes))
}

/// What [`compile`] would say about a document, without the rendering: the lowering and the types.
#[must_use]
pub fn check(document: &Document) -> Vec<Diagnostic> {
    let lowered = lower::Lowering::run(document);
    let mut diagnostics = lowered.diagnostics;
    let refused = diagnostics
        .iter()
        .any(|diagnostic| diagnostic.severity == Severity::Error);
    if !refused && let Err(errors) = typed::typed(document, &lowered.root) {
        diagnostics.extend(errors);
    }
    diagnostics
}
