//! Findings that were looked at and accepted, each with its reason.
//!
//! They belong to one document and to copies of it, wherever those lie. On another they mean nothing.

use std::collections::HashSet;
use std::path::PathBuf;

use xquik_document::{Document, Node, Pointer};

use super::description::METHODS;
use super::finding::{Finding, Report};
use super::rules::acceptance::unused_acceptance;

/// A file of accepted findings, and the document that they are about.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// What findings call the file.
    pub name: String,
    /// Where it is.
    pub file: PathBuf,
    /// Where the document is.
    pub document: PathBuf,
}

/// A finding that is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Acceptance {
    pub(super) rule: String,
    pub(super) pointer: Pointer,
    /// The line of the file that says so.
    pub(super) line: u32,
}

impl Accepted {
    /// Takes the findings out that are accepted, and reports acceptances that match nothing.
    pub(super) fn apply(&self, document: &Document, findings: &mut Vec<Finding>) {
        let Ok(bytes) = std::fs::read(&self.file) else {
            return;
        };
        match parse(&bytes) {
            Ok(acceptances) if acceptances.is_empty() => {}
            Ok(acceptances) => {
                let own = std::fs::read(&self.document)
                    .ok()
                    .and_then(|bytes| Document::read("", &bytes).ok());
                if own.is_some_and(|own| is_copy(document, &own)) {
                    accept(document, &self.name, &acceptances, findings);
                }
            }
            Err(problem) => {
                let mut report = Report::new(&unused_acceptance::RULE);
                report.at_key(document.root(), format!("{}: {problem}", self.name));
                findings.extend(report.settle(document, &[]));
            }
        }
    }
}

/// Reads the file: a list of `rule`, `pointer` and `reason`.
pub(super) fn parse(bytes: &[u8]) -> Result<Vec<Acceptance>, String> {
    let file = Document::read("", bytes).map_err(|error| error.to_string())?;
    let list = file
        .root()
        .as_sequence()
        .ok_or("expected a list of accepted findings")?;
    list.iter()
        .map(|entry| {
            let line = entry.span.start.line;
            let text = |name: &str| {
                entry
                    .get(name)
                    .and_then(Node::as_str)
                    .filter(|text| !text.trim().is_empty() || name == "pointer")
                    .ok_or(format!("line {line}: an accepted finding needs `{name}`"))
            };
            text("reason")?;
            Ok(Acceptance {
                rule: text("rule")?.to_owned(),
                pointer: text("pointer")?
                    .parse()
                    .map_err(|error| format!("line {line}: {error}"))?,
                line,
            })
        })
        .collect()
}

/// Takes the accepted findings out, and reports acceptances that match nothing.
pub(super) fn accept(
    document: &Document,
    file: &str,
    acceptances: &[Acceptance],
    findings: &mut Vec<Finding>,
) {
    let mut used: HashSet<usize> = HashSet::new();
    findings.retain(|finding| {
        let matching = acceptances.iter().enumerate().filter(|(_, acceptance)| {
            acceptance.rule == finding.rule && acceptance.pointer == finding.pointer
        });
        let mut accepted = false;
        for (index, _) in matching {
            used.insert(index);
            accepted = true;
        }
        !accepted
    });
    let mut report = Report::new(&unused_acceptance::RULE);
    for (index, acceptance) in acceptances.iter().enumerate() {
        if !used.contains(&index) {
            let node = document.at(&acceptance.pointer).unwrap_or(document.root());
            report
                .at_key(
                    node,
                    format!(
                        "`{}` is accepted here, and there is no such finding",
                        acceptance.rule
                    ),
                )
                .help(format!("take it out of {file}, line {}", acceptance.line));
        }
    }
    let unused = report.settle(document, &[]);
    if !unused.is_empty() {
        findings.extend(unused);
        findings.sort_by_key(|finding| (finding.span.start, finding.severity));
    }
}

/// Whether a document is a copy of another, perhaps an edited one: it has at least half of its
/// operations, by path and method or by id.
pub(super) fn is_copy(document: &Document, own: &Document) -> bool {
    let (its_paths, its_ids) = operations(document);
    let (own_paths, own_ids) = operations(own);
    let shares = |its: &HashSet<String>, own: &HashSet<String>| {
        !own.is_empty() && 2 * its.intersection(own).count() >= own.len()
    };
    shares(&its_paths, &own_paths) || shares(&its_ids, &own_ids)
}

fn operations(document: &Document) -> (HashSet<String>, HashSet<String>) {
    let (mut paths, mut ids) = (HashSet::new(), HashSet::new());
    let items = document.root().get("paths").and_then(Node::as_mapping);
    for item in items.into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = item.value.get(method) {
                paths.insert(format!("{method} {}", item.key.name));
                ids.extend(
                    operation
                        .get("operationId")
                        .and_then(Node::as_str)
                        .map(str::to_owned),
                );
            }
        }
    }
    (paths, ids)
}
