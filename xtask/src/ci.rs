//! `cargo xtask ci`: everything that has to hold before a change lands.
//!
//! `.ci/run` runs this and nothing else, so that what holds there holds at home.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

use crate::repository::{Repository, step};
use crate::{bless, edits};

/// Run everything that has to hold before a change lands.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Run only the checks whose names contain this.
    #[arg(long)]
    only: Option<String>,
}

/// A check: whether it holds, or why it could not be made.
type Check = fn(&Repository, &mut dyn Write) -> io::Result<bool>;

/// The checks, cheapest first; the README's test command is one of them.
const CHECKS: &[(&str, Check)] = &[
    ("formatting", formatting),
    ("words", words),
    ("walls", walls),
    ("lints", lints),
    ("documentation", documentation),
    ("the document", document),
    ("the last release", release),
    ("tests", tests),
    ("copies of the document", bless::copies_are_current),
    ("demo", demo),
    ("oldest toolchain", oldest_toolchain),
    ("edits", |repository, out| {
        edits::edits(repository, false, out).map(|()| true)
    }),
];

pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> ExitCode {
    match checks(&Repository::own(), arguments.only.as_deref(), out) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Nothing is left to do if this cannot be written either.
            let _ = writeln!(out, "ci: {error}");
            ExitCode::FAILURE
        }
    }
}

fn checks(repository: &Repository, only: Option<&str>, out: &mut dyn Write) -> io::Result<bool> {
    let mut failed = Vec::new();
    for (name, check) in CHECKS {
        if only.is_some_and(|only| !name.contains(only)) {
            continue;
        }
        let begun = Instant::now();
        writeln!(out, "━━ {name}")?;
        let holds = check(repository, out).unwrap_or_else(|error| {
            // A check that could not be made does not hold; the others still run.
            let _ = writeln!(out, "{error}");
            false
        });
        let verdict = if holds { "holds" } else { "DOES NOT HOLD" };
        writeln!(
            out,
            "━━ {name}: {verdict} ({} s)",
            begun.elapsed().as_secs()
        )?;
        if !holds {
            failed.push(*name);
        }
    }
    if failed.is_empty() {
        writeln!(out, "everything holds")?;
    } else {
        writeln!(out, "does not hold: {}", failed.join(", "))?;
    }
    Ok(failed.is_empty())
}

fn formatting(repository: &Repository, out: &mut dyn Write) -> io::Result<bool> {
    step(
        out,
        "cargo fmt",
        &mut repository.command(&["cargo", "fmt", "--all", "--check"]),
    )
}

fn lints(repository: &Repository, out: &mut dyn Write) -> io::Result<bool> {
    let words = [
        "cargo",
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        // The tests take the crate as it comes; here it is looked at with all that it can have.
        "--all-features",
        "--",
        "-D",
        "warnings",
    ];
    step(out, "cargo clippy", &mut repository.command(&words))
}

/// What every public and private item says, with each of its links.
fn documentation(repository: &Repository, out: &mut dyn Write) -> io::Result<bool> {
    let words = [
        "cargo",
        "doc",
        "--quiet",
        "--workspace",
        "--no-deps",
        "--document-private-items",
    ];
    let mut command = repository.command(&words);
    command.env("RUSTDOCFLAGS", "-D warnings");
    step(out, "cargo doc", &mut command)
}

/// The README's test command.
fn tests(repository: &Repository, out: &mut dyn Write) -> io::Result<bool> {
    let mut command = repository.command(&["cargo", "test", "--workspace"]);
    // A change is judged by the same cases wherever it is; at home every run draws others.
    if std::env::var_os(SEED).is_none() {
        command.env(SEED, "1");
    }
    step(out, "cargo test --workspace", &mut command)
}

/// What the property tests draw their cases from.
const SEED: &str = "PROPTEST_RNG_SEED";

/// The README's other command. It has the features that are shipped, fewer than the tests have, so the compiler
/// is compiled once more for it; not optimised, since it compiles one small document here.
fn demo(repository: &Repository, out: &mut dyn Write) -> io::Result<bool> {
    let compiler = "profile.dev.package.xquik-codegen.opt-level=0";
    let reader = "profile.dev.package.xquik-document.opt-level=0";
    let words = [
        "cargo", "--config", compiler, "--config", reader, "run", "--quiet", "--", "demo",
    ];
    step(out, "cargo run -- demo", &mut repository.command(&words))
}

fn document(repository: &Repository, out: &mut dyn Write) -> io::Result<bool> {
    let words = [
        "cargo",
        "run",
        "--quiet",
        "--package",
        "xtask",
        "lint",
        "openapi.yaml",
        "--deny-warnings",
    ];
    step(
        out,
        "cargo xtask lint --deny-warnings",
        &mut repository.command(&words),
    )
}

/// What the document's edits since the last release do to its clients, where there is a release.
fn release(repository: &Repository, out: &mut dyn Write) -> io::Result<bool> {
    let words = [
        "cargo",
        "run",
        "--quiet",
        "--package",
        "xtask",
        "diff",
        "--released",
    ];
    step(
        out,
        "cargo xtask diff --released",
        &mut repository.command(&words),
    )
}

/// The toolchain that `rust-version` promises, where it is installed.
fn oldest_toolchain(repository: &Repository, out: &mut dyn Write) -> io::Result<bool> {
    let manifest = std::fs::read_to_string(repository.path("Cargo.toml"))?;
    let version = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = \""))
        .and_then(|rest| rest.split('"').next())
        .unwrap_or_default();
    let probe = repository
        .command(&["rustup", "run", version, "cargo", "--version"])
        .output();
    if !probe.is_ok_and(|output| output.status.success()) {
        writeln!(
            out,
            "Rust {version} is not installed here, so the oldest toolchain was not tried"
        )?;
        return Ok(true);
    }
    // The lock file is left alone, and so is the target folder of the other toolchain.
    let words = [
        "rustup",
        "run",
        version,
        "cargo",
        "check",
        "--workspace",
        "--locked",
        "--target-dir",
        "target/oldest",
    ];
    step(
        out,
        &format!("cargo +{version} check"),
        &mut repository.command(&words),
    )
}

/// The walls between the rooms that no compiler guards.
fn walls(repository: &Repository, out: &mut dyn Write) -> io::Result<bool> {
    let mut holds = true;

    // Whoever depends on the crate does not compile the generator into their program, nor does who
    // only reads, judges or compares documents.
    for package in ["xquik", "xquik-document", "xquik-lint", "xquik-diff"] {
        let tree = repository.output(&[
            "cargo",
            "tree",
            "--edges",
            "normal",
            "--package",
            package,
            "--prefix",
            "none",
        ])?;
        let tree = String::from_utf8_lossy(&tree.stdout).into_owned();
        let packages: BTreeSet<&str> = tree
            .lines()
            .filter_map(|line| line.split(' ').next())
            .collect();
        for generator in [
            "progenitor",
            "progenitor-impl",
            "typify",
            "typify-impl",
            "openapiv3",
            "syn-codegen",
            "xquik-codegen",
        ] {
            if packages.contains(generator) {
                writeln!(
                    out,
                    "the normal dependencies of `{package}` hold `{generator}`"
                )?;
                holds = false;
            }
        }
    }

    // The compiler knows no one API. Its own packages are the only names of this one that it may have.
    for file in repository.files()?.iter().filter(|file| {
        file.starts_with("codegen/src/") || file.starts_with("codegen/document/src/")
    }) {
        let text = std::fs::read_to_string(repository.path(file))?.to_lowercase();
        for (number, line) in text.lines().enumerate() {
            let mut line = line.replace('-', "_");
            for own in ["xquik_codegen", "xquik_document"] {
                line = line.replace(own, "");
            }
            for name in ["xquik", "avatar", "challenge"] {
                if line.contains(name) {
                    writeln!(out, "{file}:{}: the compiler names `{name}`", number + 1)?;
                    holds = false;
                }
            }
        }
    }

    // Nothing but the compiler names the generator.
    for file in repository
        .files()?
        .iter()
        .filter(|file| file.ends_with("Cargo.toml"))
    {
        let text = std::fs::read_to_string(repository.path(file))?;
        let names = text
            .lines()
            .any(|line| line.starts_with("progenitor.") || line.starts_with("progenitor ="));
        if names && !matches!(file.as_str(), "Cargo.toml" | "codegen/Cargo.toml") {
            writeln!(
                out,
                "{file}: depends on the generator, which is the compiler's alone"
            )?;
            holds = false;
        }
    }
    Ok(holds)
}

/// What no file may hold: unfinished work, and places of one machine.
fn words(repository: &Repository, out: &mut dyn Write) -> io::Result<bool> {
    // Put together here, so that this file does not hold them.
    let unfinished = [
        ["to", "do!("].concat(),
        ["unimple", "mented!("].concat(),
        ["db", "g!("].concat(),
        ["#[ig", "nore"].concat(),
    ];
    let places = [
        ["/ho", "me/"].concat(),
        ["/ro", "ot/"].concat(),
        ["/wo", "rk/"].concat(),
    ];
    let mut holds = true;
    for file in repository.files()? {
        let Ok(text) = std::fs::read_to_string(repository.path(&file)) else {
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            let code = file.ends_with(".rs");
            let found = unfinished
                .iter()
                .filter(|_| code)
                .chain(&places)
                .find(|word| line.contains(word.as_str()));
            if let Some(word) = found {
                writeln!(out, "{file}:{}: holds `{word}`", number + 1)?;
                holds = false;
            }
        }
    }
    Ok(holds)
}
