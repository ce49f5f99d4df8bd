//! How findings are written down; one file for each form.

mod github;
mod human;
mod json;
mod sarif;

use std::io::{self, Write};

use clap::ValueEnum;

use super::run::Outcome;

/// The forms of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: the line and a caret under it.
    Human,
    /// One JSON object.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions, which annotate the lines of a change.
    Github,
}

/// Whether the human form may use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colors {
    /// It may.
    Yes,
    /// It may not.
    No,
}

/// Writes a report.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write(
    format: Format,
    name: &str,
    outcome: &Outcome,
    colors: Colors,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Human => human::write(name, outcome, colors, out),
        Format::Json => json::write(outcome, out),
        Format::Sarif => sarif::write(name, outcome, out),
        Format::Github => github::write(name, outcome, out),
    }
}
