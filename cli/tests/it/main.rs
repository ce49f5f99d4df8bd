//! The program from outside: what it is given, what it sends, what it prints and how it ends.

mod answers;
mod commands;
mod docs;
#[cfg(target_os = "linux")]
mod hostile;
mod ids;
mod interruption;
mod lists;
mod man;
mod program;
mod proxies;
mod refusals;
mod resending;
mod secrets;
mod server;
#[cfg(unix)]
mod terminal;
mod tls;
mod wire;
