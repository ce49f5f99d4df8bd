//! `mock_<status>` and its kin.

use serde_json::Value;

use crate::client::{Request, sandbox};

#[test]
fn a_pair_that_is_not_documented_is_a_400_that_lists_those_that_are() {
    let sandbox = sandbox();
    let answers = [
        (
            Request::submit("xch_mock_500", "123456").send(&sandbox),
            "invalid_input",
        ),
        (
            Request::submit("xch_mock_404_gone", "123456").send(&sandbox),
            "invalid_input",
        ),
        (Request::disconnect("mock_503").send(&sandbox), "invalid_id"),
        (
            Request::avatar_url("mock_402_not_found").send(&sandbox),
            "invalid_input",
        ),
    ];
    for (answer, code) in answers {
        assert_eq!((answer.status, answer.code().as_str()), (400, code));
        let message = answer.message();
        assert!(message.contains("mock_404_"), "{message}");
        // Beside what the document says, as a sentence of its own.
        assert!(
            message.contains(". The document has no such answer"),
            "{message}"
        );
    }
}

#[test]
fn an_answer_on_demand_changes_nothing() {
    let sandbox = sandbox();
    assert_eq!(
        Request::submit("xch_mock_410", "123456")
            .send(&sandbox)
            .status,
        410
    );
    assert_eq!(
        Request::submit("xch_1", "mock_422").send(&sandbox).status,
        422
    );
    assert_eq!(
        Request::submit("xch_1", "123456").send(&sandbox).status,
        201
    );
    assert_eq!(Request::avatar_url("mock_200").send(&sandbox).status, 200);
    assert_eq!(sandbox.state().credits(), 1_000);
}

#[test]
fn a_wish_comes_after_the_credential_and_the_form() {
    let sandbox = sandbox();
    let wish = Request::submit("xch_mock_410", "123456");
    assert_eq!(wish.clone().without("x-api-key").send(&sandbox).status, 401);
    assert_eq!(wish.body(b"{}").send(&sandbox).status, 400);
}

#[test]
fn a_429_on_demand_carries_its_wait_in_header_and_body() {
    let sandbox = sandbox();
    for request in [
        Request::submit("xch_mock_429", "123456"),
        Request::disconnect("mock_429_rate_limit_exceeded"),
        Request::avatar_url("mock_429"),
    ] {
        let answer = request.send(&sandbox);
        assert_eq!(answer.header("retry-after"), Some("60"));
        assert_eq!(answer.json()["retryAfter"], 60);
    }
    let daily = Request::avatar_url("mock_429_x_daily_limit").send(&sandbox);
    let wait: u64 = daily.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait));
    let passkey = Request::submit("xch_mock_422_passkey_required", "123456").send(&sandbox);
    assert_eq!(passkey.json()["retryAfterMs"], 60_000);
    assert_eq!(passkey.header("retry-after"), Some("60"));
    let failed = Request::submit("xch_mock_422", "123456").send(&sandbox);
    assert_eq!(failed.header("retry-after"), None);
}

#[test]
fn mock_new_asks_for_the_newer_forms() {
    let sandbox = sandbox();
    let error = Request::submit("xch_mock_new", "999999")
        .send(&sandbox)
        .json();
    assert_eq!(error["error"]["code"], "login_failed");
    assert_eq!(error["message"], Value::Null);
    for account in ["mock_new", "myxaccount_mock_new", "mock_new_3"] {
        let record = Request::avatar_url(account).send(&sandbox);
        assert_eq!(record.status, 200, "{account}");
        assert_eq!(record.json()["status"], "success");
        assert_eq!(record.json()["chargedCredits"], "10");
    }
    assert_eq!(sandbox.state().credits(), 970);
    // It stands for an account that works, whatever became of those that were there at start.
    assert_eq!(Request::disconnect("3").send(&sandbox).status, 200);
    assert_eq!(Request::avatar_url("mock_new").send(&sandbox).status, 200);
    let gone = Request::avatar_url("myxaccount_mock_new").send(&sandbox);
    assert_eq!(gone.status, 404);
    sandbox.state().set_credits(970);
    let on_demand = Request::avatar_url("mock_200_mock_new").send(&sandbox);
    assert_eq!(
        (on_demand.status, &on_demand.json()["status"]),
        (200, &"success".into())
    );
    let failed = Request::avatar_url("mock_200_failed_write_action_mock_new").send(&sandbox);
    assert_eq!(
        (failed.status, &failed.json()["status"]),
        (200, &"failed".into())
    );
    assert_eq!(sandbox.state().credits(), 970);
    let gone = Request::disconnect("mock_new").send(&sandbox);
    assert_eq!(
        (gone.status, &gone.json()["error"]["code"]),
        (404, &"not_found".into())
    );
}

#[test]
fn a_pending_write_is_a_whole_record_under_its_own_id() {
    let sandbox = sandbox();
    let first = Request::avatar_url("mock_202").send(&sandbox);
    assert_eq!(first.status, 202);
    let record = first.json();
    assert_eq!(record["terminal"], false);
    assert_eq!(record["success"], false);
    let id = record["writeActionId"].as_str().unwrap();
    assert!(record["statusUrl"].as_str().unwrap().ends_with(id));
    let second = Request::avatar_url("mock_202").send(&sandbox).json();
    assert_ne!(second["writeActionId"], record["writeActionId"]);
}

#[test]
fn the_newer_forms_are_asked_for_wherever_the_word_stands() {
    let sandbox = sandbox();
    for id in [
        "mock_402_mock_new2",
        "mock_new7_mock_402",
        "amock_newb_mock_402",
    ] {
        let answer = Request::avatar_url(id).send(&sandbox);
        assert_eq!(answer.status, 402, "{id}");
        assert!(answer.json()["error"]["type"].is_string(), "{id}");
    }
    for account in ["mock_new2", "myxaccount_mock_new2", "mock_new"] {
        let answer = Request::avatar_url(account).send(&sandbox);
        assert!(answer.json()["writeActionId"].is_string(), "{account}");
    }
    let refused = Request::submit("xch_mock_new2", "999999").send(&sandbox);
    assert_eq!(refused.json()["error"]["code"], "login_failed");
}
