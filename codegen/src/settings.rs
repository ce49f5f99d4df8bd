//! What the caller decides about the generated code.

/// How the generated client is to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// Who sends the requests.
    pub hooks: Hooks,
    /// Whether a bad place costs only itself: an operation that cannot be compiled is left out, a
    /// reference to nothing becomes a value of any shape, and each of these is a note.
    pub keep_going: bool,
    /// Whether the types implement `schemars::JsonSchema`; the crate that includes them then depends on
    /// schemars 1.
    pub schemars: bool,
}

/// Who sends the requests of the generated client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Hooks {
    /// Its own `reqwest::Client`, as it is.
    #[default]
    None,
    /// The crate that includes the generated code implements `ClientHooks<inner>` for the client.
    Given {
        /// The path of the type of the client's `inner` value, as the generated code sees it.
        inner: String,
    },
}

impl Settings {
    /// Settings for a client whose requests are sent by the crate around it.
    #[must_use]
    pub fn with_hooks(inner: impl Into<String>) -> Self {
        Self {
            hooks: Hooks::Given {
                inner: inner.into(),
            },
            ..Self::default()
        }
    }

    /// The same, but a bad place costs only itself.
    #[must_use]
    pub fn keep_going(mut self, keep_going: bool) -> Self {
        self.keep_going = keep_going;
        self
    }

    /// The same, with `schemars::JsonSchema` for the types.
    #[must_use]
    pub fn with_schemars(mut self) -> Self {
        self.schemars = true;
        self
    }
}
