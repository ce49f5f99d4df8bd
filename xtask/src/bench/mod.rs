//! `cargo xtask bench`: the measured ratios of the README's table.
//!
//! Ours and a rival's runs alternate within one run of the command, so that a busy machine is busy
//! for both. What is told is the least and the median of the rounds; a ratio compares the least.

mod document;
mod load;
mod measure;
mod process;
mod rivals;
mod table;

pub(crate) use table::Figures;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::repository::Repository;

/// Measure the workshop and the sandbox beside other tools.
///
/// The other tools (Redocly CLI, Prism) come by pinned version from npm into target/compare, and
/// need Node; where they are missing, ours are measured alone.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// How often each thing is measured
    #[arg(long, default_value_t = 5, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Only the measures whose names hold this word
    #[arg(long, value_name = "WORD")]
    only: Option<String>,
    /// How to write the figures down
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// A million requests to the sandbox as well, for its memory
    #[arg(long)]
    long: bool,
    /// Only ours
    #[arg(long)]
    alone: bool,
    /// The command line to measure [default: it is built, optimised]
    #[arg(long, value_name = "FILE")]
    command_line: Option<PathBuf>,
    /// Judge a document and tell the most memory that this process held, in bytes
    #[arg(long, value_name = "FILE", hide = true)]
    peak_of: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// A table.
    Human,
    /// One object.
    Json,
}

/// Runs the subcommand: figures go to `out`, what is going on to `err`.
pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write, err: &mut dyn Write) -> ExitCode {
    match bench(arguments, out, err) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing can be done where not even stderr takes it.
            let _ = writeln!(err, "bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn bench(arguments: &Arguments, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<()> {
    if let Some(file) = &arguments.peak_of {
        let bytes = std::fs::read(file)?;
        let name = file.display().to_string();
        crate::lint::judge(&name, &bytes, None);
        return writeln!(out, "{}", process::own_peak()?);
    }
    let repository = Repository::own();
    let rivals = if arguments.alone {
        None
    } else {
        match rivals::install(&repository, err) {
            Ok(rivals) => Some(rivals),
            Err(reason) => {
                writeln!(err, "the other tools cannot be measured: {reason}")?;
                None
            }
        }
    };
    let mut bench = measure::Bench {
        repository,
        rivals,
        rounds: arguments.rounds,
        long: arguments.long,
        command_line: arguments.command_line.clone(),
        err,
    };
    let mut rows = Vec::new();
    for (name, measure) in measure::MEASURES {
        if arguments
            .only
            .as_ref()
            .is_none_or(|word| name.contains(word.as_str()))
        {
            writeln!(bench.err, "measuring: {name}")?;
            rows.extend(measure(&mut bench)?);
        }
    }
    match arguments.format {
        Format::Human => table::human(&rows, out),
        Format::Json => table::json(&rows, out),
    }
}
