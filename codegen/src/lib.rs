//! Compiles an OpenAPI document into a Rust client, through progenitor.
//!
//! ```text
//! text → document (a tree with places) → lower (one pass per trouble) → model ─┬─► progenitor ─┐
//!                                                                              └─► render ◄────┴─► Rust
//! ```
//!
//! [`compile`] is the only way: the build script, the snapshots and the workshop all call it. It
//! knows nothing of any one API, gives the same bytes for the same bytes, and answers a document
//! that it cannot compile with every reason and its place.

mod alone;
mod attempt;
mod generator;
mod lower;
mod model;
mod names;
mod output;
mod plan;
mod render;
mod settings;

/// The version of progenitor whose output is known.
const PROGENITOR: &str = "0.15.1";

pub use output::Output;
pub use settings::{Hooks, Settings};
pub use xquik_document as document;
pub use xquik_document::{Diagnostic, Severity};

use std::ops::ControlFlow;

use document::Document;

/// As the files of this crate name them.
mod diagnostic {
    pub(crate) use xquik_document::{Diagnostic, Severity};
}

/// Compiles a document.
///
/// # Errors
///
/// Every reason why it cannot be compiled, each with its place; never empty.
pub fn compile(document: &Document, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    with_room(|| attempt::compile(document, settings))
}

/// What keeps a document from being compiled, and what is not kept as precise as it was written: the
/// same diagnostics as [`compile`] gives, without the time that rendering takes.
#[must_use]
pub fn check(document: &Document) -> Vec<Diagnostic> {
    with_room(|| attempt::check(document))
}

/// A document after one pass of lowering.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Stage {
    /// The name of the pass.
    pub pass: &'static str,
    /// What it takes away from a document, why, and how the meaning is kept, in Markdown.
    pub about: String,
    /// The document after it, as JSON.
    pub document: serde_json::Value,
    /// Whether it changes the document, or reads something from it that rendering needs.
    pub changes: bool,
    /// What it says about the document.
    pub diagnostics: Vec<Diagnostic>,
}

/// The document after each pass of lowering, in order; for the docs of the pipeline and its tests.
#[must_use]
pub fn stages(document: &Document) -> Vec<Stage> {
    with_room(|| stages_until(document, |_| false))
}

/// The document after each pass of lowering up to this one, in order; for the tests of this pass. Empty if there
/// is no pass of this name, or if what comes before it cannot read the document.
#[must_use]
pub fn stages_to(document: &Document, pass: &str) -> Vec<Stage> {
    let mut stages = with_room(|| stages_until(document, |stage| stage.pass == pass));
    if stages.last().is_none_or(|stage| stage.pass != pass) {
        stages.clear();
    }
    stages
}

fn stages_until(document: &Document, is_last: impl Fn(&Stage) -> bool) -> Vec<Stage> {
    let mut stages = Vec::new();
    let mut before = (
        document.root().to_json(),
        format!("{:?}", plan::Plan::default()),
    );
    let mut told = 0;
    lower::Lowering::new(document, false, std::collections::BTreeSet::new()).run(
        |pass, lowering| {
            let after = (lowering.root.to_json(), format!("{:?}", lowering.plan));
            stages.push(Stage {
                pass: pass.name,
                about: pass.about(),
                document: after.0.clone(),
                changes: after != before,
                diagnostics: lowering.diagnostics.iter().skip(told).cloned().collect(),
            });
            told = lowering.diagnostics.len();
            before = after;
            match stages.last() {
                Some(stage) if is_last(stage) => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        },
    );
    stages
}

/// A document as the model has it.
#[derive(Debug)]
pub struct Lowered(attempt::Modelled);

impl Lowered {
    /// What the generator makes of it, formatted, before anything is rendered into it; to compare
    /// what the compiler takes with what its parts take.
    ///
    /// # Errors
    ///
    /// Why it makes nothing.
    pub fn generate(&self) -> Result<String, String> {
        with_room(|| {
            let client = self.0.client(&Settings::default());
            client.map(|file| prettyplease::unparse(&file))
        })
    }
}

/// Lowers a document and makes the model of it.
///
/// # Errors
///
/// Every reason why it cannot be lowered, each with its place; never empty.
pub fn lowered(document: &Document) -> Result<Lowered, Vec<Diagnostic>> {
    with_room(|| attempt::modelled(document, &Settings::default()).map(Lowered))
}

/// What progenitor alone, without lowering, makes of a document; for comparison.
///
/// # Errors
///
/// Why it makes nothing.
pub fn alone(document: &Document) -> Result<String, String> {
    with_room(|| alone::client(document))
}

/// What the client that [`alone()`] gives needs, as lines of the `[dependencies]` of a `Cargo.toml`.
pub const ALONE_NEEDS: &str = alone::NEEDS;

/// More stack than any document within the reader's depth needs, also by progenitor and typify, which
/// recurse along its schemas; only what is used is taken.
const STACK: usize = 256 * 1024 * 1024;

/// Runs what recurses along a document with room for it, wherever it is called from; on the caller's
/// own thread where no other can be started, as under a limit of processes or of memory.
fn with_room<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    in_thread(std::thread::Builder::new().stack_size(STACK), run)
}

/// Runs two things at once, if there is another thread to be had; both with room for what recurses.
pub(crate) fn both<A, B: Send>(
    here: impl FnOnce() -> A,
    beside: impl FnOnce() -> B + Send,
) -> (A, B) {
    here_and_in_thread(std::thread::Builder::new().stack_size(STACK), here, beside)
}

/// Runs something in a thread made like this, or on the caller's where there is none to be had. A
/// panic in it is one of the caller's.
fn in_thread<T: Send>(thread: std::thread::Builder, run: impl FnOnce() -> T + Send) -> T {
    here_and_in_thread(thread, || (), run).1
}

fn here_and_in_thread<A, B: Send>(
    thread: std::thread::Builder,
    here: impl FnOnce() -> A,
    beside: impl FnOnce() -> B + Send,
) -> (A, B) {
    // A thread that could not be started drops what it was given, so it is given no more than a way to
    // take it.
    let given = std::sync::Mutex::new(Some(beside));
    let take = || {
        given
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .take()
    };
    std::thread::scope(|scope| {
        let worker = thread.spawn_scoped(scope, || take().map(|run| run()));
        let here = here();
        let beside = match worker {
            Ok(worker) => worker
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Err(_) => take().map(|run| run()),
        };
        let beside = beside.expect(
            "nobody else takes it: a thread that starts does, and where none starts the caller",
        );
        (here, beside)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_another_thread_the_callers_own_does() {
        // No system has that much room for a stack.
        let thread = std::thread::Builder::new().stack_size(usize::MAX / 4);
        let own = std::thread::current().id();
        assert_eq!(in_thread(thread, || std::thread::current().id()), own);
        let other = with_room(|| std::thread::current().id());
        assert_ne!(other, own);
    }
}
