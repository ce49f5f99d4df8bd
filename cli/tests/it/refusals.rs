//! What is refused before anything is sent, and how.

use crate::program::{file, folder, png, xquik};
use crate::server::{Server, Then};

#[test]
fn a_refused_value_is_the_error_object_and_exit_2() {
    let folder = folder();
    let picture = file(&folder, "a.png", &png(70)).display().to_string();
    let server = Server::start([Then::Lose]);
    let avatar = ["avatar", "update", "--account", "me"];
    for arguments in [
        // Codes.
        &["challenge", "submit", "xch_1", "--code", "123"][..],
        &["challenge", "submit", "xch_1", "--code", "1 2 3  "],
        &["challenge", "submit", "xch_1", "--code", ""],
        &["challenge", "submit", "xch_1", "--code", &"9".repeat(65)],
        // Accounts.
        &[
            "avatar",
            "update",
            "--account",
            "",
            "--url",
            "https://example.com/a",
        ],
        &["avatar", "update", "--account", "a\nb", "--file", &picture],
        // Keys.
        &[&avatar[..], &["--file", &picture, "--idempotency-key", ""]].concat(),
        &[
            &avatar[..],
            &["--file", &picture, "--idempotency-key", "a b"],
        ]
        .concat(),
        &[&avatar[..], &["--file", &picture, "--idempotency-key", "é"]].concat(),
        &[
            &avatar[..],
            &["--file", &picture, "--idempotency-key", &"k".repeat(256)],
        ]
        .concat(),
        // URLs of pictures.
        &[&avatar[..], &["--url", "http://example.com/a.png"]].concat(),
        &[&avatar[..], &["--url", "example.com/a.png"]].concat(),
        &[&avatar[..], &["--url", ""]].concat(),
        &[
            &avatar[..],
            &["--url", "https://user:pass@example.com/a.png"],
        ]
        .concat(),
        // Files.
        &[&avatar[..], &["--file", "/nowhere/a.png"]].concat(),
        &[
            &avatar[..],
            &["--file", &folder.path().display().to_string()],
        ]
        .concat(),
        &[&avatar[..], &["--file", "/dev/zero"]].concat(),
        &[&avatar[..], &["--file", ""]].concat(),
        // Nobody to ask.
        &["account", "disconnect", "3"],
    ] {
        let error = xquik(arguments).at(&server).json().run().refused();
        assert!(
            !error["message"].as_str().expect("text").is_empty(),
            "{arguments:?}"
        );
        assert_eq!(error["attempts"], 0, "{arguments:?}");
    }
    assert!(server.received().is_empty());
}

#[test]
fn a_base_url_that_a_credential_must_not_go_to_is_refused() {
    for url in [
        "http://example.com/api/v1",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://[::2]",
        "http://user@127.0.0.1",
        "https://example.com/?q",
        "https://example.com/#f",
        "ftp://127.0.0.1",
        "127.0.0.1:1",
        "",
        "http://127.0.0.1 /",
    ] {
        xquik(["account", "disconnect", "3", "--yes", "--base-url", url])
            .json()
            .run()
            .refused();
        if !url.is_empty() {
            xquik(["account", "disconnect", "3", "--yes"])
                .env("XQUIK_BASE_URL", url)
                .json()
                .run()
                .refused();
        }
    }
}

#[test]
fn loopback_is_judged_by_the_parsed_host() {
    let server = Server::start([Then::json(200, r#"{"success":true}"#)]);
    let port = server.base_url.rsplit(':').next().expect("a port");
    for host in [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "127.1",
        "0x7f.0.0.1",
        "2130706433",
    ] {
        let url = format!("http://{host}:{port}");
        let ended = xquik(["account", "disconnect", "3", "--yes", "--base-url", &url]).run();
        assert_eq!(ended.exit, 0, "{host}: {ended:?}");
    }
}

#[test]
fn exactly_one_credential_is_taken() {
    let server = Server::start([Then::json(200, r#"{"success":true}"#)]);
    let disconnect = || {
        xquik(["account", "disconnect", "3", "--yes"])
            .at(&server)
            .json()
    };
    let none = disconnect().without("XQUIK_API_KEY").run().refused();
    assert!(
        none["message"]
            .as_str()
            .expect("text")
            .contains("XQUIK_API_KEY")
    );
    disconnect()
        .env("XQUIK_BEARER_TOKEN", "token")
        .run()
        .refused();
    disconnect()
        .env("XQUIK_SESSION_COOKIE", "value")
        .run()
        .refused();
    for broken in ["a b", "a\nb", "é", " xq_1", "xq_1\n"] {
        let ended = disconnect().env("XQUIK_API_KEY", broken).run();
        ended.refused();
        assert!(!ended.stderr.contains("xq_1"), "{ended:?}");
    }
    assert!(server.received().is_empty());
    // An empty variable is not set.
    let ended = disconnect().env("XQUIK_BEARER_TOKEN", "").run();
    assert_eq!(ended.exit, 0, "{ended:?}");
}

#[test]
fn a_command_line_that_cannot_be_parsed_is_exit_2() {
    let server = Server::start([Then::Lose]);
    for arguments in [
        &[][..],
        &["nonsense"],
        &["challenge"],
        &["challenge", "submit"],
        &["account", "disconnect"],
        &["avatar", "update", "--account", "me"],
        &["avatar", "update", "--file", "a.png"],
        &[
            "avatar",
            "update",
            "--account",
            "me",
            "--file",
            "a",
            "--url",
            "https://b",
        ],
        &["--timeout", "0", "account", "disconnect", "3", "--yes"],
        &["--timeout", "-1", "account", "disconnect", "3", "--yes"],
        &["--timeout", "soon", "account", "disconnect", "3", "--yes"],
        &["--timeout", "NaN", "account", "disconnect", "3", "--yes"],
        &["--timeout", "inf", "account", "disconnect", "3", "--yes"],
        &["--max-retries", "-1", "account", "disconnect", "3", "--yes"],
        &["--output", "xml", "account", "disconnect", "3", "--yes"],
        &["completions", "nosuchshell"],
    ] {
        let ended = xquik(arguments).at(&server).run();
        assert_eq!(ended.exit, 2, "{arguments:?}: {ended:?}");
        assert_eq!(ended.stdout, "", "{arguments:?}");
        assert!(!ended.stderr.is_empty(), "{arguments:?}");
    }
    assert!(server.received().is_empty());
}

#[test]
fn a_picture_may_have_700_000_bytes_and_not_more_than_716_800() {
    let folder = folder();
    let server = Server::start([Then::json(200, r#"{"success":true}"#)]);
    for (size, exit) in [
        (700_000, 0),
        (716_800, 0),
        (716_801, 2),
        (5_000_000, 2),
        (0, 2),
    ] {
        let mut bytes = png(size);
        bytes.truncate(size);
        let picture = file(&folder, "a.png", &bytes);
        let ended = xquik(["avatar", "update", "--account", "me", "--file"])
            .args([picture])
            .at(&server)
            .json()
            .run();
        assert_eq!(ended.exit, exit, "{size}: {ended:?}");
    }
}

#[test]
fn the_type_is_read_from_the_first_bytes_and_not_from_the_name() {
    let folder = folder();
    let server = Server::start([Then::json(200, r#"{"success":true}"#)]);
    for (name, bytes, exit) in [
        ("a.txt", &b"\xff\xd8\xff\xe0 jpeg"[..], 0),
        ("a.jpg", b"\x89PNG\r\n\x1a\n", 0),
        ("a.png", b"\x89PNG\r\n\x1a", 2),
        ("a.png", b"GIF89a", 2),
        ("a.jpg", b"\xff\xd8", 2),
        ("a.png", b"RIFF....WEBP", 2),
    ] {
        let picture = file(&folder, name, bytes);
        let ended = xquik(["avatar", "update", "--account", "me", "--file"])
            .args([picture])
            .at(&server)
            .json()
            .run();
        assert_eq!(ended.exit, exit, "{name} {bytes:?}: {ended:?}");
    }
}

#[test]
fn what_is_no_line_of_text_is_refused_from_standard_input() {
    let server = Server::start([Then::Lose]);
    let submit = || xquik(["challenge", "submit", "xch_1"]).at(&server).json();
    for input in [&b""[..], b"\n", b"   \n", b"12\xff45\n", &[b'7'; 1_000_000]] {
        submit().stdin(input).run().refused();
    }
    assert!(server.received().is_empty());
}

#[test]
fn what_belongs_to_a_list_is_refused_without_one_and_nothing_is_sent() {
    let folder = folder();
    let journal = folder.path().join("journal").display().to_string();
    let server = Server::start([Then::json(200, r#"{"success":true}"#)]);
    let disconnect = ["account", "disconnect", "3", "--yes"];
    let avatar = ["avatar", "update", "--account", "me"];
    let avatar = [&avatar[..], &["--url", "https://example.com/a.png"]].concat();
    for command in [&disconnect[..], &avatar] {
        for (name, value) in [("--journal", journal.as_str()), ("--jobs", "1")] {
            let run = xquik(command).args([name, value]).at(&server).json();
            let error = run.run().refused();
            let message = error["message"].as_str().expect("text");
            assert!(
                message.contains(name) && message.contains("--from"),
                "{message}"
            );
            // A dry run is no way around it.
            let dry = xquik(command).args([name, value, "--dry-run"]).json();
            dry.at(&server).run().refused();
        }
    }
    assert!(server.received().is_empty());
    assert!(!std::path::Path::new(&journal).exists());
}

#[test]
fn a_number_that_is_none_is_told_what_was_expected() {
    for (arguments, told) in [
        (&["check", "--timeout", "-1"][..], "more than 0 seconds"),
        (&["check", "--timeout", "0"], "more than 0 seconds"),
        (&["check", "--timeout", "inf"], "such as 60 or 2.5"),
        (&["check", "--timeout", "nan"], "such as 60 or 2.5"),
        (&["check", "--timeout", "1e400"], "such as 60 or 2.5"),
        (&["check", "--max-retries", "-1"], "-1 is not in"),
        (
            &["mock", "--latency", "-1"],
            "a whole number of milliseconds",
        ),
        (&["mock", "--fault-rate", "-0.5"], "a share from 0 to 1"),
        (&["mock", "--fault-rate", "nan"], "a share from 0 to 1"),
        (&["mock", "--addr", "471400"], "such as 127.0.0.1:4010"),
        (&["mock", "--addr", ":"], "such as 127.0.0.1:4010"),
        (&["mock", "--port", "471400"], "471400"),
        (
            &["mock", "--port", "4714", "--addr", "4714"],
            "cannot be used with",
        ),
        (&["mock", "--addr", "127.0.0.1"], "such as 127.0.0.1:4010"),
        (
            &["mock", "--addr", "localhost:port"],
            "such as 127.0.0.1:4010",
        ),
    ] {
        let ended = xquik(arguments).run();
        assert_eq!(ended.exit, 2, "{arguments:?} {ended:?}");
        assert!(ended.stderr.contains(told), "{arguments:?} {ended:?}");
    }
    // Longer than any clock counts is as good as a year.
    let server = Server::start([Then::json(200, r#"{"success":true}"#)]);
    let long = ["account", "disconnect", "3", "--yes", "--timeout", "1e300"];
    assert_eq!(xquik(long).at(&server).run().exit, 0);
}

#[test]
fn what_is_missing_is_told_in_the_words_of_the_command_line() {
    let server = Server::start([Then::Lose]);
    let none = xquik(["account", "disconnect", "3", "--yes"])
        .without("XQUIK_API_KEY")
        .at(&server)
        .json()
        .run()
        .refused();
    let message = none["message"].as_str().expect("text");
    assert!(
        message.contains("XQUIK_API_KEY") && !message.contains("builder"),
        "{message}"
    );
    for code in [
        &["--code", ""][..],
        &["--code", "  "],
        &["--code", "-"],
        &[],
    ] {
        let refused = xquik(["challenge", "submit", "xch_1"])
            .args(code)
            .at(&server)
            .json()
            .run()
            .refused();
        assert_eq!(refused["message"], "no code was given", "{code:?}");
    }
    assert!(server.received().is_empty());
}
