//! `cargo xtask export` as a program.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use xquik_document::Document;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.yaml");

fn xtask(arguments: &[&str]) -> Output {
    crate::xtask(Path::new("."), arguments)
}

#[test]
fn the_document_comes_out_on_stdout_in_every_form() {
    let written = std::fs::read(DOCUMENT).expect("the document is there");
    assert_eq!(xtask(&["export"]).stdout, written);
    for format in ["yaml", "json"] {
        for version in ["3.0", "3.1"] {
            let output = xtask(&["export", "--format", format, "--openapi", version]);
            assert_eq!(output.status.code(), Some(0));
            assert!(output.stderr.is_empty());
            let document = Document::read("exported", &output.stdout).expect("a document");
            let found = document
                .root()
                .get("openapi")
                .and_then(|node| node.scalar_text());
            assert!(
                found.is_some_and(|found| found.starts_with(version)),
                "{found:?}"
            );
        }
    }
}

#[test]
fn what_is_no_document_of_3_0_is_exit_2_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    for (content, message) in [
        (
            "openapi: 3.1.0\npaths: {}\n",
            ":1:10: error: expected an OpenAPI 3.0 document, found version `3.1.0`",
        ),
        ("openapi: [\n", ":1:10: error: "),
    ] {
        let path = folder.path().join("a.yaml");
        std::fs::write(&path, content).expect("it can be written");
        let output = xtask(&["export", &path.to_string_lossy()]);
        assert_eq!(output.status.code(), Some(2));
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(stderr.contains(message), "{stderr}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["export", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
}
