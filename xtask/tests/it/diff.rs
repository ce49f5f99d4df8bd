//! `cargo xtask diff` as a program: where documents come from, streams, exit codes.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::{text, xtask};

const BASE: &str = "\
openapi: 3.0.3
info: { title: Things, version: '1' }
paths:
  /things:
    get:
      operationId: listThings
      responses: { '200': { description: All } }
";

fn breaking() -> String {
    BASE.replace("listThings", "getThings")
}

fn compatible() -> String {
    BASE.replace("version: '1'", "version: '2'")
}

fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("git starts");
    assert!(output.status.success(), "{}", text(&output.stderr));
}

/// A folder with the documents `base.yaml`, `breaking.yaml` and `compatible.yaml`.
fn files() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in [
        ("base.yaml", BASE.to_owned()),
        ("breaking.yaml", breaking()),
        ("compatible.yaml", compatible()),
    ] {
        std::fs::write(folder.path().join(name), content).expect("it can be written");
    }
    folder
}

#[test]
fn the_exit_code_says_whether_something_breaks() {
    let folder = files();
    for (head, code) in [
        ("base.yaml", 0),
        ("compatible.yaml", 0),
        ("breaking.yaml", 1),
    ] {
        for format in ["human", "json", "github"] {
            let output = xtask(
                folder.path(),
                &["diff", "base.yaml", head, "--format", format],
            );
            assert_eq!(output.status.code(), Some(code), "{head} {format}");
            assert_eq!(text(&output.stderr), "");
        }
    }
}

#[test]
fn json_is_one_object_with_the_changes() {
    let folder = files();
    let output = xtask(
        folder.path(),
        &["diff", "base.yaml", "breaking.yaml", "--format", "json"],
    );
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["breaking"], 1);
    let change = &report["changes"][0];
    assert_eq!(change["id"], "operation-id-changed");
    assert_eq!(change["breaking"], true);
    assert_eq!(change["operation"], "GET /things");
    assert_eq!(change["pointer"], "/paths/~1things/get/operationId");
}

#[test]
fn what_cannot_be_read_is_exit_2_with_its_place_on_stderr() {
    let folder = files();
    let write = |name: &str, content: &[u8]| {
        std::fs::write(folder.path().join(name), content).expect("it can be written");
    };
    write("syntax.yaml", b"openapi: 3.0.3\npaths: {\n");
    write("bytes.yaml", b"openapi: \xff\n");
    write(
        "dangling.yaml",
        b"openapi: 3.0.3\npaths:\n  /a: { $ref: '#/nowhere' }\n",
    );
    for (name, place) in [
        ("syntax.yaml", "syntax.yaml:2:8: error: "),
        ("bytes.yaml", "bytes.yaml:1:10: error: "),
        (
            "dangling.yaml",
            "dangling.yaml:3:15: error: `$ref: #/nowhere` leads to nothing",
        ),
        (
            "missing.yaml",
            "error: `missing.yaml` is neither a file nor a git revision",
        ),
    ] {
        for arguments in [["diff", name, "base.yaml"], ["diff", "base.yaml", name]] {
            let output = xtask(folder.path(), &arguments);
            let stderr = text(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
            assert!(stderr.starts_with(place), "{arguments:?}: {stderr}");
            assert_eq!(text(&output.stdout), "");
        }
    }
}

#[test]
fn a_revision_stands_for_the_document_of_that_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("inner");
    std::fs::create_dir(&inner).expect("a folder");
    let commit = |content: &str| {
        std::fs::write(folder.path().join("openapi.yaml"), content).expect("it can be written");
        git(folder.path(), &["add", "."]);
        git(folder.path(), &["commit", "--quiet", "-m", "a"]);
    };
    git(folder.path(), &["init", "--quiet"]);
    commit(BASE);

    let alone = xtask(folder.path(), &["diff"]);
    assert_eq!(alone.status.code(), Some(2));
    assert!(
        text(&alone.stderr).contains("HEAD~"),
        "{}",
        text(&alone.stderr)
    );

    git(folder.path(), &["tag", "v1"]);
    commit(&compatible());
    commit(&breaking());
    let last = xtask(&inner, &["diff", "--format", "json"]);
    assert_eq!(last.status.code(), Some(1), "{}", text(&last.stderr));
    let released = xtask(&inner, &["diff", "v1", "HEAD~"]);
    assert_eq!(released.status.code(), Some(0));
    assert!(text(&released.stdout).contains("version-changed"));
    let explicit = xtask(&inner, &["diff", "v1:openapi.yaml", "HEAD"]);
    assert_eq!(explicit.status.code(), Some(1));

    std::fs::write(folder.path().join("openapi.yaml"), "openapi: [").expect("it can be written");
    let broken = xtask(folder.path(), &["diff", "HEAD"]);
    assert_eq!(broken.status.code(), Some(2));
    assert!(
        text(&broken.stderr).starts_with("openapi.yaml:1:10: error: "),
        "{}",
        text(&broken.stderr)
    );
}

#[test]
fn the_last_release_is_a_base_and_nothing_breaks_before_the_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let commit = |content: &str| {
        std::fs::write(folder.path().join("openapi.yaml"), content).expect("it can be written");
        git(folder.path(), &["add", "."]);
        git(folder.path(), &["commit", "--quiet", "-m", "a"]);
    };
    let released = || {
        let output = xtask(folder.path(), &["diff", "--released", "--format", "json"]);
        (
            output.status.code(),
            text(&output.stdout),
            text(&output.stderr),
        )
    };
    let outside = released();
    assert_eq!(outside.0, Some(2), "{outside:?}");
    git(folder.path(), &["init", "--quiet"]);
    commit(&BASE.replace("listThings", "queryThings"));
    assert_eq!(
        released(),
        (
            Some(0),
            "{\"changes\":[],\"breaking\":0}\n".to_owned(),
            String::new()
        )
    );
    git(folder.path(), &["tag", "v0.1.0"]);
    commit(BASE);
    assert_eq!(released().0, Some(1));
    git(folder.path(), &["tag", "v0.2.0"]);
    git(folder.path(), &["tag", "very-old"]);
    assert_eq!(released().0, Some(0));
    commit(&breaking());
    let broken = released();
    assert_eq!(broken.0, Some(1), "{broken:?}");
    assert!(
        broken.1.contains("`getThings` now, was `listThings`"),
        "{broken:?}"
    );

    let both = xtask(folder.path(), &["diff", "--released", "v0.1.0"]);
    assert_eq!(both.status.code(), Some(2));
}

#[test]
fn no_argument_of_git_hides_in_a_revision() {
    let folder = files();
    std::fs::write(folder.path().join("openapi.yaml"), BASE).expect("it can be written");
    let output = xtask(folder.path(), &["diff", "--", "--output=stolen"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!folder.path().join("stolen").exists());
}

#[test]
fn a_closed_pipe_changes_nothing_but_the_output() {
    let folder = files();
    let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["diff", "base.yaml", "breaking.yaml"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stderr), "");
}
