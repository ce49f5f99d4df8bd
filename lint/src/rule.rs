//! What a rule is.

use std::fmt;

use super::context::Context;
use super::finding::Report;

/// One rule of the catalogue. Each has a file of its own under `rules`.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Its name, in words joined by hyphens.
    pub(crate) id: &'static str,
    pub(crate) severity: Severity,
    pub(crate) area: Area,
    /// One line that says what it finds.
    pub(crate) summary: &'static str,
    /// Why that matters and what to do, in Markdown.
    pub(crate) docs: &'static str,
    /// A document with the mistake. The line of each finding is marked by a comment `# here`.
    pub(crate) bad: &'static str,
    /// The same, corrected.
    pub(crate) good: &'static str,
    pub(crate) check: Check,
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Check {
    /// What is there. Such a rule also speaks about a document whose syntax is broken elsewhere.
    Local(Checker),
    /// What is there and what is not: it needs the whole document.
    Whole(Checker),
}

/// The function that judges.
pub(crate) type Checker = for<'c, 'd> fn(&'c Context<'d>, &mut Report<'d>);

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The document is wrong.
    Error,
    /// The document is legal, and likely not what was meant.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// The text as YAML or JSON.
    Syntax,
    /// Objects and their fields.
    Structure,
    /// Where references lead.
    References,
    /// Paths, operations and parameters.
    Paths,
    /// Schemas.
    Schemas,
    /// Values that are shown.
    Examples,
    /// Who may call what.
    Security,
    /// What is said about errors.
    ErrorContract,
    /// What the compiler says.
    Compiles,
    /// Texts for people.
    Words,
    /// Findings that were accepted.
    Acceptance,
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syntax => "syntax",
            Self::Structure => "structure",
            Self::References => "references",
            Self::Paths => "paths and parameters",
            Self::Schemas => "schemas",
            Self::Examples => "examples",
            Self::Security => "security",
            Self::ErrorContract => "error contract",
            Self::Compiles => "what compiles",
            Self::Words => "words",
            Self::Acceptance => "accepted findings",
        })
    }
}
