//! `cargo xtask corpus DIR`: the compiler on a folder of documents, beside progenitor alone.
//!
//! Each document is compiled in a process of its own, so that one which needs all memory costs only
//! itself; what comes out goes through `cargo check` in a scratch package with the dependencies of
//! `xquik`. A document that is broken itself is compiled again with `--keep-going`. The table that is
//! printed is Markdown, so that it can stand in the docs. With `--weigh` it tells how heavy the clients
//! are. Exit codes: 0 every document compiled, 1 one did not, 2 the folder cannot be read.

mod weigh;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::{Value, json};
use xquik_codegen::{Settings, alone, compile, document::Document, lowered};

/// Compile folders of documents, and say what became of each.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The folders, whose YAML and JSON files are compiled; or documents.
    #[arg(required = true, value_name = "DIR")]
    paths: Vec<PathBuf>,
    /// Only documents whose file name holds this word; may be given more than once.
    #[arg(long, value_name = "WORD")]
    only: Vec<String>,
    /// Do not check that what was generated compiles, which takes most of the time.
    #[arg(long)]
    no_check: bool,
    /// Measure as well how long the generator and the formatter alone take on the same lowered
    /// document, and say how many times longer the whole compiler takes.
    #[arg(long)]
    figures: bool,
    /// Weigh the clients instead: lines, bytes and the processor seconds of `cargo check`, beside
    /// progenitor alone, and beside openapi-to-rust where it is installed or the variable
    /// OPENAPI_TO_RUST names the program.
    #[arg(long, conflicts_with_all = ["no_check", "figures"])]
    weigh: bool,
    /// How often each client is checked.
    #[arg(long, default_value_t = 3, value_name = "N", requires = "weigh", value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// What the processes do that this one starts: one document, and what became of it as JSON.
    #[arg(long, hide = true, value_name = "WHAT")]
    one: Option<What>,
    /// Where such a process writes the client.
    #[arg(long, hide = true, value_name = "FILE", requires = "one")]
    client: Option<PathBuf>,
}

/// What is done with one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// The compiler.
    Compile,
    /// progenitor as it is.
    Alone,
    /// The generator and the formatter on the lowered document.
    Bare,
}

/// Runs the subcommand.
pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write, err: &mut dyn Write) -> ExitCode {
    let done = match arguments.one {
        Some(what) => one(arguments, what, out).map(|()| true),
        None if arguments.weigh => weigh::table(arguments, out, err),
        None => table(arguments, out, err),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            // Where it cannot be written, there is nobody to tell.
            let _ = writeln!(err, "corpus: {error}");
            ExitCode::from(2)
        }
    }
}

/// How many documents did what.
#[derive(Default)]
struct Total {
    documents: usize,
    generated: usize,
    compiled: usize,
    operations: (u64, u64),
    notes: u64,
    alone: usize,
}

/// The documents that are meant, in the order of their paths.
fn documents(arguments: &Arguments) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for path in &arguments.paths {
        let named = |error: io::Error| io::Error::other(format!("{}: {error}", path.display()));
        if !fs::metadata(path).map_err(named)?.is_dir() {
            paths.push(path.clone());
            continue;
        }
        for entry in fs::read_dir(path).map_err(named)? {
            let path = entry.map_err(named)?.path();
            let extension = path.extension().and_then(|extension| extension.to_str());
            if matches!(extension, Some("yaml" | "yml" | "json")) {
                paths.push(path);
            }
        }
    }
    paths.retain(|path| {
        let name = file_name(path);
        arguments.only.is_empty() || arguments.only.iter().any(|word| name.contains(word))
    });
    paths.sort();
    Ok(paths)
}

fn table(arguments: &Arguments, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<bool> {
    let paths = documents(arguments)?;
    let scratch = scratch()?;
    let figures = if arguments.figures {
        (
            " bare generator, s | ratio | memory × file |",
            "---:|---:|---:|",
        )
    } else {
        ("", "")
    };
    writeln!(
        out,
        "| document | KB | generated | compiles | operations | notes | seconds | MB |{} progenitor alone |",
        figures.0
    )?;
    writeln!(
        out,
        "|---|---:|---|---|---:|---:|---:|---:|{}---|",
        figures.1
    )?;
    let mut total = Total::default();
    for path in &paths {
        let row = row(arguments, path, &scratch, &mut total, err)?;
        writeln!(out, "{row}")?;
        out.flush()?;
    }
    writeln!(
        out,
        "| **{}** | | **{}** | **{}** | **{} of {}** | **{}** | | |{} **{}** |",
        total.documents,
        total.generated,
        total.compiled,
        total.operations.0,
        total.operations.1,
        total.notes,
        if arguments.figures { " | | |" } else { "" },
        total.alone,
    )?;
    Ok(total.generated == total.documents
        && (arguments.no_check || total.compiled == total.documents))
}

/// What became of one document, as a row of the table; why it did not compile goes to `err`.
fn row(
    arguments: &Arguments,
    path: &Path,
    scratch: &Path,
    total: &mut Total,
    err: &mut dyn Write,
) -> io::Result<String> {
    let name = file_name(path);
    let size = fs::metadata(path)?.len();
    let client = scratch.join("src").join("client.rs");
    // What an earlier document left there is not this one's.
    if client.exists() {
        fs::remove_file(&client)?;
    }
    let made = child(path, What::Compile, Some(&client))?;
    let number = |value: &Value, name: &str| value[name].as_u64().unwrap_or_default();
    let seconds = |value: &Value| value["seconds"].as_f64().unwrap_or_default();
    let error = made["error"].as_str();
    let generated = match (error, made["kept_going"].as_bool()) {
        (Some(error), _) => format!("no: {}", brief(error)),
        (None, Some(true)) => "with `--keep-going`".to_owned(),
        (None, _) => "yes".to_owned(),
    };
    let mut compiles = "";
    total.documents += 1;
    if error.is_none() {
        total.generated += 1;
        if !arguments.no_check {
            let (holds, said) = check(scratch)?;
            total.compiled += usize::from(holds);
            compiles = if holds { "yes" } else { "no" };
            if !holds {
                writeln!(err, "{name} is generated, and does not compile:\n{said}")?;
            }
        }
    }
    let operations = (number(&made, "kept"), number(&made, "operations"));
    total.operations.0 += operations.0;
    total.operations.1 += operations.1;
    total.notes += number(&made, "notes");
    let alone = child(path, What::Alone, None)?;
    let alone = match alone["error"].as_str() {
        None => {
            total.alone += 1;
            "yes".to_owned()
        }
        Some(reason) => format!("no: {}", brief(reason)),
    };
    let memory = made["memory"].as_u64();
    let mut figures = String::new();
    if arguments.figures {
        let bare = child(path, What::Bare, None)?;
        let ratio = (seconds(&made) / seconds(&bare)).max(0.0);
        let times = memory.map(|memory| memory as f64 / size as f64);
        figures = match bare["error"].as_str() {
            Some(_) => " | | |".to_owned(),
            None => format!(
                " {:.2} | {ratio:.2} | {} |",
                seconds(&bare),
                times.map_or(String::new(), |times| format!("{times:.0}")),
            ),
        };
    }
    Ok(format!(
        "| {name} | {} | {generated} | {compiles} | {} of {} | {} | {:.2} | {} |{figures} {alone} |",
        size.div_ceil(1000),
        operations.0,
        operations.1,
        number(&made, "notes"),
        seconds(&made),
        memory.map_or(String::new(), |bytes| (bytes / 1_000_000).to_string()),
    ))
}

/// Starts this program on one document, and reads what it says of it; the client is written to a file.
fn child(path: &Path, what: What, client: Option<&Path>) -> io::Result<Value> {
    let what = match what {
        What::Compile => "compile",
        What::Alone => "alone",
        What::Bare => "bare",
    };
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("corpus").arg(path).args(["--one", what]);
    if let Some(client) = client {
        command.arg("--client").arg(client);
    }
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()?;
    Ok(serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| json!({"error": format!("the process ended with {}", output.status)})))
}

/// What a child does: one document, in one way.
fn one(arguments: &Arguments, what: What, out: &mut dyn Write) -> io::Result<()> {
    let [path] = arguments.paths.as_slice() else {
        return Err(io::Error::other("such a process is given one document"));
    };
    let client = arguments.client.as_deref();
    let bytes = fs::read(path)?;
    let name = file_name(path);
    let begun = Instant::now();
    let said = match Document::read(&name, &bytes) {
        Err(error) => json!({"error": error.message}),
        Ok(document) => match what {
            What::Compile => compiled(&document, begun, client)?,
            What::Alone => match alone(&document) {
                Ok(text) => {
                    write(client, &text)?;
                    json!({})
                }
                Err(error) => json!({"error": error}),
            },
            What::Bare => bare(&document, begun),
        },
    };
    writeln!(out, "{said}")
}

fn write(client: Option<&Path>, text: &str) -> io::Result<()> {
    client.map_or(Ok(()), |client| fs::write(client, text))
}

fn compiled(document: &Document, begun: Instant, client: Option<&Path>) -> io::Result<Value> {
    let mut output = compile(document, &Settings::default());
    let seconds = begun.elapsed().as_secs_f64();
    let memory = peak_memory();
    let kept_going = output.is_err();
    if kept_going {
        output = compile(document, &Settings::default().keep_going(true));
    }
    let mut said = json!({
        "operations": operations(document),
        "seconds": seconds,
        "memory": memory,
        "kept_going": kept_going,
    });
    match output {
        Ok(output) => {
            said["notes"] = output.notes.len().into();
            said["kept"] = output.operations.into();
            write(client, &output.into_single_file())?;
        }
        Err(errors) => {
            let first = errors.first().map(|error| error.line(document.name()));
            said["error"] = first.unwrap_or_default().into();
        }
    }
    Ok(said)
}

/// Reading, generating and formatting, without lowering and rendering.
fn bare(document: &Document, begun: Instant) -> Value {
    let read = begun.elapsed();
    match lowered(document) {
        Err(errors) => {
            json!({"error": errors.first().map(|error| error.message.clone())})
        }
        Ok(lowered) => {
            let begun = Instant::now();
            let made = lowered.generate();
            let seconds: Duration = read + begun.elapsed();
            match made {
                Ok(_) => json!({"seconds": seconds.as_secs_f64()}),
                Err(error) => json!({"error": error}),
            }
        }
    }
}

/// The most memory that this process had at once, where the system says so.
fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
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

fn root() -> io::Result<PathBuf> {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
}

fn scratch_folder() -> io::Result<PathBuf> {
    Ok(root()?.join("target").join("corpus"))
}

/// What our clients need, as lines of the `[dependencies]` of a `Cargo.toml`: what `xquik` itself
/// depends on, in the versions of the workspace.
fn needs() -> io::Result<String> {
    let manifest = fs::read_to_string(root()?.join("Cargo.toml"))?;
    let section = |name: &str| -> Vec<&str> {
        let mut lines = manifest.lines().skip_while(|line| *line != name);
        lines.next();
        lines.take_while(|line| !line.starts_with('[')).collect()
    };
    let versions = section("[workspace.dependencies]");
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
    Ok(lines.join("\n") + "\n")
}

/// A package with the dependencies that `xquik` has, in the target folder of this repository.
fn scratch() -> io::Result<PathBuf> {
    let scratch = scratch_folder()?;
    fs::create_dir_all(scratch.join("src"))?;
    let text = format!(
        "[package]\nname = \"corpus\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [lib]\ndoctest = false\n\n[dependencies]\n{}",
        needs()?
    );
    fs::write(scratch.join("Cargo.toml"), text)?;
    fs::copy(root()?.join("Cargo.lock"), scratch.join("Cargo.lock"))?;
    fs::write(
        scratch.join("src").join("lib.rs"),
        "//! What was generated.\n#![deny(warnings)]\n#[allow(missing_docs)]\npub mod client;\n",
    )?;
    Ok(scratch)
}

/// The cargo that runs this program.
fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Whether what was generated compiles without warnings, and what the compiler says if not.
fn check(scratch: &Path) -> io::Result<(bool, String)> {
    let output = Command::new(cargo())
        .args(["check", "--quiet"])
        .current_dir(scratch)
        .env("CARGO_TARGET_DIR", scratch.join("target"))
        .stdin(Stdio::null())
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let said: Vec<&str> = said.lines().take(40).collect();
    Ok((output.status.success(), said.join("\n")))
}
