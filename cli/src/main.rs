//! The program `xquik`.

use std::process::ExitCode;

fn main() -> ExitCode {
    xquik_cli::run(std::env::args_os())
}
