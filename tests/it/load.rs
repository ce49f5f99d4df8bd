//! Many calls: nothing is lost, and nothing is left behind.
//!
//! What is measured belongs to a process, so each of these runs in one of its own: the test starts
//! itself again and waits.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use xquik::{Avatar, CallOptions, ErrorKind};

use crate::faults::Operation;
use crate::server::{self, Server, Step, json};
use crate::wire::{DONE, PNG};
use Step::{Close, Hang, Send};

const ALONE: &str = "XQUIK_TEST_ALONE";

/// Runs a test in a process of its own: `true` in there.
fn alone(test: &str) -> bool {
    alone_with(test, &[])
}

/// The same with these environment variables.
pub(crate) fn alone_with(test: &str, variables: &[(&str, &str)]) -> bool {
    if std::env::var_os(ALONE).is_some() {
        return true;
    }
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", test, "--test-threads", "1"])
        .env(ALONE, "1")
        .envs(variables.iter().copied())
        .output()
        .expect("it starts");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("1 passed"), "it ran: {told}");
    false
}

/// Time enough for a busy machine.
fn patient() -> CallOptions {
    CallOptions::new()
        .timeout(Duration::from_secs(60))
        .attempt_timeout(Duration::from_secs(60))
}

fn block_on(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(test);
}

/// A member of `/proc/self/status` in bytes.
#[cfg(target_os = "linux")]
fn memory(member: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find(|line| line.starts_with(member));
    let kib = line.and_then(|line| line.split_whitespace().nth(1));
    kib.and_then(|kib| kib.parse::<usize>().ok())
        .expect("a number")
        * 1024
}

#[cfg(target_os = "linux")]
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd")
        .expect("Linux tells")
        .count()
}

#[test]
fn a_thousand_calls_over_one_client_are_all_answered_each_with_its_own() {
    if !alone("load::a_thousand_calls_over_one_client_are_all_answered_each_with_its_own") {
        return;
    }
    block_on(async {
        // The answer repeats what the request named, so that a mix-up would show.
        let server = Server::new(|request, _| {
            let id = request.target.rsplit('/').nth(1).expect("a segment").to_owned();
            let body = format!(
                r#"{{"id":"{id}","xUsername":"x","xUserId":"1","status":"active","health":"healthy","createdAt":"2026-02-20T08:15:00.000Z"}}"#
            );
            vec![Send(json(201, &body))]
        })
        .await;
        let client = server.client();
        let options = patient().max_attempts(1);
        let calls = (0..1_000).map(|number| {
            let (client, options) = (client.clone(), options.clone());
            tokio::spawn(async move {
                let id = format!("xch_{number}");
                let call = client.submit_email_code(&id, "123456").options(options);
                match call.await.expect("connected") {
                    xquik::Submission::Connected(account) => assert_eq!(account.id, id),
                    other => panic!("{other:?}"),
                }
            })
        });
        for call in join_all(calls).await {
            call.expect("no call fails");
        }
        assert_eq!(server.requests().len(), 1_000, "each was sent once");
    });
}

#[cfg(target_os = "linux")]
#[test]
fn an_upload_holds_the_image_once_beside_the_body_that_is_sent() {
    if !alone("load::an_upload_holds_the_image_once_beside_the_body_that_is_sent") {
        return;
    }
    block_on(async {
        const CALLS: usize = 100;
        let server = Server::hasty(server::Reading::Head, vec![Hang]).await;
        let client = server.client();
        let size = 700_000;
        let image = |_| {
            let mut bytes = PNG.to_vec();
            bytes.resize(size, 7);
            Avatar::from_bytes("a.png", bytes).expect("an image")
        };
        let avatars: Vec<_> = (0..CALLS).map(image).collect();
        let before = memory("VmRSS");
        // Each is tried twice: the second attempt shares the body of the first.
        let options = patient()
            .attempt_timeout(Duration::from_secs(2))
            .max_attempts(2);
        let calls = avatars.iter().map(|avatar| {
            let call = client.update_avatar("me", avatar.clone());
            call.options(options.clone()).into_future()
        });
        for result in join_all(calls).await {
            let error = result.expect_err("nobody answers");
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 2));
        }
        // One body per call, a tenth for all the rest, and the pages of 200 connections.
        let grown = memory("VmHWM") - before;
        let bodies = CALLS * size;
        assert!(
            grown < bodies + bodies / 2,
            "{grown} bytes for {bodies} of bodies"
        );
        drop(avatars);
    });
}

/// The command line always has an observer; to blank what it is shown must not cost a copy.
#[cfg(target_os = "linux")]
#[test]
fn an_observed_upload_is_not_copied_to_be_shown() {
    if !alone("load::an_observed_upload_is_not_copied_to_be_shown") {
        return;
    }
    block_on(async {
        use xquik::generated::{bodies::UpdateAvatarBody, runtime::FilePart, types::AvatarFile};
        let server = Server::hasty(server::Reading::Head, vec![Hang]).await;
        let client = server.builder().observer(|_| {}).build().expect("a client");
        let size = 32 << 20;
        // No text, as an image is none.
        let file = FilePart::new("a.png", "image/png", vec![0xAA_u8; size]);
        let account = "me".parse().expect("an account");
        let body = UpdateAvatarBody::Multipart(AvatarFile { account, file });
        let before = memory("VmRSS");
        let update = client.generated().update_avatar().body(body).send();
        let waited = tokio::time::timeout(Duration::from_secs(2), update).await;
        assert!(waited.is_err(), "nobody answers: {waited:?}");
        let grown = memory("VmHWM") - before;
        assert!(
            grown < size + size / 2,
            "{grown} bytes for a body of {size}"
        );
    });
}

#[test]
fn a_client_of_the_environment_is_made_of_the_process_own() {
    let test = "load::a_client_of_the_environment_is_made_of_the_process_own";
    if std::env::var_os(ALONE).is_some() {
        block_on(async {
            let client = xquik::Client::from_env().expect("both variables are set");
            client.disconnect_account("3").await.expect("disconnected");
        });
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let server = runtime.block_on(Server::answering(json(200, DONE)));
    let url = server.base_url();
    alone_with(
        test,
        &[
            ("XQUIK_API_KEY", "xq_of_this_process"),
            ("XQUIK_BASE_URL", &url),
        ],
    );
    assert_eq!(
        server.request().header("x-api-key"),
        Some("xq_of_this_process")
    );
}

#[cfg(target_os = "linux")]
#[test]
fn ten_gigabytes_of_answers_do_not_fill_the_memory() {
    if !alone("load::ten_gigabytes_of_answers_do_not_fill_the_memory") {
        return;
    }
    block_on(async {
        let before = memory("VmHWM");
        for endless in [
            b"HTTP/1.1 200 X\r\n\r\n".to_vec(),
            b"HTTP/1.1 200 X\r\ncontent-length: 10737418240\r\n\r\n".to_vec(),
            b"HTTP/1.1 200 X\r\nx: ".to_vec(),
            b"HTTP/1.1 103 X\r\n\r\n".to_vec(),
            b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n1\r\n \r\n0\r\n".to_vec(),
            b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n1;".to_vec(),
        ] {
            let filling = match endless.as_slice() {
                head if head.ends_with(b"0\r\n") => b"a: b\r\n".repeat(10_000),
                head if head.starts_with(b"HTTP/1.1 103") => endless.repeat(3_000),
                _ => vec![b'x'; 65_536],
            };
            let steps = vec![Send(endless), Step::Repeat(filling)];
            let server = Server::script([steps]).await;
            let client = server.client();
            let options = CallOptions::new()
                .attempt_timeout(Duration::from_millis(700))
                .max_attempts(1);
            let calls = (0..8).map(|_| Operation::Avatar.call(&client, options.clone()));
            for result in join_all(calls).await {
                result.expect_err("no answer");
            }
            server.all_left("an endless answer").await;
        }
        let grown = memory("VmHWM") - before;
        assert!(grown < 100 << 20, "{grown} bytes");
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_long_run_among_faults_loses_nothing_and_leaks_nothing() {
    if !alone("load::a_long_run_among_faults_loses_nothing_and_leaks_nothing") {
        return;
    }
    block_on(async {
        let limited = r#"{"error":"rate_limit_exceeded","retryAfterMs":1}"#;
        let script = move |_: &server::Request, number: usize| match number % 23 {
            0 => vec![Close],
            3 => vec![Send(json(429, limited))],
            5 => vec![Step::Reset],
            7 => vec![
                Send(b"HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\n{".to_vec()),
                Close,
            ],
            _ => vec![Send(json(200, DONE))],
        };
        let server = Arc::new(Server::new(script).await);
        let client = server.client();
        // So large that what is kept of each call would show.
        let avatar = Avatar::from_bytes("a.png", [PNG, &[7; 1 << 16]].concat());
        let avatar = avatar.expect("an image");
        let round = async |calls: usize| {
            let calls = (0..calls).map(async |number| {
                let options = patient().max_attempts(20);
                if number % 2 == 0 {
                    let call = client.disconnect_account("3").options(options);
                    call.await.map(drop)
                } else {
                    let call = client.update_avatar("me", avatar.clone()).options(options);
                    call.await.map(drop)
                }
            });
            for result in join_all(calls).await {
                result.expect("it comes through, sooner or later");
            }
            server.forget();
        };
        // The first rounds fill the pools, the second half must not grow.
        for _ in 0..5 {
            round(40).await;
        }
        let (open, resident) = (descriptors(), memory("VmRSS"));
        for _ in 0..40 {
            round(40).await;
        }
        let (open_now, resident_now) = (descriptors(), memory("VmRSS"));
        assert!(open_now <= open + 80, "{open} descriptors, then {open_now}");
        assert!(
            resident_now < resident + (16 << 20),
            "{resident} bytes, then {resident_now}"
        );
        // With the client go its connections.
        drop(client);
        server.all_left("the client is gone").await;
        let open_then = descriptors();
        assert!(open_then < open, "{open} descriptors, then {open_then}");
    });
}
