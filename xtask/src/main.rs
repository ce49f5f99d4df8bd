//! The workshop: everything that is done to the document and to this repository.
//!
//! This file is the table of contents; each subcommand has a file or a folder of its own.

mod generate;

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
    /// Compile an OpenAPI document into a client in one file.
    Generate(generate::Generate),
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Generate(arguments) => generate::run(&arguments),
    }
}
