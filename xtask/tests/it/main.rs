//! The workshop from outside: what its subcommands print and how they exit.

mod diff;
mod export;
mod hostile;
mod lint;

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The program with these arguments, run in a folder, with nothing to read.
fn xtask(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
