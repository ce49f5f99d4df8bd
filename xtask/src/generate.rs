//! `cargo xtask generate`: what is made of something else, made anew.
//!
//! By itself it rewrites every committed file that is generated, as `cargo xtask bless` does, and leaves
//! the snapshots as they are; with `--check` it says whether one would change.
//!
//! With `--spec FILE --out FILE.rs` it is the compiler on any document. The client becomes one file that
//! works on its own, and begins with the dependencies that it needs, which `--deps` prints alone; it is given
//! a base URL and a `reqwest::Client`. Exit
//! codes: 0 written, 1 the document cannot be compiled (each reason on stderr), 2 it could not be read,
//! or the file not written.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use xquik_codegen::{Diagnostic, Settings, compile};
use xquik_document::{Document, input};

use crate::bless;
use crate::repository::Repository;

/// What to compile, and to where.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("wanted").args(["out", "deps"]).multiple(true))]
pub(crate) struct Generate {
    /// Compile this OpenAPI document (YAML or JSON), whatever it is of.
    #[arg(long, value_name = "FILE", requires = "wanted")]
    spec: Option<PathBuf>,
    /// Write the client to this file.
    #[arg(long, value_name = "FILE.rs", requires = "spec")]
    out: Option<PathBuf>,
    /// Print the `[dependencies]` that the client needs, ready to paste.
    #[arg(long, requires = "spec")]
    deps: bool,
    /// Leave out what cannot be compiled, with a note for each place.
    #[arg(long, requires = "spec")]
    keep_going: bool,
    /// Rewrite nothing, and fail if a generated file that is committed is not current.
    #[arg(long, conflicts_with = "spec")]
    check: bool,
}

/// Runs the subcommand.
pub(crate) fn run(arguments: &Generate) -> ExitCode {
    match &arguments.spec {
        Some(spec) => one(spec, arguments, &mut io::stdout(), &mut io::stderr().lock()),
        None => committed(arguments.check),
    }
}

/// The generated files that are committed: 0 rewritten or current, 1 not current, 2 cannot be told.
fn committed(check: bool) -> ExitCode {
    let (repository, out) = (Repository::own(), &mut io::stdout());
    let done = if check {
        bless::check(&repository, bless::FILES, out)
    } else {
        bless::accept(&repository, &[], bless::FILES, out)
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            say(&mut io::stderr(), &format!("generate: {error}"));
            ExitCode::from(2)
        }
    }
}

/// A line for people; where it cannot be written, there is nobody to tell.
fn say(stderr: &mut impl Write, line: &str) {
    let _ = writeln!(stderr, "{line}");
}

fn one(
    spec: &Path,
    arguments: &Generate,
    stdout: &mut impl Write,
    stderr: &mut impl Write,
) -> ExitCode {
    let name = spec.display().to_string();
    let bytes = match input::read(spec) {
        Ok(bytes) => bytes,
        Err(error) => {
            say(
                stderr,
                &format!("{name}:1:1: error: the document cannot be read: {error}"),
            );
            return ExitCode::from(2);
        }
    };
    let document = match Document::read(&name, &bytes) {
        Ok(document) => document,
        Err(error) => {
            say(stderr, &Diagnostic::from(error).line(&name));
            return ExitCode::from(2);
        }
    };
    let settings = Settings::default().keep_going(arguments.keep_going);
    let output = match compile(&document, &settings) {
        Ok(output) => output,
        Err(errors) => {
            for error in errors {
                say(stderr, &error.line(&name));
            }
            return ExitCode::from(1);
        }
    };
    for note in &output.notes {
        say(stderr, &note.line(&name));
    }
    // A closed pipe is no mistake of the document's.
    if arguments.deps && write!(stdout, "{}", output.dependencies()).is_err() {
        return ExitCode::from(2);
    }
    let Some(out) = &arguments.out else {
        return ExitCode::SUCCESS;
    };
    match fs::write(out, output.into_single_file()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(
                stderr,
                &format!("{} cannot be written: {error}", out.display()),
            );
            ExitCode::from(2)
        }
    }
}
