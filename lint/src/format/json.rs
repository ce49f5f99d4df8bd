//! One JSON object, for programs.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::rule::Severity;
use crate::run::Outcome;
use xquik_document::screen;

pub(super) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let diagnostics: Vec<Value> = outcome
        .findings
        .iter()
        .map(|finding| {
            let mut members = Map::new();
            let mut set = |name: &str, value: Value| members.insert(name.to_owned(), value);
            set("rule", finding.rule.into());
            set("severity", finding.severity.to_string().into());
            set("message", finding.message.as_str().into());
            set("pointer", finding.pointer.to_string().into());
            set("line", finding.span.start.line.into());
            set("column", finding.span.start.column.into());
            if let Some(help) = &finding.help {
                set("help", help.as_str().into());
            }
            Value::Object(members)
        })
        .collect();
    let report = json!({
        "diagnostics": diagnostics,
        "errors": outcome.count(Severity::Error),
        "warnings": outcome.count(Severity::Warning),
    });
    writeln!(out, "{}", screen::json(&report.to_string()))
}
