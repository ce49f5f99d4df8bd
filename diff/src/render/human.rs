//! For people: operation by operation, what weighs most first.

use std::io::{self, Write};

use crate::catalogue::Class;
use crate::change::{Change, Report};
use xquik_document::screen::line;

/// Writes the report.
pub(crate) fn human(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut rest = report.changes.as_slice();
    while let Some(first) = rest.first() {
        let count = rest
            .iter()
            .take_while(|change| change.operation == first.operation)
            .count();
        let (group, after) = rest.split_at(count);
        rest = after;
        match &first.operation {
            Some(operation) => writeln!(out, "{}", line(operation))?,
            None => writeln!(out, "the document")?,
        }
        let mut group: Vec<&Change> = group.iter().collect();
        group.sort_by_key(|change| change.check.class);
        for change in group {
            write_change(change, out)?;
        }
        writeln!(out)?;
    }
    types(report, out)?;
    summary(report, out)
}

fn write_change(change: &Change, out: &mut dyn Write) -> io::Result<()> {
    let subject = change
        .subject
        .as_ref()
        .map_or_else(String::new, |subject| format!("{subject}: "));
    let class = change.check.class.name();
    let text = line(&format!("{subject}{}", change.text));
    writeln!(out, "  {class}: {text}")?;
    writeln!(out, "    {}", change.check.why)?;
    let place = &change.place;
    writeln!(
        out,
        "    {}:{}:{}  [{}]",
        place.file, place.line, place.column, change.check.id
    )
}

/// Types that come and go although the wire may be the same: inlining and extracting do that.
fn types(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let types = &report.types;
    if types.gone.is_empty() && types.new.is_empty() {
        return Ok(());
    }
    let list = |names: &[String]| {
        let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        names.join(", ")
    };
    if !types.gone.is_empty() {
        writeln!(
            out,
            "generated Rust types that are gone: {}",
            list(&types.gone)
        )?;
    }
    if !types.new.is_empty() {
        writeln!(
            out,
            "generated Rust types that are new: {}",
            list(&types.new)
        )?;
    }
    writeln!(out)
}

fn summary(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    if report.changes.is_empty() {
        return writeln!(out, "no change: both documents mean the same");
    }
    let count = |class: Class| {
        let of_class = |change: &&Change| change.check.class == class;
        report.changes.iter().filter(of_class).count()
    };
    let mut counts = Vec::new();
    for class in [
        Class::Breaking,
        Class::CannotTell,
        Class::Compatible,
        Class::GeneratedNames,
    ] {
        match count(class) {
            0 => {}
            number => counts.push(format!("{number} {}", class.name())),
        }
    }
    let all = report.changes.len();
    let changes = if all == 1 { "change" } else { "changes" };
    writeln!(out, "{all} {changes}: {}", counts.join(", "))
}
