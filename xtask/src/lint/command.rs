//! The command line of `cargo xtask lint`.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::catalogue;
use super::format::{self, Colors, Format};
use super::rule::Severity;
use super::run::{self, Outcome};
use crate::input;
use crate::repository::Repository;

/// Judge a document: what is wrong, at which line, and what to do.
///
/// Exit 0: clean. 1: findings (errors; with --deny-warnings warnings too). 2: the document could
/// not be read.
#[derive(Debug, Args)]
pub(crate) struct Lint {
    /// The document, YAML or JSON; `-` reads standard input [default: the repository's openapi.yaml]
    spec: Option<PathBuf>,

    /// How to write the findings down
    #[arg(long, value_enum, default_value = "human")]
    format: Format,

    /// Warnings fail too
    #[arg(long)]
    deny_warnings: bool,

    /// Name every rule
    #[arg(long, conflicts_with_all = ["spec", "explain"])]
    list: bool,

    /// Say what a rule is about, with a bad and a good example
    #[arg(long, value_name = "RULE", conflicts_with = "spec")]
    explain: Option<String>,
}

/// Runs the command.
pub(crate) fn lint(arguments: &Lint) -> ExitCode {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let code = match run(arguments, &mut out) {
        Ok(code) => code,
        // Whoever read the output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
        Err(error) => {
            _ = writeln!(io::stderr(), "failed to write the report: {error}");
            2
        }
    };
    _ = out.flush();
    ExitCode::from(code)
}

fn run(arguments: &Lint, out: &mut dyn Write) -> io::Result<u8> {
    if arguments.list {
        catalogue::list(out)?;
        return Ok(0);
    }
    if let Some(rule) = &arguments.explain {
        return match catalogue::explain(rule, out)? {
            Ok(()) => Ok(0),
            Err(message) => {
                writeln!(io::stderr(), "{message}")?;
                Ok(2)
            }
        };
    }
    let path = arguments.spec.clone().unwrap_or_else(own_document);
    let name = path.display().to_string();
    let colors = if io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        Colors::Yes
    } else {
        Colors::No
    };
    let outcome = match input::read(&path) {
        Ok(bytes) => {
            let folder = (path != Path::new("-")).then(|| folder_of(&path));
            run::judge(&name, &bytes, folder.as_deref())
        }
        Err(error) => run::unreadable(&error.to_string()),
    };
    format::write(arguments.format, &name, &outcome, colors, out)?;
    out.flush()?;
    Ok(exit_code(&outcome, arguments.deny_warnings))
}

fn exit_code(outcome: &Outcome, deny_warnings: bool) -> u8 {
    let errors = outcome.count(Severity::Error);
    let warnings = outcome.count(Severity::Warning);
    if !outcome.readable {
        2
    } else {
        u8::from(errors > 0 || (deny_warnings && warnings > 0))
    }
}

fn folder_of(path: &Path) -> PathBuf {
    path.parent().unwrap_or(Path::new("")).to_owned()
}

/// The repository's own document, wherever the command is started.
fn own_document() -> PathBuf {
    let here = Path::new("openapi.yaml");
    if here.exists() {
        return here.to_owned();
    }
    Repository::own().path("openapi.yaml")
}
