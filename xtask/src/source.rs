//! Where documents come from: files, or revisions of openapi.yaml in git.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use xquik_diff::Incomparable;
use xquik_document::{Document, Span, input};

/// The document's file at the root of the repository.
const FILE: &str = "openapi.yaml";

/// Why there is nothing to compare, as one line.
#[derive(Debug)]
pub(crate) struct Error(String);

impl Error {
    /// Something is wrong at a place of a document.
    pub(crate) fn at(name: &str, span: Span, message: impl fmt::Display) -> Self {
        Self(format!("{name}:{}: error: {message}", span.start))
    }
}

impl From<Incomparable> for Error {
    fn from(error: Incomparable) -> Self {
        Self(error.to_string())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// BASE: a file where there is one of that name, else a revision.
pub(crate) fn base(argument: &str) -> Result<Document, Error> {
    let path = Path::new(argument);
    if path.is_file() || argument == "-" {
        return file(path, argument);
    }
    revision(argument)
}

/// HEAD: a file or a revision like BASE, or the document of the working tree.
pub(crate) fn head(argument: Option<&str>) -> Result<Document, Error> {
    match argument {
        Some(argument) => base(argument),
        None => document(),
    }
}

/// The tag of the last release: the newest `v1.2.3` that the current commit comes from.
pub(crate) fn released() -> Result<Option<String>, Error> {
    let root = root()?;
    let git = |arguments: &[&str]| {
        Command::new("git")
            .arg("-C")
            .arg(&root)
            .args(arguments)
            .output()
            .map_err(|error| Error(format!("error: git cannot be run: {error}")))
    };
    let tags = git(&["tag", "--list", "v[0-9]*", "--merged", "HEAD"])?;
    if !tags.status.success() {
        let reason = String::from_utf8_lossy(&tags.stderr);
        let reason = reason.lines().next().unwrap_or("git names no tags");
        return Err(Error(format!("error: the tags cannot be listed: {reason}")));
    }
    if tags.stdout.is_empty() {
        return Ok(None);
    }
    let newest = git(&["describe", "--tags", "--abbrev=0", "--match", "v[0-9]*"])?;
    let tag = String::from_utf8_lossy(&newest.stdout).trim().to_owned();
    if tag.is_empty() {
        let reason = String::from_utf8_lossy(&newest.stderr);
        return Err(Error(format!(
            "error: the last tag cannot be found: {}",
            reason.trim()
        )));
    }
    Ok(Some(tag))
}

/// The document of the working tree.
pub(crate) fn document() -> Result<Document, Error> {
    file(&root()?.join(FILE), FILE)
}

/// The folder that holds the document: the nearest one above the current folder, so that the
/// command works anywhere in the repository.
fn root() -> Result<PathBuf, Error> {
    let here = std::env::current_dir()
        .map_err(|error| Error(format!("error: failed to find the current folder: {error}")))?;
    here.ancestors()
        .find(|folder| folder.join(FILE).is_file())
        .map(Path::to_path_buf)
        .ok_or_else(|| {
            Error(format!(
                "error: there is no {FILE} in {} or above it; name the two files",
                here.display()
            ))
        })
}

/// Reads a file; `name` is what the report calls it.
pub(crate) fn file(path: &Path, name: &str) -> Result<Document, Error> {
    let bytes = input::read(path)
        .map_err(|error| Error(format!("error: failed to read {name}: {error}")))?;
    read(name, &bytes)
}

fn read(name: &str, bytes: &[u8]) -> Result<Document, Error> {
    Document::read(name, bytes).map_err(|error| Error::at(name, error.span, &error.message))
}

fn revision(revision: &str) -> Result<Document, Error> {
    let refuse = |reason: &str| {
        Err(Error(format!(
            "error: `{revision}` is neither a file nor a git revision with an {FILE}: {reason}"
        )))
    };
    if revision.is_empty() || revision.starts_with('-') {
        return refuse("that is no name of a revision");
    }
    let root = match root() {
        Ok(root) => root,
        Err(_) => return refuse("there is no repository with a document here"),
    };
    let name = if revision.contains(':') {
        revision.to_owned()
    } else {
        format!("{revision}:{FILE}")
    };
    // `./` makes git look from the document's folder, not from the top of the repository.
    let object = match name.split_once(':') {
        Some((revision, file)) if file == FILE => format!("{revision}:./{FILE}"),
        _ => name.clone(),
    };
    match blob(&root, &object) {
        Ok(Ok(bytes)) => read(&name, &bytes),
        Ok(Err(reason)) if revision == "HEAD~" => refuse(&format!(
            "{reason} (there is no commit before this one; name a BASE)"
        )),
        Ok(Err(reason)) => refuse(&reason),
        Err(error) => refuse(&format!("it cannot be read from git: {error}")),
    }
}

/// What git holds under a name, or why it holds nothing.
fn blob(root: &Path, object: &str) -> io::Result<Result<Vec<u8>, String>> {
    let mut git = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["cat-file", "blob", object])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // Where it is too large the pipe is closed, and git ends.
    let bytes = match git.stdout.take() {
        Some(stdout) => input::bounded(stdout),
        None => Ok(Vec::new()),
    };
    let output = git.wait_with_output()?;
    let bytes = bytes?;
    if output.status.success() {
        return Ok(Ok(bytes));
    }
    let reason = String::from_utf8_lossy(&output.stderr);
    let reason = reason.lines().next().unwrap_or("git has no such object");
    let reason = reason.strip_prefix("fatal: ").unwrap_or(reason);
    Ok(Err(reason.to_owned()))
}
