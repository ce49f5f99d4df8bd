//! The sandbox from outside, over real connections.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod client;

mod document;
mod form;
mod on_demand;
mod story;
