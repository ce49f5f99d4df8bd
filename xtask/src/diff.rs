//! `cargo xtask diff`: what an edit of the document does to others. `xquik-diff` compares; here is what
//! it is asked.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Args;
use xquik_diff::{Format, Report};

use crate::source;

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

/// Exit codes: nothing breaking, breaking, unreadable.
const COMPATIBLE: u8 = 0;
const BREAKING: u8 = 1;
const UNREADABLE: u8 = 2;

/// Runs the subcommand: the report goes to `out`, what cannot be read to `err`.
pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write, err: &mut dyn Write) -> ExitCode {
    if arguments.list {
        let catalogue = xquik_diff::catalogue();
        return finish(out.write_all(catalogue.as_bytes()), COMPATIBLE, err);
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
    let written = xquik_diff::write(arguments.format, &report, out);
    finish(written.and_then(|()| out.flush()), code, err)
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

fn compare(arguments: &Arguments) -> Result<Report, source::Error> {
    let base = if arguments.released {
        match source::released()? {
            Some(tag) => source::base(&tag)?,
            None => return Ok(Report::default()),
        }
    } else {
        source::base(&arguments.base)?
    };
    let head = source::head(arguments.head.as_deref())?;
    Ok(xquik_diff::compare(&base, &head)?)
}
