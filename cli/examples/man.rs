//! Writes the man pages of the command line to a folder; `cargo xtask man` runs it.
//!
//! It is an example and no part of the program: nobody who runs `xquik` needs what makes man pages.

use std::path::PathBuf;
use std::process::ExitCode;

#[allow(
    clippy::print_stderr,
    reason = "a `main` of its own, with nobody else to tell"
)]
fn main() -> ExitCode {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let Some(folder) = folder else {
        eprintln!("expected the folder that the pages are written to");
        return ExitCode::from(2);
    };
    let written = std::fs::create_dir_all(&folder)
        .and_then(|()| clap_mangen::generate_to(xquik_cli::command(), &folder));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!(
                "the man pages cannot be written to `{}`: {error}",
                folder.display()
            );
            ExitCode::FAILURE
        }
    }
}
