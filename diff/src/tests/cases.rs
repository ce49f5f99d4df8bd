//! The table: small pairs of documents, one file per area in `cases/`.
//!
//! A file holds a document and cases. Each case puts `was` into the document at `at` for BASE and
//! `now` for HEAD (nothing where it is left out), and says which changes are expected, and which
//! the other way `back`. Lines read `! id (operation) pointer`, with `!` for breaking, `?` for what
//! cannot be told, `-` for compatible and `~` for generated names.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::Value;

use super::{read, report};
use crate::catalogue::areas;

struct Case {
    name: String,
    base: String,
    head: String,
    expected: Vec<String>,
    back: Vec<String>,
}

fn cases() -> Vec<Case> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/tests/cases");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder of cases is there")
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("it can be read");
        let area = file
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let table = read(&area, &text).root().to_json();
        for case in table["cases"].as_array().expect("a list of cases") {
            cases.push(read_case(&area, &table, case));
        }
    }
    cases
}

fn read_case(area: &str, table: &Value, case: &Value) -> Case {
    let name = case["name"].as_str().expect("a name");
    let at = case.get("at").or_else(|| table.get("at"));
    let at = at.and_then(Value::as_str).expect("a pointer");
    let mut document = table["document"].clone();
    for (pointer, value) in case
        .get("with")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        put(&mut document, pointer, Some(value));
    }
    let side = |member: &str| {
        let mut document = document.clone();
        put(&mut document, at, case.get(member));
        format!("{document:#}")
    };
    let lines = |member: &str| {
        let lines = case.get(member).and_then(Value::as_array);
        let lines = lines.into_iter().flatten();
        lines
            .map(|line| line.as_str().expect("a line").to_owned())
            .collect()
    };
    Case {
        name: format!("{area}: {name}"),
        base: side("was"),
        head: side("now"),
        expected: lines("expect"),
        back: lines("back"),
    }
}

/// Puts a value where a pointer leads, or takes away what is there.
fn put(document: &mut Value, pointer: &str, value: Option<&Value>) {
    let (parent, last) = pointer.rsplit_once('/').expect("a pointer below the root");
    let last = last.replace("~1", "/").replace("~0", "~");
    let parent = document
        .pointer_mut(parent)
        .unwrap_or_else(|| panic!("{parent} leads to nothing"));
    match (parent, value) {
        (Value::Object(members), Some(value)) => {
            members.insert(last, value.clone());
        }
        (Value::Object(members), None) => {
            members.shift_remove(&last);
        }
        (Value::Array(items), Some(value)) => {
            let index: usize = last.parse().expect("an index");
            items[index] = value.clone();
        }
        (parent, _) => panic!("{parent} has no {last}"),
    }
}

#[test]
fn every_pair_of_documents_gives_the_report_beside_it() {
    let mut wrong = String::new();
    let cases = cases();
    for case in &cases {
        for (way, expected, base, head) in [
            ("expect", &case.expected, &case.base, &case.head),
            ("back", &case.back, &case.head, &case.base),
        ] {
            let found: Vec<_> = report(base, head).lines().collect();
            if &found != expected {
                let _ = writeln!(wrong, "{}\n    {way}:", case.name);
                for line in found {
                    let _ = writeln!(wrong, "      - '{line}'");
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(cases.len() >= 120, "only {} cases", cases.len());
}

#[test]
fn every_kind_of_change_has_a_pair_that_shows_it() {
    let shown: BTreeSet<String> = cases()
        .iter()
        .flat_map(|case| case.expected.iter().chain(&case.back))
        .filter_map(|line| Some(line.split_whitespace().nth(1)?.to_owned()))
        .collect();
    let missing: Vec<_> = areas()
        .iter()
        .flat_map(|area| &area.checks)
        .map(|check| check.id)
        .filter(|id| !shown.contains(*id))
        .collect();
    assert!(missing.is_empty(), "no pair shows {missing:?}");
}

#[test]
fn ids_are_unique_and_say_their_direction() {
    let mut ids = BTreeSet::new();
    for area in areas() {
        for check in area.checks {
            assert!(ids.insert(check.id), "{} stands twice", check.id);
            assert!(
                check
                    .id
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
                "{}",
                check.id
            );
            if check.id.starts_with("request-") || check.id.starts_with("response-") {
                assert!(check.id.starts_with(check.direction.name()), "{}", check.id);
            }
        }
    }
}
