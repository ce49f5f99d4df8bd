//! What the sandbox remembers from one request to the next.

use serde_json::json;

use crate::client::{JPEG, PNG, Request, sandbox};

#[test]
fn the_right_code_connects_an_account_that_can_be_used_and_disconnected() {
    let sandbox = sandbox();
    let answer = Request::submit("xch_1", "123 456").send(&sandbox);
    assert_eq!(answer.status, 201);
    let account = answer.json();
    let id = account["id"].as_str().unwrap();
    assert_eq!(account["health"], "healthy");
    let name = account["xUsername"].as_str().unwrap();
    assert_eq!(Request::avatar_url(name).send(&sandbox).status, 200);
    assert_eq!(
        Request::disconnect(id).send(&sandbox).json(),
        json!({ "success": true })
    );
    assert_eq!(Request::disconnect(id).send(&sandbox).code(), "not_found");
    assert_eq!(
        Request::avatar_url(name).send(&sandbox).code(),
        "account_not_found"
    );
}

#[test]
fn each_connection_gets_a_new_id() {
    let sandbox = sandbox();
    let ids: Vec<_> = (0..5)
        .map(|n| {
            let answer = Request::submit(&format!("xch_{n}"), "123456").send(&sandbox);
            answer.json()["id"].as_str().unwrap().to_owned()
        })
        .collect();
    for (at, id) in ids.iter().enumerate() {
        assert!(!ids[..at].contains(id) && !["3", "4", "5"].contains(&id.as_str()));
        assert_eq!(Request::disconnect(id).send(&sandbox).status, 200);
    }
}

#[test]
fn a_second_prompt_keeps_the_challenge_open_under_its_id() {
    let sandbox = sandbox();
    for _ in 0..2 {
        let answer = Request::submit("xch_a%2Fb", "202202").send(&sandbox);
        assert_eq!(answer.status, 202);
        assert_eq!(answer.json()["id"], "xch_a/b");
        assert_eq!(answer.json()["status"], "requires_email_code");
    }
    assert_eq!(
        Request::submit("xch_a%2Fb", "123456").send(&sandbox).status,
        201
    );
    assert_eq!(
        Request::submit("xch_a%2Fb", "123456").send(&sandbox).code(),
        "connection_challenge_inactive"
    );
}

#[test]
fn a_challenge_that_failed_is_inactive_and_one_that_expired_stays_expired() {
    let sandbox = sandbox();
    assert_eq!(
        Request::submit("xch_1", "000000").send(&sandbox).code(),
        "login_failed"
    );
    assert_eq!(
        Request::submit("xch_1", "123456").send(&sandbox).status,
        409
    );
    assert_eq!(
        Request::submit("xch_2", "410410").send(&sandbox).status,
        410
    );
    assert_eq!(
        Request::submit("xch_2", "123456").send(&sandbox).status,
        410
    );
}

#[test]
fn a_refused_body_leaves_the_challenge_open() {
    let sandbox = sandbox();
    assert_eq!(Request::submit("xch_1", "12").send(&sandbox).status, 400);
    assert_eq!(
        Request::submit("xch_1", "123456").send(&sandbox).status,
        201
    );
}

#[test]
fn an_avatar_is_charged_and_too_few_credits_are_refused() {
    let sandbox = sandbox();
    assert_eq!(sandbox.state().credits(), 1_000);
    assert_eq!(
        Request::avatar_file("myxaccount", PNG)
            .send(&sandbox)
            .json(),
        json!({ "success": true })
    );
    assert_eq!(Request::avatar_url("3").send(&sandbox).status, 200);
    assert_eq!(sandbox.state().credits(), 980);
    sandbox.state().set_credits(9);
    assert_eq!(
        Request::avatar_url("@myxaccount").send(&sandbox).code(),
        "insufficient_credits"
    );
    assert_eq!(sandbox.state().credits(), 9);
}

#[test]
fn accounts_that_cannot_be_written_to_say_why() {
    let sandbox = sandbox();
    assert_eq!(
        Request::avatar_url("needsreauth").send(&sandbox).code(),
        "account_needs_reauth"
    );
    assert_eq!(
        Request::avatar_url("restricted").send(&sandbox).code(),
        "account_restricted"
    );
    assert_eq!(
        Request::avatar_url("nobody").send(&sandbox).code(),
        "account_not_found"
    );
    assert_eq!(sandbox.state().credits(), 1_000);
    sandbox.state().set_health("restricted", "healthy");
    assert_eq!(Request::avatar_url("5").send(&sandbox).status, 200);
}

#[test]
fn the_same_key_is_answered_as_before_and_charged_once() {
    let sandbox = sandbox();
    let first = Request::avatar_file("myxaccount", PNG)
        .key("k")
        .send(&sandbox);
    // Another boundary, another spelling of the account, a different file name: the same is meant.
    let again = Request::new("PATCH", "/x/profile/avatar")
        .form(
            "another",
            &[
                ("name=\"file\"; filename=\"b.png\"", Some("image/png"), PNG),
                ("name=\"account\"", None, b"@MyXAccount"),
            ],
        )
        .key("k")
        .send(&sandbox);
    assert_eq!((first.status, first.json()), (again.status, again.json()));
    assert_eq!(sandbox.state().credits(), 990);
    for other in [
        Request::avatar_file("myxaccount", b"\x89PNG\r\n\x1a\n another"),
        Request::avatar_url("myxaccount"),
        Request::avatar_file("needsreauth", PNG),
    ] {
        let answer = other.key("k").send(&sandbox);
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (409, "idempotency_conflict")
        );
    }
    assert_eq!(sandbox.state().credits(), 990);
    assert_eq!(
        Request::avatar_url("myxaccount")
            .key("l")
            .send(&sandbox)
            .status,
        200
    );
    assert_eq!(sandbox.state().credits(), 980);
}

#[test]
fn a_jpeg_is_a_picture_as_well() {
    let sandbox = sandbox();
    let answer = Request::new("PATCH", "/x/profile/avatar")
        .form(
            "gap",
            &[
                (
                    "name=\"account\"",
                    Some("text/plain; charset=utf-8"),
                    b"myxaccount",
                ),
                (
                    "name=\"file\"; filename=\"a.jpg\"",
                    Some("image/jpeg"),
                    JPEG,
                ),
            ],
        )
        .send(&sandbox);
    assert_eq!(answer.status, 200);
}
