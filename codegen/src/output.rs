//! What a compilation gives.

use crate::diagnostic::Diagnostic;

/// The generated Rust, one text per module, and what was noticed on the way.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Output {
    /// The lowered document, as JSON: what progenitor was given.
    pub lowered: String,
    /// The client and its builders: the items of the generated module itself.
    pub client: String,
    /// `types`: a type per schema.
    pub types: String,
    /// `answers` and `bodies`: what an operation answers and takes where one type is not enough.
    pub messages: String,
    /// `operations` and `ErrorCode`: what the document says beside its schemas.
    pub registry: String,
    /// `runtime`: what the generated code needs at run time, of a text that is the same for every document.
    pub runtime: String,
    /// How many operations the client has.
    pub operations: usize,
    /// What could not be kept as precise as it was written.
    pub notes: Vec<Diagnostic>,
}

impl Output {
    /// The modules by file name, in the order in which the generated module includes them.
    #[must_use]
    pub fn files(&self) -> [(&'static str, &str); 5] {
        [
            ("client.rs", &self.client),
            ("types.rs", &self.types),
            ("messages.rs", &self.messages),
            ("registry.rs", &self.registry),
            ("runtime.rs", &self.runtime),
        ]
    }

    /// All of it as one file that works on its own.
    #[must_use]
    pub fn into_single_file(self) -> String {
        let Self {
            client,
            types,
            messages,
            registry,
            runtime,
            ..
        } = self;
        format!("{client}\n{types}\n{messages}\n{registry}\n{runtime}")
    }
}
