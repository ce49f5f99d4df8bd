//! What every rule needs.

pub(super) use xquik_document::{Node, RemarkKind, Style, Value};

pub(super) use crate::context::Context;
pub(super) use crate::description::Kind;
pub(super) use crate::finding::Report;
pub(super) use crate::model::DefectKind;
pub(super) use crate::rule::{Area, Check, Rule, Severity};
