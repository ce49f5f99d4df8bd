//! From two documents to the report.

use std::collections::{BTreeSet, HashSet};

use heck::ToPascalCase;
use xquik_document::{Document, Node, Pointer, Value};

use super::change::{Change, Local, Place, Report, TypeNames};
use super::checks::{about, operations};
use super::compare::Comparison;
use super::findings::{Findings, Found};
use super::schema::component_name;
use super::side::{Side, Unreadable, Which};

/// Compares two documents. The error says which of them cannot be compared.
pub(crate) fn compare<'d>(
    base: &'d Document,
    head: &'d Document,
) -> Result<Report, (Which, Unreadable)> {
    let base = Side::new(Which::Base, base).map_err(|error| (Which::Base, error))?;
    let head = Side::new(Which::Head, head).map_err(|error| (Which::Head, error))?;
    let mut comparison = Comparison::new(&base, &head);
    let mut all = vec![about::compare(&base, &head)];
    all.extend(operations::compare(&mut comparison));
    comparison.run();
    let changed = comparison.changed();
    let mut report = Report {
        changes: Vec::new(),
        types: type_names(&base, &head),
    };
    for findings in &all {
        let Findings { operation, found } = findings;
        // A schema that an operation reaches in several ways is one change of it.
        let mut told = HashSet::new();
        let mut tell = |subject: Option<String>, local: &Local<'d>| {
            let change = change(&base, &head, operation.clone(), subject, local);
            let key = (change.check.id, change.pointer.clone(), change.text.clone());
            if told.insert(key) {
                report.changes.push(change);
            }
        };
        for found in found {
            match found {
                Found::Local(subject, local) => tell(subject.clone(), local),
                Found::Schema(subject, pair) => {
                    for (path, local) in comparison.reach(*pair, &changed) {
                        let subject = if path.is_empty() {
                            subject.clone()
                        } else {
                            format!("{subject}, `{path}`")
                        };
                        tell(Some(subject), local);
                    }
                }
            }
        }
    }
    Ok(report)
}

fn change<'d>(
    base: &Side<'d>,
    head: &Side<'d>,
    operation: Option<String>,
    subject: Option<String>,
    local: &Local<'d>,
) -> Change {
    let side = match local.at.which {
        Which::Base => base,
        Which::Head => head,
    };
    let pointer = side.pointer(local.at.node);
    Change {
        check: local.check,
        operation,
        subject,
        text: local.text.clone(),
        place: place(side, &pointer),
        in_head: place(head, &pointer),
        pointer: pointer.to_string(),
    }
}

fn place(side: &Side<'_>, pointer: &Pointer) -> Place {
    let span = side.span(pointer);
    Place {
        file: side.document.name().to_owned(),
        line: span.start.line,
        column: span.start.column,
    }
}

/// The names of generated types that only one of the two documents has.
fn type_names(base: &Side<'_>, head: &Side<'_>) -> TypeNames {
    let (was, now) = (used(base), used(head));
    TypeNames {
        gone: was.difference(&now).cloned().collect(),
        new: now.difference(&was).cloned().collect(),
    }
}

/// The Rust names of the component schemas that something refers to.
fn used(side: &Side<'_>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut open: Vec<&Node> = vec![side.root()];
    while let Some(node) = open.pop() {
        if let Some(name) = node.reference().and_then(component_name) {
            names.insert(name.to_pascal_case());
        }
        match &node.value {
            Value::Mapping(mapping) => open.extend(mapping.iter().map(|entry| &entry.value)),
            Value::Sequence(items) => open.extend(items),
            _ => {}
        }
    }
    names
}
