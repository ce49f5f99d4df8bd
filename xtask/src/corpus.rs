//! `cargo xtask corpus DIR`: the compiler on a folder of documents, beside progenitor alone.
//!
//! Each document is compiled; what comes out goes through `cargo check` in a scratch package with the
//! dependencies of `xquik`. A document that is broken itself is compiled again with `--keep-going`.
//! The table that is printed is Markdown, so that it can stand in the docs. Exit codes: 0 every document
//! compiled, 1 one did not, 2 the folder cannot be read.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use clap::Args;
use xquik_codegen::{Settings, alone, compile, document::Document};

/// Compile a folder of documents, and say what became of each.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The folder; its YAML and JSON files are compiled.
    dir: PathBuf,
    /// Do not check that what was generated compiles, which takes most of the time.
    #[arg(long)]
    no_check: bool,
}

/// What became of one document.
struct Row {
    name: String,
    size: usize,
    /// Operations kept, of how many.
    operations: (usize, usize),
    outcome: String,
    kept_going: bool,
    notes: usize,
    time: Duration,
    compiles: Option<bool>,
    alone: Result<(), String>,
}

/// Runs the subcommand.
pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write, err: &mut dyn Write) -> ExitCode {
    match table(arguments, out) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            // Where it cannot be written, there is nobody to tell.
            let _ = writeln!(err, "{}: {error}", arguments.dir.display());
            ExitCode::from(2)
        }
    }
}

fn table(arguments: &Arguments, out: &mut dyn Write) -> io::Result<bool> {
    let mut paths: Vec<PathBuf> = fs::read_dir(&arguments.dir)?
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .map(|entry| entry.path())
        .filter(|path| {
            let extension = path.extension().and_then(|extension| extension.to_str());
            matches!(extension, Some("yaml" | "yml" | "json"))
        })
        .collect();
    paths.sort();
    let scratch = scratch()?;
    writeln!(
        out,
        "| document | KB | generated | compiles | operations | notes | seconds | progenitor alone |"
    )?;
    writeln!(out, "|---|---:|---|---|---:|---:|---:|---|")?;
    let mut all = true;
    for path in &paths {
        let row = one(path, (!arguments.no_check).then_some(scratch.as_path()))?;
        all &= row.outcome == "yes" && row.compiles != Some(false);
        let compiles = match row.compiles {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        };
        let generated = if row.kept_going {
            "with `--keep-going`"
        } else {
            &row.outcome
        };
        let alone = match &row.alone {
            Ok(()) => "yes".to_owned(),
            Err(reason) => format!("no: {reason}"),
        };
        writeln!(
            out,
            "| {} | {} | {generated} | {compiles} | {} of {} | {} | {:.2} | {alone} |",
            row.name,
            row.size / 1000,
            row.operations.0,
            row.operations.1,
            row.notes,
            row.time.as_secs_f64(),
        )?;
        out.flush()?;
    }
    Ok(all)
}

fn one(path: &Path, scratch: Option<&Path>) -> io::Result<Row> {
    let bytes = fs::read(path)?;
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut row = Row {
        name: name.clone(),
        size: bytes.len(),
        operations: (0, 0),
        outcome: "yes".to_owned(),
        kept_going: false,
        notes: 0,
        time: Duration::ZERO,
        compiles: None,
        alone: Err("not read".to_owned()),
    };
    let start = Instant::now();
    let document = match Document::read(&name, &bytes) {
        Ok(document) => document,
        Err(error) => {
            row.outcome = format!("no: {}", error.message);
            return Ok(row);
        }
    };
    row.operations.1 = operations(&document);
    let mut output = compile(&document, &Settings::default());
    row.time = start.elapsed();
    if output.is_err() {
        row.kept_going = true;
        output = compile(&document, &Settings::default().keep_going(true));
    }
    row.alone = alone(&document).map_err(|reason| brief(&reason));
    match output {
        Ok(output) => {
            row.notes = output.notes.len();
            row.operations.0 = output.operations;
            if let Some(scratch) = scratch {
                fs::write(
                    scratch.join("src").join("client.rs"),
                    output.into_single_file(),
                )?;
                row.compiles = Some(check(scratch)?);
            }
        }
        Err(errors) => {
            row.kept_going = false;
            let first = errors
                .first()
                .map(|error| error.line(&name))
                .unwrap_or_default();
            row.outcome = format!("no: {}", brief(&first));
        }
    }
    Ok(row)
}

/// The first words of a reason, fit for a cell.
fn brief(reason: &str) -> String {
    let line = reason
        .lines()
        .next()
        .unwrap_or_default()
        .replace('|', "\\|");
    line.chars().take(80).collect()
}

/// The operations that the document has, whatever it refers to.
fn operations(document: &Document) -> usize {
    const METHODS: [&str; 8] = [
        "get", "put", "post", "delete", "options", "head", "patch", "trace",
    ];
    let paths = document
        .root()
        .get("paths")
        .and_then(|paths| paths.as_mapping());
    paths
        .into_iter()
        .flatten()
        .flat_map(|path| path.value.as_mapping().into_iter().flatten())
        .filter(|member| METHODS.contains(&member.key.name.as_str()))
        .count()
}

/// A package with the dependencies that `xquik` has, in the target folder of this repository.
fn scratch() -> io::Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()?;
    let scratch = root.join("target").join("corpus");
    fs::create_dir_all(scratch.join("src"))?;
    let manifest = fs::read_to_string(root.join("Cargo.toml"))?;
    let section = |name: &str| -> Vec<&str> {
        let mut lines = manifest.lines().skip_while(|line| *line != name);
        lines.next();
        lines.take_while(|line| !line.starts_with('[')).collect()
    };
    let versions = section("[workspace.dependencies]");
    // The generated file needs what `xquik` itself depends on, in the versions of the workspace.
    let needed = section("[dependencies]");
    let lines: Vec<&str> = versions
        .into_iter()
        .filter(|line| {
            let name = line.split([' ', '=']).next().unwrap_or_default();
            !name.is_empty()
                && !name.starts_with("xquik")
                && needed.iter().any(|line| {
                    line.starts_with(&format!("{name}.workspace"))
                        || line.starts_with(&format!("{name} ="))
                })
        })
        .collect();
    let text = format!(
        "[package]\nname = \"corpus\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{}\n",
        lines.join("\n")
    );
    fs::write(scratch.join("Cargo.toml"), text)?;
    fs::copy(root.join("Cargo.lock"), scratch.join("Cargo.lock"))?;
    fs::write(
        scratch.join("src").join("lib.rs"),
        "//! What was generated.\n#![deny(warnings)]\n#[allow(missing_docs, clippy::all)]\npub mod client;\n",
    )?;
    Ok(scratch)
}

fn check(scratch: &Path) -> io::Result<bool> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["check", "--quiet"])
        .current_dir(scratch)
        .env("CARGO_TARGET_DIR", scratch.join("target"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    Ok(status.success())
}
