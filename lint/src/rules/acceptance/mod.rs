//! Accepted findings.

pub(crate) mod unused_acceptance;
