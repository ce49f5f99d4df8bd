//! Ctrl-C, and ends of pipes that nobody holds any more.

use std::process::Stdio;

use crate::program::{Ended, until, xquik};
use crate::server::{Server, Then};

#[cfg(unix)]
#[test]
fn ctrl_c_is_exit_130_and_says_whether_the_request_may_have_been_applied() {
    for json in [false, true] {
        let server = Server::start([Then::Hang]);
        let mut run = xquik(["avatar", "update", "--account", "me"])
            .args(["--url", "https://example.com/a"])
            .at(&server);
        if json {
            run = run.json();
        }
        let child = run.spawn();
        until("a request", || !server.received().is_empty());
        crate::program::signal(&child, "INT");
        let ended = Ended::of(child.wait_with_output().expect("ended"));
        assert_eq!(ended.exit, 130, "{ended:?}");
        let key = server
            .only()
            .header("idempotency-key")
            .expect("a key")
            .to_owned();
        if json {
            let error = ended.error();
            assert_eq!(error["maybe_applied"], true);
            assert_eq!(error["idempotency_key"], key.as_str());
        } else {
            assert!(ended.stderr.contains("may have acted on it"), "{ended:?}");
            assert!(ended.stderr.contains(&key), "{ended:?}");
        }
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_while_a_wait_is_under_way_says_that_nothing_was_done() {
    let server = Server::start([Then::with(
        429,
        "Content-Type: application/json\r\nRetry-After: 30\r\n",
        r#"{"error":"rate_limit_exceeded"}"#,
    )]);
    let mut child = xquik(["account", "disconnect", "3", "--yes", "--verbose"])
        .at(&server)
        .spawn();
    let mut stderr = std::io::BufReader::new(child.stderr.take().expect("a pipe"));
    let mut said = String::new();
    while !said.contains("waiting") {
        let count = std::io::BufRead::read_line(&mut stderr, &mut said).expect("read");
        assert!(count > 0, "{said}");
    }
    crate::program::signal(&child, "INT");
    std::io::Read::read_to_string(&mut stderr, &mut said).expect("read");
    assert_eq!(child.wait().expect("ended").code(), Some(130));
    assert!(said.contains("has not acted on anything"), "{said}");
}

#[test]
fn a_closed_pipe_is_no_error() {
    for arguments in [
        &["errors"][..],
        &["--help"],
        &["completions", "zsh"],
        &["demo", "--quiet"],
    ] {
        let mut run = xquik(arguments);
        let mut child = run.spawn();
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("ended");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(output.stderr, b"", "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_written_is_told() {
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .expect("a full device");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_xquik"))
        .arg("errors")
        .stdout(Stdio::from(full))
        .stderr(Stdio::piped())
        .output()
        .expect("ended");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("stdout cannot be written"));
}

#[cfg(unix)]
#[test]
fn whether_the_same_command_may_be_run_again_after_ctrl_c_follows_from_the_command() {
    let submit = ["challenge", "submit", "xch_1", "--code", "123456"];
    let disconnect = ["account", "disconnect", "3", "--yes"];
    let avatar = ["avatar", "update", "--account", "me", "--url"];
    let avatar = [&avatar[..], &["https://example.com/a"]].concat();
    let keyed = [&avatar[..], &["--idempotency-key", "k"]].concat();
    for (arguments, retryable, next) in [
        (&submit[..], false, "only after you have checked"),
        (&disconnect, true, "the same command may be run again"),
        (&avatar, false, "--idempotency-key"),
        (&keyed, true, "--idempotency-key k"),
    ] {
        for (name, exit) in [("INT", 130), ("TERM", 143)] {
            let server = Server::start([Then::Hang]);
            let interrupted = |mut run: crate::program::Run, requests: usize| {
                let child = run.spawn();
                until("a request", || server.received().len() == requests);
                crate::program::signal(&child, name);
                Ended::of(child.wait_with_output().expect("ended"))
            };
            let ended = interrupted(xquik(arguments).at(&server).json(), 1);
            assert_eq!(ended.exit, exit, "{arguments:?} {ended:?}");
            let line = ended.stderr.lines().last().expect("a line");
            let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let error = &value["error"];
            assert_eq!(
                (&error["retryable"], &error["maybe_applied"]),
                (&retryable.into(), &true.into()),
                "{arguments:?}"
            );
            let ended = interrupted(xquik(arguments).at(&server), 2);
            assert!(ended.stderr.contains(next), "{arguments:?} {ended:?}");
        }
    }
}
