//! Every documented answer of every operation, as the sandbox gives it.

use std::collections::BTreeSet;
use std::time::Duration;

use xquik::generated::operations;
use xquik::generated::runtime::{CodeResend, Operation, Status};
use xquik::{
    Avatar, AvatarOutcome, CallOptions, Client, Credential, Disconnection, Error, ErrorCode,
    ErrorKind, Submission,
};
use xquik_mock::{Fault, Sandbox};

use crate::wire::{JPEG, PNG};

fn client(sandbox: &Sandbox) -> Client {
    Client::builder()
        .credential(Credential::api_key("xq_1234").expect("a key"))
        .base_url(sandbox.base_url())
        .seed(1)
        .build()
        .expect("a client")
}

/// The operations that have a method of their own. Others are callable through the generated layer
/// alone, and need no line here.
const METHODS: [&str; 3] = [
    "submitXAccountConnectionChallenge",
    "disconnectXAccount",
    "updateAvatar",
];

fn with_methods() -> impl Iterator<Item = &'static Operation> {
    METHODS.into_iter().map(|id| {
        let found = operations::ALL.iter().find(|operation| operation.id == id);
        *found.unwrap_or_else(|| panic!("the document has no {id}"))
    })
}

fn once() -> CallOptions {
    CallOptions::new().max_attempts(1)
}

/// Asks the sandbox for an answer by its magic word, through the layer that people use.
async fn ask(client: &Client, operation: &Operation, magic: &str) -> Result<u16, Error> {
    Ok(match operation.id {
        "submitXAccountConnectionChallenge" => {
            let id = format!("xch_{magic}");
            let call = client.submit_email_code(&id, "123456");
            call.options(once()).response().await?.status
        }
        "disconnectXAccount" => {
            let call = client.disconnect_account(magic);
            call.options(once()).response().await?.status
        }
        "updateAvatar" => {
            let avatar = Avatar::from_bytes("a.png", PNG).expect("an image");
            let call = client.update_avatar(magic, avatar);
            call.options(once()).response().await?.status
        }
        other => panic!("no test calls {other}"),
    })
}

/// The same through the generated layer.
async fn ask_generated(client: &Client, operation: &Operation, magic: &str) -> Error {
    let generated = client.generated();
    match operation.id {
        "submitXAccountConnectionChallenge" => {
            let body = xquik::generated::types::EmailCodeSubmission::builder().email_code("123456");
            let call = generated
                .submit_x_account_connection_challenge()
                .id(format!("xch_{magic}"))
                .body(body);
            call.send().await.expect_err(magic).into()
        }
        "disconnectXAccount" => {
            let call = generated.disconnect_x_account().id(magic);
            call.send().await.expect_err(magic).into()
        }
        "updateAvatar" => {
            let body = xquik::generated::types::AvatarUrl::builder()
                .account(magic)
                .url("https://example.com/a.png");
            let body: xquik::generated::types::AvatarUrl = body.try_into().expect("a body");
            let call = generated.update_avatar().body(body);
            call.send().await.expect_err(magic).into()
        }
        other => panic!("no test calls {other}"),
    }
}

fn check(error: &Error, status: u16, code: &str, magic: &str) {
    assert_eq!(error.kind(), ErrorKind::Api, "{magic}: {error:?}");
    assert_eq!(error.status(), Some(status), "{magic}");
    let known = ErrorCode::from(code);
    assert_eq!(error.code(), Some(&known), "{magic}");
    assert!(!matches!(known, ErrorCode::Unknown(_)), "{code}");
    let resend = known.resend().expect("a code of the registry");
    assert_eq!(error.is_retryable(), resend != CodeResend::Never, "{magic}");
    assert!(
        !error.maybe_applied(),
        "{magic}: the service says what it did"
    );
    assert_eq!(error.attempts(), 1, "{magic}");
    assert_eq!(error.advice(), known.advice(), "{magic}");
    if matches!(code, "rate_limit_exceeded" | "x_rate_limited") {
        assert_eq!(
            error.retry_after(),
            Some(Duration::from_secs(60)),
            "{magic}"
        );
    }
    let told = error.to_string();
    assert!(
        told.contains(code) && told.contains(&status.to_string()),
        "{told}"
    );
}

#[tokio::test]
async fn every_documented_error_is_told_with_its_status_code_and_advice() {
    let sandbox = Sandbox::builder().no_rate_limit().start().await;
    let sandbox = sandbox.expect("a sandbox");
    let client = client(&sandbox);
    for operation in with_methods() {
        for answer in operation.answers {
            let Status::Code(status) = answer.status else {
                panic!("every status of this document is listed itself");
            };
            if status < 400 {
                assert_eq!(answer.codes, [""; 0]);
                let magic = format!("mock_{status}");
                let got = ask(&client, operation, &magic).await;
                assert_eq!(got.expect(&magic), status);
                continue;
            }
            assert!(!answer.codes.is_empty(), "{} {status}", operation.id);
            for code in answer.codes {
                let magic = format!("mock_{status}_{code}");
                let error = ask(&client, operation, &magic).await.expect_err(&magic);
                check(&error, status, code, &magic);
                if operation.id == "updateAvatar" {
                    assert!(error.idempotency_key().is_some());
                }
                // The newer form of the same.
                let magic = format!("mock_{status}_{code}_mock_new");
                let error = ask(&client, operation, &magic).await.expect_err(&magic);
                check(&error, status, code, &magic);
                // The generated layer sends as often as the client's defaults say; what is final
                // comes at once.
                if ErrorCode::from(*code).resend() == Some(CodeResend::Never) {
                    let error = ask_generated(&client, operation, &magic).await;
                    check(&error, status, code, &magic);
                }
            }
        }
    }
}

#[test]
fn every_known_code_is_an_answer_of_some_operation() {
    let documented: BTreeSet<&str> = operations::ALL
        .iter()
        .flat_map(|operation| operation.answers)
        .flat_map(|answer| answer.codes.iter().copied())
        .collect();
    for code in ErrorCode::KNOWN {
        assert!(documented.contains(code), "{code} is documented nowhere");
    }
}

#[tokio::test]
async fn a_challenge_is_answered_asked_again_and_closed() {
    let sandbox = Sandbox::start().await.expect("a sandbox");
    let client = client(&sandbox);
    let connected = client.submit_email_code("xch_a", "123 456").await;
    let Submission::Connected(account) = connected.expect("connected") else {
        panic!("the code is right");
    };
    assert!(!account.id.is_empty());
    let again = client.submit_email_code("xch_a", "123456").await;
    let error = again.expect_err("a code works once");
    assert_eq!(error.code(), Some(&ErrorCode::ConnectionChallengeInactive));

    let asked = client.submit_email_code("xch_b", "202202").await;
    let Submission::CodeRequired(challenge) = asked.expect("another code") else {
        panic!("X wants another code");
    };
    assert_eq!(challenge.id, "xch_b");
    let connected = client.submit_email_code(&challenge.id, "123456").await;
    assert!(matches!(connected, Ok(Submission::Connected(_))));

    let disconnected = client.disconnect_account(&account.id).await;
    assert_eq!(disconnected.expect("gone"), Disconnection::Confirmed);
    let error = client.disconnect_account(&account.id).await;
    assert_eq!(error.expect_err("gone for good").status(), Some(404));
}

#[tokio::test]
async fn an_update_whose_answer_was_lost_is_carried_out_and_paid_once() {
    let sandbox = Sandbox::start().await.expect("a sandbox");
    let client = client(&sandbox);
    sandbox.script(Fault::lost().on("updateAvatar"));
    let avatar = Avatar::from_bytes("a.jpg", JPEG).expect("an image");
    let before = sandbox.state().credits();
    let response = client.update_avatar("myxaccount", avatar).response().await;
    let response = response.expect("the second time");
    assert!(matches!(response.value, AvatarOutcome::Updated(_)));
    assert_eq!(response.attempts, 2);
    assert_eq!(before - sandbox.state().credits(), 10, "paid once");
}

#[tokio::test]
async fn a_disconnect_whose_answer_was_lost_is_done() {
    let sandbox = Sandbox::start().await.expect("a sandbox");
    sandbox.script(Fault::lost().on("disconnectXAccount"));
    let done = client(&sandbox).disconnect_account("3").response().await;
    let done = done.expect("gone, whoever did it");
    assert_eq!(done.value, Disconnection::AlreadyGone);
    assert_eq!(done.attempts, 2);
}

#[tokio::test]
async fn a_code_whose_answer_was_lost_is_not_sent_again() {
    let sandbox = Sandbox::start().await.expect("a sandbox");
    sandbox.script(Fault::lost().on("submitXAccountConnectionChallenge"));
    let error = client(&sandbox).submit_email_code("xch_1", "123456").await;
    let error = error.expect_err("lost");
    assert!(error.maybe_applied() && !error.is_retryable());
    assert_eq!((sandbox.requests().len(), error.attempts()), (1, 1));
}

#[tokio::test]
async fn values_of_tomorrow_are_data() {
    let sandbox = Sandbox::start().await.expect("a sandbox");
    let client = client(&sandbox);
    let body = r#"{"id":"9","xUsername":"x","xUserId":"1","status":"dozing","health":"sunny",
        "createdAt":"2026-02-20T08:15:00.000Z","new":{"member":[1]}}"#;
    sandbox.script(Fault::answer(
        201,
        [("content-type", "application/json")],
        body,
    ));
    let Ok(Submission::Connected(account)) = client.submit_email_code("xch_1", "123456").await
    else {
        panic!("new values are no failure");
    };
    assert_eq!(
        (account.status.as_str(), account.health.as_str()),
        ("dozing", "sunny")
    );

    let body = r#"{"error":"a_code_of_tomorrow","message":"hm"}"#;
    sandbox.script(Fault::answer(
        404,
        [("content-type", "application/json")],
        body,
    ));
    let error = client.disconnect_account("3").await.expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::Api);
    assert_eq!(
        error.code().map(ErrorCode::as_str),
        Some("a_code_of_tomorrow")
    );
    assert_eq!(error.advice(), None);
    assert!(!error.is_retryable());
}
