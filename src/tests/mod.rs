//! Tests that need what the crate does not show.

mod corpus;
mod model;
mod properties;
mod reliability;
#[cfg(target_os = "linux")]
mod zeroing;
