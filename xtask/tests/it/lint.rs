//! `cargo xtask lint` as a program: streams, forms, exit codes.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::{text, xtask};

const CLEAN: &str = include_str!("../../../lint/src/tests/planted/base.yaml");

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).expect("it can be written");
    }
    folder
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", text(&output.stdout), text(&output.stderr)))
}

#[test]
fn the_exit_code_says_what_was_found() {
    let error = CLEAN.replace(
        "schemas/Pet'}\n              example",
        "schemas/Pat'}\n              example",
    );
    let warning = CLEAN.replace("summary: Add a pet", "summary: NO");
    assert!(error != CLEAN && warning != CLEAN);
    let folder = folder(&[
        ("clean.yaml", CLEAN.as_bytes()),
        ("error.yaml", error.as_bytes()),
        ("warning.yaml", warning.as_bytes()),
        ("syntax.yaml", b"openapi: 3.0.4\ninfo: {title: a\n"),
        ("bytes.yaml", b"\xff\xfe\x00"),
        ("empty.yaml", b""),
    ]);
    for (name, code, denied) in [
        ("clean.yaml", 0, 0),
        ("warning.yaml", 0, 1),
        ("error.yaml", 1, 1),
        ("syntax.yaml", 2, 2),
        ("bytes.yaml", 2, 2),
        ("empty.yaml", 2, 2),
        ("missing.yaml", 2, 2),
        (".", 2, 2),
    ] {
        for format in ["human", "json", "sarif", "github"] {
            let mut arguments = vec!["lint", name, "--format", format];
            let output = xtask(folder.path(), &arguments);
            assert_eq!(output.status.code(), Some(code), "{name} {format}");
            assert_eq!(text(&output.stderr), "");
            arguments.push("--deny-warnings");
            let output = xtask(folder.path(), &arguments);
            assert_eq!(output.status.code(), Some(denied), "{name} {format}");
            if matches!(format, "json" | "sarif") {
                report(&output);
            }
        }
    }
}

#[test]
fn json_is_one_object_of_the_documented_shape() {
    let broken = CLEAN.replace("type: integer\n          format: int32", "type: integr");
    let folder = folder(&[
        ("openapi.yaml", broken.as_bytes()),
        ("syntax.yaml", b"openapi: 3.0.4\ninfo: {title: a\n"),
    ]);
    let output = xtask(folder.path(), &["lint", "openapi.yaml", "--format", "json"]);
    let report_of_errors = report(&output);
    assert_eq!(report_of_errors["errors"], 1);
    assert_eq!(report_of_errors["warnings"], 0);
    let finding = &report_of_errors["diagnostics"][0];
    assert_eq!(finding["rule"], "invalid-value");
    assert_eq!(finding["severity"], "error");
    assert_eq!(
        finding["pointer"],
        "/components/schemas/Pet/properties/age/type"
    );
    assert_eq!(finding["help"], "did you mean `integer`?");
    let line = 1 + broken[..broken.find("integr").expect("it stands there")]
        .matches('\n')
        .count();
    assert_eq!(finding["line"], line);
    assert_eq!(finding["column"], 17);
    for (name, _) in finding.as_object().expect("an object") {
        let known = [
            "rule", "severity", "message", "pointer", "line", "column", "help",
        ];
        assert!(known.contains(&name.as_str()), "{name}");
    }

    // What cannot be read has a report too, with the place of the mistake.
    let output = xtask(folder.path(), &["lint", "syntax.yaml", "--format", "json"]);
    let finding = &report(&output)["diagnostics"][0];
    assert_eq!(finding["rule"], "broken-syntax");
    assert!(
        finding["line"].as_u64().is_some_and(|line| line >= 2),
        "{finding}"
    );
}

#[test]
fn the_same_document_in_any_style_has_no_error() {
    let crlf = CLEAN.replace('\n', "\r\n");
    let bom = format!("\u{feff}{CLEAN}");
    let marked = format!("%YAML 1.2\n---\n{CLEAN}...\n");
    let folder = folder(&[
        ("clean.yaml", CLEAN.as_bytes()),
        ("crlf.yaml", crlf.as_bytes()),
        ("bom.yaml", bom.as_bytes()),
        ("marked.yaml", marked.as_bytes()),
    ]);
    let json = xtask(folder.path(), &["export", "clean.yaml", "--format", "json"]).stdout;
    std::fs::write(folder.path().join("document.json"), &json).expect("it can be written");
    let one_line = serde_json::from_slice::<Value>(&json)
        .expect("JSON")
        .to_string();
    std::fs::write(folder.path().join("flow.yaml"), one_line).expect("it can be written");
    for name in [
        "crlf.yaml",
        "bom.yaml",
        "marked.yaml",
        "document.json",
        "flow.yaml",
    ] {
        let output = xtask(
            folder.path(),
            &["lint", name, "--format", "json", "--deny-warnings"],
        );
        assert_eq!(
            report(&output)["diagnostics"],
            serde_json::json!([]),
            "{name}"
        );
        assert_eq!(output.status.code(), Some(0), "{name}");
    }
}

/// As Python's `json.dump` writes it: ASCII alone, an emoji as a surrogate pair.
#[test]
fn json_with_escaped_emoji_is_a_document_for_every_subcommand() {
    let folder = folder(&[("clean.yaml", CLEAN.as_bytes())]);
    let path = folder.path();
    let json = xtask(path, &["export", "clean.yaml", "--format", "json"]).stdout;
    let mut document: Value = serde_json::from_slice(&json).expect("JSON");
    document["info"]["title"] = "Pets 😀".into();
    let written = document.to_string();
    std::fs::write(path.join("written.json"), &written).expect("it can be written");
    let escaped = written.replace('😀', "\\ud83d\\ude00");
    assert!(escaped.contains("Pets \\ud83d"), "{escaped}");
    std::fs::write(path.join("escaped.json"), &escaped).expect("it can be written");
    for arguments in [
        &["lint", "escaped.json", "--deny-warnings"][..],
        &["diff", "written.json", "escaped.json"],
        &["generate", "--spec", "escaped.json", "--out", "client.rs"],
    ] {
        let output = xtask(path, arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
    }
    let exported = |name| xtask(path, &["export", name]).stdout;
    assert_eq!(exported("escaped.json"), exported("written.json"));
    let half = escaped.replace("\\ude00", "");
    std::fs::write(path.join("half.json"), half).expect("it can be written");
    let output = xtask(path, &["export", "half.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("half of a surrogate pair"));
}

#[test]
fn a_document_is_read_from_standard_input() {
    let folder = folder(&[("clean.yaml", CLEAN.as_bytes())]);
    let file = std::fs::File::open(folder.path().join("clean.yaml")).expect("it can be read");
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["lint", "-"])
        .stdin(file)
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
}

#[test]
fn every_rule_that_is_listed_is_explained() {
    let here = Path::new(".");
    let list = xtask(here, &["lint", "--list"]);
    assert_eq!(list.status.code(), Some(0));
    let list = text(&list.stdout);
    let rules: Vec<&str> = list
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(rules.len() > 100, "{list}");
    for rule in [rules[0], rules[50], rules[rules.len() - 1]] {
        let explained = xtask(here, &["lint", "--explain", rule]);
        assert_eq!(explained.status.code(), Some(0), "{rule}");
        assert!(text(&explained.stdout).starts_with(rule), "{rule}");
    }
    let unknown = xtask(here, &["lint", "--explain", "no-such-rule"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("no-such-rule"));
    assert_eq!(text(&unknown.stdout), "");
}

#[test]
fn a_command_line_that_makes_no_sense_is_exit_2() {
    for arguments in [
        &["lint", "--format", "xml"][..],
        &["lint", "a", "b"],
        &["lint", "--no-such-flag"],
        &["export", "--openapi", "4"],
        &["diff", "a", "b", "c"],
    ] {
        let output = xtask(Path::new("."), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(text(&output.stdout), "", "{arguments:?}");
    }
}

#[test]
fn a_copy_of_the_own_document_is_as_clean_as_the_document() {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.yaml");
    let copy = std::fs::read(own).expect("it can be read");
    let folder = folder(&[("anywhere.yaml", &copy)]);
    let output = xtask(
        folder.path(),
        &[
            "lint",
            "anywhere.yaml",
            "--format",
            "json",
            "--deny-warnings",
        ],
    );
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
}

#[test]
fn operations_without_security_are_told_and_not_their_schemes_as_well() {
    let open = CLEAN.replace("security:\n  - apiKey: []\n", "");
    assert_ne!(open, CLEAN);
    let folder = folder(&[("open.yaml", open.as_bytes())]);
    let output = xtask(folder.path(), &["lint", "open.yaml", "--format", "json"]);
    let rules: Vec<String> = report(&output)["diagnostics"]
        .as_array()
        .expect("an array")
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(rules, vec!["operation-without-security"; 3]);
}

/// The rules that are told of a document, with their lines.
fn told(folder: &Path, name: &str) -> Vec<String> {
    let output = xtask(folder, &["lint", name, "--format", "json"]);
    let report = report(&output);
    let findings = report["diagnostics"].as_array().expect("a list");
    findings
        .iter()
        .map(|finding| {
            format!(
                "{} {}",
                finding["line"],
                finding["rule"].as_str().expect("a rule")
            )
        })
        .collect()
}

#[test]
fn other_files_are_read_relative_to_the_document_and_a_network_never_is() {
    let refer = |to: &str| {
        let is = CLEAN.matches("$ref: '#/components/schemas/Pet'").count();
        assert!(is > 0);
        CLEAN.replace("#/components/schemas/Pet'", &format!("{to}'"))
    };
    let folder = folder(&[
        ("pet.yaml", b"Pet: {type: object, properties: {other: {$ref: 'back.yaml#/components/schemas/Pet'}}}\n"),
        ("broken.yaml", b"a: [\n"),
        ("there.yaml", refer("pet.yaml#/Other/Pet").as_bytes()),
        ("back.yaml", refer("pet.yaml#/Pet").as_bytes()),
        ("none.yaml", refer("nowhere.yaml#/Pet").as_bytes()),
        ("no_yaml.yaml", refer("broken.yaml#/Pet").as_bytes()),
        ("network.yaml", refer("https://example.com/all.yaml#/components/schemas/Pet").as_bytes()),
    ]);
    let only = |name: &str, rule: &str| {
        let told = told(folder.path(), name);
        assert!(!told.is_empty(), "{name}");
        for line in &told {
            assert!(line.ends_with(rule), "{name}: {told:?}");
        }
    };
    // Each is a finding at the reference; the component that was meant is not unused as well.
    only("there.yaml", "unresolved-reference");
    only("none.yaml", "unresolved-reference");
    only("no_yaml.yaml", "unresolved-reference");
    only("network.yaml", "remote-reference");
    // The file refers back to the document's own component, which is used then. That our compiler
    // takes one file is told in its own words.
    only("back.yaml", "does-not-compile");
    std::fs::create_dir(folder.path().join("below")).expect("a folder");
    std::fs::rename(
        folder.path().join("back.yaml"),
        folder.path().join("below/back.yaml"),
    )
    .expect("it moves");
    only("below/back.yaml", "unresolved-reference");
}
