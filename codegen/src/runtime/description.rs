/// What the document says about an operation beside its schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Its `operationId`.
    pub id: &'static str,
    /// What the generated client calls it, in its methods and in `OperationInfo`.
    pub name: &'static str,
    /// The method, upper case.
    pub method: &'static str,
    /// The path below the server's URL, with its template.
    pub path: &'static str,
    /// How a request that may have arrived may be sent again (`x-resend`).
    pub resend: Resend,
    /// Its parameters.
    pub parameters: &'static [Parameter],
    /// Its documented answers, success first.
    pub answers: &'static [Answer],
    /// Its other extensions, as JSON text.
    pub extensions: &'static [(&'static str, &'static str)],
}

impl Operation {
    /// The value of an extension, as JSON text.
    #[must_use]
    pub fn extension(&self, name: &str) -> Option<&'static str> {
        self.extensions
            .iter()
            .find(|(extension, _)| *extension == name)
            .map(|(_, value)| *value)
    }

    /// The parameter of that name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        self.parameters
            .iter()
            .find(|parameter| parameter.name == name)
    }

    /// The documented answer for a status: listed itself, by its range, or as `default`.
    #[must_use]
    pub fn answer(&self, status: u16) -> Option<&'static Answer> {
        let listed = |wanted: Status| self.answers.iter().find(|answer| answer.status == wanted);
        listed(Status::Code(status))
            .or_else(|| listed(Status::Range(status / 100)))
            .or_else(|| listed(Status::Default))
    }
}

/// How a request may be sent again when it is not known whether the first one arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resend {
    /// Not at all.
    Never,
    /// Freely: twice has the effect of once.
    Idempotent,
    /// Under the same idempotency key, with the same body.
    Keyed,
}

/// A parameter of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// `path`, `query`, `header` or `cookie`.
    pub location: &'static str,
    /// Whether it has to be given.
    pub required: bool,
    /// The shortest value, in characters.
    pub min_length: Option<u64>,
    /// The longest value, in characters.
    pub max_length: Option<u64>,
    /// The regular expression that a value matches.
    pub pattern: Option<&'static str>,
}

/// A documented answer of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// Its status.
    pub status: Status,
    /// What it means.
    pub description: &'static str,
    /// The codes of the document's registry that it may hold.
    pub codes: &'static [&'static str],
}

/// A key of `responses`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// One status.
    Code(u16),
    /// All that begin with this digit.
    Range(u16),
    /// All that are not listed.
    Default,
}

/// Whether the same request may be sent again after a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodeResend {
    /// Not before something else has changed.
    Never,
    /// After the delay that the answer states.
    AfterDelay,
    /// After a delay that grows with each attempt.
    Backoff,
}
