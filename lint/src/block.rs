//! Places within the text of a block scalar.

use xquik_document::{Document, Mark, Node, Span, Style};

/// The lines of a document.
#[derive(Debug)]
pub(crate) struct Lines<'d>(Vec<&'d str>);

impl<'d> Lines<'d> {
    pub(crate) fn new(document: &'d Document) -> Self {
        Self(xquik_document::lines(document.text()).collect())
    }

    /// Where a byte of a block scalar's text is written; none for a scalar of another style, whose
    /// place is its own.
    ///
    /// Both styles keep what is written on a line as it is, but for its indentation and its end: the
    /// lines are sought in the text one after the other.
    pub(crate) fn place(&self, node: &Node, at: usize) -> Option<Span> {
        if !matches!(node.style, Style::Literal | Style::Folded) {
            return None;
        }
        let text = node.as_str()?;
        let header = usize::try_from(node.span.start.line).ok()?.checked_sub(1)?;
        let characters = |text: &str| u32::try_from(text.chars().count()).ok();
        let before = node
            .span
            .start
            .index
            .checked_sub(node.span.start.column - 1)?;
        let mut index = before + characters(self.0.get(header)?)?;
        let mut sought = 0;
        for (number, line) in self.0.iter().enumerate().skip(header + 1) {
            let written = line.trim();
            let found = sought + text.get(sought..)?.find(written)?;
            let end = found + written.len();
            if at < end && !written.is_empty() {
                let indented = characters(&line[..line.len() - line.trim_start().len()])?;
                let column = indented + characters(text.get(found..at.max(found))?)?;
                let start = Mark {
                    line: u32::try_from(number + 1).ok()?,
                    column: column + 1,
                    index: index + column,
                };
                let end = Mark {
                    column: indented + characters(written)? + 1,
                    index: index + indented + characters(written)?,
                    ..start
                };
                return Some(Span { start, end });
            }
            sought = end;
            index += characters(line)?;
        }
        None
    }
}
