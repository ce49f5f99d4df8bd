//! Servers, files and pipes that never end: every call ends in time, within 200 MiB of memory.

use std::io::Write as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Stdio;
use std::time::Duration;

use crate::program::{Ended, Run, file, folder, png, xquik};
use crate::server::{Server, Then};

const CHUNKED: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
const TRAILERS: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{\"success\":true}\r\n0\r\n";

fn disconnect() -> Run {
    xquik(["account", "disconnect", "3", "--yes"])
        .json()
        .args(["--timeout", "1", "--max-retries", "0"])
        .bounded()
}

#[test]
fn an_answer_without_an_end_ends_the_call() {
    for (name, first, again, kinds) in [
        (
            "interim answers",
            &b""[..],
            &b"HTTP/1.1 100 Continue\r\n\r\n"[..],
            &["timeout"][..],
        ),
        (
            "interim answers with headers",
            b"",
            b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
            &["timeout"],
        ),
        (
            "a reason",
            b"HTTP/1.1 200 ",
            b"aaaaaaaaaaaaaaaa",
            &["transport"],
        ),
        (
            "a header",
            b"HTTP/1.1 200 OK\r\nX: ",
            b"aaaaaaaaaaaaaaaa",
            &["transport"],
        ),
        (
            "headers",
            b"HTTP/1.1 200 OK\r\n",
            b"a: b\r\n",
            &["transport"],
        ),
        ("trailers", TRAILERS, b"X-T: a\r\n", &["transport"]),
        (
            "chunks",
            CHUNKED,
            b"1\r\n \r\n",
            // Whichever comes first, the bound or the end of the time.
            &["timeout", "unexpected_response"],
        ),
        ("an extension", CHUNKED, b"1;a", &["transport"]),
        (
            "a body",
            b"HTTP/1.1 200 OK\r\n\r\n",
            b"                ",
            &["unexpected_response"],
        ),
        (
            "a body of a length that nobody has",
            b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n",
            b"                ",
            &["unexpected_response"],
        ),
    ] {
        let server = Server::start([Then::Endless(first, again)]);
        let error = disconnect().at(&server).run().error();
        let kind = error["kind"].as_str().expect("a kind");
        assert!(kinds.contains(&kind), "{name}: {error}");
        assert_eq!(error["maybe_applied"], true, "{name}: {error}");
        assert_eq!(error["attempts"], 1, "{name}: {error}");
    }
}

#[test]
fn several_endless_answers_at_a_time_end_as_well() {
    let server = Server::start([Then::Endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n")]);
    let folder = folder();
    let list = file(&folder, "ids.csv", b"id\n1\n2\n3\n4\n5\n6\n7\n8\n");
    let ended = xquik(["account", "disconnect", "--yes", "--jobs", "8", "--from"])
        .args([list])
        .args(["--journal"])
        .args([folder.path().join("journal")])
        .json()
        .args(["--timeout", "1", "--max-retries", "0"])
        .bounded()
        .at(&server)
        .run();
    assert_eq!(ended.exit, 1, "{ended:?}");
    assert_eq!(ended.stdout.matches(r#""kind":"timeout""#).count(), 8);
}

#[test]
fn a_body_that_nests_without_end_is_no_crash() {
    for body in ["[".repeat(1_000_000), "{\"a\":".repeat(150_000)] {
        for status in [200, 422] {
            let server = Server::start([Then::json(status, &body)]);
            let error = disconnect().at(&server).run().error();
            assert_eq!(error["kind"], "unexpected_response", "{status}");
        }
    }
}

#[test]
fn a_connection_that_is_never_made_ends_with_the_time_and_nothing_has_left() {
    // Nobody accepts, so that the queue of connections fills up, and what comes then is not answered.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address: SocketAddr = listener.local_addr().expect("an address");
    let mut queue = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(300)) {
        queue.push(stream);
        assert!(queue.len() < 10_000, "the queue has no end");
    }
    for command in [
        &["account", "disconnect", "3", "--yes"][..],
        &["challenge", "submit", "xch_1", "--code", "123456"],
        &[
            "avatar",
            "update",
            "--account",
            "me",
            "--url",
            "https://example.com/a",
        ],
    ] {
        let error = xquik(command)
            .json()
            .args(["--timeout", "0.5"])
            .env("XQUIK_BASE_URL", format!("http://{address}/api/v1"))
            .run()
            .error();
        assert_eq!(error["kind"], "timeout", "{error}");
        assert_eq!(error["maybe_applied"], false, "{error}");
        assert_eq!(error["retryable"], true, "{error}");
        assert!(error.get("idempotency_key").is_none(), "{error}");
    }
}

#[test]
fn standard_input_without_an_end_is_refused() {
    let server = Server::start([Then::Lose]);
    let mut run = xquik(["challenge", "submit", "xch_1"])
        .json()
        .bounded()
        .at(&server);
    let mut child = run.spawn();
    let mut stdin = child.stdin.take().expect("a pipe");
    // As long as anybody reads it.
    while stdin.write_all(&[b'7'; 65_536]).is_ok() {}
    Ended::of(child.wait_with_output().expect("ended")).refused();
    assert!(server.received().is_empty());
}

#[test]
fn files_and_lists_without_an_end_are_refused() {
    let folder = folder();
    // Five gigabytes, of which hardly any are on the disk.
    let huge = file(&folder, "huge.png", &png(20));
    let grown = std::fs::File::options().write(true).open(&huge);
    let grown = grown.and_then(|file| file.set_len(5 << 30));
    grown.expect("a file with a hole");
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo")
        .arg(&pipe)
        .stderr(Stdio::null())
        .status();
    assert!(made.is_ok_and(|status| status.success()));
    for path in [
        huge.as_path(),
        &pipe,
        folder.path(),
        "/dev/zero".as_ref(),
        "/dev/stdin".as_ref(),
        "".as_ref(),
    ] {
        xquik(["avatar", "update", "--account", "me", "--file"])
            .args([path])
            .json()
            .bounded()
            .run()
            .refused();
        if path == pipe {
            // What a list comes from may be a pipe, and whoever writes to it takes their time.
            continue;
        }
        xquik(["avatar", "update", "--journal"])
            .args([folder.path().join("journal")])
            .args(["--from"])
            .args([path])
            .json()
            .bounded()
            .run()
            .refused();
    }
}
