//! `cargo xtask`: the program; the library beside it says what it does.

fn main() -> std::process::ExitCode {
    xtask::run()
}
