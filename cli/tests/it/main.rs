//! The program from outside: what it is given, what it sends, what it prints and how it ends.

mod answers;
mod commands;
mod docs;
mod ids;
mod interruption;
mod lists;
mod man;
mod program;
mod refusals;
mod resending;
mod secrets;
mod server;
mod wire;
