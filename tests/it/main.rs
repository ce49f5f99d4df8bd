//! The crate from outside.

mod faults;
mod resending;
mod server;
mod snapshots;
mod tls;
mod wire;
