#![doc = include_str!("../README.md")]

mod answer;
mod avatar;
mod base_url;
mod builder;
mod call;
mod client;
mod connection;
mod credential;
mod delay;
mod email_code;
mod environment;
mod error;
pub mod generated;
mod options;
mod probe;
mod redact;
mod resend;
mod send;
mod tls;

pub use avatar::Avatar;
pub use builder::ClientBuilder;
pub use call::{Call, Response};
pub use client::{AvatarOutcome, Client, Disconnection, Submission};
pub use credential::Credential;
pub use email_code::EmailCode;
pub use error::{Error, ErrorKind};
pub use generated::ErrorCode;
pub use options::{CallOptions, IdempotencyKey};
pub use probe::Probe;
pub use redact::Redactor;
pub use send::Event;

/// The OpenAPI document that this version of the crate was made from, as YAML.
pub const OPENAPI: &str = include_str!("../openapi.yaml");

/// A result whose error is this crate's.
pub type Result<T, E = Error> = std::result::Result<T, E>;
