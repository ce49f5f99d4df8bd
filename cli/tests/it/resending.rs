//! When a request is sent again, and when it must not be.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::program::{Run, file, folder, png, xquik};
use crate::server::{Server, Then};

const CUT: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"succ";

fn done() -> Then {
    Then::json(200, r#"{"success":true}"#)
}

fn submit(server: &Server) -> Run {
    xquik(["challenge", "submit", "xch_1", "--code", "123456"])
        .at(server)
        .json()
}

fn disconnect(server: &Server) -> Run {
    xquik(["account", "disconnect", "3", "--yes"])
        .at(server)
        .json()
}

#[test]
fn a_code_that_may_have_been_delivered_is_not_sent_again() {
    for then in [
        Then::Lose,
        Then::Answer(CUT.to_vec()),
        Then::Answer(b"HTTP/1.1 201 X\r\n".to_vec()),
        Then::Answer(b"no http\r\n\r\n".to_vec()),
        Then::with(502, "Content-Type: text/html\r\n", "<p>bad"),
        Then::with(504, "Content-Type: text/html\r\n", "<p>late"),
        Then::json(502, r#"{"error":"service_unavailable"}"#),
        Then::json(201, "{"),
    ] {
        let server = Server::start([then]);
        let error = submit(&server).args(["--max-retries", "5"]).run().error();
        assert_eq!(error["maybe_applied"], true, "{error}");
        assert_eq!(error["retryable"], false, "{error}");
        assert_eq!(error["attempts"], 1, "{error}");
        server.only();
    }
}

#[test]
fn a_code_is_sent_again_where_the_service_says_so() {
    let account = r#"{"id":"3","xUsername":"a","xUserId":"1","status":"active","health":"healthy","createdAt":"2026-02-20T08:15:00Z"}"#;
    for then in [
        Then::with(
            429,
            "Content-Type: application/json\r\nRetry-After: 0\r\n",
            r#"{"error":"rate_limit_exceeded"}"#,
        ),
        Then::code(503, "service_unavailable"),
    ] {
        let server = Server::start([then, Then::json(201, account)]);
        assert_eq!(submit(&server).run().success()["attempts"], 2);
        assert_eq!(server.received().len(), 2);
    }
}

#[test]
fn a_write_whose_answer_was_lost_is_sent_again_with_the_same_bytes_and_key() {
    let folder = folder();
    let picture = file(&folder, "a.png", &png(5000));
    for then in [Then::Lose, Then::Answer(CUT.to_vec())] {
        let server = Server::start([then, done()]);
        let ended = xquik(["avatar", "update", "--account", "me", "--file"])
            .args([&picture])
            .at(&server)
            .json()
            .run();
        assert_eq!(ended.success()["attempts"], 2);
        let received = server.received();
        assert_eq!(received[0].body, received[1].body);
        assert_eq!(
            received[0].header("idempotency-key"),
            received[1].header("idempotency-key")
        );
    }
}

#[test]
fn the_retries_are_counted() {
    for retries in [0, 1, 2] {
        let server = Server::start([Then::Lose]);
        let error = disconnect(&server)
            .args(["--max-retries", &retries.to_string()])
            .run()
            .error();
        assert_eq!(error["attempts"], retries + 1);
        assert_eq!(error["kind"], "transport");
        assert_eq!(
            (&error["maybe_applied"], &error["retryable"]),
            (&json!(true), &json!(true))
        );
        assert_eq!(server.received().len(), retries + 1);
    }
}

#[test]
fn gone_after_a_lost_answer_is_done() {
    let server = Server::start([Then::Lose, Then::code(404, "not_found")]);
    let ended = disconnect(&server).run();
    assert_eq!(
        ended.success(),
        json!({"outcome": "disconnected", "id": "3", "attempts": 2})
    );
}

#[test]
fn gone_after_a_wait_is_an_error() {
    let limited = Then::with(
        429,
        "Content-Type: application/json\r\nRetry-After: 0\r\n",
        r#"{"error":"rate_limit_exceeded"}"#,
    );
    for script in [
        vec![limited, Then::code(404, "not_found")],
        vec![Then::code(404, "not_found")],
    ] {
        let server = Server::start(script);
        let error = disconnect(&server).run().error();
        assert_eq!(
            (&error["kind"], &error["status"]),
            (&json!("api"), &json!(404))
        );
        assert_eq!(error["maybe_applied"], false);
    }
}

#[test]
fn an_update_that_may_have_been_paid_is_retryable_under_the_callers_key_alone() {
    let update = [
        "avatar",
        "update",
        "--account",
        "me",
        "--url",
        "https://example.com/a",
    ];
    let server = Server::start([Then::Lose]);
    let error = xquik(update)
        .args(["--max-retries", "0"])
        .at(&server)
        .json()
        .run()
        .error();
    assert_eq!(
        (&error["maybe_applied"], &error["retryable"]),
        (&json!(true), &json!(false))
    );
    let sent = server.only();
    assert_eq!(
        error["idempotency_key"].as_str(),
        sent.header("idempotency-key")
    );
    let error = xquik(update)
        .args(["--max-retries", "0", "--idempotency-key", "mine"])
        .at(&server)
        .json()
        .run()
        .error();
    assert_eq!(
        (&error["maybe_applied"], &error["retryable"]),
        (&json!(true), &json!(true))
    );
}

#[test]
fn a_wait_that_does_not_fit_is_not_begun() {
    let server = Server::start([Then::with(
        429,
        "Content-Type: application/json\r\nRetry-After: 60\r\n",
        r#"{"error":"rate_limit_exceeded"}"#,
    )]);
    let started = Instant::now();
    let error = disconnect(&server).args(["--timeout", "20"]).run().error();
    assert!(started.elapsed() < Duration::from_secs(10));
    assert_eq!(
        (&error["code"], &error["retry_after"]),
        (&json!("rate_limit_exceeded"), &json!(60))
    );
    server.only();
}

#[test]
fn waiting_is_shown_on_stderr_and_the_answer_comes_after_it() {
    let server = Server::start([
        Then::with(
            429,
            "Content-Type: application/json\r\nRetry-After: 2\r\n",
            r#"{"error":"rate_limit_exceeded"}"#,
        ),
        done(),
    ]);
    let ended = disconnect(&server).run();
    assert_eq!(ended.success()["attempts"], 2);
    assert_eq!(ended.stderr, "waiting 2 s, then attempt 2\n");
    let server = Server::start([
        Then::with(
            429,
            "Content-Type: application/json\r\nRetry-After: 2\r\n",
            r#"{"error":"rate_limit_exceeded"}"#,
        ),
        done(),
    ]);
    assert_eq!(disconnect(&server).args(["--quiet"]).run().stderr, "");
}

#[test]
fn a_slow_answer_is_waited_for_visibly() {
    let server = Server::start([Then::Hang]);
    let ended = disconnect(&server).args(["--timeout", "1.5"]).run();
    assert_eq!(ended.error()["kind"], "timeout");
    assert!(
        ended.stderr.starts_with("waiting for the answer\n"),
        "{ended:?}"
    );
}
