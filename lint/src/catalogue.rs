//! The catalogue of rules, for people: a list, a page for each rule, and `docs/lint.md`.

use std::io::{self, Write};

use super::rule::Rule;
use super::rules::RULES;
use super::suggestion::nearest;

/// One line for each rule.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn list(out: &mut dyn Write) -> io::Result<()> {
    let width = RULES.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut area = None;
    for rule in RULES.iter() {
        if area != Some(rule.area) {
            if area.is_some() {
                writeln!(out)?;
            }
            writeln!(out, "{}", rule.area)?;
            area = Some(rule.area);
        }
        writeln!(
            out,
            "  {:width$}  {:7}  {}",
            rule.id,
            rule.severity.to_string(),
            rule.summary
        )?;
    }
    Ok(())
}

/// What a rule is about; the inner error names the nearest rule.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn explain(id: &str, out: &mut dyn Write) -> io::Result<Result<(), String>> {
    let Some(rule) = find(id) else {
        let hint = match nearest(id, RULES.iter().map(|rule| rule.id)) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "`cargo xtask lint --list` names all".to_owned(),
        };
        return Ok(Err(format!("there is no rule `{id}`; {hint}")));
    };
    writeln!(out, "{} ({}, {})\n", rule.id, rule.severity, rule.area)?;
    writeln!(out, "{}\n\n{}\n", rule.summary, rule.docs.trim())?;
    writeln!(out, "Wrong:\n\n{}\n", indented(rule.bad))?;
    writeln!(out, "Right:\n\n{}", indented(rule.good))?;
    Ok(Ok(()))
}

/// The rule of that name.
pub(crate) fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

fn indented(text: &str) -> String {
    text.trim_end()
        .lines()
        .map(|line| {
            if line.is_empty() {
                String::new()
            } else {
                format!("    {line}")
            }
        })
        .collect::<Vec<_>>()
        .join("\n")
}
