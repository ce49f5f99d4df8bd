//! Accepted findings.

pub(in crate::lint) mod unused_acceptance;
