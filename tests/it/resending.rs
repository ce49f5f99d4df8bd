//! Sending again, over real sockets: what is sent how often, with which bytes, and what is told.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use xquik::generated::operations;
use xquik::generated::runtime::{CodeResend, Status};
use xquik::generated::types::AvatarUrl;
use xquik::{
    Avatar, CallOptions, Client, Credential, Disconnection, ErrorCode, ErrorKind, Event,
    IdempotencyKey,
};

use crate::faults::{OPERATIONS, Operation};
use crate::server::{self, KEY, Server, Step, json};
use crate::wire::{DONE, PNG};
use Step::{Close, Hang, Send};

const GONE: &str = r#"{"error":"not_found"}"#;
const LIMITED: &str = r#"{"error":"rate_limit_exceeded","retryAfterMs":1}"#;

fn lost() -> Vec<Step> {
    vec![Close]
}

#[tokio::test]
async fn a_lost_answer_is_sent_again_only_where_twice_does_no_harm() {
    let cut = vec![
        Send(b"HTTP/1.1 200 X\r\ncontent-length: 16\r\n\r\n{".to_vec()),
        Close,
    ];
    for (gone_wrong, options) in [
        (lost(), server::patient()),
        (cut, server::patient()),
        (vec![Hang], server::impatient()),
    ] {
        for operation in OPERATIONS {
            let script = [gone_wrong.clone(), vec![Send(operation.success())]];
            let server = Server::script(script).await;
            let result = operation.call(&server.client(), options.clone()).await;
            let requests = server.requests();
            if operation == Operation::Submit {
                let error = result.expect_err("a code is not sent again");
                assert!(error.maybe_applied() && !error.is_retryable(), "{error}");
                assert_eq!((requests.len(), error.attempts()), (1, 1));
                continue;
            }
            assert_eq!(result.expect("sent again"), 2);
            assert_eq!(requests.len(), 2);
            assert_eq!(requests[0].raw, requests[1].raw, "the same bytes and key");
            assert_ne!(requests[0].connection, requests[1].connection);
        }
    }
}

#[tokio::test]
async fn not_now_is_waited_out_by_every_operation() {
    for operation in OPERATIONS {
        let script = [
            vec![Send(json(429, LIMITED))],
            vec![Send(operation.success())],
        ];
        let server = Server::script(script).await;
        let attempts = operation.call(&server.client(), server::patient()).await;
        assert_eq!(attempts.expect("the second time"), 2, "{operation:?}");
        let requests = server.requests();
        assert_eq!(requests[0].raw, requests[1].raw);
        assert_eq!(
            server.connections(),
            1,
            "a whole answer keeps its connection"
        );
    }
}

#[tokio::test]
async fn out_of_service_is_sent_again_by_every_operation_even_where_undocumented() {
    for operation in OPERATIONS {
        let script = [
            vec![Send(json(503, r#"{"error":"service_unavailable"}"#))],
            vec![Send(operation.success())],
        ];
        let server = Server::script(script).await;
        let attempts = operation.call(&server.client(), server::patient()).await;
        assert_eq!(attempts.expect("the second time"), 2, "{operation:?}");

        let server = Server::script([vec![Send(json(503, r#"{"error":"service_unavailable"}"#))]]);
        let server = server.await;
        let once = server::patient().max_attempts(1);
        let error = operation.call(&server.client(), once).await;
        let error = error.expect_err("out of service");
        assert_eq!(error.kind(), ErrorKind::Api, "{operation:?}");
        assert_eq!(
            error.code().map(xquik::ErrorCode::as_str),
            Some("service_unavailable")
        );
        assert!(error.is_retryable() && !error.maybe_applied());
        assert!(error.advice().is_some());
    }
}

#[tokio::test]
async fn pages_of_gateways_are_not_taken_for_the_service() {
    for status in [408, 429, 500, 502, 503, 504] {
        for operation in OPERATIONS {
            let page = server::answer(status, &[("retry-after", "0")], "<html>busy</html>");
            let server = Server::script([vec![Send(page)], vec![Send(operation.success())]]).await;
            let result = operation.call(&server.client(), server::patient()).await;
            if operation == Operation::Submit {
                let error = result.expect_err("a code is not sent again");
                assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
                assert_eq!(error.maybe_applied(), status >= 500, "{status}");
                assert!(error.to_string().contains("<html>busy</html>"), "{error}");
            } else {
                assert_eq!(
                    result.expect("the second time"),
                    2,
                    "{status} {operation:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn what_is_final_is_sent_once() {
    for (operation, status, body) in [
        (
            Operation::Avatar,
            429,
            r#"{"error":"x_daily_limit","retryAfter":0}"#,
        ),
        (
            Operation::Avatar,
            402,
            r#"{"error":"insufficient_credits"}"#,
        ),
        (
            Operation::Avatar,
            500,
            r#"{"error":"x_write_failed","safeToRetry":false}"#,
        ),
        (
            Operation::Avatar,
            500,
            r#"{"error":"x_write_failed","terminal":true}"#,
        ),
        (Operation::Avatar, 422, r#"{"error":"a_code_of_tomorrow"}"#),
        (
            Operation::Submit,
            422,
            r#"{"error":"login_failed","retryAfterMs":1}"#,
        ),
        // A code where the document does not list it.
        (
            Operation::Submit,
            422,
            r#"{"error":"rate_limit_exceeded","retryAfterMs":1}"#,
        ),
        (Operation::Submit, 429, r#"{"error":"a_code_of_tomorrow"}"#),
        (
            Operation::Submit,
            503,
            r#"{"error":"x_transient_error","code":1}"#,
        ),
        (Operation::Disconnect, 404, GONE),
        (Operation::Disconnect, 401, r#"{"error":"unauthenticated"}"#),
    ] {
        let server = Server::script([
            vec![Send(json(status, body))],
            vec![Send(operation.success())],
        ])
        .await;
        let error = operation.call(&server.client(), server::patient()).await;
        let error = error.expect_err(body);
        assert_eq!(error.kind(), ErrorKind::Api, "{body}: {error}");
        assert_eq!(error.status(), Some(status));
        assert_eq!(
            (server.requests().len(), error.attempts()),
            (1, 1),
            "{body}"
        );
        let passes = body.contains("tomorrow") && status == 429;
        assert_eq!(error.is_retryable(), passes, "{body}");
    }
}

#[tokio::test]
async fn gone_is_done_only_after_an_answer_was_lost() {
    let gone = vec![Send(json(404, GONE))];
    let server = Server::script([lost(), gone.clone()]).await;
    let response = server
        .client()
        .disconnect_account("3")
        .response()
        .await
        .expect("gone, whoever did it");
    assert_eq!(response.value, Disconnection::AlreadyGone);
    assert_eq!((response.status, response.attempts), (404, 2));

    let page = vec![Send(server::answer(502, &[], "<html>"))];
    let server = Server::script([page, gone.clone()]).await;
    let done = server.client().disconnect_account("3").await;
    assert_eq!(done.expect("gone"), Disconnection::AlreadyGone);

    // After a refusal nothing of ours can have made it so.
    let server = Server::script([vec![Send(json(429, LIMITED))], gone]).await;
    let error = server.client().disconnect_account("3").await;
    let error = error.expect_err("there never was one");
    assert_eq!((error.status(), error.attempts()), (Some(404), 2));
    assert!(!error.maybe_applied());

    // A 404 that is none of the service's proves nothing.
    // Whatever else is odd about the service's own word for it.
    for odd in [
        r#"{"error":"not_found","message":7}"#,
        r#"{"error":"not_found","retryAfter":"60"}"#,
    ] {
        let server = Server::script([lost(), vec![Send(json(404, odd))]]).await;
        let done = server.client().disconnect_account("3").response().await;
        let done = done.expect("gone");
        assert_eq!((done.value, done.status), (Disconnection::AlreadyGone, 404));
    }
    for other in [
        server::answer(404, &[], "<html>"),
        json(404, r#"{"error":"no_such_route"}"#),
    ] {
        let server = Server::script([lost(), vec![Send(other)]]).await;
        let error = server.client().disconnect_account("3").await;
        let error = error.expect_err("not known");
        assert!(error.maybe_applied(), "{error}");
    }
}

#[tokio::test]
async fn what_was_lost_once_stays_unknown() {
    let answers = [
        lost(),
        vec![Send(json(402, r#"{"error":"insufficient_credits"}"#))],
    ];
    let server = Server::script(answers).await;
    let error = Operation::Avatar
        .call(&server.client(), server::patient())
        .await;
    let error = error.expect_err("no credits");
    assert_eq!(error.kind(), ErrorKind::Api);
    assert!(
        error.maybe_applied(),
        "the first attempt may have spent them"
    );
    assert_eq!(error.attempts(), 2);
    let key = error
        .idempotency_key()
        .expect("the key that it went out with");
    assert_eq!(
        server.requests()[0].header("idempotency-key"),
        Some(key.as_str())
    );
}

#[tokio::test]
async fn an_update_that_was_lost_is_retryable_under_a_key_of_the_callers() {
    let server = Server::script([lost()]).await;
    let once = server::patient().max_attempts(1);
    let client = server.client();
    let error = Operation::Avatar.call(&client, once.clone()).await;
    assert!(!error.expect_err("lost").is_retryable());
    let own = once.idempotency_key(IdempotencyKey::new("mine").expect("a key"));
    let error = Operation::Avatar
        .call(&client, own)
        .await
        .expect_err("lost");
    assert!(error.is_retryable() && error.maybe_applied());
}

/// A port on which nobody listens.
async fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    listener.local_addr().expect("an address").port()
}

fn client_of(base_url: &str) -> Client {
    builder_of(base_url).build().expect("a client")
}

fn builder_of(base_url: &str) -> xquik::ClientBuilder {
    Client::builder()
        .credential(Credential::api_key(KEY).expect("a key"))
        .base_url(base_url)
        .defaults(server::patient())
        .seed(1)
}

#[tokio::test]
async fn a_connect_that_failed_is_tried_again_by_every_operation() {
    let client = client_of(&format!("http://127.0.0.1:{}", closed_port().await));
    for operation in OPERATIONS {
        let error = operation.call(&client, CallOptions::new()).await;
        let error = error.expect_err("nobody listens");
        assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
        assert_eq!(error.attempts(), 3);
        assert!(!error.maybe_applied() && error.is_retryable());
        assert!(error.waited() < Duration::from_secs(1));
    }
}

#[tokio::test]
async fn a_name_that_is_no_host_is_tried_again_by_every_operation() {
    // A label may have 63 characters, so the resolver refuses this one and asks nobody.
    let builder = builder_of(&format!("https://{}.invalid", "x".repeat(64))).no_proxy();
    let client = builder.build().expect("a client");
    for operation in OPERATIONS {
        let error = operation.call(&client, CallOptions::new()).await;
        let error = error.expect_err("there is no such host");
        assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
        assert_eq!(error.attempts(), 3, "{error}");
        assert!(!error.maybe_applied() && error.is_retryable(), "{error}");
    }
}

/// A client that says when something happens, and the ear for it.
fn watched(
    builder: xquik::ClientBuilder,
) -> (Client, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let (say, hear) = tokio::sync::mpsc::unbounded_channel();
    let client = builder
        .observer(move |event| {
            let what = match event {
                Event::Sending { method, .. } => format!("sending {method}"),
                Event::Failed { .. } => "failed".to_owned(),
                other => format!("{other:?}"),
            };
            // Nobody listens any more once a test has heard what it waited for.
            let _ = say.send(what);
        })
        .build()
        .expect("a client");
    (client, hear)
}

async fn heard(ear: &mut tokio::sync::mpsc::UnboundedReceiver<String>, what: &str) {
    while ear.recv().await.expect("it happens") != what {}
}

#[tokio::test]
async fn a_code_is_delivered_once_a_connection_can_be_made() {
    let port = closed_port().await;
    let (client, mut ear) = watched(builder_of(&format!("http://127.0.0.1:{port}/api/v1")));
    let call = Operation::Submit.call(&client, server::patient().max_attempts(50));
    let listening = async {
        heard(&mut ear, "failed").await;
        let listener = TcpListener::bind(("127.0.0.1", port)).await;
        let (mut stream, _) = listener
            .expect("the port")
            .accept()
            .await
            .expect("a client");
        let mut request = vec![0; 4096];
        assert!(stream.read(&mut request).await.expect("a request") > 0);
        let answer = Operation::Submit.success();
        stream.write_all(&answer).await.expect("written");
        stream
    };
    let (called, _stream) = tokio::join!(call, listening);
    assert!(called.expect("connected") >= 2);
}

#[tokio::test]
async fn nothing_has_left_while_there_is_no_connection_also_when_time_ends() {
    let (_listener, addr) = short_queue();
    let _queue = fill(addr).await;
    let client = client_of(&format!("http://{addr}"));
    for (options, attempts) in [
        // One attempt ends while it connects, and another is made.
        (
            CallOptions::new()
                .attempt_timeout(Duration::from_millis(60))
                .max_attempts(2),
            2,
        ),
        // The call itself ends while it connects.
        (CallOptions::new().timeout(Duration::from_millis(60)), 1),
    ] {
        let error = Operation::Submit.call(&client, options).await;
        let error = error.expect_err("no connection");
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        assert!(!error.maybe_applied(), "nothing can have left");
        assert!(error.is_retryable());
        assert_eq!(error.attempts(), attempts, "{error}");
    }
}

#[tokio::test]
async fn a_connect_timeout_is_apart_from_the_attempt() {
    // TLS to a server that says nothing: connected, and yet nothing has left.
    let server = Server::hasty(server::Reading::Nothing, vec![Hang]).await;
    let client = Client::builder()
        .credential(Credential::api_key(KEY).expect("a key"))
        .base_url(format!("https://127.0.0.1:{}", server.addr.port()))
        .root_certificates(crate::tls::authority().pem)
        .expect("a root")
        .no_proxy()
        .connect_timeout(Duration::from_millis(60))
        .build()
        .expect("a client");
    let begun = Instant::now();
    let once = CallOptions::new().max_attempts(1);
    let error = Operation::Submit
        .call(&client, once)
        .await
        .expect_err("no TLS");
    assert!(begun.elapsed() < Duration::from_secs(2));
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(!error.maybe_applied());
}

#[tokio::test]
async fn a_request_that_left_on_another_calls_connection_may_have_arrived() {
    // Two calls at once, and a server that takes one connection only. The second call begins to
    // connect, and then leaves on the connection of the first; there its answer is lost.
    let (listener, addr) = short_queue();
    let (client, mut ear) = watched(builder_of(&format!("http://{addr}")));
    let once = CallOptions::new().max_attempts(1);
    let first = Operation::Disconnect.call(&client, once.clone());
    let connected = tokio::sync::Notify::new();
    let second = async {
        connected.notified().await;
        // Time enough to come to the wire when the connection of the first is free.
        let options = once.clone().attempt_timeout(Duration::from_millis(1_500));
        Operation::Submit.call(&client, options).await
    };
    let serving = async {
        let (mut stream, _) = listener.accept().await.expect("the first call");
        let _queue = fill(addr).await;
        connected.notify_one();
        let mut request = vec![0; 4096];
        assert!(stream.read(&mut request).await.expect("the first") > 0);
        heard(&mut ear, "sending POST").await;
        // By the time that nobody else could connect either, the second call is connecting.
        drop(fill(addr).await);
        stream.write_all(&json(200, DONE)).await.expect("answered");
        // The second request comes here, and is never answered.
        let second = stream.read(&mut request).await.expect("the second");
        while matches!(stream.read(&mut request).await, Ok(1..)) {}
        second
    };
    let (first, second, read) = tokio::join!(first, second, serving);
    first.expect("answered");
    let error = second.expect_err("never answered");
    assert!(read > 0, "the code was on the wire");
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(error.maybe_applied(), "it may have arrived: {error}");
}

/// A server whose queue of connections is short.
fn short_queue() -> (TcpListener, SocketAddr) {
    let socket = TcpSocket::new_v4().expect("a socket");
    let any = "127.0.0.1:0".parse().expect("loopback");
    socket.bind(any).expect("a free port");
    let listener = socket.listen(1).expect("a queue");
    let addr = listener.local_addr().expect("an address");
    (listener, addr)
}

/// Fills the queue of a server, so that connecting hangs for as long as the streams live.
async fn fill(addr: SocketAddr) -> Vec<TcpStream> {
    let mut queue = Vec::new();
    let patience = Duration::from_millis(100);
    while let Ok(Ok(stream)) = tokio::time::timeout(patience, TcpStream::connect(addr)).await {
        queue.push(stream);
        assert!(queue.len() < 100, "the queue is full at some time");
    }
    queue
}

#[tokio::test]
async fn a_connection_that_died_between_two_calls_is_the_same_attempt() {
    for operation in OPERATIONS {
        // The server closes after its first answer without saying so.
        let first = vec![Send(json(200, DONE)), Close];
        let server = Server::script([first, vec![Send(operation.success())]]).await;
        let client = server.client();
        let done = Operation::Disconnect.call(&client, server::patient()).await;
        done.expect("disconnected");
        server.all_left("the answer").await;
        // What the client's half of the connection does runs on this thread.
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        let once = server::patient().max_attempts(1);
        let attempts = operation.call(&client, once).await;
        assert_eq!(attempts.expect("on a fresh connection"), 1, "{operation:?}");
        assert_eq!(server.requests()[1].connection, 1);
    }
}

#[tokio::test]
async fn a_reused_connection_that_dies_unanswered_is_sent_again_only_where_allowed() {
    for operation in OPERATIONS {
        let server = Server::script([
            vec![Send(json(200, DONE))],
            lost(),
            vec![Send(operation.success())],
        ])
        .await;
        let client = server.client();
        let first = Operation::Disconnect.call(&client, server::patient()).await;
        first.expect("disconnected");
        let second = operation.call(&client, server::patient()).await;
        if operation == Operation::Submit {
            let error = second.expect_err("it may have arrived");
            assert!(error.maybe_applied());
            assert_eq!(server.requests().len(), 2, "and is not sent again");
        } else {
            assert_eq!(second.expect("sent again"), 2);
        }
    }
}

#[tokio::test]
async fn a_wait_that_does_not_fit_ends_the_call_at_once() {
    for (headers, body, seconds) in [
        (
            vec![("retry-after", "60")],
            r#"{"error":"rate_limit_exceeded"}"#,
            60.0,
        ),
        (
            vec![],
            r#"{"error":"rate_limit_exceeded","retryAfter":60}"#,
            60.0,
        ),
        (
            vec![],
            r#"{"error":"rate_limit_exceeded","retryAfterMs":7500}"#,
            7.5,
        ),
        // The header comes first, then milliseconds, then seconds.
        (
            vec![("retry-after", "9")],
            r#"{"error":"rate_limit_exceeded","retryAfterMs":1}"#,
            9.0,
        ),
        (
            vec![],
            r#"{"error":"rate_limit_exceeded","retryAfter":1,"retryAfterMs":8000}"#,
            8.0,
        ),
        (
            vec![
                ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
                ("retry-after", "Sun, 06 Nov 1994 08:50:37 GMT"),
            ],
            r#"{"error":"rate_limit_exceeded"}"#,
            60.0,
        ),
        // A header that says nothing leaves it to the body.
        (
            vec![("retry-after", "soon")],
            r#"{"error":"rate_limit_exceeded","retryAfterMs":7500}"#,
            7.5,
        ),
        (
            vec![("retry-after", "1, 60")],
            r#"{"error":"rate_limit_exceeded"}"#,
            60.0,
        ),
        (
            vec![],
            r#"{"error":"rate_limit_exceeded","retryAfter":1e400}"#,
            f64::from(u32::MAX),
        ),
        (
            vec![("retry-after", "99999999999999999999999")],
            LIMITED,
            f64::from(u32::MAX),
        ),
    ] {
        let server = Server::answering(server::answer(429, &headers, body)).await;
        let begun = Instant::now();
        let error = Operation::Disconnect
            .call(
                &server.client(),
                server::patient().timeout(Duration::from_secs(5)),
            )
            .await;
        let error = error.expect_err("limited");
        let took = begun.elapsed();
        assert!(
            took < Duration::from_secs(2),
            "{headers:?} {body}: {took:?}, {error:?}"
        );
        let told = format!("{headers:?} {body}: {error:?}");
        assert_eq!(
            (error.waited(), error.attempts()),
            (Duration::ZERO, 1),
            "{told}"
        );
        assert_eq!(error.kind(), ErrorKind::Api);
        assert_eq!(
            error.retry_after(),
            Some(Duration::from_secs_f64(seconds)),
            "{headers:?}"
        );
        assert!(error.is_retryable() && !error.maybe_applied());
        assert_eq!((error.attempts(), error.waited()), (1, Duration::ZERO));
        assert_eq!(error.needed_wait(), error.retry_after());
        let told = format!("{seconds} s");
        assert!(error.to_string().contains(&told), "{error}");
    }
}

/// Headers and body of a request or an answer.
type Told = (String, Vec<u8>);

#[tokio::test]
async fn requests_and_answers_are_told_whole_and_without_secrets() {
    let long = format!("{{\"success\":true,\"more\":\"{}\"}}", "x".repeat(5_000));
    let server =
        Server::script([vec![Send(json(429, LIMITED))], vec![Send(json(200, &long))]]).await;
    let told: Arc<Mutex<Vec<Told>>> = Arc::default();
    let seen = Arc::clone(&told);
    let client = server
        .builder()
        .observer(move |event| {
            let line = match event {
                Event::Sending { headers, body, .. } | Event::Answered { headers, body, .. } => {
                    (format!("{headers:?}"), body.to_vec())
                }
                _ => return,
            };
            seen.lock().expect("the events").push(line);
        })
        .build()
        .expect("a client");
    let avatar = Avatar::from_url("https://example.com/a.png").expect("a URL");
    let response = client.update_avatar("me", avatar).response().await;
    response.expect("the second time");
    let told = told.lock().expect("the events");
    assert_eq!(told.len(), 4);
    let (headers, body) = &told[0];
    assert!(headers.contains("\"idempotency-key\": "), "{headers}");
    assert!(
        headers.contains("\"x-api-key\": \"<redacted>\""),
        "{headers}"
    );
    let body: serde_json::Value = serde_json::from_slice(body).expect("JSON");
    assert_eq!(body["account"], "me");
    assert!(told[1].0.contains("\"content-type\": "), "{}", told[1].0);
    assert_eq!(told[2].0, told[0].0, "the same request again");
    assert_eq!(told[3].1, long.as_bytes());
}

#[tokio::test]
async fn who_was_not_reached_is_told() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    let client = Client::builder()
        .credential(Credential::api_key("xq_a_key").expect("a key"))
        .base_url(format!("http://127.0.0.1:{port}/api/v1"))
        .build()
        .expect("a client");
    let options = CallOptions::new().max_attempts(1);
    let call = client.disconnect_account("3").options(options);
    let error = call.response().await.expect_err("nobody listens");
    let expected = format!("no connection to 127.0.0.1:{port}: ");
    assert!(error.to_string().starts_with(&expected), "{error}");
    // It is the proxy that is not there, and it may have been given a password.
    let client = Client::builder()
        .credential(Credential::api_key("xq_a_key").expect("a key"))
        .base_url("https://service.invalid/api/v1")
        .proxy(format!("http://me:plantedWord@127.0.0.1:{port}"))
        .build()
        .expect("a client");
    let call = client.disconnect_account("3");
    let options = CallOptions::new().max_attempts(1);
    let error = call.options(options).await.expect_err("nobody listens");
    let expected =
        format!("no connection to service.invalid:443 through the proxy 127.0.0.1:{port}: ");
    assert!(error.to_string().starts_with(&expected), "{error}");
    assert!(!format!("{error:?}").contains("plantedWord"), "{error:?}");
}

#[tokio::test]
async fn attempts_and_waits_are_told() {
    let server = Server::script([
        vec![Send(json(429, LIMITED))],
        vec![Send(json(429, LIMITED))],
        vec![Send(json(200, DONE))],
    ])
    .await;
    let events: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = Arc::clone(&events);
    let client = server
        .builder()
        .observer(move |event| {
            let line = match event {
                Event::Sending {
                    attempt, method, ..
                } => format!("{method} {attempt}"),
                Event::Answered { status, .. } => status.to_string(),
                Event::Failed { reason } => (*reason).to_owned(),
                Event::Waiting {
                    wait, next_attempt, ..
                } => format!("{wait:?} {next_attempt}"),
                other => format!("{other:?}"),
            };
            seen.lock().expect("the events").push(line);
        })
        .build()
        .expect("a client");
    let response = client.disconnect_account("3").response().await;
    let response = response.expect("the third time");
    assert_eq!(response.attempts, 3);
    assert_eq!(response.waited, Duration::from_millis(2));
    assert_eq!(response.status, 200);
    assert_eq!(response.headers["content-type"], "application/json");
    assert_eq!(
        *events.lock().expect("the events"),
        [
            "DELETE 1",
            "Connected",
            "429",
            "1ms 2",
            "DELETE 2",
            "429",
            "1ms 3",
            "DELETE 3",
            "200"
        ]
    );
}

#[tokio::test]
async fn times_that_no_clock_can_hold_are_as_good_as_endless() {
    let server = Server::answering(json(200, DONE)).await;
    let client = server.builder().connect_timeout(Duration::MAX).build();
    let options = CallOptions::new()
        .timeout(Duration::MAX)
        .attempt_timeout(Duration::MAX)
        .max_attempts(u32::MAX);
    let attempts = Operation::Disconnect
        .call(&client.expect("a client"), options)
        .await;
    assert_eq!(attempts.expect("disconnected"), 1);
}

#[tokio::test]
async fn no_time_at_all_is_refused_before_anything_is_sent() {
    let server = Server::answering(json(200, DONE)).await;
    let client = server.client();
    for options in [
        CallOptions::new().timeout(Duration::ZERO),
        CallOptions::new().attempt_timeout(Duration::ZERO),
    ] {
        let error = Operation::Disconnect.call(&client, options).await;
        let error = error.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(error.attempts(), 0);
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_seed_makes_the_waits_repeatable() {
    let mut waits = BTreeSet::new();
    for _ in 0..2 {
        let unavailable = json(503, r#"{"error":"service_unavailable"}"#);
        let server = Server::answering(unavailable).await;
        let client = server.builder().seed(7).build().expect("a client");
        let error = Operation::Disconnect.call(&client, server::patient()).await;
        let error = error.expect_err("out of service");
        assert_eq!(error.attempts(), 3);
        assert!(error.waited() > Duration::ZERO);
        assert!(error.waited() <= Duration::from_millis(750));
        waits.insert(error.waited());
    }
    assert_eq!(waits.len(), 1);
    // Another seed, and none, wait otherwise.
    for seed in [Some(1), Some(2), Some(3), None, None] {
        let unavailable = json(503, r#"{"error":"service_unavailable"}"#);
        let server = Server::answering(unavailable).await;
        let builder = Client::builder()
            .credential(Credential::api_key(KEY).expect("a key"))
            .base_url(server.base_url());
        let builder = match seed {
            Some(seed) => builder.seed(seed),
            None => builder,
        };
        let client = builder.build().expect("a client");
        let error = Operation::Disconnect.call(&client, server::patient()).await;
        waits.insert(error.expect_err("out of service").waited());
    }
    assert_eq!(waits.len(), 6, "{waits:?}");
}

#[tokio::test]
async fn the_generated_layer_tells_what_the_call_knows() {
    let out_of_credits = json(402, r#"{"error":"insufficient_credits"}"#);
    let limited = server::answer(
        429,
        &[("retry-after", "60"), ("xquik-call", "{}")],
        r#"{"error":"rate_limit_exceeded"}"#,
    );
    for last in [out_of_credits, limited] {
        let server = Server::script([lost(), vec![Send(last)]]).await;
        let body = AvatarUrl::builder()
            .account("me")
            .url("https://example.com/a.png");
        let body: AvatarUrl = body.try_into().expect("a body");
        let client = server.client();
        let failed = client.generated().update_avatar().body(body).send().await;
        let error: xquik::Error = failed.expect_err("refused").into();
        // The first attempt may have spent the credits.
        assert!(error.maybe_applied() && !error.is_retryable(), "{error:?}");
        assert_eq!(error.attempts(), 2);
        let key = error
            .idempotency_key()
            .expect("the key that it went out with");
        let sent = server.requests();
        assert_eq!(sent[0].header("idempotency-key"), Some(key.as_str()));
    }
    // Where nothing is in doubt, nothing is said to be.
    let server = Server::answering(json(404, GONE)).await;
    let client = server.client();
    let failed = client
        .generated()
        .disconnect_x_account()
        .id("3")
        .send()
        .await;
    let error: xquik::Error = failed.expect_err("gone").into();
    assert_eq!((error.attempts(), error.maybe_applied()), (1, false));
}

#[tokio::test]
async fn a_write_whose_record_is_open_may_have_been_applied() {
    for (rest, unknown, retryable) in [
        (r#""terminal":false,"safeToRetry":false"#, true, false),
        (r#""safeToRetry":false"#, true, false),
        (r#""terminal":true,"safeToRetry":false"#, false, false),
        // It has ended, and under a new key it cannot happen twice.
        (r#""terminal":true,"safeToRetry":true"#, false, true),
    ] {
        let body = format!(r#"{{"error":"x_write_failed",{rest}}}"#);
        let server = Server::answering(json(500, &body)).await;
        let error = Operation::Avatar
            .call(&server.client(), server::patient())
            .await;
        let error = error.expect_err(rest);
        assert_eq!(error.attempts(), 1, "{rest}");
        assert_eq!(error.maybe_applied(), unknown, "{rest}");
        assert_eq!(error.is_retryable(), retryable, "{rest}");
        // "Send it again" is no advice where that may happen twice.
        let twice = rest.contains(r#""safeToRetry":false"#);
        assert_eq!(error.advice().is_none(), twice, "{rest}");
    }
}

/// The document says of a record's `error` that it is null or absent if the write did not fail.
#[tokio::test]
async fn a_record_that_names_no_error_decides_as_well() {
    for (status, rest, unknown, retryable) in [
        (500, r#""terminal":false,"safeToRetry":false"#, true, false),
        (
            503,
            r#""terminal":false,"safeToRetry":false,"error":null"#,
            true,
            false,
        ),
        (500, r#""terminal":true,"safeToRetry":false"#, true, false),
        (409, r#""terminal":false,"safeToRetry":false"#, true, false),
        (422, r#""safeToRetry":false"#, false, false),
    ] {
        let body = format!(r#"{{"success":false,"writeActionId":"1","status":"new",{rest}}}"#);
        let server = Server::answering(json(status, &body)).await;
        let error = Operation::Avatar
            .call(&server.client(), server::patient())
            .await;
        let error = error.expect_err(rest);
        assert_eq!(
            (server.requests().len(), error.attempts()),
            (1, 1),
            "{rest}"
        );
        assert_eq!(error.status(), Some(status), "{rest}");
        assert_eq!(error.maybe_applied(), unknown, "{rest}");
        assert_eq!(error.is_retryable(), retryable, "{rest}");
        assert_eq!(error.safe_to_retry(), Some(false), "{rest}");
    }
}

#[tokio::test]
async fn the_wait_of_a_torn_answer_counts() {
    let head = b"HTTP/1.1 503 X\r\nretry-after: 60\r\ncontent-length: 99\r\n\r\n{";
    let cut = vec![Send(head.to_vec()), Close];
    let server = Server::script([cut, vec![Send(json(200, DONE))]]).await;
    let error = Operation::Disconnect
        .call(&server.client(), server::patient())
        .await;
    let error = error.expect_err("a minute does not fit");
    assert_eq!(error.attempts(), 1);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(60)));
    assert!(error.to_string().contains("60 s"), "{error}");
}

/// Every documented error of every operation, over sockets, as the registry says.
#[tokio::test]
async fn the_registry_decides_about_every_documented_error() {
    let by_id = |id: &str| match id {
        "submitXAccountConnectionChallenge" => Some(Operation::Submit),
        "disconnectXAccount" => Some(Operation::Disconnect),
        "updateAvatar" => Some(Operation::Avatar),
        // An operation of the document that has no method of its own yet.
        _ => None,
    };
    let mut tried = 0;
    for operation in operations::ALL {
        let Some(called) = by_id(operation.id) else {
            continue;
        };
        for answer in operation.answers {
            let Status::Code(status) = answer.status else {
                panic!("every status of this document is listed itself");
            };
            for code in answer.codes {
                let body = format!(r#"{{"error":"{code}","retryAfterMs":1}}"#);
                let script = [
                    vec![Send(json(status, &body))],
                    vec![Send(called.success())],
                ];
                let server = Server::script(script).await;
                let result = called.call(&server.client(), server::patient()).await;
                let again = ErrorCode::from(*code).resend() != Some(CodeResend::Never);
                let told = format!("{} {status} {code}", operation.id);
                assert_eq!(server.requests().len(), 1 + usize::from(again), "{told}");
                match result {
                    Ok(attempts) => assert_eq!((attempts, again), (2, true), "{told}"),
                    Err(error) => {
                        assert!(!again && !error.is_retryable(), "{told}");
                        assert_eq!(error.code().map(ErrorCode::as_str), Some(*code));
                    }
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 30, "{tried}");
}

#[tokio::test]
async fn the_outcomes_of_an_avatar_update_follow_the_record() {
    use ErrorKind::{Api, UnexpectedResponse as Unexpected};
    enum Expected {
        Updated,
        Pending,
        Failed(ErrorKind, Option<&'static str>, bool, bool),
    }
    use Expected::{Failed, Pending, Updated};
    let record = |rest: &str| format!(r#"{{"writeActionId":"1",{rest}}}"#);
    for (status, body, expected) in [
        (200, DONE.to_owned(), Updated),
        (
            200,
            record(r#""success":true,"status":"success","terminal":true"#),
            Updated,
        ),
        (200, record(r#""success":true,"status":"success""#), Updated),
        (200, record(r#""success":true"#), Updated),
        (
            202,
            record(r#""success":false,"status":"accepted""#),
            Pending,
        ),
        (
            200,
            record(r#""success":false,"status":"dispatching","terminal":false"#),
            Pending,
        ),
        (
            200,
            record(r#""success":false,"status":"a_new_one""#),
            Pending,
        ),
        (
            202,
            record(r#""success":true,"status":"success","terminal":true"#),
            Updated,
        ),
        (
            200,
            record(r#""success":false,"status":"failed","error":"x_rejected","message":"no""#),
            Failed(Api, Some("x_rejected"), false, false),
        ),
        (
            200,
            record(r#""success":false,"status":"failed","safeToRetry":true"#),
            Failed(Api, Some("failed"), false, true),
        ),
        (
            202,
            record(r#""success":false,"status":"expired","terminal":true"#),
            // It was never confirmed: nobody found out what became of it.
            Failed(Api, Some("expired"), true, false),
        ),
        (
            202,
            record(r#""success":false,"status":"expired","terminal":true,"safeToRetry":false"#),
            Failed(Api, Some("expired"), true, false),
        ),
        (
            202,
            record(r#""success":false,"status":"expired","terminal":true,"safeToRetry":true"#),
            Failed(Api, Some("expired"), false, true),
        ),
        (
            200,
            record(r#""success":true,"status":"failed""#),
            Failed(Api, Some("failed"), false, false),
        ),
        (
            200,
            record(r#""success":false,"status":"a_new_one","terminal":true"#),
            Failed(Api, Some("a_new_one"), false, false),
        ),
        (
            200,
            r#"{"success":false,"error":"x_rejected"}"#.to_owned(),
            Failed(Api, Some("x_rejected"), false, false),
        ),
        (
            200,
            record(r#""success":false,"status":"success""#),
            Failed(Unexpected, None, true, false),
        ),
        (
            200,
            r#"{"success":false}"#.to_owned(),
            Failed(Unexpected, None, true, false),
        ),
        (
            202,
            r#"{"success":true}"#.to_owned(),
            Failed(Unexpected, None, true, false),
        ),
        // What contradicts itself is not taken for done.
        (
            200,
            record(r#""success":true,"status":"pending_confirmation""#),
            Pending,
        ),
        (
            200,
            r#"{"success":true,"error":"x_rejected"}"#.to_owned(),
            Failed(Unexpected, None, true, false),
        ),
    ] {
        let server = Server::answering(json(status, &body)).await;
        let avatar = Avatar::from_bytes("a.png", PNG).expect("an image");
        let result = server.client().update_avatar("me", avatar).await;
        match (result, expected) {
            (Ok(xquik::AvatarOutcome::Updated(_)), Updated)
            | (Ok(xquik::AvatarOutcome::Pending(_)), Pending) => {}
            (Err(error), Failed(kind, code, maybe_applied, retryable)) => {
                assert_eq!(error.kind(), kind, "{body}: {error}");
                assert_eq!(error.code().map(xquik::ErrorCode::as_str), code, "{body}");
                assert_eq!(error.status(), Some(status), "{body}");
                assert_eq!(error.maybe_applied(), maybe_applied, "{body}");
                assert_eq!(error.is_retryable(), retryable, "{body}");
                assert!(error.idempotency_key().is_some());
            }
            (result, _) => panic!("{body}: {result:?}"),
        }
        assert_eq!(server.requests().len(), 1, "{body}");
    }
}
