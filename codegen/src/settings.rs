//! What the caller decides about the generated code.

/// How the generated client is to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// Who sends the requests.
    pub hooks: Hooks,
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
        }
    }
}
