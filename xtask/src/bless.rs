//! `cargo xtask bless`: accepts changed snapshots and rewrites every generated file.
//!
//! Tests hold both: those in modules called `snapshots` hold what was compiled, and those whose names
//! end in `is_current` hold a committed file that is made of something else. In the first kind
//! `insta` writes what it found; the second kind rewrites its file if `XQUIK_BLESS` is set.

use std::io::{self, Write};
use std::process::ExitCode;

use crate::repository::{Repository, step};

/// What the names of the tests hold that hold something which can be accepted.
pub(crate) const ALL: &[&str] = &["snapshots", FILES[0]];

/// The same, of committed files that are made of something else.
pub(crate) const FILES: &[&str] = &["is_current"];

/// Accept the changed snapshots and rewrite every generated file.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {}

pub(crate) fn run(_: &Arguments, out: &mut dyn Write) -> ExitCode {
    match accept(&Repository::own(), &[], ALL, out) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Nothing is left to do if this cannot be written either.
            let _ = writeln!(out, "bless: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Accepts whatever the tests of these names find, those of some packages excluded.
pub(crate) fn accept(
    repository: &Repository,
    excluded: &[&str],
    filters: &[&str],
    out: &mut dyn Write,
) -> io::Result<bool> {
    copies(repository, true)?;
    step(
        out,
        "accept what the tests find",
        tests(repository, excluded, filters)
            .env("INSTA_UPDATE", "always")
            .env("XQUIK_BLESS", "1"),
    )
}

/// Checks that the tests of these names would change no file.
pub(crate) fn check(
    repository: &Repository,
    filters: &[&str],
    out: &mut dyn Write,
) -> io::Result<bool> {
    if !copies_are_current(repository, out)? {
        return Ok(false);
    }
    step(
        out,
        "what is committed is current",
        tests(repository, &[], filters).env("INSTA_UPDATE", "no"),
    )
}

/// Checks the copies of the document alone; all else that is generated the tests hold.
pub(crate) fn copies_are_current(repository: &Repository, out: &mut dyn Write) -> io::Result<bool> {
    let stale = copies(repository, false)?;
    if let Some(stale) = stale {
        writeln!(out, "`{stale}` is not current: run `cargo xtask bless`")?;
    }
    Ok(stale.is_none())
}

/// The tests of the workspace whose names hold one of these, or all of them; without those in the docs,
/// and without those of the packages that are excluded.
pub(crate) fn tests(
    repository: &Repository,
    excluded: &[&str],
    filters: &[&str],
) -> std::process::Command {
    let mut words = vec!["cargo", "test", "--quiet", "--workspace"];
    words.extend(excluded.iter().flat_map(|package| ["--exclude", package]));
    words.extend(["--lib", "--bins", "--tests", "--"]);
    words.extend(filters);
    repository.command(&words)
}

/// Copies of the document: a crate that is published on its own has to hold its own.
const COPIES: [&str; 1] = ["mock/openapi.yaml"];

/// Rewrites the copies, or names the first that would change.
fn copies(repository: &Repository, rewrite: bool) -> io::Result<Option<&'static str>> {
    let document = std::fs::read(repository.path("openapi.yaml"))?;
    for copy in COPIES {
        let path = repository.path(copy);
        if std::fs::read(&path).ok().as_deref() == Some(&document) {
            continue;
        }
        if !rewrite {
            return Ok(Some(copy));
        }
        std::fs::write(path, &document)?;
    }
    Ok(None)
}
