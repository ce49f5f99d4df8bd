//! Findings that were looked at and accepted, each with its reason.

use xquik_codegen::document::Document;

use super::finding::Finding;

/// Takes the accepted findings out, and reports acceptances that match nothing.
pub(crate) fn apply(_document: &Document, _findings: &mut Vec<Finding>) {}
