//! The objects that programs read, and the exit codes, for every kind of answer.

use serde_json::json;

use crate::program::{file, folder, png, xquik};
use crate::server::{Server, Then};

const CONNECTED: &str = r#"{"id":"3","xUsername":"elonmusk","xUserId":"44196397","status":"active","health":"healthy","createdAt":"2026-02-20T08:15:00.000Z"}"#;
const RECORD: &str = r#"{"success":false,"writeActionId":"wa_1","status":"accepted","terminal":false,"safeToRetry":false,"statusUrl":"/api/v1/x","pollAfterMs":1000,"charged":true,"chargedCredits":"10"}"#;

fn submit(server: &Server) -> crate::program::Run {
    xquik(["challenge", "submit", "xch_1", "--code", "123 456"])
        .at(server)
        .json()
}

fn disconnect(server: &Server) -> crate::program::Run {
    xquik(["account", "disconnect", "3", "--yes"])
        .at(server)
        .json()
}

fn avatar(server: &Server) -> crate::program::Run {
    xquik([
        "avatar",
        "update",
        "--account",
        "@me",
        "--url",
        "https://example.com/a.png",
    ])
    .at(server)
    .json()
}

#[test]
fn a_connected_account_is_shown_as_the_service_wrote_it() {
    let server = Server::start([Then::json(201, CONNECTED)]);
    let ended = submit(&server).run();
    assert_eq!(ended.exit, 0);
    assert_eq!(
        ended.stdout.trim_end(),
        r#"{"outcome":"connected","account":{"id":"3","xUsername":"elonmusk","xUserId":"44196397","status":"active","health":"healthy","createdAt":"2026-02-20T08:15:00.000Z"},"attempts":1}"#
    );
}

#[test]
fn a_second_prompt_is_exit_3() {
    let body = r#"{"id":"xch_1","expiresAt":"2026-02-20T08:25:00.000Z","object":"x_account_connection_challenge","status":"requires_email_code","message":"enter it","username":"elonmusk"}"#;
    let server = Server::start([Then::json(202, body)]);
    let ended = submit(&server).run();
    assert_eq!(ended.exit, 3);
    let challenge: serde_json::Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(
        ended.success(),
        json!({"outcome": "code_required", "challenge": challenge, "attempts": 1})
    );
}

#[test]
fn a_disconnection_names_the_id_as_it_was_typed() {
    let server = Server::start([Then::json(200, r#"{"success":true}"#)]);
    let ended = disconnect(&server).run();
    assert_eq!(
        ended.success(),
        json!({"outcome": "disconnected", "id": "3", "attempts": 1})
    );
}

#[test]
fn an_avatar_update_names_the_account_as_it_was_typed() {
    let server = Server::start([Then::json(200, r#"{"success":true}"#)]);
    assert_eq!(
        avatar(&server).run().success(),
        json!({"outcome": "avatar_updated", "account": "@me", "attempts": 1})
    );
}

#[test]
fn an_avatar_update_shows_the_record_if_there_is_one() {
    let record = r#"{"success":true,"writeActionId":"wa_1","status":"success","terminal":true}"#;
    let server = Server::start([Then::json(200, record)]);
    let value = avatar(&server).run().success();
    assert_eq!(value["outcome"], "avatar_updated");
    assert_eq!(
        value["write_action"],
        serde_json::from_str::<serde_json::Value>(record).expect("JSON")
    );
}

#[test]
fn a_record_that_is_not_terminal_is_pending_with_200_and_202_and_is_not_polled() {
    for status in [200, 202] {
        let server = Server::start([Then::json(status, RECORD)]);
        let ended = avatar(&server).args(["--idempotency-key", "k1"]).run();
        assert_eq!(ended.exit, 0);
        let record: serde_json::Value = serde_json::from_str(RECORD).expect("JSON");
        assert_eq!(
            ended.success(),
            json!({
                "outcome": "avatar_pending",
                "account": "@me",
                "attempts": 1,
                "write_action": record,
                "idempotency_key": "k1",
            })
        );
        server.only();
    }
}

#[test]
fn a_record_that_failed_or_expired_is_a_failure_with_its_own_words() {
    for status in ["failed", "expired"] {
        let record = format!(
            r#"{{"success":false,"writeActionId":"wa_1","status":"{status}","terminal":true,"safeToRetry":true,"error":"x_rejected","message":"X said no"}}"#
        );
        let server = Server::start([Then::json(200, &record)]);
        let error = avatar(&server).run().error();
        assert_eq!(error["kind"], "api");
        assert_eq!(
            (&error["status"], &error["code"]),
            (&json!(200), &json!("x_rejected"))
        );
        assert!(
            error["message"]
                .as_str()
                .expect("text")
                .contains("X said no")
        );
        assert!(error["idempotency_key"].is_string());
    }
}

#[test]
fn success_false_without_a_record_is_no_answer_of_the_document() {
    let server = Server::start([Then::json(200, r#"{"success":false}"#)]);
    let error = avatar(&server).run().error();
    assert_eq!(error["kind"], "unexpected_response");
    assert_eq!(error["maybe_applied"], true);
}

#[test]
fn a_documented_error_has_every_member_that_applies() {
    let server = Server::start([Then::json(
        402,
        r#"{"error":"insufficient_credits","message":"Insufficient credits"}"#,
    )]);
    let ended = avatar(&server).args(["--idempotency-key", "k1"]).run();
    assert_eq!(ended.exit, 1);
    assert_eq!(
        ended.error(),
        json!({
            "kind": "api",
            "message": "the service answered 402 insufficient_credits: Insufficient credits",
            "status": 402,
            "code": "insufficient_credits",
            "retryable": false,
            "attempts": 1,
            "maybe_applied": false,
            "idempotency_key": "k1",
        })
    );
}

#[test]
fn a_wait_is_told_in_seconds() {
    let server = Server::start([Then::with(
        429,
        "Content-Type: application/json\r\nRetry-After: 60\r\n",
        r#"{"error":"rate_limit_exceeded"}"#,
    )]);
    let error = disconnect(&server)
        .args(["--max-retries", "0"])
        .run()
        .error();
    assert_eq!(error["retry_after"], 60);
    assert_eq!(error["retryable"], true);
    let server = Server::start([Then::json(
        429,
        r#"{"error":"rate_limit_exceeded","retryAfterMs":1500}"#,
    )]);
    let error = disconnect(&server)
        .args(["--max-retries", "0"])
        .run()
        .error();
    assert_eq!(error["retry_after"], 1.5);
}

#[test]
fn whatever_the_document_does_not_describe_is_unexpected() {
    let large = format!("\"{}\"", "x".repeat(1024 * 1024));
    for (then, maybe_applied) in [
        (
            Then::with(502, "Content-Type: text/html\r\n", "<h1>Bad Gateway</h1>"),
            true,
        ),
        (Then::json(418, r#"{"error":"teapot"}"#), false),
        (
            Then::with(302, "Location: http://127.0.0.1:9/\r\n", ""),
            false,
        ),
        (
            Then::with(201, "Content-Type: text/plain\r\n", "fine"),
            true,
        ),
        (Then::json(201, r#"{"id":7}"#), true),
        (Then::json(201, &large), true),
        (Then::json(204, ""), true),
    ] {
        let server = Server::start([then]);
        let ended = submit(&server).run();
        let error = ended.error();
        assert_eq!(error["kind"], "unexpected_response", "{ended:?}");
        assert_eq!(error["maybe_applied"], maybe_applied, "{ended:?}");
        assert_eq!(error["retryable"], false, "{ended:?}");
        assert_eq!(ended.exit, 1);
        server.only();
    }
}

#[test]
fn a_503_with_an_error_body_is_the_services_own_on_every_operation() {
    let server = Server::start([Then::code(503, "service_unavailable")]);
    let error = disconnect(&server)
        .args(["--max-retries", "0"])
        .run()
        .error();
    assert_eq!(
        (&error["kind"], &error["status"]),
        (&json!("api"), &json!(503))
    );
    assert_eq!(error["retryable"], true);
}

#[test]
fn no_connection_is_a_transport_failure_that_left_nothing() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    let ended = xquik([
        "avatar",
        "update",
        "--account",
        "me",
        "--url",
        "https://example.com/a",
    ])
    .args(["--base-url", &format!("http://127.0.0.1:{port}")])
    .args(["--max-retries", "1"])
    .json()
    .run();
    let error = ended.error();
    assert_eq!(ended.exit, 1);
    assert_eq!(error["kind"], "transport");
    assert_eq!(
        (&error["attempts"], &error["maybe_applied"]),
        (&json!(2), &json!(false))
    );
    assert_eq!(error["retryable"], true);
    assert_eq!(error.get("idempotency_key"), None, "nothing left under it");
}

#[test]
fn no_answer_in_time_is_a_timeout() {
    let server = Server::start([Then::Hang]);
    let ended = submit(&server).args(["--timeout", "0.3"]).run();
    let error = ended.error();
    assert_eq!(ended.exit, 1);
    assert_eq!(error["kind"], "timeout");
    assert_eq!(
        (&error["retryable"], &error["maybe_applied"]),
        (&json!(false), &json!(true))
    );
}

#[test]
fn the_options_of_every_command_go_before_it_and_after_it() {
    let server = Server::start([Then::json(200, r#"{"success":true}"#)]);
    let ended = xquik([
        "--output",
        "json",
        "--base-url",
        &format!("{}/", server.base_url),
    ])
    .args(["account", "disconnect", "3", "--yes", "--timeout", "60.5"])
    .run();
    assert_eq!(ended.success()["outcome"], "disconnected");
    assert!(
        server
            .only()
            .line
            .starts_with("DELETE /api/v1/x/accounts/3 ")
    );
}

#[test]
fn people_read_what_happened_and_what_to_do_next() {
    let server = Server::start([Then::json(
        402,
        r#"{"error":"insufficient_credits","message":"Insufficient credits"}"#,
    )]);
    let folder = folder();
    let picture = file(&folder, "a.png", &png(70));
    let ended = xquik(["avatar", "update", "--account", "me", "--file"])
        .args([picture])
        .at(&server)
        .run();
    assert_eq!((ended.exit, ended.stdout.as_str()), (1, ""));
    assert_eq!(
        ended.stderr,
        "error: the service answered 402 insufficient_credits: Insufficient credits\n  \
         do     Top up your credits in the Xquik dashboard, then try again.\n"
    );
    let server = Server::start([Then::json(201, CONNECTED)]);
    let ended = xquik(["challenge", "submit", "xch_1", "--code", "123456"])
        .at(&server)
        .run();
    assert_eq!(
        ended.stdout,
        "connected @elonmusk as account 3 (active, healthy)\n  \
         next   xquik avatar update --account elonmusk --file PATH\n"
    );
    assert_eq!(ended.stderr, "");
}

#[test]
fn verbose_shows_requests_and_answers_whole_with_credentials_blanked() {
    let limited =
        "Content-Type: application/json\r\nRetry-After: 1\r\nX-Echo: xq_a_key_of_the_tests\r\n";
    let long = format!(
        "{{\"error\":\"new_code\",\"message\":\"{}\"}}",
        "m".repeat(900)
    );
    let server = Server::start([
        Then::with(429, limited, r#"{"error":"rate_limit_exceeded"}"#),
        Then::json(402, &long),
    ]);
    let folder = folder();
    let picture = file(&folder, "a.png", &png(700));
    let run = xquik(["avatar", "update", "--account", "me", "--verbose", "--file"])
        .args([picture])
        .args(["--idempotency-key", "k1"]);
    let ended = run.at(&server).run();
    assert_eq!(ended.exit, 1, "{ended:?}");
    for line in [
        "> content-type: multipart/form-data; boundary=",
        "> idempotency-key: k1\n",
        "> x-api-key: <redacted>\n",
        "> content-disposition: form-data; name=\"account\"\n",
        "> me\n",
        "> (700 bytes of image/png)\n",
        "< 429\n",
        "< retry-after: 1\n",
        "< x-echo: <redacted>\n",
        "< {\"error\":\"rate_limit_exceeded\"}\n",
        "(attempt 2)\n",
    ] {
        let text = ended.stderr.to_lowercase();
        assert!(text.contains(&line.to_lowercase()), "{line} {ended:?}");
    }
    assert!(ended.stderr.contains(&format!("< {long}\n")), "{ended:?}");
    assert!(!ended.stderr.contains(crate::program::KEY), "{ended:?}");
}

#[test]
fn a_code_is_not_seen_in_what_verbose_shows() {
    let server = Server::start([Then::json(201, CONNECTED)]);
    let run = xquik([
        "challenge",
        "submit",
        "xch_1",
        "--code",
        "864 209",
        "--verbose",
    ]);
    let ended = run.at(&server).run();
    assert!(
        ended.stderr.contains("> {\"email_code\":\"<redacted>\"}\n"),
        "{ended:?}"
    );
    assert!(!ended.stderr.contains("864"), "{ended:?}");
}

#[test]
fn people_read_where_a_pending_update_can_be_asked_after() {
    let server = Server::start([Then::json(202, RECORD)]);
    let update = ["avatar", "update", "--account", "me", "--url"];
    let run = xquik(update)
        .args(["https://example.com/a"])
        .at(&server)
        .run();
    let root = server.base_url.strip_suffix("/api/v1").expect("the base");
    let next = format!("  next   after 1 s, GET {root}/api/v1/x ");
    assert!(run.stdout.contains(&next), "{run:?}");
    // A full address is shown as it is, and none at all is not made up.
    for (address, shown) in [
        (
            "\"https://example.com/w/1\"",
            "GET https://example.com/w/1 ",
        ),
        ("null", "names no address"),
    ] {
        let record = RECORD.replace("\"/api/v1/x\"", address);
        let server = Server::start([Then::json(202, &record)]);
        let run = xquik(update)
            .args(["https://example.com/a"])
            .at(&server)
            .run();
        assert!(run.stdout.contains(shown), "{run:?}");
    }
}

#[test]
fn a_wait_that_would_not_help_is_not_advised() {
    let headers = "Content-Type: application/json\r\nRetry-After: 60\r\n";
    let body = r#"{"error":"x_daily_limit"}"#;
    let server = Server::start([Then::with(429, headers, body)]);
    let update = ["avatar", "update", "--account", "me", "--url"];
    let ended = xquik(update)
        .args(["https://example.com/a"])
        .at(&server)
        .run();
    assert_eq!(ended.exit, 1);
    assert!(!ended.stderr.contains("  wait"), "{ended:?}");
    assert_eq!(avatar(&server).run().error()["retry_after"], 60);
}

#[test]
fn who_could_not_be_reached_is_told_with_what_to_do() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    let url = format!("http://127.0.0.1:{port}/api/v1");
    let run = xquik(["account", "disconnect", "3", "--yes", "--max-retries", "0"]);
    let ended = run.args(["--base-url", &url]).run();
    assert_eq!(ended.exit, 1);
    assert!(
        ended.stderr.contains(&format!("127.0.0.1:{port}")),
        "{ended:?}"
    );
    assert!(ended.stderr.contains("  next   xquik check"), "{ended:?}");
}
