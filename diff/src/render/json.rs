//! For programs.

use std::io::{self, Write};

use serde_json::{Map, Value};

use crate::change::Report;
use xquik_document::screen;

/// One object on one line: every change, and how many of them are breaking.
pub(crate) fn json(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let changes = report.changes.iter().map(|change| {
        let mut object = Map::new();
        object.insert("id".to_owned(), change.check.id.into());
        object.insert(
            "breaking".to_owned(),
            change.check.class.is_breaking().into(),
        );
        if let Some(operation) = &change.operation {
            object.insert("operation".to_owned(), operation.as_str().into());
        }
        object.insert("pointer".to_owned(), change.pointer.as_str().into());
        object.insert("message".to_owned(), change.message().into());
        Value::Object(object)
    });
    let mut object = Map::new();
    object.insert("changes".to_owned(), changes.collect());
    object.insert("breaking".to_owned(), report.breaking().into());
    writeln!(out, "{}", screen::json(&Value::Object(object).to_string()))
}
