//! Ids are one segment of the path, whatever they hold.

use crate::program::xquik;
use crate::server::{Server, Then};

#[test]
fn an_id_is_one_segment_encoded_once() {
    for (id, segment) in [
        ("3", "3"),
        ("a/b", "a%2Fb"),
        ("a?b#c", "a%3Fb%23c"),
        ("100%", "100%25"),
        ("%2e%2e", "%252e%252e"),
        ("..%2f", "..%252f"),
        ("a b+c", "a%20b%2Bc"),
        ("é", "%C3%A9"),
        ("a\\b", "a%5Cb"),
        ("a;b=c", "a%3Bb%3Dc"),
        ("...", "..."),
        ("a\tb", "a%09b"),
    ] {
        let server = Server::start([Then::json(200, r#"{"success":true}"#)]);
        let ended = xquik(["account", "disconnect", "--yes", "--", id])
            .at(&server)
            .run();
        assert_eq!(ended.exit, 0, "{id}: {ended:?}");
        assert_eq!(
            server.only().line,
            format!("DELETE /api/v1/x/accounts/{segment} HTTP/1.1"),
            "{id}"
        );
    }
}

#[test]
fn an_id_that_would_be_no_segment_is_refused() {
    for id in ["", ".", ".."] {
        let server = Server::start([Then::Lose]);
        xquik(["account", "disconnect", id, "--yes"])
            .at(&server)
            .json()
            .run()
            .refused();
        xquik(["challenge", "submit", id, "--code", "1234"])
            .at(&server)
            .json()
            .run()
            .refused();
        assert!(server.received().is_empty(), "{id}");
    }
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_no_utf_8_is_bad_usage_and_no_panic() {
    use std::os::unix::ffi::OsStrExt as _;
    let broken = std::ffi::OsStr::from_bytes(b"x\xff\xfe");
    for before in [
        &["account", "disconnect", "--yes"][..],
        &["challenge", "submit"],
        &["challenge", "submit", "xch_1", "--code"],
        &[
            "avatar",
            "update",
            "--url",
            "https://example.com/a",
            "--account",
        ],
        &["--base-url"],
        &["errors"],
        &[],
    ] {
        let ended = xquik(before).args([broken]).run();
        assert_eq!(ended.exit, 2, "{before:?}: {ended:?}");
        assert!(!ended.stderr.contains("panic"), "{ended:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_name_that_is_no_utf_8_is_fine() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = crate::program::folder();
    let path = folder
        .path()
        .join(std::ffi::OsStr::from_bytes(b"pic\xff.png"));
    std::fs::write(&path, crate::program::png(70)).expect("the file is written");
    let server = Server::start([Then::json(200, r#"{"success":true}"#)]);
    let ended = xquik(["avatar", "update", "--account", "me", "--file"])
        .args([path])
        .at(&server)
        .json()
        .run();
    assert_eq!(ended.success()["outcome"], "avatar_updated");
}
