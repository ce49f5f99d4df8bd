//! The repository: where it is, and how commands run in it.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A checkout of the repository.
#[derive(Debug, Clone)]
pub(crate) struct Repository {
    root: PathBuf,
    /// What commands in it find in their environment beside this program's own.
    environment: Vec<(&'static str, OsString)>,
}

impl Repository {
    /// The checkout that this program was built from.
    pub(crate) fn own() -> Self {
        let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
        // The manifest's folder is `xtask`, right below the root.
        Self::at(xtask.parent().unwrap_or(xtask))
    }

    /// A checkout at a folder.
    pub(crate) fn at(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            environment: Vec::new(),
        }
    }

    /// The same, with a variable for the commands that run in it.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    /// The root folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path below the root.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// A command that runs in the root; `cargo` is the one that runs this program.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let (program, arguments) = words.split_first().unwrap_or((&"true", &[]));
        let program = match *program {
            "cargo" => std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()),
            other => other.to_owned(),
        };
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.root);
        for (name, value) in &self.environment {
            command.env(name, value);
        }
        command
    }

    /// Runs a command and gives what it printed; an exit code other than 0 is an error that shows it.
    pub(crate) fn output(&self, words: &[&str]) -> io::Result<Output> {
        let output = self.command(words).output()?;
        if output.status.success() {
            return Ok(output);
        }
        Err(io::Error::other(format!(
            "`{}` failed:\n{}{}",
            words.join(" "),
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )))
    }

    /// The files that git tracks, relative to the root.
    pub(crate) fn files(&self) -> io::Result<Vec<String>> {
        let output = self.output(&["git", "ls-files", "-z"])?;
        Ok(String::from_utf8_lossy(&output.stdout)
            .split('\0')
            .filter(|path| !path.is_empty() && self.path(path).exists())
            .map(str::to_owned)
            .collect())
    }
}

/// Runs a command whose output a person follows; tells which one failed.
pub(crate) fn step(out: &mut dyn Write, name: &str, command: &mut Command) -> io::Result<bool> {
    writeln!(out, "── {name}")?;
    out.flush()?;
    let done = command.status()?.success();
    if !done {
        writeln!(out, "── {name}: failed")?;
    }
    Ok(done)
}
