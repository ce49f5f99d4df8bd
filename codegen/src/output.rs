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
    /// The title and the version of the document.
    pub(crate) made_of: String,
    /// The crates that it needs, as lines of a `Cargo.toml`.
    pub(crate) needs: Vec<&'static str>,
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

    /// The `[dependencies]` that the generated code needs, with the features that it needs, ready to paste into a
    /// `Cargo.toml`.
    #[must_use]
    pub fn dependencies(&self) -> String {
        let lines: String = self.needs.iter().map(|line| format!("{line}\n")).collect();
        format!("[dependencies]\n{lines}")
    }

    /// All of it as one file that works on its own, which begins with what made it, of what, and what it needs.
    #[must_use]
    pub fn into_single_file(self) -> String {
        let mut head = format!(
            "// Made by xquik-codegen {} and progenitor {} of: {}\n//\n\
             // It needs the edition 2021 or a later one, and:\n//\n",
            env!("CARGO_PKG_VERSION"),
            crate::PROGENITOR,
            self.made_of.trim(),
        );
        for line in self.dependencies().lines() {
            head += &format!("//     {line}\n");
        }
        let Self {
            client,
            types,
            messages,
            registry,
            runtime,
            ..
        } = self;
        format!("{head}\n{client}\n{types}\n{messages}\n{registry}\n{runtime}")
    }
}
