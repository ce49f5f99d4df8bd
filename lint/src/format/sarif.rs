//! SARIF 2.1.0 (OASIS), which code scanning services read.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::rule::Severity;
use crate::rules::RULES;
use crate::run::Outcome;
use xquik_document::screen;

pub(super) fn write(name: &str, outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let rules: Vec<Value> = RULES
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "shortDescription": { "text": rule.summary },
                "fullDescription": { "text": rule.docs.trim() },
                "help": { "text": rule.docs.trim(), "markdown": rule.docs.trim() },
                "defaultConfiguration": { "level": level(rule.severity) },
                "properties": { "area": rule.area.to_string() },
            })
        })
        .collect();
    let results: Vec<Value> = outcome
        .findings
        .iter()
        .map(|finding| {
            let text = match &finding.help {
                Some(help) => format!("{} ({help})", finding.message),
                None => finding.message.clone(),
            };
            let index = RULES.iter().position(|rule| rule.id == finding.rule);
            let (start, end) = (finding.span.start, finding.span.end.max(finding.span.start));
            json!({
                "ruleId": finding.rule,
                "ruleIndex": index,
                "level": level(finding.severity),
                "message": { "text": text },
                "locations": [{
                    "physicalLocation": {
                        "artifactLocation": { "uri": uri(name) },
                        "region": {
                            "startLine": start.line,
                            "startColumn": start.column,
                            "endLine": end.line,
                            "endColumn": end.column,
                        },
                    },
                    "logicalLocations": [{
                        "fullyQualifiedName": finding.pointer.to_string(),
                        "kind": "member",
                    }],
                }],
            })
        })
        .collect();
    let report = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "xquik-lint", "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    writeln!(out, "{}", screen::json(&format!("{report:#}")))
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// A path as the URI reference that SARIF wants.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        match byte {
            b'\\' => uri.push('/'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
