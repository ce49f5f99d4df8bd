//! What the document would compile to is said by whoever compiles: a function that is passed in.

use std::fmt;
use std::sync::OnceLock;

use xquik_document::{Diagnostic, Document};

/// What a compiler says of a document.
pub type Compiler<'c> = &'c (dyn Fn(&Document) -> Vec<Diagnostic> + Sync);

/// A compiler that is asked once, by whoever needs its word first.
pub(crate) struct Asked<'c> {
    compiler: Compiler<'c>,
    said: OnceLock<Vec<Diagnostic>>,
}

impl<'c> Asked<'c> {
    pub(crate) fn new(compiler: Compiler<'c>) -> Self {
        Self {
            compiler,
            said: OnceLock::new(),
        }
    }

    /// What it says; waits where it was already asked elsewhere.
    pub(crate) fn about(&self, document: &Document) -> &[Diagnostic] {
        self.said.get_or_init(|| (self.compiler)(document))
    }
}

impl fmt::Debug for Asked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Asked").field(&self.said).finish()
    }
}
