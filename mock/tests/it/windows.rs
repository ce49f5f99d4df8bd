//! Windows fill, and time is moved rather than waited for.

use std::time::{Duration, SystemTime};

use serde_json::json;
use xquik_mock::{Clock, Progress, RateLimit, Sandbox};

use crate::client::{Request, Response};

/// A sandbox whose time stands still, and the clock that moves it.
fn held() -> (Sandbox, Clock) {
    let clock = Clock::held(SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000));
    let sandbox = Sandbox::builder().clock(clock.clone()).start_now().unwrap();
    (sandbox, clock)
}

fn limited(answer: &Response, seconds: u64) {
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (429, "rate_limit_exceeded")
    );
    assert_eq!(
        answer.header("retry-after"),
        Some(seconds.to_string().as_str())
    );
    assert_eq!(answer.json()["retryAfter"], json!(seconds));
}

#[test]
fn sixty_writes_fill_the_write_window_and_leave_the_one_for_deletes_alone() {
    let (sandbox, clock) = held();
    for n in 0..60 {
        assert_eq!(
            Request::submit(&format!("xch_{n}"), "123456")
                .send(&sandbox)
                .status,
            201
        );
    }
    limited(&Request::submit("xch_60", "123456").send(&sandbox), 60);
    limited(&Request::avatar_url("myxaccount").send(&sandbox), 60);
    assert_eq!(Request::disconnect("3").send(&sandbox).status, 200);
    clock.advance(Duration::from_millis(58_500));
    limited(&Request::submit("xch_60", "123456").send(&sandbox), 2);
    clock.advance(Duration::from_millis(1_499));
    limited(&Request::submit("xch_60", "123456").send(&sandbox), 1);
    clock.advance(Duration::from_millis(1));
    // The challenge is as open as before: a 429 takes no code.
    assert_eq!(
        Request::submit("xch_60", "123456").send(&sandbox).status,
        201
    );
}

#[test]
fn answers_on_demand_count_and_come_also_when_the_window_is_full() {
    let (sandbox, _) = held();
    for _ in 0..60 {
        assert_eq!(Request::disconnect("mock_404").send(&sandbox).status, 404);
    }
    limited(&Request::disconnect("3").send(&sandbox), 60);
    assert_eq!(Request::disconnect("mock_404").send(&sandbox).status, 404);
    assert_eq!(sandbox.state().window_used("delete"), 61);
    assert_eq!(sandbox.state().window_used("write"), 0);
}

#[test]
fn requests_of_a_wrong_form_fill_no_window() {
    let (sandbox, _) = held();
    for _ in 0..61 {
        assert_eq!(Request::disconnect("%zz").send(&sandbox).status, 400);
        assert_eq!(
            Request::disconnect("3")
                .without("x-api-key")
                .send(&sandbox)
                .status,
            401
        );
    }
    assert_eq!(Request::disconnect("3").send(&sandbox).status, 200);
}

#[test]
fn the_limit_can_be_set_and_lifted() {
    let limit = RateLimit {
        requests: 1,
        window: Some(Duration::from_secs(2)),
    };
    let clock = Clock::held(SystemTime::now());
    let sandbox = Sandbox::builder()
        .rate_limit(Some(limit))
        .clock(clock.clone())
        .start_now()
        .unwrap();
    assert_eq!(Request::disconnect("8").send(&sandbox).status, 404);
    limited(&Request::disconnect("8").send(&sandbox), 2);
    // On demand it is always the document's.
    limited(
        &Request::disconnect("mock_429_rate_limit_exceeded").send(&sandbox),
        60,
    );
    clock.advance(Duration::from_secs(2));
    assert_eq!(Request::disconnect("8").send(&sandbox).status, 404);

    let sandbox = Sandbox::builder().no_rate_limit().start_now().unwrap();
    for _ in 0..100 {
        assert_eq!(Request::disconnect("8").send(&sandbox).status, 404);
    }
}

#[test]
fn a_challenge_expires_when_its_time_is_over() {
    let (sandbox, clock) = held();
    let prompt = Request::submit("xch_1", "202202").send(&sandbox).json();
    clock.advance(Duration::from_secs(599));
    let again = Request::submit("xch_1", "202202").send(&sandbox);
    assert_eq!(
        (again.status, &again.json()["expiresAt"]),
        (202, &prompt["expiresAt"])
    );
    clock.advance(Duration::from_secs(1));
    let late = Request::submit("xch_1", "123456").send(&sandbox);
    assert_eq!(
        (late.status, late.code().as_str()),
        (410, "connection_challenge_expired")
    );
    assert_eq!(
        Request::submit("xch_1", "123456").send(&sandbox).status,
        410
    );
    assert_eq!(
        sandbox.state().challenge("xch_1").unwrap().progress,
        Progress::Expired
    );
}

#[test]
fn challenges_can_be_set() {
    let (sandbox, clock) = held();
    sandbox.state().set_challenge("xch_1", Progress::Completed);
    assert_eq!(
        Request::submit("xch_1", "123456").send(&sandbox).status,
        409
    );
    sandbox.state().set_challenge("xch_1", Progress::Pending);
    sandbox
        .state()
        .set_challenge_expiry("xch_2", clock.now() + Duration::from_secs(5));
    clock.advance(Duration::from_secs(5));
    assert_eq!(
        Request::submit("xch_2", "123456").send(&sandbox).status,
        410
    );
    assert_eq!(
        Request::submit("xch_1", "123456").send(&sandbox).status,
        201
    );
}

#[test]
fn a_pending_write_finishes_after_the_wait_that_it_names_and_is_charged_then() {
    let (sandbox, clock) = held();
    let pending = Request::avatar_url("mock_202").key("k").send(&sandbox);
    let wait = pending.json()["pollAfterMs"].as_u64().unwrap();
    let again = Request::avatar_url("mock_202").key("k").send(&sandbox);
    assert_eq!((again.status, again.json()), (202, pending.json()));
    assert_eq!(sandbox.state().write_actions().len(), 1);
    assert!(!sandbox.state().write_actions()[0].finished);
    let address = pending.json()["statusUrl"].as_str().unwrap().to_owned();
    let read = || {
        Request::root("GET", &address)
            .header("x-api-key", "xq_1")
            .send(&sandbox)
    };
    assert_eq!((read().status, read().json()), (200, pending.json()));
    clock.advance(Duration::from_millis(wait - 1));
    assert_eq!(sandbox.state().credits(), 1_000);
    clock.advance(Duration::from_millis(1));
    let record = sandbox.state().write_actions()[0].record.clone();
    assert_eq!(record["status"], "success");
    assert_eq!(record["writeActionId"], pending.json()["writeActionId"]);
    assert_eq!(sandbox.state().credits(), 990);
    assert_eq!(read().json(), record);
    // The key still stands for what was answered.
    let again = Request::avatar_url("mock_202").key("k").send(&sandbox);
    assert_eq!((again.status, again.json()), (202, pending.json()));
}

#[test]
fn only_a_record_that_exists_can_be_read() {
    let (sandbox, _) = held();
    let unknown = Request::new("GET", "/x/write-actions/12345").send(&sandbox);
    assert_eq!(unknown.status, 404);
    let pending = Request::avatar_url("mock_202").send(&sandbox).json();
    let address = pending["statusUrl"].as_str().unwrap();
    assert_eq!(Request::root("GET", address).send(&sandbox).status, 401);
    let post = Request::root("POST", address)
        .header("x-api-key", "xq_1")
        .send(&sandbox);
    assert_eq!((post.status, post.header("allow")), (405, Some("GET")));
}

#[test]
fn a_pending_write_that_cannot_be_paid_ends_as_a_failure_and_is_not_charged() {
    let (sandbox, clock) = held();
    sandbox.state().set_credits(19);
    for _ in 0..2 {
        assert_eq!(Request::avatar_url("mock_202").send(&sandbox).status, 202);
    }
    clock.advance(Duration::from_secs(60));
    let writes = sandbox.state().write_actions();
    assert_eq!(sandbox.state().credits(), 9);
    let (paid, unpaid) = (&writes[0].record, &writes[1].record);
    assert_eq!(
        (&paid["status"], &paid["charged"], &paid["chargedCredits"]),
        (&json!("success"), &json!(true), &json!("10"))
    );
    assert_eq!(unpaid["writeActionId"], writes[1].id.as_str());
    assert_eq!(
        (
            &unpaid["status"],
            &unpaid["success"],
            &unpaid["terminal"],
            &unpaid["charged"],
            &unpaid["chargedCredits"],
            &unpaid["error"],
        ),
        (
            &json!("failed"),
            &json!(false),
            &json!(true),
            &json!(false),
            &json!("0"),
            &json!("insufficient_credits"),
        )
    );
}

#[test]
fn a_clock_can_be_set_to_any_time() {
    let (sandbox, clock) = held();
    let start = clock.now();
    Request::submit("xch_1", "202202").send(&sandbox);
    clock.set(start + Duration::from_secs(600));
    assert_eq!(clock.now(), start + Duration::from_secs(600));
    let late = Request::submit("xch_1", "123456").send(&sandbox);
    assert_eq!(late.status, 410);
    clock.set(start);
    assert_eq!(sandbox.clock().now(), start);
    let system = Clock::system();
    system.set(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000));
    let since = system.now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    assert!(since >= Duration::from_secs(1_000) && since < Duration::from_secs(1_000_000));
}
