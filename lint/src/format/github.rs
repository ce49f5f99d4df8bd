//! Workflow commands of GitHub Actions.

use std::io::{self, Write};

use crate::run::Outcome;
use xquik_document::screen::{workflow_message, workflow_property};

pub(super) fn write(name: &str, outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    for finding in &outcome.findings {
        let message = match &finding.help {
            Some(help) => format!("{} ({help})", finding.message),
            None => finding.message.clone(),
        };
        writeln!(
            out,
            "::{} file={},line={},col={},title={}::{}",
            finding.severity,
            workflow_property(name),
            finding.span.start.line,
            finding.span.start.column,
            workflow_property(finding.rule),
            workflow_message(&message),
        )?;
    }
    Ok(())
}
