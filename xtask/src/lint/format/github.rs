//! Workflow commands of GitHub Actions.

use std::io::{self, Write};

use crate::lint::run::Outcome;

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
            property(name),
            finding.span.start.line,
            finding.span.start.column,
            property(finding.rule),
            data(&message),
        )?;
    }
    Ok(())
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
