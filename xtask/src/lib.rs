//! The workshop: everything that is done to the document and to this repository.
//!
//! This file is the table of contents; each subcommand has a file or a folder of its own.

mod bench;
mod bless;
mod ci;
mod corpus;
mod diff;
mod edits;
mod export;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod generate;
mod lint;
mod man;
mod repository;
mod source;
#[cfg(test)]
mod tests;

use std::io::{stderr, stdout};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The workshop of xquik: judge the document, compare it, regenerate what is made of it.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Bench(bench::Arguments),
    Bless(bless::Arguments),
    Ci(ci::Arguments),
    Corpus(corpus::Arguments),
    Diff(diff::Arguments),
    Edits(edits::Arguments),
    Export(export::Arguments),
    /// Rewrite what is generated and committed, or compile any document into a client in one file.
    Generate(generate::Generate),
    Lint(lint::Lint),
    Man(man::Arguments),
}

/// Runs the subcommand that the command line names.
#[must_use]
pub fn run() -> ExitCode {
    match Arguments::parse().command {
        Command::Bench(arguments) => bench::run(&arguments, &mut stdout(), &mut stderr()),
        Command::Bless(arguments) => bless::run(&arguments, &mut stdout()),
        Command::Ci(arguments) => ci::run(&arguments, &mut stdout()),
        Command::Corpus(arguments) => corpus::run(&arguments, &mut stdout(), &mut stderr()),
        Command::Diff(arguments) => diff::run(&arguments, &mut stdout(), &mut stderr()),
        Command::Edits(arguments) => edits::run(&arguments, &mut stdout()),
        Command::Export(arguments) => export::run(&arguments, &mut stdout(), &mut stderr()),
        Command::Generate(arguments) => generate::run(&arguments),
        Command::Lint(arguments) => lint::lint(&arguments),
        Command::Man(arguments) => man::run(&arguments, &mut stdout()),
    }
}
