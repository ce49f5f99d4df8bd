//! What each pass makes of a small document, and what it says about it, without compiling what comes out.
//!
//! A case is a file `tests/passes/<pass>/<case>.yaml`; beside it stands what is expected, which
//! `cargo xtask bless` rewrites: what the pass says, then each schema and each path that it changes.
//! A case need not say that it is a document of OpenAPI 3.0 without operations.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use xquik_codegen::{document::Document, stages_to};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/passes")
}

/// What a folder holds, in order.
fn inside(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the folder can be read").path())
        .collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> &str {
    let name = path.file_stem().and_then(|name| name.to_str());
    name.expect("the name of a case is text")
}

/// A case as the document that it stands for.
fn whole(case: &str) -> String {
    let mut text = case.to_owned();
    // Behind it, so that its lines keep their numbers.
    for (word, line) in [
        ("openapi", "openapi: 3.0.3"),
        ("info", "info: { title: Case, version: '1' }"),
        ("paths", "paths: {}"),
    ] {
        if !case.lines().any(|line| line.starts_with(word)) {
            text = format!("{}\n{line}\n", text.trim_end());
        }
    }
    text
}

/// What a pass says about a case, and what it makes of it.
fn shown(pass: &str, case: &Path) -> String {
    let text = fs::read_to_string(case).expect("the case can be read");
    let file = case.file_name().and_then(|name| name.to_str());
    let file = file.expect("the name of a case is text");
    let document = Document::read(file, whole(&text).as_bytes()).expect("the case is YAML");
    let stages = stages_to(&document, pass);
    let (stage, before) = match &stages[..] {
        [.., before, stage] => (stage, before.document.clone()),
        [stage] => (stage, document.root().to_json()),
        [] => panic!("`{pass}` is no pass, or no pass can read {file}"),
    };
    let mut shown = String::new();
    for diagnostic in &stage.diagnostics {
        let _ = writeln!(shown, "{}", diagnostic.line(file));
    }
    for part in ["/paths", "/components/schemas"] {
        let old = members(&before, part);
        for (name, new) in &members(&stage.document, part) {
            if old.get(name) != Some(new) {
                let _ = write!(shown, "\n{name}:");
                tree(&mut shown, new, 2);
                shown.push('\n');
            }
        }
    }
    shown
}

fn members(document: &Value, part: &str) -> Map<String, Value> {
    let members = document.pointer(part).and_then(Value::as_object);
    members.cloned().unwrap_or_default()
}

/// Writes a tree as YAML: on one line as far as it fits there.
fn tree(out: &mut String, value: &Value, indent: usize) {
    const WIDTH: usize = 110;
    let line = flow(value);
    let indented = |out: &mut String| {
        let _ = write!(out, "\n{:indent$}", "");
    };
    match value {
        Value::Object(members) if line.len() + indent > WIDTH => {
            for (name, member) in members {
                indented(out);
                let _ = write!(out, "{name}:");
                tree(out, member, indent + 2);
            }
        }
        Value::Array(items) if line.len() + indent > WIDTH => {
            for item in items {
                indented(out);
                out.push('-');
                tree(out, item, indent + 2);
            }
        }
        _ => {
            let _ = write!(out, " {line}");
        }
    }
}

fn flow(value: &Value) -> String {
    match value {
        Value::Object(members) if !members.is_empty() => {
            let members = members.iter();
            let members = members.map(|(name, member)| format!("{name}: {}", flow(member)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(flow).collect();
            format!("[{}]", items.join(", "))
        }
        scalar => scalar.to_string(),
    }
}

mod snapshots {
    use super::*;

    #[test]
    fn every_case_becomes_what_is_expected() {
        for pass in inside(&folder()) {
            for case in inside(&pass) {
                if case.extension().is_none_or(|extension| extension != "yaml") {
                    continue;
                }
                let mut settings = insta::Settings::clone_current();
                settings.set_snapshot_path(&pass);
                settings.set_prepend_module_to_snapshot(false);
                settings.set_omit_expression(true);
                settings.bind(|| insta::assert_snapshot!(name(&case), shown(name(&pass), &case)));
            }
        }
    }
}

#[test]
fn every_expectation_is_of_a_case() {
    for pass in inside(&folder()) {
        for file in inside(&pass) {
            let case = file.with_extension("yaml");
            assert!(case.exists(), "{} is of no case", file.display());
        }
    }
}
