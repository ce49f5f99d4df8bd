//! `cargo xtask`: the program; the library beside it says what it does.

/// A document of megabytes is a million small pieces, and the system's allocator takes a quarter of the
/// time that judging it takes.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    xtask::run()
}
