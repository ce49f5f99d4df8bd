//! Scripted faults, latency and the share of faults.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use xquik_mock::{Fault, Sandbox};

use crate::client::{Request, sandbox};

#[test]
fn an_answer_can_be_scripted_by_status_and_code() {
    let sandbox = sandbox();
    sandbox.script(
        Fault::code(503, "x_transient_error")
            .on("updateAvatar")
            .times(2),
    );
    sandbox.script(Fault::status(500).on("updateAvatar"));
    assert_eq!(Request::disconnect("3").send(&sandbox).status, 200);
    for _ in 0..2 {
        let answer = Request::avatar_url("myxaccount").send(&sandbox);
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (503, "x_transient_error")
        );
    }
    assert_eq!(
        Request::avatar_url("myxaccount").send(&sandbox).code(),
        "x_write_failed"
    );
    assert_eq!(sandbox.state().credits(), 1_000);
    assert_eq!(Request::avatar_url("4").send(&sandbox).status, 403);
}

#[test]
fn the_nth_request_can_be_chosen_and_a_code_may_be_one_that_nobody_knows() {
    let sandbox = sandbox();
    sandbox.script(Fault::code(418, "teapot").nth(2));
    assert_eq!(Request::disconnect("8").send(&sandbox).status, 404);
    let answer = Request::disconnect("8").send(&sandbox);
    assert_eq!((answer.status, answer.code().as_str()), (418, "teapot"));
    assert_eq!(Request::disconnect("8").send(&sandbox).status, 404);
}

#[test]
fn any_answer_can_be_scripted() {
    let sandbox = sandbox();
    let page = "<html>bad gateway</html>";
    sandbox.script(Fault::answer(
        502,
        [("Content-Type", "text/html"), ("Location", "/else")],
        page,
    ));
    let answer = Request::disconnect("3").send(&sandbox);
    assert_eq!(
        (answer.status, answer.header("location")),
        (502, Some("/else"))
    );
    assert_eq!(answer.body, page.as_bytes());
    assert_eq!(Request::disconnect("3").send(&sandbox).status, 200);
}

#[test]
fn a_connection_is_cut_after_as_many_bytes_as_asked_for() {
    let sandbox = sandbox();
    for bytes in [0, 1, 40, 90] {
        sandbox.state().set_credits(10);
        sandbox.script(Fault::cut_after(bytes));
        assert_eq!(
            Request::avatar_url("myxaccount").exchange(&sandbox).len(),
            bytes
        );
        assert_eq!(sandbox.state().credits(), 0, "it was carried out");
    }
    sandbox.script(Fault::cut_after(1_000_000));
    let whole = Request::disconnect("8").exchange(&sandbox);
    assert!(whole.ends_with(b"}"), "{}", String::from_utf8_lossy(&whole));
}

#[test]
fn half_a_body_is_announced_whole() {
    let sandbox = sandbox();
    sandbox.script(Fault::half_body());
    let answer = Request::disconnect("3").send(&sandbox);
    assert_eq!(answer.status, 200);
    let length: usize = answer.header("content-length").unwrap().parse().unwrap();
    assert_eq!(answer.body.len(), length / 2);
    assert_eq!(Request::disconnect("3").send(&sandbox).status, 404);
}

#[test]
fn a_lost_answer_is_of_a_request_that_was_carried_out_and_a_refused_one_of_none() {
    let sandbox = sandbox();
    sandbox.script(Fault::refused());
    assert_eq!(Request::disconnect("3").exchange(&sandbox), b"");
    assert!(sandbox.state().account("3").is_some());
    sandbox.script(Fault::lost());
    assert_eq!(Request::disconnect("3").exchange(&sandbox), b"");
    assert!(sandbox.state().account("3").is_none());
    let faults: Vec<_> = sandbox
        .requests()
        .iter()
        .map(|one| one.fault.clone().unwrap())
        .collect();
    assert_eq!(
        faults,
        [
            "connection ended, nothing carried out",
            "carried out, answer lost"
        ]
    );
}

#[test]
fn raw_bytes_are_all_that_comes() {
    let sandbox = sandbox();
    sandbox.script(Fault::raw("HTTP/1.1 200 OK\r\nX: endless"));
    assert_eq!(
        Request::disconnect("3").exchange(&sandbox),
        b"HTTP/1.1 200 OK\r\nX: endless"
    );
    sandbox.script(Fault::garbage());
    let garbage = Request::disconnect("3").exchange(&sandbox);
    assert!(!garbage.is_empty() && !garbage.starts_with(b"HTTP"));
    assert!(sandbox.state().account("3").is_some());
}

#[test]
fn other_connections_are_not_cut() {
    let sandbox = sandbox();
    let mut kept = TcpStream::connect(sandbox.addr()).unwrap();
    let mut head = [0; 15];
    kept.write_all(&Request::disconnect("8").bytes()).unwrap();
    kept.read_exact(&mut head).unwrap();
    assert!(head.starts_with(b"HTTP/1.1 404"));
    sandbox.script(Fault::lost());
    assert_eq!(Request::disconnect("3").exchange(&sandbox), b"");
    // What is left of the first answer, then a second one on the same connection.
    kept.write_all(&Request::disconnect("3").bytes()).unwrap();
    let mut rest = String::new();
    while !rest.contains("not_found\"") || rest.matches("HTTP/1.1").count() < 1 {
        let mut some = [0; 1_024];
        let read = kept.read(&mut some).unwrap();
        assert_ne!(read, 0, "the connection ended: {rest}");
        rest.push_str(&String::from_utf8_lossy(&some[..read]));
    }
}

#[test]
fn a_delay_comes_before_the_answer() {
    let sandbox = sandbox();
    sandbox.script(Fault::none().delayed(Duration::from_millis(60)));
    let began = Instant::now();
    assert_eq!(Request::disconnect("3").send(&sandbox).status, 200);
    assert!(began.elapsed() >= Duration::from_millis(60));
}

#[test]
fn latency_is_that_of_every_answer() {
    let sandbox = Sandbox::builder()
        .latency(Duration::from_millis(30))
        .start_now()
        .unwrap();
    for _ in 0..2 {
        let began = Instant::now();
        assert_eq!(Request::disconnect("8").send(&sandbox).status, 404);
        assert!(began.elapsed() >= Duration::from_millis(30));
    }
}

/// What became of a number of disconnects of nothing: a status, or 0 for an answer that was lost.
fn drawn(seed: u64) -> Vec<u16> {
    let sandbox = Sandbox::builder()
        .seed(seed)
        .fault_rate(0.5)
        .start_now()
        .unwrap();
    let sent = (0..40).map(|_| {
        let raw = Request::disconnect("8").exchange(&sandbox);
        let text = String::from_utf8_lossy(&raw).into_owned();
        text.split(' ')
            .nth(1)
            .map_or(0, |status| status.parse().unwrap())
    });
    sent.collect()
}

#[test]
fn the_share_of_faults_is_drawn_from_the_seed() {
    let first = drawn(7);
    assert_eq!(first, drawn(7));
    assert_ne!(first, drawn(8));
    for expected in [404, 429, 0] {
        assert!(first.contains(&expected), "{first:?}");
    }
    let normal = first.iter().filter(|status| **status == 404).count();
    assert!((8..32).contains(&normal), "{first:?}");
}

#[test]
fn a_share_of_one_lets_nothing_through_and_magic_answers_come_all_the_same() {
    let sandbox = Sandbox::builder()
        .fault_rate(1.0)
        .no_rate_limit()
        .start_now()
        .unwrap();
    for _ in 0..20 {
        let _ = Request::avatar_url("myxaccount").exchange(&sandbox);
        assert_eq!(Request::avatar_url("mock_402").send(&sandbox).status, 402);
    }
    let faults = sandbox
        .requests()
        .iter()
        .filter(|one| one.fault.is_some())
        .count();
    assert_eq!(faults, 20);
}
