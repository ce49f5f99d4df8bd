//! Annotations of a GitHub workflow.

use std::io::{self, Write};

use crate::diff::change::Report;

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
            property(&place.file),
            place.line,
            place.column,
            property(change.check.id),
            data(&format!("{operation}{}", change.message()))
        )?;
    }
    Ok(())
}

/// What ends a message has to be written in percent.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// In a property, what separates properties as well.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
