//! The forms of a report, one file each.

mod github;
mod human;
mod json;

use std::io::{self, Write};

use clap::ValueEnum;

use crate::change::Report;

pub(crate) use github::github;
pub(crate) use human::human;
pub(crate) use json::json;

/// The forms of the report.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Format {
    /// For people, operation by operation.
    Human,
    /// For programs.
    Json,
    /// Annotations of a GitHub workflow.
    Github,
}

/// Writes a report.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write(format: Format, report: &Report, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human => human(report, out),
        Format::Json => json(report, out),
        Format::Github => github(report, out),
    }
}
