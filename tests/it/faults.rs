//! A broken server: every way to answer that is none, and what the client makes of it.
//!
//! Each row is tried with all three operations, since what may have been done follows from the
//! operation. Everything ends within the time that the call may take.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use xquik::{Avatar, CallOptions, Client, Error, ErrorKind};

use crate::server::{self, Reading, Server, Step, answer, json};
use crate::wire::{CONNECTED, DONE, PNG};
use Step::{Close, Drip, Hang, Repeat, Reset, Send};

/// The operations, by how they may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Submit,
    Disconnect,
    Avatar,
}

pub(crate) const OPERATIONS: [Operation; 3] =
    [Operation::Submit, Operation::Disconnect, Operation::Avatar];

impl Operation {
    /// Calls it, and gives the number of attempts of a success.
    pub(crate) async fn call(self, client: &Client, options: CallOptions) -> Result<u32, Error> {
        Ok(match self {
            Self::Submit => {
                let call = client.submit_email_code("xch_1", "123456");
                call.options(options).response().await?.attempts
            }
            Self::Disconnect => {
                let call = client.disconnect_account("3");
                call.options(options).response().await?.attempts
            }
            Self::Avatar => {
                let avatar = Avatar::from_bytes("a.png", PNG).expect("an image");
                let call = client.update_avatar("me", avatar);
                call.options(options).response().await?.attempts
            }
        })
    }

    /// A documented success.
    pub(crate) fn success(self) -> Vec<u8> {
        match self {
            Self::Submit => json(201, CONNECTED),
            Self::Disconnect | Self::Avatar => json(200, DONE),
        }
    }
}

fn once() -> CallOptions {
    server::patient().max_attempts(1)
}

fn text(text: &str) -> Vec<Step> {
    vec![Send(text.as_bytes().to_vec()), Close]
}

/// What one fault is to look like from the caller's side.
struct Row {
    name: &'static str,
    steps: Vec<Step>,
    kind: ErrorKind,
    status: Option<u16>,
    maybe_applied: bool,
}

fn row(
    name: &'static str,
    steps: Vec<Step>,
    kind: ErrorKind,
    status: Option<u16>,
    maybe_applied: bool,
) -> Row {
    Row {
        name,
        steps,
        kind,
        status,
        maybe_applied,
    }
}

fn rows() -> Vec<Row> {
    use ErrorKind::{Timeout, Transport, UnexpectedResponse as Unexpected};
    let head = |status: u16, rest: &str| format!("HTTP/1.1 {status} X\r\n{rest}\r\n");
    let chunked = |body: &str| head(200, "transfer-encoding: chunked\r\n") + body;
    let deep = format!("{{\"success\":{}", "[".repeat(100_000));
    // Slower than the client has patience for.
    let pause = Duration::from_millis(200);
    vec![
        // No answer.
        row("no answer", vec![Hang], Timeout, None, true),
        row("closed at once", vec![Close], Transport, None, true),
        row("reset at once", vec![Reset], Transport, None, true),
        row(
            "half a head",
            text("HTTP/1.1 200 OK\r\ncontent-"),
            Transport,
            None,
            true,
        ),
        row(
            "a head, a byte at a time",
            vec![Drip(head(200, "").into(), pause), Hang],
            Timeout,
            None,
            true,
        ),
        row(
            "interim answers for ever",
            vec![Repeat(head(100, "").into())],
            Timeout,
            None,
            true,
        ),
        row(
            "early hints for ever",
            vec![Repeat(head(103, "link: </a>\r\n").into())],
            Timeout,
            None,
            true,
        ),
        row(
            "an endless header",
            vec![
                Send(b"HTTP/1.1 200 OK\r\nx: ".to_vec()),
                Repeat(vec![b'a'; 4096]),
            ],
            Transport,
            None,
            true,
        ),
        row(
            "headers without end",
            vec![
                Send(b"HTTP/1.1 200 OK\r\n".to_vec()),
                Repeat(b"a: b\r\n".repeat(500)),
            ],
            Transport,
            None,
            true,
        ),
        row(
            "an endless status line",
            vec![Send(b"HTTP/1.1 200 ".to_vec()), Repeat(vec![b'O'; 4096])],
            Transport,
            None,
            true,
        ),
        row(
            "no HTTP",
            text("220 mail.example ESMTP\r\n\r\n"),
            Transport,
            None,
            true,
        ),
        row(
            "HTTP/0.9",
            text("{\"success\":true}"),
            Transport,
            None,
            true,
        ),
        row(
            "HTTP/2 at once",
            text("\0\0\u{6}\u{4}\0\0\0\0\0\0\0\0\0\0\0"),
            Transport,
            None,
            true,
        ),
        row(
            "NUL in a header",
            text("HTTP/1.1 200 OK\r\nx: a\0b\r\ncontent-length: 16\r\n\r\n{\"success\":true}"),
            Transport,
            None,
            true,
        ),
        row(
            "two lengths that differ",
            text(&head(200, "content-length: 16\r\ncontent-length: 3\r\n")),
            Transport,
            None,
            true,
        ),
        row(
            "a negative length",
            text(&head(200, "content-length: -1\r\n")),
            Transport,
            None,
            true,
        ),
        row(
            "a length that is none",
            text(&head(200, "content-length: 0x10\r\n")),
            Transport,
            None,
            true,
        ),
        // Half an answer.
        row(
            "half a body",
            text(&(head(200, "content-length: 16\r\n") + "{\"success\":")),
            Transport,
            Some(200),
            true,
        ),
        row(
            "a body, a byte at a time",
            vec![
                Send(head(200, "content-length: 16\r\n").into()),
                Drip(vec![b' '; 16], pause),
                Hang,
            ],
            Timeout,
            Some(200),
            true,
        ),
        row(
            "a body that never comes",
            vec![Send(head(200, "content-length: 16\r\n").into()), Hang],
            Timeout,
            Some(200),
            true,
        ),
        row(
            "reset within a body",
            vec![
                Send((head(200, "content-length: 16\r\n") + "{").into()),
                Reset,
            ],
            Transport,
            Some(200),
            true,
        ),
        row(
            "a chunk that is none",
            text(&chunked("zz\r\n")),
            Transport,
            Some(200),
            true,
        ),
        row(
            "chunks that break off",
            text(&chunked("5\r\n{\"suc")),
            Transport,
            Some(200),
            true,
        ),
        row(
            "chunks without an end",
            text(&chunked("10\r\n{\"success\":true}\r\n")),
            Transport,
            Some(200),
            true,
        ),
        row(
            "a chunk of an impossible size",
            text(&chunked("fffffffffffffffff\r\n")),
            Transport,
            Some(200),
            true,
        ),
        row(
            "endless trailers",
            vec![
                Send(chunked("10\r\n{\"success\":true}\r\n0\r\n").into()),
                Repeat(b"a: b\r\n".repeat(500)),
            ],
            Transport,
            Some(200),
            true,
        ),
        row(
            "half a refusal",
            text(&(head(404, "content-length: 99\r\n") + "{\"error\":")),
            Transport,
            Some(404),
            false,
        ),
        row(
            "a refusal that never ends",
            vec![Send(head(401, "content-length: 99\r\n").into()), Hang],
            Timeout,
            Some(401),
            false,
        ),
        row(
            "half a failure",
            text(&(head(502, "content-length: 99\r\n") + "<html>")),
            Transport,
            Some(502),
            true,
        ),
        // Too much of an answer.
        row(
            "a length of 1 GiB",
            vec![
                Send(head(200, "content-length: 1073741824\r\n").into()),
                Repeat(vec![b' '; 65536]),
            ],
            Unexpected,
            Some(200),
            true,
        ),
        row(
            "a body without end",
            vec![Send(head(200, "").into()), Repeat(vec![b' '; 65536])],
            Unexpected,
            Some(200),
            true,
        ),
        row(
            "chunks for ever",
            vec![
                Send(chunked("").into()),
                Repeat(format!("ffff\r\n{}\r\n", " ".repeat(65535)).into()),
            ],
            Unexpected,
            Some(200),
            true,
        ),
        row(
            "a refusal without end",
            vec![Send(head(404, "").into()), Repeat(vec![b' '; 65536])],
            Unexpected,
            Some(404),
            false,
        ),
        // Another answer.
        row(
            "204 with a body",
            vec![Send(answer(204, &[], DONE))],
            Unexpected,
            Some(204),
            true,
        ),
        row(
            "HTML with a success",
            vec![
                Send(answer(
                    200,
                    &[("content-type", "text/html")],
                    "<html>Welcome</html>",
                )),
                Close,
            ],
            Unexpected,
            Some(200),
            true,
        ),
        row(
            "a success of another shape",
            vec![Send(json(200, "[1,2]"))],
            Unexpected,
            Some(200),
            true,
        ),
        row(
            "a success that says no",
            vec![Send(json(200, r#"{"success":false}"#))],
            Unexpected,
            Some(200),
            true,
        ),
        row(
            "a success of another type",
            vec![Send(json(200, r#"{"success":"yes"}"#))],
            Unexpected,
            Some(200),
            true,
        ),
        row(
            "a member twice",
            vec![Send(json(200, r#"{"success":false,"success":true}"#))],
            Unexpected,
            Some(200),
            true,
        ),
        row(
            "nothing with a success",
            vec![Send(json(200, ""))],
            Unexpected,
            Some(200),
            true,
        ),
        row(
            "deep nesting",
            vec![Send(json(200, &deep))],
            Unexpected,
            Some(200),
            true,
        ),
        row(
            "broken UTF-8",
            vec![Send(
                [
                    head(200, "content-length: 9\r\n").as_bytes(),
                    b"{\"a\":\"\xff\"}",
                ]
                .concat(),
            )],
            Unexpected,
            Some(200),
            true,
        ),
        row(
            "NUL bytes",
            vec![Send(json(200, "\0\0\0"))],
            Unexpected,
            Some(200),
            true,
        ),
        row(
            "compressed",
            vec![Send(
                [
                    head(200, "content-encoding: gzip\r\ncontent-length: 36\r\n").as_bytes(),
                    // `DONE`, compressed: a bomb is compressed in the same way.
                    b"\x1f\x8b\x08\0\0\0\0\0\x02\x03\xab\x56\x2a\x2e\x4d\x4e\x4e\x2d\
                      \x2e\x56\xb2\x2a\x29\x2a\x4d\xad\x05\0\xdf\xf7\xf6\x66\x10\0\0\0",
                ]
                .concat(),
            )],
            Unexpected,
            Some(200),
            true,
        ),
        row(
            "another success",
            vec![Send(json(206, DONE))],
            Unexpected,
            Some(206),
            true,
        ),
        row(
            "a switch of protocols",
            text(&head(101, "upgrade: x\r\nconnection: upgrade\r\n")),
            Unexpected,
            Some(101),
            true,
        ),
        row(
            "a page of a gateway",
            vec![Send(answer(502, &[], "<html><h1>Bad gateway</h1>"))],
            Unexpected,
            Some(502),
            true,
        ),
        row(
            "a page with a refusal",
            vec![Send(answer(404, &[], "<html>nginx</html>"))],
            Unexpected,
            Some(404),
            false,
        ),
        row(
            "an unlisted refusal",
            vec![Send(json(418, r#"{"error":"teapot"}"#))],
            Unexpected,
            Some(418),
            false,
        ),
        row(
            "an unlisted failure",
            vec![Send(json(507, r#"{"error":"full"}"#))],
            Unexpected,
            Some(507),
            true,
        ),
        row(
            "a status that is none",
            vec![Send(json(999, DONE))],
            Unexpected,
            Some(999),
            true,
        ),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_fault_is_told_as_what_it_is_within_the_deadline() {
    let mut rows = tokio::task::JoinSet::new();
    // Not all at once: what has a second to arrive is to arrive within it on a busy machine too.
    let few = Arc::new(Semaphore::new(6));
    for row in self::rows() {
        let few = Arc::clone(&few);
        rows.spawn(async move {
            let _one = few.acquire().await.expect("it is never closed");
            for operation in OPERATIONS {
                let server = Server::script([row.steps.clone()]).await;
                let client = server.client();
                let begun = Instant::now();
                // What is to run out of time does so soon; the rest has time to be read.
                let patience = match row.kind {
                    ErrorKind::Timeout => Duration::from_millis(1_000),
                    _ => Duration::from_secs(5),
                };
                let error = operation
                    .call(&client, once().attempt_timeout(patience))
                    .await
                    .expect_err(row.name);
                let told = format!("{}, {operation:?}: {error}", row.name);
                let late = match row.kind {
                    ErrorKind::Timeout => patience + Duration::from_secs(3),
                    _ => Duration::from_secs(8),
                };
                assert!(begun.elapsed() < late, "{told}");
                assert_eq!(error.kind(), row.kind, "{told}");
                assert_eq!(error.status(), row.status, "{told}");
                assert_eq!(error.maybe_applied(), row.maybe_applied, "{told}");
                assert_eq!(error.attempts(), 1, "{told}");
                assert_eq!(error.code(), None, "{told}");
                if operation == Operation::Submit && row.maybe_applied {
                    assert!(!error.is_retryable(), "{told}");
                }
                assert!(!told.contains(char::is_control), "{told:?}");
                assert!(told.len() < 600, "{told}");
                // What was torn is not used again: the client has left.
                if row.kind != ErrorKind::UnexpectedResponse {
                    server.all_left(&told).await;
                }
            }
        });
    }
    while let Some(done) = rows.join_next().await {
        if let Err(error) = done {
            std::panic::resume_unwind(error.into_panic());
        }
    }
}

#[tokio::test]
async fn a_torn_connection_is_not_used_again() {
    for torn in [
        vec![
            Send(b"HTTP/1.1 200 X\r\ncontent-length: 2000000\r\n\r\n".to_vec()),
            Hang,
        ],
        vec![
            Send(b"HTTP/1.1 404 X\r\ncontent-length: 9\r\n\r\n{".to_vec()),
            Hang,
        ],
        vec![Hang],
        // More than was announced: what follows is no answer to the next request.
        vec![Send([answer(404, &[], "{}"), json(200, DONE)].concat())],
    ] {
        let server = Server::script([torn.clone(), vec![Send(json(200, DONE))]]).await;
        let client = server.client();
        let call = Operation::Disconnect;
        let impatient = server::impatient().max_attempts(1);
        call.call(&client, impatient).await.expect_err("torn");
        call.call(&client, once()).await.expect("whole");
        let on: Vec<_> = server.requests().iter().map(|r| r.connection).collect();
        assert_eq!(on, [0, 1], "{torn:?}");
    }
}

#[tokio::test]
async fn a_whole_answer_leaves_its_connection_to_the_next_call() {
    let server = Server::answering(json(200, DONE)).await;
    let client = server.client();
    for _ in 0..3 {
        Operation::Disconnect
            .call(&client, once())
            .await
            .expect("disconnected");
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn redirects_of_all_kinds_are_answers_and_never_followed() {
    let elsewhere = Server::answering(json(200, DONE)).await;
    let to_elsewhere = format!(
        "http://127.0.0.1:{}/api/v1/x/accounts/3",
        elsewhere.addr.port()
    );
    for status in [300, 301, 302, 303, 304, 305, 307, 308] {
        for to in [
            &*to_elsewhere,
            "/api/v1/x/accounts/3",
            "https://localhost/",
            "//evil.example/",
            "",
        ] {
            for operation in OPERATIONS {
                let redirect = answer(status, &[("location", to)], "");
                let server = Server::answering(redirect).await;
                let error = operation.call(&server.client(), server::patient()).await;
                let error = error.expect_err("a redirect");
                assert_eq!(error.kind(), ErrorKind::UnexpectedResponse, "{status} {to}");
                assert_eq!(error.status(), Some(status));
                // "See other" is how a server shows what a request has led to that it carried out.
                assert_eq!(error.maybe_applied(), status == 303, "{status}");
                assert!(!error.is_retryable());
                assert_eq!(server.requests().len(), 1);
                assert!(error.to_string().contains("redirect"), "{error}");
            }
        }
    }
    assert_eq!(elsewhere.connections(), 0, "no credential went elsewhere");
}

#[tokio::test]
async fn an_upload_that_is_not_read_is_an_answer_or_a_lost_one_and_never_a_hang() {
    let big = [PNG, &vec![7; 700_000]].concat();
    // What it must be; an early answer whose connection goes on has no excuse to be lost.
    for (reading, steps, kind) in [
        (Reading::Nothing, vec![Close], ErrorKind::Transport),
        (Reading::Nothing, vec![Reset], ErrorKind::Transport),
        (Reading::Head, vec![Close], ErrorKind::Transport),
        (Reading::Head, vec![Reset], ErrorKind::Transport),
        (
            Reading::Head,
            vec![Send(json(400, r#"{"error":"invalid_input"}"#)), Hang],
            ErrorKind::Api,
        ),
        // As proxies refuse what is too large. Whether its words arrive before the end is a race.
        (
            Reading::Head,
            vec![Send(json(400, r#"{"error":"invalid_input"}"#)), Close],
            ErrorKind::Api,
        ),
    ] {
        let server = Server::hasty(reading, steps.clone()).await;
        let avatar = Avatar::from_bytes("a.png", big.clone()).expect("an image");
        let call = server.client().update_avatar("me", avatar).options(once());
        let begun = Instant::now();
        let error = call.await.expect_err("refused");
        // An answer, or not known: never silent.
        let torn = matches!(steps.last(), Some(Close | Reset));
        let lost = torn && error.kind() == ErrorKind::Transport && error.maybe_applied();
        assert!(
            error.kind() == kind || lost,
            "{reading:?} {steps:?}: {error}"
        );
        assert_ne!(error.maybe_applied(), error.kind() == ErrorKind::Api);
        assert!(begun.elapsed() < Duration::from_secs(3));
    }
}

#[tokio::test]
async fn a_success_of_a_code_that_cannot_be_read_is_not_sent_again() {
    let deep = "[".repeat(100_000);
    for status in [201, 202] {
        for body in [
            "",
            "[1]",
            "{}",
            "<html>",
            "\0",
            r#"{"id":"1","id":"2"}"#,
            r#"{"success":false}"#,
            &deep,
        ] {
            let server = Server::answering(json(status, body)).await;
            let error = Operation::Submit
                .call(&server.client(), server::patient())
                .await;
            let error = error.expect_err(body);
            assert_eq!(error.kind(), ErrorKind::UnexpectedResponse, "{error}");
            assert_eq!(error.status(), Some(status));
            assert!(error.maybe_applied() && !error.is_retryable(), "{error}");
            assert_eq!(server.requests().len(), 1);
        }
    }
}

#[tokio::test]
async fn a_member_that_comes_twice_is_a_mistake_also_where_a_secret_is_blanked() {
    let body = format!(
        r#"{{"success":false,"success":true,"note":"{}"}}"#,
        server::KEY
    );
    let server = Server::answering(json(200, &body)).await;
    let error = Operation::Disconnect.call(&server.client(), once()).await;
    let error = error.expect_err("said twice");
    assert_eq!(error.kind(), ErrorKind::UnexpectedResponse, "{error}");
}

#[tokio::test]
async fn a_redirect_to_itself_is_answered_once() {
    for operation in OPERATIONS {
        let server = Server::new(|request, _| {
            let to = [("location", &*request.target)];
            vec![Send(answer(308, &to, ""))]
        })
        .await;
        let error = operation.call(&server.client(), server::patient()).await;
        assert_eq!(error.expect_err("a redirect").status(), Some(308));
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn http_1_0_is_understood() {
    let old = "HTTP/1.0 200 OK\r\n\r\n{\"success\":true}";
    let server = Server::script([text(old)]).await;
    let attempts = Operation::Disconnect.call(&server.client(), once()).await;
    assert_eq!(attempts.expect("disconnected"), 1);
}

#[tokio::test]
async fn the_same_length_twice_and_harmless_oddities_are_understood() {
    for odd in [
        "HTTP/1.1 200 OK\r\ncontent-length: 16\r\ncontent-length: 16\r\n\r\n{\"success\":true}",
        "HTTP/1.1 200\r\ncontent-length: 16\r\n\r\n{\"success\":true}",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 H\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 16\r\n\r\n{\"success\":true}",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n8;x=y\r\n{\"succes\r\n8\r\ns\":true}\r\n0\r\nx: y\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 31\r\n\r\n\n\t {\"success\" : true, \"new\":[]}",
    ] {
        let server = Server::script([text(odd)]).await;
        let done = Operation::Disconnect.call(&server.client(), once()).await;
        done.expect(odd);
    }
}

#[tokio::test]
async fn the_bound_of_an_answer_is_exact_and_can_be_set() {
    let body = |length: usize| format!("{DONE}{}", " ".repeat(length - DONE.len()));
    for (bound, length, fits) in [
        (None, 1024 * 1024, true),
        (None, 1024 * 1024 + 1, false),
        (Some(100), 100, true),
        (Some(100), 101, false),
        (Some(0), 16, false),
    ] {
        for chunked in [false, true] {
            let whole = if chunked {
                format!(
                    "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n{length:x}\r\n{}\r\n0\r\n\r\n",
                    body(length)
                )
                .into_bytes()
            } else {
                json(200, &body(length))
            };
            let server = Server::answering(whole).await;
            let mut builder = server.builder();
            if let Some(bound) = bound {
                builder = builder.max_response_bytes(bound);
            }
            let client = builder.build().expect("a client");
            let options = once().attempt_timeout(Duration::from_secs(5));
            let result = Operation::Disconnect.call(&client, options).await;
            assert_eq!(
                result.is_ok(),
                fits,
                "{bound:?} {length} {chunked}: {result:?}"
            );
        }
    }
}

#[tokio::test]
async fn one_byte_a_second_ends_with_the_attempt() {
    let drip = vec![Drip(json(200, DONE), Duration::from_secs(1))];
    let server = Server::script([drip]).await;
    let begun = Instant::now();
    let error = Operation::Submit
        .call(
            &server.client(),
            once().attempt_timeout(Duration::from_millis(100)),
        )
        .await
        .expect_err("too slow");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(begun.elapsed() < Duration::from_millis(900), "not a second");
    assert!(error.maybe_applied());
}

#[tokio::test]
async fn dropping_the_call_stops_everything() {
    let server = Server::script([vec![Hang]]).await;
    let client = server.client();
    let options = CallOptions::new().attempt_timeout(Duration::from_secs(60));
    let call = Operation::Avatar.call(&client, options);
    tokio::select! {
        _ = call => panic!("nothing answers"),
        () = server.received(1) => {}
    }
    server.all_left("dropped").await;
    assert_eq!(server.requests().len(), 1, "and nothing is sent again");
}
