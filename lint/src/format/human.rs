//! For people: what is wrong, the line with a caret under the place, and what to do.

use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use xquik_document::Span;

use super::Colors;
use crate::finding::Finding;
use crate::rule::Severity;
use crate::run::Outcome;
use xquik_document::screen::clean;

/// Longer lines are cut around the place: a minified document is one line.
const LONGEST_LINE: usize = 160;

pub(super) fn write(
    name: &str,
    outcome: &Outcome,
    colors: Colors,
    out: &mut dyn Write,
) -> io::Result<()> {
    let renderer = match colors {
        Colors::Yes => Renderer::styled(),
        Colors::No => Renderer::plain(),
    };
    let lines: Vec<&str> = xquik_document::lines(&outcome.text).collect();
    for finding in &outcome.findings {
        writeln!(out, "{}\n", render(&renderer, name, &lines, finding))?;
    }
    let errors = outcome.count(Severity::Error);
    let warnings = outcome.count(Severity::Warning);
    if errors + warnings == 0 {
        writeln!(out, "{name}: nothing to complain about")
    } else {
        let count = |count: usize, word: &str| {
            format!("{count} {word}{}", if count == 1 { "" } else { "s" })
        };
        writeln!(
            out,
            "{name}: {}, {}",
            count(errors, "error"),
            count(warnings, "warning")
        )
    }
}

fn render(renderer: &Renderer, name: &str, lines: &[&str], finding: &Finding) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let line = lines
        .get((finding.span.start.line as usize).saturating_sub(1))
        .map_or("", |line| line.trim_end_matches(['\n', '\r']));
    let (shown, range) = excerpt(line, finding.span);
    let message = clean(&finding.message);
    let help = finding.help.as_deref().map(clean);
    let at = format!(
        "at {}",
        match finding.pointer.to_string().as_str() {
            "" => "the root".to_owned(),
            pointer => clean(pointer),
        }
    );
    let snippet = Snippet::source(shown.as_str())
        .line_start(finding.span.start.line as usize)
        .path(name)
        .annotation(AnnotationKind::Primary.span(range));
    let mut group: Group<'_> = level
        .primary_title(message.as_str())
        .id(finding.rule)
        .element(snippet)
        .element(Level::NOTE.message(at.as_str()));
    if let Some(help) = &help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    renderer.render(&[group])
}

/// The line, cut where it is long, and the bytes of it that are meant.
fn excerpt(line: &str, span: Span) -> (String, Range<usize>) {
    let characters: Vec<char> = line.chars().collect();
    let first = (span.start.column as usize)
        .saturating_sub(1)
        .min(characters.len());
    let end = if span.end.line == span.start.line {
        (span.end.column as usize)
            .saturating_sub(1)
            .clamp(first, characters.len())
    } else {
        characters.len()
    };
    let end = if end == first {
        (first + 1).min(characters.len())
    } else {
        end
    };
    let from = if characters.len() > LONGEST_LINE {
        first.saturating_sub(LONGEST_LINE / 4)
    } else {
        0
    };
    let to = (from + LONGEST_LINE).min(characters.len());
    let end = end.min(to);
    let mut text = String::new();
    let mut range = 0..0;
    for (index, character) in characters[from..to].iter().enumerate() {
        if from + index == first {
            range.start = text.len();
        }
        if from + index == end {
            range.end = text.len();
        }
        // A control character would move the cursor of whoever reads this.
        text.push(if character.is_control() && *character != '\t' {
            ' '
        } else {
            *character
        });
    }
    if first >= to {
        range.start = text.len();
    }
    if end >= to {
        range.end = text.len();
    }
    range.end = range.end.max(range.start);
    (text, range)
}
