//! What arrives at the service.

use serde_json::json;

use crate::program::{KEY, file, folder, png, xquik};
use crate::server::{Server, Then};

fn ok() -> Server {
    Server::start([Then::json(200, r#"{"success":true}"#)])
}

#[test]
fn a_code_is_sent_without_its_spaces_wherever_it_comes_from() {
    let body = r#"{"id":"3","xUsername":"a","xUserId":"1","status":"active","health":"healthy","createdAt":"2026-02-20T08:15:00Z"}"#;
    for (arguments, input, code) in [
        (&["--code", "123 456"][..], "", "123456"),
        (&["--code=-1234"], "", "-1234"),
        (&["--code", "-"], "12 34\n", "1234"),
        (&[], "123456", "123456"),
        (&[], "123456\r\nmore\n", "123456"),
        (&[], "äöüß\n", "äöüß"),
        (&[], "12\t34\n", "12\t34"),
    ] {
        let server = Server::start([Then::json(201, body)]);
        let ended = xquik(["challenge", "submit", "xch_1"])
            .args(arguments)
            .stdin(input)
            .at(&server)
            .json()
            .run();
        assert_eq!(ended.exit, 0, "{arguments:?} {input:?}: {ended:?}");
        let request = server.only();
        assert_eq!(
            request.line,
            "POST /api/v1/x/account-connection-challenges/xch_1/submit HTTP/1.1"
        );
        assert_eq!(request.json(), json!({"email_code": code}));
        assert_eq!(request.header("content-type"), Some("application/json"));
    }
}

#[test]
fn a_request_says_who_sends_it_and_nothing_that_is_nobodys_business() {
    let server = Server::start([
        Then::with(
            503,
            "Content-Type: application/json\r\nSet-Cookie: a=b; Path=/\r\n",
            r#"{"error":"service_unavailable"}"#,
        ),
        Then::json(200, r#"{"success":true}"#),
    ]);
    let ended = xquik(["account", "disconnect", "3", "--yes"])
        .at(&server)
        .json()
        .run();
    assert_eq!(ended.success()["attempts"], 2);
    for request in server.received() {
        let agent = request.header("user-agent").expect("a product");
        let (product, version) = agent.split_once('/').expect("product/version");
        assert_eq!((product, &version[..2]), ("xquik-cli", "0."));
        assert_eq!(request.header("x-api-key"), Some(KEY));
        for absent in [
            "api-version",
            "referer",
            "origin",
            "cookie",
            "authorization",
        ] {
            assert_eq!(request.header(absent), None, "{absent}");
        }
    }
}

#[test]
fn each_credential_has_its_own_header() {
    for (name, header, value) in [
        ("XQUIK_API_KEY", "x-api-key", "secret"),
        ("XQUIK_BEARER_TOKEN", "authorization", "Bearer secret"),
        (
            "XQUIK_SESSION_COOKIE",
            "cookie",
            "__Host-xquik_session=secret",
        ),
    ] {
        let server = ok();
        let ended = xquik(["account", "disconnect", "3", "--yes"])
            .without("XQUIK_API_KEY")
            .env(name, "secret")
            .at(&server)
            .run();
        assert_eq!(ended.exit, 0, "{ended:?}");
        assert_eq!(server.only().header(header), Some(value));
    }
}

#[test]
fn a_file_is_a_part_with_its_type_and_a_name_without_folders() {
    let folder = folder();
    for (name, bytes, kind) in [
        ("a.png", png(100), "image/png"),
        ("b \"q\".jpg", b"\xff\xd8\xff rest".to_vec(), "image/jpeg"),
    ] {
        let server = ok();
        let picture = file(&folder, name, &bytes);
        let ended = xquik(["avatar", "update", "--account", "me", "--file"])
            .args([picture])
            .at(&server)
            .json()
            .run();
        assert_eq!(ended.exit, 0, "{ended:?}");
        let request = server.only();
        assert_eq!(request.header("transfer-encoding"), None);
        assert_eq!(
            request.header("content-length"),
            Some(request.body.len().to_string().as_str())
        );
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let quoted = name.replace('"', "%22");
        assert!(body.contains("name=\"account\"\r\n\r\nme\r\n"), "{body}");
        assert!(
            body.contains(&format!(
                "name=\"file\"; filename=\"{quoted}\"\r\nContent-Type: {kind}\r\n"
            )),
            "{body}"
        );
        assert!(
            request
                .body
                .windows(bytes.len())
                .any(|window| window == bytes)
        );
        let key = request.header("idempotency-key").expect("a key");
        assert!(!key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic()));
    }
}

#[test]
fn a_url_is_sent_as_json() {
    let server = ok();
    xquik([
        "avatar",
        "update",
        "--account",
        "@me",
        "--url",
        "https://example.com/a.png",
    ])
    .args(["--idempotency-key", "my-key"])
    .at(&server)
    .run();
    let request = server.only();
    assert_eq!(request.line, "PATCH /api/v1/x/profile/avatar HTTP/1.1");
    assert_eq!(
        request.json(),
        json!({"account": "@me", "url": "https://example.com/a.png"})
    );
    assert_eq!(request.header("idempotency-key"), Some("my-key"));
}

#[test]
fn a_redirect_is_not_followed() {
    let other = ok();
    let location = format!("Location: {}\r\n", other.base_url);
    for status in [301, 302, 303, 307, 308] {
        let server = Server::start([Then::with(status, &location, "")]);
        let error = xquik(["account", "disconnect", "3", "--yes"])
            .at(&server)
            .json()
            .run()
            .error();
        assert_eq!(error["kind"], "unexpected_response");
        assert_eq!(error["status"], status);
    }
    assert!(other.received().is_empty());
}
