//! The sandbox from outside, over real connections.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod client;

mod anything;
mod browsers;
mod control;
mod docs;
mod document;
mod faults;
mod form;
mod health;
mod http2;
mod lifetime;
mod on_demand;
mod other_documents;
mod page;
mod recorded;
mod state_file;
mod story;
mod windows;
