//! What the sandbox remembers from one request to the next.

use serde_json::json;
use xquik_mock::Progress;

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

#[test]
fn a_key_whose_request_failed_stands_for_that_request_and_for_no_other() {
    let sandbox = sandbox();
    let send = |account: &str, key: &str| Request::avatar_url(account).key(key).send(&sandbox);
    // On demand.
    assert_eq!(send("mock_500", "demand").status, 500);
    assert_eq!(send("myxaccount", "demand").code(), "idempotency_conflict");
    assert_eq!(send("mock_500", "demand").status, 500);
    // By the state, which may have changed when the same request comes again.
    assert_eq!(send("needsreauth", "state").status, 403);
    assert_eq!(send("myxaccount", "state").code(), "idempotency_conflict");
    sandbox.state().set_health("needsreauth", "healthy");
    assert_eq!(send("needsreauth", "state").status, 200);
    assert_eq!(send("needsreauth", "state").status, 200);
    assert_eq!(sandbox.state().credits(), 990);
    // What is not even a request uses no key up.
    let formless = Request::new("PATCH", "/x/profile/avatar").json(&json!({}));
    assert_eq!(formless.key("form").send(&sandbox).status, 400);
    let nobodys = Request::avatar_url("needsreauth").without("x-api-key");
    assert_eq!(nobodys.key("form").send(&sandbox).status, 401);
    assert_eq!(send("myxaccount", "form").status, 200);
    // An answer on demand does not take a key away from what it stands for.
    assert_eq!(send("mock_500", "form").status, 500);
    assert_eq!(send("myxaccount", "form").status, 200);
    assert_eq!(sandbox.state().credits(), 980);
}

#[test]
fn challenges_and_idempotency_keys_can_be_listed() {
    let sandbox = sandbox();
    assert!(sandbox.state().challenges().is_empty());
    assert!(sandbox.state().idempotency_keys().is_empty());
    Request::submit("xch_1", "123456").send(&sandbox);
    Request::submit("xch_2", "202202").send(&sandbox);
    let challenges: Vec<_> = sandbox
        .state()
        .challenges()
        .into_iter()
        .map(|challenge| (challenge.shown, challenge.progress))
        .collect();
    assert_eq!(
        challenges,
        [
            ("xch_1".to_owned(), Progress::Completed),
            ("xch_2".to_owned(), Progress::Pending)
        ]
    );
    Request::avatar_url("3").key("one").send(&sandbox);
    Request::avatar_url("restricted").key("two").send(&sandbox);
    Request::avatar_url("3").key("xq_a_secret").send(&sandbox);
    let keys: Vec<_> = sandbox
        .state()
        .idempotency_keys()
        .into_iter()
        .map(|used| (used.key, used.operation, used.status))
        .collect();
    let of = |key: &str, status| (key.to_owned(), "updateAvatar".to_owned(), status);
    assert_eq!(
        keys,
        [
            of("one", Some(200)),
            of("two", None),
            of("[blanked]", Some(200))
        ]
    );
}
