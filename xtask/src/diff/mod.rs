//! `cargo xtask diff`: what an edit of the document does to others.
//!
//! Both documents become models of what they mean ([`schema`] for what a schema says, however it is
//! written), and these are compared operation by operation ([`mod@compare`], with one file of [`checks`]
//! per area). What a kind of change is called and whether it breaks somebody stands in the
//! [`catalogue`] alone.

mod catalogue;
mod change;
mod checks;
mod compare;
mod docs;
mod findings;
mod number;
mod references;
mod render;
mod report;
mod schema;
mod side;
pub(crate) mod source;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use xquik_document::Document;

/// Compares two versions of the document and tells what the edit breaks, for whom and why.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The document that clients were written for: a file, or a git revision of openapi.yaml.
    #[arg(default_value = "HEAD~")]
    base: String,
    /// The document that replaces it: a file or a git revision; the working tree's openapi.yaml
    /// where it is left out.
    head: Option<String>,
    /// BASE is the last released document: that of the newest tag `v*` before HEAD. Where nothing
    /// was released nothing can break.
    #[arg(long, conflicts_with = "base")]
    released: bool,
    /// The form of the report.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Prints every kind of change with its class and its reason, and compares nothing.
    #[arg(long)]
    list: bool,
}

/// The forms of the report.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people, operation by operation.
    Human,
    /// For programs.
    Json,
    /// Annotations of a GitHub workflow.
    Github,
}

/// Exit codes: nothing breaking, breaking, unreadable.
const COMPATIBLE: u8 = 0;
const BREAKING: u8 = 1;
const UNREADABLE: u8 = 2;

/// Runs the subcommand: the report goes to `out`, what cannot be read to `err`.
pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write, err: &mut dyn Write) -> ExitCode {
    if arguments.list {
        return finish(out.write_all(docs::catalogue().as_bytes()), COMPATIBLE, err);
    }
    let (report, code) = match compare(arguments) {
        Ok(report) => {
            let code = if report.breaking() > 0 {
                BREAKING
            } else {
                COMPATIBLE
            };
            (report, code)
        }
        Err(error) => {
            // Nothing can be done where not even stderr takes it.
            let _ = writeln!(err, "{error}");
            return ExitCode::from(UNREADABLE);
        }
    };
    let written = write(arguments.format, &report, out);
    finish(written.and_then(|()| out.flush()), code, err)
}

/// Writes a report.
fn write(format: Format, report: &change::Report, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human => render::human(report, out),
        Format::Json => render::json(report, out),
        Format::Github => render::github(report, out),
    }
}

fn finish(written: io::Result<()>, code: u8, err: &mut dyn Write) -> ExitCode {
    match written {
        Ok(()) => ExitCode::from(code),
        // Whoever closed the pipe has seen enough; the comparison is as good as before.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(code),
        Err(error) => {
            let _ = writeln!(err, "error: failed to write the report: {error}");
            ExitCode::from(UNREADABLE)
        }
    }
}

/// What differs between two documents, as lines; for the tests of whoever rewrites documents.
#[cfg(any(test, fuzzing))]
pub(crate) fn changes(base: &Document, head: &Document) -> Vec<String> {
    match report::compare(base, head) {
        Ok(report) => report.changes.iter().map(change::line).collect(),
        Err((which, error)) => vec![format!("{which:?}: {}", error.message)],
    }
}

fn compare(arguments: &Arguments) -> Result<change::Report, source::Error> {
    let base = if arguments.released {
        match source::released()? {
            Some(tag) => source::base(&tag)?,
            None => return Ok(change::Report::default()),
        }
    } else {
        source::base(&arguments.base)?
    };
    let head = source::head(arguments.head.as_deref())?;
    report(&base, &head)
}

/// Compares two documents that were read.
fn report(base: &Document, head: &Document) -> Result<change::Report, source::Error> {
    report::compare(base, head).map_err(|(which, error)| {
        let document = match which {
            side::Which::Base => base,
            side::Which::Head => head,
        };
        source::Error::at(document.name(), error.span, error.message)
    })
}

/// The whole comparison in every form, for whoever tries any documents: the text of each, or why
/// there is none.
#[cfg(any(test, fuzzing))]
pub(crate) fn forms(base: &Document, head: &Document) -> Result<Vec<String>, source::Error> {
    let report = report(base, head)?;
    let forms = Format::value_variants().iter().map(|format| {
        let mut out = Vec::new();
        write(*format, &report, &mut out).expect("memory takes whatever is written");
        String::from_utf8(out).expect("a report is text")
    });
    Ok(forms.collect())
}
