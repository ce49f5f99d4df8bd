//! The program from outside: what it is given, what it sends, what it prints and how it ends.

mod answers;
mod ids;
mod program;
mod refusals;
mod resending;
mod secrets;
mod server;
mod wire;
