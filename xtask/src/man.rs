//! `cargo xtask man`: man pages of the command line, a page for each command.
//!
//! They are made of the command line's own definition, by an example of its package. The workshop does
//! not depend on that package: it has to work on a document that does not compile.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::repository::Repository;

/// Write the man pages of the command line.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder that they are written to [default: target/man]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> ExitCode {
    let repository = Repository::own();
    let folder = match &arguments.out {
        Some(folder) => std::path::absolute(folder),
        None => Ok(repository.path("target/man")),
    };
    match folder.and_then(|folder| write(&repository, &folder)) {
        Ok(pages) => {
            for page in pages {
                // Nobody who reads this any more is no failure.
                let _ = writeln!(out, "{}", page.display());
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(out, "man: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the pages, and gives their paths.
fn write(repository: &Repository, folder: &Path) -> io::Result<Vec<PathBuf>> {
    let words = [
        "cargo",
        "run",
        "--quiet",
        "--package",
        "xquik-cli",
        "--example",
        "man",
        "--",
    ];
    let status = repository.command(&words).arg(folder).status()?;
    if !status.success() {
        return Err(io::Error::other("the pages could not be made; see above"));
    }
    let mut pages = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "1"));
    pages.sort();
    Ok(pages)
}
