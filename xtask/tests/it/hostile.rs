//! Files that are made to harm their reader, as the programs see them.

use std::path::Path;

use crate::{text, xtask};

/// All three say that the document cannot be read, and why.
#[track_caller]
fn is_refused(folder: &Path, name: &str, reason: &str) {
    let lint = xtask(folder, &["lint", name, "--format", "json"]);
    assert_eq!(lint.status.code(), Some(2), "{}", text(&lint.stderr));
    assert!(
        text(&lint.stdout).contains(reason),
        "{}",
        text(&lint.stdout)
    );
    for arguments in [
        &["diff", name, name][..],
        &["diff", name, name, "--format", "json"],
        &["export", name],
        &["export", name, "--openapi", "3.1", "--format", "json"],
    ] {
        let output = xtask(folder, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        let said = text(&output.stderr);
        assert!(said.contains(reason), "{arguments:?}: {said}");
        assert!(said.lines().count() == 1, "{said}");
    }
}

#[test]
fn a_scalar_of_100_megabytes_is_refused_by_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut document = b"openapi: 3.0.4\npaths: {}\nx-a: '".to_vec();
    document.resize(100 << 20, b'a');
    document.extend_from_slice(b"'\n");
    std::fs::write(folder.path().join("long.yaml"), document).expect("it can be written");
    is_refused(folder.path(), "long.yaml", "larger than 64 MiB");
}

#[test]
fn what_cannot_be_read_is_refused_by_all_in_the_same_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bomb = String::from("x-a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let alias = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb += &format!("x-a{level}: &a{level} [{alias}]\n");
    }
    for (name, content, reason) in [
        ("bomb.yaml", bomb.into_bytes(), "aliases expand"),
        ("deep.yaml", "[".repeat(10_000).into_bytes(), "nests deeper"),
        (
            "self.yaml",
            b"a: &a [*a]\n".to_vec(),
            "inside the value that it names",
        ),
        ("utf8.yaml", b"openapi: 3.0.4\nx: \xff\n".to_vec(), "UTF-8"),
        ("empty.yaml", Vec::new(), "empty"),
    ] {
        std::fs::write(folder.path().join(name), content).expect("it can be written");
        is_refused(folder.path(), name, reason);
    }
}
