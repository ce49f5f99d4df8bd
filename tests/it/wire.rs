//! What leaves: the bytes of each operation, as a strict reader takes them.

use futures_util::stream;
use serde_json::{Value, json};
use xquik::{Avatar, Client, Credential, ErrorKind, IdempotencyKey};

use xquik_codegen::document::Document;

use crate::server::{self, KEY, Request, Server, answer};

/// The smallest things that begin like a PNG and a JPEG.
pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and the rest";
pub(crate) const JPEG: &[u8] = b"\xff\xd8\xff\xe0 and the rest";

pub(crate) const CONNECTED: &str = r#"{"id":"3","xUsername":"elonmusk","xUserId":"44196397",
    "status":"active","health":"healthy","createdAt":"2026-02-20T08:15:00.000Z"}"#;
pub(crate) const DONE: &str = r#"{"success":true}"#;

/// What every request has, and what none has.
fn check_common(request: &Request) {
    assert_eq!(request.header("x-api-key"), Some(KEY));
    assert_eq!(request.header("accept"), Some("application/json"));
    let agent = request.header("user-agent").expect("a user agent");
    let (product, version) = agent.split_once('/').expect("product/version");
    assert!(!product.is_empty() && version.starts_with(|c: char| c.is_ascii_digit()));
    for absent in [
        "api-version",
        "referer",
        "origin",
        "cookie",
        "authorization",
        "accept-encoding",
        "transfer-encoding",
        "expect",
    ] {
        assert_eq!(request.header(absent), None, "{absent}");
    }
    for (name, _) in &request.headers {
        request.header(name);
    }
    if !request.body.is_empty() {
        let length = request.body.len().to_string();
        assert_eq!(request.header("content-length"), Some(&*length));
    }
}

#[tokio::test]
async fn a_code_is_submitted_as_json_without_its_spaces() {
    let server = Server::answering(server::json(201, CONNECTED)).await;
    let client = server.client();
    client
        .submit_email_code("xch_8vGd8Y9JvH6dV0xA", " 123 456 ")
        .await
        .expect("connected");
    let request = server.request();
    check_common(&request);
    assert_eq!(request.method, "POST");
    assert_eq!(
        request.target,
        "/api/v1/x/account-connection-challenges/xch_8vGd8Y9JvH6dV0xA/submit"
    );
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("idempotency-key"), None);
    let body: Value = serde_json::from_slice(&request.body).expect("JSON");
    assert_eq!(body, json!({"email_code": "123456"}));
}

#[tokio::test]
async fn a_disconnect_has_no_body() {
    let server = Server::answering(server::json(200, DONE)).await;
    server
        .client()
        .disconnect_account("3")
        .await
        .expect("disconnected");
    let request = server.request();
    check_common(&request);
    assert_eq!(
        (&*request.method, &*request.target),
        ("DELETE", "/api/v1/x/accounts/3")
    );
    assert_eq!(request.body, b"");
    assert_eq!(request.header("content-type"), None);
    assert_eq!(request.header("idempotency-key"), None);
}

#[tokio::test]
async fn an_avatar_by_its_url_is_json_without_the_fragment() {
    let server = Server::answering(server::json(200, DONE)).await;
    let avatar = Avatar::from_url("https://example.com/a.png?size=1#top").expect("a URL");
    server
        .client()
        .update_avatar("@myxaccount", avatar)
        .await
        .expect("updated");
    let request = server.request();
    check_common(&request);
    assert_eq!(
        (&*request.method, &*request.target),
        ("PATCH", "/api/v1/x/profile/avatar")
    );
    assert_eq!(request.header("content-type"), Some("application/json"));
    let key = request.header("idempotency-key").expect("a key");
    assert!((1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()));
    let body: Value = serde_json::from_slice(&request.body).expect("JSON");
    assert_eq!(
        body,
        json!({"account": "@myxaccount", "url": "https://example.com/a.png?size=1"})
    );
}

/// The parts of a form: name, file name, content type, bytes.
pub(crate) type Parts = Vec<(String, Option<String>, Option<String>, Vec<u8>)>;

/// Reads a form with a parser that is not ours.
pub(crate) async fn parts(content_type: &str, body: &[u8]) -> Parts {
    let boundary = multer::parse_boundary(content_type).expect("a boundary");
    let body = body.to_vec();
    let body = stream::once(async move { Ok::<_, std::io::Error>(body) });
    let mut form = multer::Multipart::new(body, boundary);
    let mut parts = Vec::new();
    while let Some(part) = form.next_field().await.expect("a form") {
        parts.push((
            part.name().expect("a name").to_owned(),
            part.file_name().map(str::to_owned),
            part.content_type().map(ToString::to_string),
            part.bytes().await.expect("bytes").to_vec(),
        ));
    }
    parts
}

#[tokio::test]
async fn an_avatar_file_is_a_form_of_two_parts() {
    for (bytes, content_type, given, sent) in [
        (PNG, "image/png", "avatar.png", "avatar.png"),
        (JPEG, "image/jpeg", "holiday.gif", "holiday.gif"),
        (PNG, "image/png", "/folder/me/secret/a.png", "a.png"),
        (PNG, "image/png", r"C:\Users\me\a.png", "a.png"),
        (PNG, "image/png", "", "avatar"),
        (PNG, "image/png", "..", "avatar"),
        (PNG, "image/png", "grüße 👋.png", "grüße 👋.png"),
        (PNG, "image/png", "a\r\nX-Evil: 1\0.png", "aX-Evil: 1.png"),
        (
            PNG,
            "image/png",
            "a\"; name=\"account",
            "a%22; name=%22account",
        ),
    ] {
        let server = Server::answering(server::json(200, DONE)).await;
        let avatar = Avatar::from_bytes(given, bytes).expect("an image");
        server
            .client()
            .update_avatar("myxaccount", avatar)
            .await
            .expect("updated");
        let request = server.request();
        check_common(&request);
        let form = request.header("content-type").expect("a content type");
        assert!(form.starts_with("multipart/form-data; boundary="), "{form}");
        assert!(request.header("idempotency-key").is_some());
        let expected = vec![
            ("account".to_owned(), None, None, b"myxaccount".to_vec()),
            (
                "file".to_owned(),
                Some(sent.to_owned()),
                Some(content_type.to_owned()),
                bytes.to_vec(),
            ),
        ];
        assert_eq!(parts(form, &request.body).await, expected, "{given:?}");
    }
}

#[tokio::test]
async fn an_id_is_one_segment_of_the_path_encoded_once() {
    for (id, segment) in [
        ("3", "3"),
        ("a/b", "a%2Fb"),
        (r"..\..\x", "..%5C..%5Cx"),
        ("a?b#c", "a%3Fb%23c"),
        ("%2F", "%252F"),
        ("a b+c", "a%20b%2Bc"),
        ("ä€😀", "%C3%A4%E2%82%AC%F0%9F%98%80"),
        ("...", "..."),
        ("\r\nX: y", "%0D%0AX%3A%20y"),
        ("\0\u{7f}", "%00%7F"),
        ("%2e%2e", "%252e%252e"),
        (";a=b&c:@", "%3Ba%3Db%26c%3A%40"),
    ] {
        let server = Server::answering(server::json(200, DONE)).await;
        server
            .client()
            .disconnect_account(id)
            .await
            .expect("disconnected");
        let request = server.request();
        check_common(&request);
        assert_eq!(
            request.target,
            format!("/api/v1/x/accounts/{segment}"),
            "{id:?}"
        );
    }
}

#[tokio::test]
async fn ids_that_would_change_the_path_are_refused_in_both_layers() {
    let server = Server::answering(server::json(200, DONE)).await;
    let client = server.client();
    for id in ["", ".", ".."] {
        for error in [
            client.disconnect_account(id).await.expect_err("refused"),
            client
                .submit_email_code(id, "123456")
                .await
                .expect_err("refused"),
            client
                .generated()
                .disconnect_x_account()
                .id(id)
                .send()
                .await
                .expect_err("refused")
                .into(),
        ] {
            assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{id:?}: {error}");
            assert_eq!((error.attempts(), error.maybe_applied()), (0, false));
            assert!(!error.is_retryable());
        }
    }
    assert_eq!(server.connections(), 0, "nothing was sent");
}

#[tokio::test]
async fn each_credential_has_the_header_that_the_document_says() {
    let document = Document::read("openapi.yaml", xquik::OPENAPI.as_bytes());
    let document = document.expect("the document").root().to_json();
    let schemes = document["components"]["securitySchemes"].as_object();
    let mut tried = 0;
    for scheme in schemes.expect("security schemes").values() {
        let text = |member: &str| scheme[member].as_str().unwrap_or_default();
        let name = text("name");
        let (credential, name, value) = match (text("type"), text("in"), text("scheme")) {
            ("apiKey", "header", _) => (
                Credential::api_key("xq_1"),
                name.to_lowercase(),
                "xq_1".to_owned(),
            ),
            ("apiKey", "cookie", _) => (
                Credential::session_cookie("abc=="),
                "cookie".to_owned(),
                format!("{name}=abc=="),
            ),
            ("http", _, "bearer") => (
                Credential::bearer_token("tok.en"),
                "authorization".to_owned(),
                "Bearer tok.en".to_owned(),
            ),
            other => panic!("a credential of a kind that the client does not have: {other:?}"),
        };
        tried += 1;
        let server = Server::answering(server::json(200, DONE)).await;
        let client = server
            .builder()
            .credential(credential.expect("a credential"))
            .build()
            .expect("a client");
        client.disconnect_account("3").await.expect("disconnected");
        let request = server.request();
        for header in ["x-api-key", "authorization", "cookie"] {
            let expected = (header == name).then_some(&*value);
            assert_eq!(request.header(header), expected, "{header}");
        }
    }
    assert_eq!(tried, 3, "each kind of credential is one of the document's");
}

/// The name of the key's header is the client's own to know; a renamed one would have no bound.
#[test]
fn every_keyed_operation_has_the_keys_header() {
    let document = Document::read("openapi.yaml", xquik::OPENAPI.as_bytes());
    let document = document.expect("the document").root().to_json();
    let keyed: Vec<_> = document["paths"]
        .as_object()
        .expect("paths")
        .values()
        .flat_map(|path| path.as_object().expect("a path item").values())
        .filter(|operation| operation["x-resend"] == "keyed")
        .collect();
    assert!(!keyed.is_empty());
    for operation in keyed {
        let parameters = operation["parameters"].as_array().expect("parameters");
        let names = parameters.iter().map(|parameter| {
            let pointer = parameter["$ref"].as_str().map(|to| &to[1..]);
            let parameter = pointer.map_or(Some(parameter), |to| document.pointer(to));
            parameter.expect("it leads somewhere")["name"]
                .as_str()
                .unwrap_or_default()
        });
        let mut named = names.filter(|name| name.eq_ignore_ascii_case("idempotency-key"));
        assert!(named.next().is_some(), "{}", operation["operationId"]);
    }
}

#[tokio::test]
async fn a_cookie_that_the_server_sets_is_not_sent_back() {
    let cookie = answer(200, &[("set-cookie", "spy=1; Path=/")], DONE);
    let server = Server::answering(cookie).await;
    let client = server.client();
    for _ in 0..2 {
        client.disconnect_account("3").await.expect("disconnected");
    }
    assert!(
        server
            .requests()
            .iter()
            .all(|request| request.all("cookie").is_empty())
    );
}

#[tokio::test]
async fn the_callers_key_is_sent_and_each_call_has_another_otherwise() {
    let server = Server::answering(server::json(200, DONE)).await;
    let client = server.client();
    let avatar = Avatar::from_bytes("a.png", PNG).expect("an image");
    let key = IdempotencyKey::new("my~key!").expect("a key");
    let options = server::patient().idempotency_key(key);
    let response = client
        .update_avatar("me", avatar.clone())
        .options(options)
        .response()
        .await
        .expect("updated");
    let given = response.idempotency_key.expect("the key is told");
    assert_eq!(given.as_str(), "my~key!");
    for _ in 0..2 {
        client
            .update_avatar("me", avatar.clone())
            .await
            .expect("updated");
    }
    let keys: Vec<_> = server
        .requests()
        .iter()
        .map(|request| request.header("idempotency-key").expect("a key").to_owned())
        .collect();
    assert_eq!(keys[0], "my~key!");
    assert_ne!(keys[1], keys[2]);
}

#[tokio::test]
async fn a_product_of_the_callers_is_named_first() {
    let server = Server::answering(server::json(200, DONE)).await;
    let client = server.builder().user_agent("backup/1.2").build();
    let client = client.expect("a client");
    client.disconnect_account("3").await.expect("disconnected");
    let agent = server
        .request()
        .header("user-agent")
        .expect("one")
        .to_owned();
    assert!(agent.starts_with("backup/1.2 xquik-rust/"), "{agent}");
}

#[tokio::test]
async fn the_generated_layer_leaves_through_the_same_place() {
    let server = Server::answering(server::json(200, DONE)).await;
    let client: Client = server.client();
    client
        .generated()
        .disconnect_x_account()
        .id("3")
        .send()
        .await
        .expect("disconnected");
    check_common(&server.request());
}
