//! The generated layer: every operation, type and code of the document, as `codegen` made them.
//!
//! It is complete by construction: an operation that is added to the document is callable here at
//! once. [`Client::generated`](crate::Client::generated) gives a client that sends through the same
//! one place as the rest of this crate (credential, deadline, resending, bounded bodies), and
//! [`Error`](crate::Error) converts from the errors of this layer.
//!
//! This module follows the document and may change in any minor version.

#![allow(
    missing_docs,
    clippy::doc_lazy_continuation,
    reason = "the words are the document's: not everything has some, and the generator makes lists of long ones"
)]

include!(concat!(env!("OUT_DIR"), "/client.rs"));
include!(concat!(env!("OUT_DIR"), "/types.rs"));
include!(concat!(env!("OUT_DIR"), "/messages.rs"));
include!(concat!(env!("OUT_DIR"), "/registry.rs"));
include!(concat!(env!("OUT_DIR"), "/runtime.rs"));
