//! The workshop: everything that is done to the document and to this repository.
//!
//! This file is the table of contents; each subcommand has a file or a folder of its own.

mod diff;
mod export;

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
    Diff(diff::Arguments),
    Export(export::Arguments),
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Diff(arguments) => diff::run(&arguments, &mut stdout(), &mut stderr()),
        Command::Export(arguments) => export::run(&arguments, &mut stdout(), &mut stderr()),
    }
}
