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
    missing_debug_implementations,
    unreachable_pub,
    clippy::all,
    clippy::unwrap_used,
    rustdoc::bare_urls,
    rustdoc::broken_intra_doc_links,
    rustdoc::invalid_html_tags,
    reason = "generated: the words are the document's, the forms are the generator's"
)]

include!(concat!(env!("OUT_DIR"), "/client.rs"));
include!(concat!(env!("OUT_DIR"), "/types.rs"));
include!(concat!(env!("OUT_DIR"), "/messages.rs"));
include!(concat!(env!("OUT_DIR"), "/registry.rs"));
include!(concat!(env!("OUT_DIR"), "/runtime.rs"));
