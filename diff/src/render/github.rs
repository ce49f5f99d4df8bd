//! Annotations of a GitHub workflow.

use std::io::{self, Write};

use crate::change::Report;
use xquik_document::screen::{workflow_message, workflow_property};

/// One line per change. It stands in HEAD, the file that a person sees: what is gone, where it was.
pub(crate) fn github(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for change in &report.changes {
        let level = if change.check.class.is_breaking() {
            "error"
        } else {
            "notice"
        };
        let place = &change.in_head;
        let operation = change
            .operation
            .as_ref()
            .map_or_else(String::new, |operation| format!("{operation}: "));
        writeln!(
            out,
            "::{level} file={},line={},col={},title={}::{}",
            workflow_property(&place.file),
            place.line,
            place.column,
            workflow_property(change.check.id),
            workflow_message(&format!("{operation}{}", change.message()))
        )?;
    }
    Ok(())
}
