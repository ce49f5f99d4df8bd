//! The command line of the Xquik account API.
//!
//! The program `xquik` is [`run`] and nothing else. [`command`] is its definition, from which man
//! pages and completions are made.

mod account;
mod arguments;
mod avatar;
mod body;
mod challenge;
mod check;
mod completions;
mod demo;
mod drive;
mod errors;
mod exchange;
mod exit;
mod failure;
mod json;
mod list;
mod mock;
mod outcome;
mod preview;
mod progress;
mod prompt;
mod proxy;
mod report;
mod screen;
mod secrets;
mod session;
mod usage;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::CommandFactory as _;

use crate::arguments::{Arguments, Command};
use crate::exit::Exit;
use crate::session::Session;

/// The definition of the command line.
#[must_use]
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Runs the command line with these arguments, the program's name first.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    match usage::parse(&arguments) {
        Ok(arguments) => dispatch(arguments),
        Err(exit) => exit,
    }
    .into()
}

fn dispatch(Arguments { global, command }: Arguments) -> Exit {
    let mut session = Session::new(&global);
    match command {
        Command::Challenge(command) => challenge::run(&mut session, &command),
        Command::Account(command) => account::run(&mut session, &command),
        Command::Avatar(command) => avatar::run(&mut session, &command),
        Command::Errors(command) => errors::run(&mut session, &command),
        Command::Check => check::run(&mut session),
        Command::Mock(command) => mock::run(&mut session, &command),
        Command::Demo => demo::run(&mut session),
        Command::Completions(command) => completions::run(&mut session, &command),
    }
}
