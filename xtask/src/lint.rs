//! `cargo xtask lint`: what is wrong with a document. `xquik-lint` judges; here is what it is asked.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use xquik_document::input;
use xquik_lint::{Accepted, Colors, Format, Judging, Outcome, Severity};

use crate::repository::Repository;

/// The findings that the repository accepts, below its root.
const ACCEPTED: &str = "xtask/accepted-findings.yaml";

/// The document, below the repository's root.
const DOCUMENT: &str = "openapi.yaml";

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
        xquik_lint::list(out)?;
        return Ok(0);
    }
    if let Some(rule) = &arguments.explain {
        return match xquik_lint::explain(rule, out)? {
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
            judge(&name, &bytes, folder.as_deref())
        }
        Err(error) => xquik_lint::unreadable(&error.to_string()),
    };
    xquik_lint::write(arguments.format, &name, &outcome, colors, out)?;
    out.flush()?;
    Ok(exit_code(&outcome, arguments.deny_warnings))
}

/// Judges a document with the repository's compiler and the findings that it accepts. `folder` is where
/// relative references start.
pub(crate) fn judge(name: &str, bytes: &[u8], folder: Option<&Path>) -> Outcome {
    let repository = Repository::own();
    xquik_lint::judge(Judging {
        name,
        bytes,
        folder,
        compiler: &xquik_codegen::check,
        accepted: Some(&Accepted {
            name: ACCEPTED.to_owned(),
            file: repository.path(ACCEPTED),
            document: repository.path(DOCUMENT),
        }),
    })
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
    let here = Path::new(DOCUMENT);
    if here.exists() {
        return here.to_owned();
    }
    Repository::own().path(DOCUMENT)
}

#[cfg(test)]
mod tests {
    use xquik_lint::Area;

    use super::*;

    #[test]
    fn the_repository_s_own_acceptances_can_be_read() {
        assert!(Repository::own().path(ACCEPTED).is_file());
        let outcome = judge("openapi.yaml", b"openapi: 3.0.4\n", None);
        let said = outcome.findings.iter();
        let wrong: Vec<_> = said.filter(|it| it.area == Area::Acceptance).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
