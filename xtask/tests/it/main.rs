//! The workshop from outside: what its subcommands print and how they exit.

mod diff;
mod export;
mod hostile;
mod lint;
