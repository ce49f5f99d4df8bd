//! What every rule needs.

pub(super) use xquik_document::{Node, RemarkKind, Style, Value};

pub(super) use crate::lint::context::Context;
pub(super) use crate::lint::description::Kind;
pub(super) use crate::lint::finding::Report;
pub(super) use crate::lint::model::DefectKind;
pub(super) use crate::lint::rule::{Area, Check, Rule, Severity};
