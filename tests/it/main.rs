//! The crate from outside.

mod documented;
mod faults;
mod form;
mod input;
mod load;
mod resending;
#[cfg(feature = "schemars")]
mod schemars;
mod secrets;
mod server;
mod snapshots;
mod tls;
mod wire;
