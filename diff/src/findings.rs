//! What is found in one operation, before the schemas that it reaches are known.

use xquik_document::Node;

use super::catalogue::{Check, Direction};
use super::change::Local;
use super::checks::names;
use super::compare::{Comparison, PairId, Way, Written};
use super::side::At;

/// The changes of one operation, or of the document, in the order of the document.
#[derive(Debug)]
pub(crate) struct Findings<'d> {
    /// `PATCH /x/y`; none for the document's own.
    pub(crate) operation: Option<String>,
    pub(crate) found: Vec<Found<'d>>,
}

/// One finding.
#[derive(Debug)]
pub(crate) enum Found<'d> {
    /// A change, and which part of the operation it is about.
    Local(Option<String>, Local<'d>),
    /// Whatever changed in a schema of this part of the operation.
    Schema(String, PairId),
}

impl<'d> Findings<'d> {
    pub(crate) fn new(operation: Option<String>) -> Self {
        Self {
            operation,
            found: Vec::new(),
        }
    }

    /// Tells a change of the whole operation or document.
    pub(crate) fn tell(&mut self, check: &'static Check, at: At<'d>, text: impl Into<String>) {
        self.push(None, check, at, text.into());
    }

    /// Tells a change of a part.
    pub(crate) fn tell_of(
        &mut self,
        subject: &str,
        check: &'static Check,
        at: At<'d>,
        text: impl Into<String>,
    ) {
        self.push(Some(subject.to_owned()), check, at, text.into());
    }

    fn push(&mut self, subject: Option<String>, check: &'static Check, at: At<'d>, text: String) {
        self.found
            .push(Found::Local(subject, Local { check, at, text }));
    }

    /// Has the schemas of a part compared.
    pub(crate) fn schemas(
        &mut self,
        comparison: &mut Comparison<'_, 'd>,
        subject: &str,
        base: Option<&'d Node>,
        head: Option<&'d Node>,
        way: (Direction, Written),
    ) {
        if let (Some(base), Some(head)) = (base, head)
            && let Some(local) =
                names::type_change(comparison.base.side, comparison.head.side, base, head)
        {
            self.found
                .push(Found::Local(Some(subject.to_owned()), local));
        }
        let (direction, written) = way;
        let way = Way { direction, written };
        let pair = comparison.pair_nodes(base.as_slice(), head.as_slice(), way);
        self.found.push(Found::Schema(subject.to_owned(), pair));
    }
}
