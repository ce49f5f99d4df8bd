//! The crate from outside.

mod snapshots;
