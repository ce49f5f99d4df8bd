//! What is measured, one function for each group of rows.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use super::document;
use super::load::{self, Request};
use super::process::{self, Server};
use super::rivals::Rivals;
use super::table::{Figures, Goal, Row};
use crate::repository::Repository;

/// What the measures need.
pub(super) struct Bench<'e> {
    pub(super) repository: Repository,
    pub(super) rivals: Option<Rivals>,
    pub(super) rounds: u32,
    pub(super) long: bool,
    pub(super) command_line: Option<PathBuf>,
    pub(super) err: &'e mut dyn Write,
}

type Measure = fn(&mut Bench<'_>) -> io::Result<Vec<Row>>;

/// Every measure by a name to choose it.
pub(super) const MEASURES: &[(&str, Measure)] = &[
    ("lint", lint),
    ("lint of a large document", lint_large),
    ("linearity", linearity),
    ("diff", diff),
    ("start", start),
    ("sandbox", sandbox),
];

/// The document's own lint: as a program, and inside the program.
fn lint(bench: &mut Bench<'_>) -> io::Result<Vec<Row>> {
    let document = bench.repository.path("openapi.yaml");
    let text = std::fs::read(&document)?;
    let program = bench.beside(
        "lint of openapi.yaml, whole program",
        Goal::TimesFaster(20.0),
        document,
    )?;
    let inside = bench.repeat(|| {
        crate::lint::judge("openapi.yaml", &text, None);
    });
    Ok(vec![
        program,
        Row {
            name: "the same inside the program",
            unit: "ms",
            ours: inside,
            rival: None,
            goal: Some(Goal::Below(20.0)),
        },
    ])
}

/// A document of 800 operations and 4 MB: time beside another linter, and memory.
fn lint_large(bench: &mut Bench<'_>) -> io::Result<Vec<Row>> {
    let (path, size) = bench.write("large.yaml", &document::with_operations(800))?;
    let program = bench.beside(
        "lint of 800 operations, 4 MB, whole program",
        Goal::TimesFaster(4.0),
        path.clone(),
    )?;
    let below = Row {
        name: "the same in a second",
        unit: "ms",
        ours: program.ours,
        rival: None,
        goal: Some(Goal::Below(1000.0)),
    };
    let output = Command::new(process::own()?)
        .args(["bench", "--peak-of"])
        .arg(path)
        .output()?;
    let peak: f64 = String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .map_err(io::Error::other)?;
    let times = peak / size;
    let memory = Row {
        name: "its memory, as times the file",
        unit: "×",
        ours: Figures {
            best: times,
            median: times,
        },
        rival: None,
        goal: Some(Goal::Below(80.0)),
    };
    Ok(vec![program, below, memory])
}

/// The time for a document 100 times as large.
fn linearity(bench: &mut Bench<'_>) -> io::Result<Vec<Row>> {
    let small = document::with_operations(8);
    let large = document::with_operations(800);
    let mut ratios = Vec::new();
    for _ in 0..bench.rounds {
        // One run of the small one is too short to be measured alone.
        let times = 10;
        let begun = Instant::now();
        for _ in 0..times {
            crate::lint::judge("small.yaml", small.as_bytes(), None);
        }
        let one = begun.elapsed().as_secs_f64() / f64::from(times);
        let begun = Instant::now();
        crate::lint::judge("large.yaml", large.as_bytes(), None);
        ratios.push(begun.elapsed().as_secs_f64() / one);
    }
    Ok(vec![Row {
        name: "lint of a document 100 times as large, as times the time",
        unit: "×",
        ours: Figures::of(ratios),
        rival: None,
        goal: Some(Goal::Below(120.0)),
    }])
}

/// The large document against an edited copy.
fn diff(bench: &mut Bench<'_>) -> io::Result<Vec<Row>> {
    let text = document::with_operations(800);
    let (base, _) = bench.write("large.yaml", &text)?;
    let (head, _) = bench.write("edited.yaml", &document::edited(&text))?;
    let mut times = Vec::new();
    for _ in 0..bench.rounds {
        let mut command = Command::new(process::own()?);
        command.arg("diff").arg(&base).arg(&head);
        times.push(milliseconds(process::time(&mut command)?));
    }
    Ok(vec![Row {
        name: "diff of that document and an edited copy, whole program",
        unit: "ms",
        ours: Figures::of(times),
        rival: None,
        goal: None,
    }])
}

/// The command line from start to end.
fn start(bench: &mut Bench<'_>) -> io::Result<Vec<Row>> {
    let program = bench.command_line()?;
    let mut times = Vec::new();
    for _ in 0..bench.rounds {
        let mut command = Command::new(&program);
        command.args(["errors", "invalid_input"]);
        times.push(milliseconds(process::time(&mut command)?));
    }
    Ok(vec![Row {
        name: "`xquik errors CODE` from start to end",
        unit: "ms",
        ours: Figures::of(times),
        rival: None,
        goal: None,
    }])
}

const REQUEST: Request<'_> = Request {
    method: "POST",
    path: "/x/account-connection-challenges/xch_mock_201/submit",
    body: r#"{"email_code":"123456"}"#,
    status: 201,
};

/// Requests of one round; the sandbox gets more of them, since it is done sooner.
const REQUESTS: usize = 20_000;
const REQUESTS_OF_PRISM: usize = 1_000;

/// After so many requests the sandbox has what it keeps, and its memory stays.
const WARM: usize = 20_000;

/// Requests to the sandbox beside requests to Prism, which serves the same document.
fn sandbox(bench: &mut Bench<'_>) -> io::Result<Vec<Row>> {
    let program = bench.command_line()?;
    let ours = Server::start(Command::new(program).args([
        "mock",
        "--addr",
        "127.0.0.1:0",
        "--no-rate-limit",
    ]))?;
    let prism = match &bench.rivals {
        Some(rivals) => {
            let document = bench.repository.path("openapi.yaml");
            Some(Server::start(&mut rivals.prism(&document)?)?)
        }
        None => None,
    };
    let (mut rates, mut rates_of_prism) = (Vec::new(), Vec::new());
    for _ in 0..bench.rounds {
        rates.push(rate(&ours, "/api/v1", REQUESTS)?);
        if let Some(prism) = &prism {
            rates_of_prism.push(rate(prism, "", REQUESTS_OF_PRISM)?);
        }
    }
    let mut rows = vec![Row {
        name: "sandbox, submitting a code",
        unit: "requests/s",
        ours: Figures::of_rates(&rates),
        rival: prism
            .as_ref()
            .map(|_| ("Prism", Figures::of_rates(&rates_of_prism))),
        goal: Some(Goal::TimesMore(20.0)),
    }];
    drop(prism);
    if bench.long {
        load::run(&ours.address, "/api/v1", REQUEST, WARM)?;
        let before = process::resident(ours.id())?;
        load::run(&ours.address, "/api/v1", REQUEST, 1_000_000)?;
        let grown =
            (process::resident(ours.id())?.saturating_sub(before)) as f64 / f64::from(1 << 20);
        rows.push(Row {
            name: "the sandbox's growth over 1,000,000 requests",
            unit: "MiB",
            ours: Figures {
                best: grown,
                median: grown,
            },
            rival: None,
            goal: Some(Goal::Below(10.0)),
        });
    }
    Ok(rows)
}

fn rate(server: &Server, prefix: &str, count: usize) -> io::Result<f64> {
    let took = load::run(&server.address, prefix, REQUEST, count)?;
    Ok(count as f64 / took.as_secs_f64())
}

impl Bench<'_> {
    /// Our lint of a document and Redocly's, in turn.
    fn beside(&self, name: &'static str, goal: Goal, document: PathBuf) -> io::Result<Row> {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..self.rounds {
            let mut command = Command::new(process::own()?);
            command
                .arg("lint")
                .arg(&document)
                .args(["--format", "json"]);
            ours.push(milliseconds(process::time(&mut command)?));
            if let Some(rivals) = &self.rivals {
                let mut command = rivals.redocly(&document);
                theirs.push(milliseconds(process::time(&mut command)?));
            }
        }
        Ok(Row {
            name,
            unit: "ms",
            ours: Figures::of(ours),
            rival: self
                .rivals
                .as_ref()
                .map(|_| ("Redocly CLI", Figures::of(theirs))),
            goal: Some(goal),
        })
    }

    fn repeat(&self, mut run: impl FnMut()) -> Figures {
        let times = (0..self.rounds.max(5)).map(|_| {
            let begun = Instant::now();
            run();
            milliseconds(begun.elapsed())
        });
        Figures::of(times.collect())
    }

    /// Writes a generated document; gives its path and its size.
    fn write(&self, name: &str, text: &str) -> io::Result<(PathBuf, f64)> {
        let folder = self.repository.path("target/bench");
        std::fs::create_dir_all(&folder)?;
        let path = folder.join(name);
        std::fs::write(&path, text)?;
        Ok((path, text.len() as f64))
    }

    /// The command line as people install it, optimised; built where that was not done.
    fn command_line(&mut self) -> io::Result<PathBuf> {
        if let Some(program) = &self.command_line {
            return Ok(program.clone());
        }
        writeln!(self.err, "building the command line, optimised")?;
        self.repository.output(&[
            "cargo",
            "build",
            "--release",
            "--quiet",
            "--package",
            "xquik-cli",
        ])?;
        let name = format!("xquik{}", std::env::consts::EXE_SUFFIX);
        Ok(self.repository.path("target/release").join(name))
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
