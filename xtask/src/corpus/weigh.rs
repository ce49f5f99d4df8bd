//! `cargo xtask corpus DIR --weigh`: how heavy the generated clients are, beside those of others.
//!
//! Every client is a package of one workspace in the target folder, with one lock file and the same
//! features of what it depends on. Everything is generated first; then the dependencies are compiled;
//! then `cargo check` runs on one client after the other, of each document in turn, so that a busy
//! machine is busy for all of them. What is told is the processor time of such a check, nothing
//! incremental, in which the client is all that is compiled.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::{
    Arguments, What, brief, cargo, child, documents, file_name, needs, root, scratch_folder,
};
use crate::bench::Figures;

/// The variable that names the program of the rival, where it is not on the `PATH`.
const VARIABLE: &str = "OPENAPI_TO_RUST";

/// A package of the workspace whose name begins like this has dependencies, and nothing else.
const DEPENDENCIES: &str = "dependencies-";

/// Weighs the clients of the documents, and tells whether all of ours compiled.
pub(super) fn table(
    arguments: &Arguments,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<bool> {
    let rival = Rival::find(std::env::var_os(VARIABLE).map(PathBuf::from))?;
    let paths = documents(arguments)?;
    if paths.is_empty() {
        return Err(io::Error::other("there is no document of such a name"));
    }
    let workspace = Workspace::new()?;
    let mut names = BTreeSet::new();
    let mut rows = Vec::new();
    for path in &paths {
        writeln!(err, "generating: {}", path.display())?;
        let mut clients = Vec::new();
        for generator in [
            Some(Generator::Ours),
            Some(Generator::Alone),
            rival.clone().map(Generator::Rival),
        ]
        .into_iter()
        .flatten()
        {
            let package = package_name(&generator, path, &mut names);
            clients.push(generator.client(path, &workspace, package)?);
        }
        rows.push((file_name(path), clients));
    }
    workspace.write(&rows)?;
    if rows
        .iter()
        .flat_map(|(_, clients)| clients)
        .any(|client| client.failure.is_none())
    {
        writeln!(err, "compiling what the clients depend on")?;
        workspace.compile_dependencies()?;
    }
    writeln!(out, "{HEAD}")?;
    let mut holds = true;
    for (name, clients) in &mut rows {
        for run in 0..arguments.runs {
            for client in clients.iter_mut().filter(|client| client.failure.is_none()) {
                writeln!(err, "checking: {}, run {}", client.package, run + 1)?;
                match workspace.check(&client.package)? {
                    Ok(seconds) => client.seconds.push(seconds),
                    Err(said) => {
                        writeln!(err, "{} does not compile:\n{said}", client.package)?;
                        client.failure = Some("does not compile".to_owned());
                    }
                }
            }
        }
        write!(out, "{}", markdown(name, clients))?;
        out.flush()?;
        let ours = |client: &Client| !client.is_ours || client.failure.is_none();
        holds &= clients.iter().all(ours);
    }
    if rival.is_none() {
        writeln!(
            out,
            "\nopenapi-to-rust is not measured: it is not on the `PATH`, and `{VARIABLE}` does not name it."
        )?;
    }
    Ok(holds)
}

/// What makes clients.
#[derive(Debug, Clone)]
enum Generator {
    Ours,
    Alone,
    Rival(Rival),
}

/// The program `openapi-to-rust`.
#[derive(Debug, Clone)]
struct Rival {
    program: PathBuf,
    /// Its name and version, as it says them.
    label: String,
}

impl Rival {
    /// The program that the variable names, or that is on the `PATH`; none where neither is so. What
    /// the variable names has to run.
    fn find(named: Option<PathBuf>) -> io::Result<Option<Self>> {
        let is_named = named.is_some();
        let program = named.unwrap_or_else(|| "openapi-to-rust".into());
        let output = match Command::new(&program).arg("--version").output() {
            Err(error) if error.kind() == io::ErrorKind::NotFound && !is_named => return Ok(None),
            output => output.and_then(succeeded),
        }
        .map_err(|error| io::Error::other(format!("{}: {error}", program.display())))?;
        let label = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok(Some(Self { program, label }))
    }

    /// Types and client as its command line makes them by itself, without a configuration. What it
    /// writes names its dependencies.
    fn generate(&self, path: &Path, folder: &Path) -> io::Result<Result<String, String>> {
        let output = Command::new(&self.program)
            .arg("generate")
            .arg(path.canonicalize()?)
            .arg("--output-dir")
            .arg(folder)
            .arg("--quiet")
            .stdin(Stdio::null())
            .output()?;
        if !output.status.success() {
            return Ok(Err(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        // Its comments name the document, and would make every client's dependencies others.
        let needs = fs::read_to_string(folder.join("REQUIRED_DEPS.toml"))?;
        let needs = needs.lines().filter(|line| !line.starts_with('#'));
        Ok(Ok(needs.map(|line| format!("{line}\n")).collect()))
    }
}

/// What a generator made of a document, and what it weighs.
#[derive(Debug, Default)]
struct Client {
    generator: String,
    is_ours: bool,
    package: String,
    /// Of everything that was written.
    lines: usize,
    bytes: usize,
    /// The end of its manifest: the dependencies.
    needs: String,
    /// The processor time of each check.
    seconds: Vec<f64>,
    /// Why there is nothing to check.
    failure: Option<String>,
}

impl Generator {
    fn name(&self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Alone => "progenitor-alone",
            Self::Rival(_) => "openapi-to-rust",
        }
    }

    /// Generates a client into its package.
    fn client(&self, path: &Path, workspace: &Workspace, package: String) -> io::Result<Client> {
        let source = workspace.folder.join(&package).join("src");
        // What an earlier run left there is not this one's.
        if source.exists() {
            fs::remove_dir_all(&source)?;
        }
        fs::create_dir_all(&source)?;
        let file = source.join("client.rs");
        let (mut label, made) = match self {
            Self::Ours => ("ours".to_owned(), in_child(path, What::Compile, &file)?),
            Self::Alone => (
                "progenitor alone".to_owned(),
                in_child(path, What::Alone, &file)?,
            ),
            Self::Rival(rival) => {
                let made = rival.generate(path, &source.join("client"))?;
                (rival.label.clone(), made.map(|needs| (needs, false)))
            }
        };
        let mut client = Client {
            is_ours: matches!(self, Self::Ours),
            package,
            ..Client::default()
        };
        match made {
            Err(reason) => client.failure = Some(format!("no: {}", brief(&reason))),
            Ok((needs, kept_going)) => {
                if kept_going {
                    label.push_str(", `--keep-going`");
                }
                client.needs = needs;
                (client.lines, client.bytes) = weight(&source)?;
            }
        }
        client.generator = label;
        Ok(client)
    }
}

/// Generates in a process of its own; gives what the client needs, and whether places were left out.
fn in_child(path: &Path, what: What, file: &Path) -> io::Result<Result<(String, bool), String>> {
    let said = child(path, what, Some(file))?;
    if let Some(reason) = said["error"].as_str() {
        return Ok(Err(reason.to_owned()));
    }
    let lines = match what {
        What::Alone => xquik_codegen::ALONE_NEEDS.to_owned(),
        _ => needs()?,
    };
    let kept_going = said["kept_going"].as_bool().unwrap_or_default();
    Ok(Ok((format!("[dependencies]\n{lines}"), kept_going)))
}

/// A name for a package that no other has yet.
fn package_name(generator: &Generator, path: &Path, names: &mut BTreeSet<String>) -> String {
    let document: String = file_name(path)
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let name = format!("{}-{document}", generator.name());
    let mut unused = name.clone();
    let mut count = 1;
    while !names.insert(unused.clone()) {
        count += 1;
        unused = format!("{name}-{count}");
    }
    unused
}

/// The lines and the bytes of the Rust in a folder.
fn weight(folder: &Path) -> io::Result<(usize, usize)> {
    let mut weight = (0, 0);
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            let (lines, bytes) = self::weight(&path)?;
            weight = (weight.0 + lines, weight.1 + bytes);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path)?;
            weight = (weight.0 + text.lines().count(), weight.1 + text.len());
        }
    }
    Ok(weight)
}

/// The packages that are weighed.
#[derive(Debug)]
struct Workspace {
    folder: PathBuf,
    target: PathBuf,
}

impl Workspace {
    fn new() -> io::Result<Self> {
        let scratch = scratch_folder()?;
        let folder = scratch.join("weigh");
        fs::create_dir_all(&folder)?;
        Ok(Self {
            folder,
            target: scratch.join("target"),
        })
    }

    /// Writes the manifests.
    fn write(&self, rows: &[(String, Vec<Client>)]) -> io::Result<()> {
        let clients = || {
            let clients = rows.iter().flat_map(|(_, clients)| clients);
            clients.filter(|client| client.failure.is_none())
        };
        let mut members: Vec<String> = Vec::new();
        for client in clients() {
            self.package(&client.package, &client.needs, LIBRARY)?;
            members.push(client.package.clone());
        }
        let distinct: BTreeSet<&str> = clients().map(|client| client.needs.as_str()).collect();
        for (index, needs) in distinct.into_iter().enumerate() {
            let name = format!("{DEPENDENCIES}{index}");
            self.package(&name, needs, "//! Its dependencies are compiled.\n")?;
            members.push(name);
        }
        let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n");
        fs::write(self.folder.join("Cargo.toml"), manifest)?;
        // The versions of this repository, as long as it has not chosen others; what only other clients
        // need is added to them once.
        let (own, lock) = (root()?.join("Cargo.lock"), self.folder.join("Cargo.lock"));
        let changed = |path: &Path| fs::metadata(path)?.modified();
        if !lock.exists() || changed(&lock)? < changed(&own)? {
            fs::copy(own, lock)?;
        }
        Ok(())
    }

    fn package(&self, name: &str, needs: &str, library: &str) -> io::Result<()> {
        let folder = self.folder.join(name);
        fs::create_dir_all(folder.join("src"))?;
        let manifest = format!(
            "[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [lib]\ndoctest = false\n\n{needs}"
        );
        fs::write(folder.join("Cargo.toml"), manifest)?;
        fs::write(folder.join("src").join("lib.rs"), library)
    }

    /// `cargo check` of packages, beside those of the dependencies: what is chosen together has the same
    /// features, so every client is compiled with the same ones.
    fn cargo(&self, run: &[&str]) -> Command {
        let mut command = Command::new("sh");
        command
            .args(["-c", TIMED, "sh"])
            .arg(cargo())
            .args(["check", "--package", &format!("{DEPENDENCIES}*")])
            .args(run)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_TERM_QUIET", "false")
            .env("CARGO_TERM_COLOR", "never")
            .env("LC_ALL", "C")
            // A cache of what was compiled before would be weighed instead.
            .env("RUSTC_WRAPPER", "")
            .env("RUSTC_WORKSPACE_WRAPPER", "");
        command
    }

    fn compile_dependencies(&self) -> io::Result<()> {
        self.cargo(&[]).output().and_then(succeeded).map(drop)
    }

    /// The processor seconds of a check of a client, or why it does not compile.
    fn check(&self, package: &str) -> io::Result<Result<f64, String>> {
        // Written anew, it is compiled anew.
        fs::write(
            self.folder.join(package).join("src").join("lib.rs"),
            LIBRARY,
        )?;
        let output = self.cargo(&["--package", package, "--offline"]).output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        let compiled = compiled(&said);
        if compiled != [package] {
            return Err(io::Error::other(format!(
                "the check of {package} is not one of it alone, but of {compiled:?}:\n{}",
                first_lines(&said)
            )));
        }
        if !output.status.success() {
            return Ok(Err(first_lines(&said)));
        }
        processor_seconds(&String::from_utf8_lossy(&output.stdout))
            .map(Ok)
            .ok_or_else(|| io::Error::other("`sh` does not tell the time of its children"))
    }
}

/// What a client is in its package.
const LIBRARY: &str = "//! What was generated.\npub mod client;\n";

/// Runs a program, and prints last what its processes took.
const TIMED: &str = r#""$@"; code=$?; times; exit $code"#;

/// The processor seconds, in programs and in the system, that the last line of `times` tells of the
/// children.
fn processor_seconds(times: &str) -> Option<f64> {
    let (user, system) = times.lines().last()?.split_once(' ')?;
    let seconds = |time: &str| -> Option<f64> {
        let (minutes, seconds) = time.trim().strip_suffix('s')?.split_once('m')?;
        Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.parse::<f64>().ok()?)
    };
    Some(seconds(user)? + seconds(system)?)
}

/// The packages that cargo says it compiles.
fn compiled(said: &str) -> Vec<&str> {
    said.lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            matches!(words.next()?, "Checking" | "Compiling").then(|| words.next())?
        })
        .collect()
}

fn first_lines(said: &str) -> String {
    said.lines().take(40).collect::<Vec<_>>().join("\n")
}

/// What a command gave, or an error with what it said.
fn succeeded(output: Output) -> io::Result<Output> {
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(format!("{}:\n{said}", output.status)))
}

const HEAD: &str = "\
| document | generator | lines | KB | check, s: best (median) | ours, times its lines | times its check |
|---|---|---:|---:|---:|---:|---:|";

/// The rows of a document.
fn markdown(document: &str, clients: &[Client]) -> String {
    let best = |client: &Client| {
        let is_measured = client.failure.is_none() && !client.seconds.is_empty();
        is_measured.then(|| Figures::of(client.seconds.clone()).best)
    };
    let ours = clients.iter().find(|client| client.is_ours);
    let mut rows = String::new();
    for client in clients {
        let (lines, size) = match client.lines {
            0 => Default::default(),
            lines => (lines.to_string(), client.bytes.div_ceil(1000).to_string()),
        };
        let check = match &client.failure {
            Some(reason) => reason.clone(),
            None => {
                let figures = Figures::of(client.seconds.clone());
                format!("{:.1} ({:.1})", figures.best, figures.median)
            }
        };
        let times = |ours: Option<f64>, other: Option<f64>| match (ours, other) {
            (Some(ours), Some(other)) if !client.is_ours => format!("{:.2} ×", ours / other),
            _ => String::new(),
        };
        let lines_of = |client: &Client| (client.lines > 0).then_some(client.lines as f64);
        rows += &format!(
            "| {document} | {} | {lines} | {size} | {check} | {} | {} |\n",
            client.generator,
            times(ours.and_then(lines_of), lines_of(client)),
            times(ours.and_then(best), best(client)),
        );
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(generator: &str, lines: usize, seconds: &[f64], failure: Option<&str>) -> Client {
        Client {
            generator: generator.to_owned(),
            is_ours: generator == "ours",
            lines,
            bytes: lines * 40,
            seconds: seconds.to_vec(),
            failure: failure.map(str::to_owned),
            ..Client::default()
        }
    }

    #[test]
    fn a_document_has_a_row_for_each_generator_and_ratios_of_the_best() {
        let clients = [
            client("ours", 1000, &[3.0, 2.0, 4.0], None),
            client("progenitor alone", 0, &[], Some("no: it gave up")),
            client("another 1.2.3", 2000, &[4.0, 5.0, 6.0], None),
            client("a fourth", 500, &[], Some("does not compile")),
        ];
        insta::assert_snapshot!(format!("{HEAD}\n{}", markdown("a.yaml", &clients)), @r"
        | document | generator | lines | KB | check, s: best (median) | ours, times its lines | times its check |
        |---|---|---:|---:|---:|---:|---:|
        | a.yaml | ours | 1000 | 40 | 2.0 (3.0) |  |  |
        | a.yaml | progenitor alone |  |  | no: it gave up |  |  |
        | a.yaml | another 1.2.3 | 2000 | 80 | 4.0 (5.0) | 0.50 × | 0.50 × |
        | a.yaml | a fourth | 500 | 20 | does not compile | 2.00 × |  |
        ");
    }

    #[test]
    fn where_ours_does_not_compile_there_is_no_ratio_of_checks() {
        let clients = [
            client("ours", 1000, &[], Some("does not compile")),
            client("another 1.2.3", 2000, &[4.0], None),
        ];
        insta::assert_snapshot!(markdown("a.yaml", &clients), @r"
        | a.yaml | ours | 1000 | 40 | does not compile |  |  |
        | a.yaml | another 1.2.3 | 2000 | 80 | 4.0 (4.0) | 0.50 × |  |
        ");
    }

    #[test]
    fn the_time_of_the_children_is_the_last_line_of_every_shell() {
        for (times, seconds) in [
            ("0m0.004s 0m0.002s\n1m2.250s 0m1.500s\n", Some(63.75)),
            (
                "0m0.000000s 0m0.000000s\n0m2.250000s 0m0.250000s\n",
                Some(2.5),
            ),
            ("0m0.00s 0m0.00s\n0m0.01s 0m0.02s", Some(0.03)),
            ("", None),
            ("0m1,5s 0m1,5s", None),
            ("nonsense", None),
        ] {
            assert_eq!(processor_seconds(times), seconds, "{times:?}");
        }
    }

    #[test]
    fn a_shell_tells_the_time_of_what_it_ran_and_its_exit_code() {
        let output = Command::new("sh")
            .args(["-c", TIMED, "sh", "sh", "-c", "exit 3"])
            .env("LC_ALL", "C")
            .output()
            .expect("there is a shell");
        assert_eq!(output.status.code(), Some(3));
        let told = processor_seconds(&String::from_utf8_lossy(&output.stdout));
        assert!(told.is_some(), "{output:?}");
    }

    #[test]
    fn what_cargo_compiles_is_told_apart_from_what_it_says_beside() {
        let said = "   Compiling libc v0.2.0\n    Checking ours-a-yaml v0.0.0 (/a)\n\
                    warning: unused\n    Finished `dev` profile\n";
        assert_eq!(compiled(said), ["libc", "ours-a-yaml"]);
    }

    #[test]
    fn two_documents_of_one_name_are_two_packages() {
        let mut names = BTreeSet::new();
        let mut name = |path: &str| package_name(&Generator::Ours, Path::new(path), &mut names);
        assert_eq!(name("3.0/api.a_b.json"), "ours-api-a-b-json");
        assert_eq!(name("3.1/api.a_b.json"), "ours-api-a-b-json-2");
    }

    #[test]
    fn a_program_that_is_named_and_is_not_there_is_an_error() {
        let error = Rival::find(Some("no/such/program".into())).expect_err("it is not there");
        assert!(error.to_string().contains("no/such/program"), "{error}");
    }

    /// Its generator in one file, as `openapi-to-rust` is called.
    #[test]
    #[cfg(unix)]
    fn the_whole_of_what_the_program_writes_is_weighed() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("program");
        let script = r#"#!/bin/sh
            [ "$1" = --version ] && echo 'program 1.2.3' && exit
            [ "$1 $3" = 'generate --output-dir' ] || exit 1
            mkdir -p "$4/more"
            printf '//! A\n//! B\n' > "$4/mod.rs"
            printf '//! C' > "$4/more/mod.rs"
            printf '# Of a.yaml\n[dependencies]\n' > "$4/REQUIRED_DEPS.toml"
        "#;
        fs::write(&program, script).expect("it can be written");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it can be run");
        let rival = Rival::find(Some(program))
            .expect("it runs")
            .expect("it is there");
        assert_eq!(rival.label, "program 1.2.3");
        let workspace = Workspace {
            folder: folder.path().join("weigh"),
            target: folder.path().join("target"),
        };
        let document = folder.path().join("a.yaml");
        fs::write(&document, "").expect("it can be written");
        let client = Generator::Rival(rival)
            .client(&document, &workspace, "a".to_owned())
            .expect("it can be generated");
        assert_eq!((client.lines, client.bytes), (3, 17));
        assert_eq!(client.needs, "[dependencies]\n");
        assert_eq!(client.failure, None);
        workspace
            .write(&[("a.yaml".to_owned(), vec![client])])
            .expect("it can be written");
        let manifest =
            fs::read_to_string(workspace.folder.join("Cargo.toml")).expect("it is there");
        assert!(
            manifest.contains(r#"["a", "dependencies-0"]"#),
            "{manifest}"
        );
    }
}
