//! The form of a request: what is refused, and what it is told.

use serde_json::json;

use crate::client::{PNG, Request, Response, sandbox};

fn refused(answer: &Response, code: &str, told: &str) {
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (400, code),
        "{}",
        answer.message()
    );
    assert!(answer.message().contains(told), "{}", answer.message());
}

#[test]
fn a_wrong_code_body_is_told_which_member_failed_and_why() {
    let sandbox = sandbox();
    let submit = Request::submit("xch_1", "123456");
    let body = |bytes: &[u8]| submit.clone().body(bytes).send(&sandbox);
    refused(
        &body(b"{\"email_code\": \"1234"),
        "invalid_input",
        "ends too early",
    );
    refused(&body(b"{email_code}"), "invalid_input", "is not JSON");
    refused(&body(b"\xff\xfe"), "invalid_input", "is not JSON");
    refused(&body(b"{}"), "invalid_input", "`email_code` is missing");
    refused(
        &body(b"{\"email_code\":\"123456\",\"email_code\":\"654321\"}"),
        "invalid_input",
        "`email_code` is there more than once",
    );
    let deep = "[".repeat(200_000);
    refused(&body(deep.as_bytes()), "invalid_input", "nested too deeply");
    let nothing = body(b"");
    refused(&nothing, "invalid_input", "the body is empty");
    assert!(!nothing.message().contains("line"), "{}", nothing.message());
    let charset = |charset: &str| {
        submit
            .clone()
            .without("content-type")
            .header(
                "Content-Type",
                &format!("application/json; charset={charset}"),
            )
            .body(b"{\"email_code\":\"1\"}")
            .send(&sandbox)
    };
    refused(&charset("utf-16"), "invalid_input", "expected UTF-8");
    for same in ["utf-8", "\"UTF-8\""] {
        refused(&charset(same), "invalid_input", "is shorter than");
    }
    refused(
        &body(b"[]"),
        "invalid_input",
        "the body is an array, expected object",
    );
    refused(
        &body(b"{\"email_code\":123456}"),
        "invalid_input",
        "`email_code` is a number, expected string",
    );
    refused(
        &body(b"{\"email_code\":\"1 2 3\"}"),
        "invalid_input",
        "`email_code` is shorter than 4 characters",
    );
    refused(
        &body(b"{\"email_code\":\"123456\",\"code\":\"1\"}"),
        "invalid_input",
        "`code` is not known",
    );
    let long = "x".repeat(65);
    refused(
        &Request::submit("xch_1", &long).send(&sandbox),
        "invalid_input",
        "longer than 64 characters",
    );
    let spaced = format!("{}123456", " ".repeat(100));
    assert_eq!(Request::submit("xch_2", &spaced).send(&sandbox).status, 201);
    let empty = submit
        .clone()
        .body(b"")
        .without("content-type")
        .send(&sandbox);
    refused(&empty, "invalid_input", "there is no body");
    let other = submit
        .clone()
        .without("content-type")
        .header("Content-Type", "text/plain")
        .send(&sandbox);
    refused(&other, "invalid_input", "another than application/json");
    let none = submit.without("content-type").send(&sandbox);
    refused(&none, "invalid_input", "there is no Content-Type");
}

#[test]
fn sixty_four_characters_are_counted_as_code_points() {
    let sandbox = sandbox();
    let code = "é".repeat(64);
    assert_eq!(Request::submit("xch_1", &code).send(&sandbox).status, 422);
}

#[test]
fn a_wrong_form_is_told_which_part_failed_and_why() {
    let sandbox = sandbox();
    let avatar = Request::new("PATCH", "/x/profile/avatar");
    let account: (&str, Option<&str>, &[u8]) = ("name=\"account\"", None, b"myxaccount");
    let send =
        |parts: &[(&str, Option<&str>, &[u8])]| avatar.clone().form("gap", parts).send(&sandbox);
    refused(&send(&[account]), "invalid_input", "`file` is missing");
    refused(
        &send(&[("name=\"file\"; filename=\"a.png\"", Some("image/png"), PNG)]),
        "invalid_input",
        "`account` is missing",
    );
    refused(
        &send(&[account, ("name=\"file\"", Some("image/png"), PNG)]),
        "invalid_input",
        "has no filename",
    );
    refused(
        &send(&[account, ("name=\"file\"; filename=\"a\"", None, PNG)]),
        "invalid_input",
        "has no Content-Type",
    );
    refused(
        &send(&[
            account,
            (
                "name=\"file\"; filename=\"a\"",
                Some("image/gif"),
                b"GIF89a",
            ),
        ]),
        "invalid_input",
        "has the Content-Type image/gif, expected image/png or image/jpeg",
    );
    refused(
        &send(&[
            account,
            ("name=\"file\"; filename=\"a\"", Some("image/jpeg"), PNG),
        ]),
        "invalid_input",
        "those of image/png",
    );
    refused(
        &send(&[
            account,
            account,
            ("name=\"file\"; filename=\"a.png\"", Some("image/png"), PNG),
        ]),
        "invalid_input",
        "more than once",
    );
    refused(
        &send(&[
            account,
            ("name=\"extra\"", None, b"1"),
            ("name=\"file\"; filename=\"a.png\"", Some("image/png"), PNG),
        ]),
        "invalid_input",
        "`extra` is not known",
    );
    refused(
        &send(&[
            ("name=\"account\"", None, b""),
            ("name=\"file\"; filename=\"a.png\"", Some("image/png"), PNG),
        ]),
        "invalid_input",
        "`account` is empty",
    );
    // What is no plain media type may be anything.
    let odd = "name=\"file\"; filename=\"a\"";
    let odd = send(&[account, (odd, Some("secret-864209/x"), PNG)]);
    refused(
        &odd,
        "invalid_input",
        "has another Content-Type than image/png or image/jpeg",
    );
    assert!(!odd.message().contains("864209"), "{odd:?}");
    let cut = avatar
        .clone()
        .form("gap", &[account])
        .body(b"--gap\r\nContent-Disposition: form-data; name=\"account\"\r\n\r\nmyx")
        .send(&sandbox);
    refused(&cut, "invalid_input", "closing boundary");
    let no_boundary = avatar
        .header("Content-Type", "multipart/form-data")
        .body(b"x")
        .send(&sandbox);
    refused(&no_boundary, "invalid_input", "boundary");
}

#[test]
fn a_file_may_be_as_large_as_the_document_says_and_no_larger() {
    let sandbox = sandbox();
    let mut bytes = PNG.to_vec();
    bytes.resize(716_800, 7);
    assert_eq!(
        Request::avatar_file("myxaccount", &bytes)
            .send(&sandbox)
            .status,
        200
    );
    bytes.push(7);
    refused(
        &Request::avatar_file("myxaccount", &bytes).send(&sandbox),
        "invalid_input",
        "716801 bytes, expected at most 716800",
    );
    bytes.resize(3_000_000, 7);
    refused(
        &Request::avatar_file("myxaccount", &bytes).send(&sandbox),
        "invalid_input",
        "expected at most 716800 bytes of `file`",
    );
    assert_eq!(sandbox.state().credits(), 990);
}

#[test]
fn a_url_has_to_be_https_and_public() {
    let sandbox = sandbox();
    let avatar = Request::new("PATCH", "/x/profile/avatar");
    let send = |url: &str| {
        avatar
            .clone()
            .json(&json!({ "account": "myxaccount", "url": url }))
            .send(&sandbox)
    };
    refused(
        &send("http://example.com/a.png"),
        "invalid_input",
        "`url` does not begin with https://",
    );
    let none = send("no url");
    refused(&none, "invalid_input", "`url` does not begin with https://");
    assert!(!none.message().contains("uri"), "{}", none.message());
    assert_eq!(
        send("https://127.0.0.1/a.png").code(),
        "media_download_failed"
    );
    let both = json!({ "account": "myxaccount", "url": "https://example.com/", "file": "x" });
    refused(
        &avatar.json(&both).send(&sandbox),
        "invalid_input",
        "`file` is not known",
    );
}

#[test]
fn an_idempotency_key_has_its_form() {
    let sandbox = sandbox();
    let avatar = Request::avatar_url("myxaccount");
    refused(
        &avatar.clone().key("two words").send(&sandbox),
        "invalid_input",
        "`Idempotency-Key` in the headers",
    );
    refused(
        &avatar.clone().key(&"k".repeat(256)).send(&sandbox),
        "invalid_input",
        "longer than 255",
    );
    refused(
        &avatar.clone().key("").send(&sandbox),
        "invalid_input",
        "is empty",
    );
    refused(
        &avatar.clone().key("a").key("b").send(&sandbox),
        "invalid_input",
        "more than once",
    );
    assert_eq!(avatar.key(&"k".repeat(255)).send(&sandbox).status, 200);
}

#[test]
fn an_id_that_cannot_be_read_is_told_so() {
    let sandbox = sandbox();
    refused(
        &Request::disconnect("%zz").send(&sandbox),
        "invalid_id",
        "`id` in the path",
    );
    refused(
        &Request::disconnect("%ff").send(&sandbox),
        "invalid_id",
        "`id` in the path",
    );
    refused(
        &Request::submit("%", "123456").send(&sandbox),
        "invalid_id",
        "`id` in the path",
    );
}

#[test]
fn any_one_of_the_documented_credentials_is_enough() {
    let sandbox = sandbox();
    let request = Request::disconnect("9").without("x-api-key");
    let send = |name: &str, value: &str| request.clone().header(name, value).send(&sandbox).status;
    assert_eq!(send("x-api-key", "xq_1"), 404);
    assert_eq!(send("X-API-Key", "xq_anything"), 404);
    assert_eq!(send("Authorization", "bearer token"), 404);
    assert_eq!(send("Cookie", "a=b; __Host-xquik_session=value"), 404);
    assert_eq!(send("x-api-key", "xq_"), 401);
    assert_eq!(send("x-api-key", "live_1234"), 401);
    assert_eq!(send("Authorization", "Bearer "), 401);
    assert_eq!(send("Authorization", "Basic dXNlcjpwYXNz"), 401);
    assert_eq!(send("Cookie", "__Host-xquik_session="), 401);
    assert_eq!(send("Cookie", "session=value"), 401);
    let none = request.send(&sandbox);
    assert_eq!(
        (none.status, none.code().as_str()),
        (401, "unauthenticated")
    );
    assert!(none.message().contains("x-api-key"), "{}", none.message());
}

#[test]
fn other_paths_are_404_and_other_methods_405() {
    let sandbox = sandbox();
    for path in [
        "/x/accounts",
        "/x/accounts/",
        "/x/accounts/3/more",
        "/x/accounts/..",
        "/x/accounts/%2e%2E",
        "/",
        "",
    ] {
        assert_eq!(
            Request::new("DELETE", path).send(&sandbox).status,
            404,
            "{path}"
        );
    }
    assert_eq!(
        Request::root("DELETE", "/x/accounts/3")
            .send(&sandbox)
            .status,
        404
    );
    for (method, path, allow) in [
        ("GET", "/x/accounts/3", "DELETE"),
        ("POST", "/x/profile/avatar", "PATCH"),
        (
            "OPTIONS",
            "/x/account-connection-challenges/xch_1/submit",
            "POST",
        ),
    ] {
        let answer = Request::new(method, path).send(&sandbox);
        assert_eq!((answer.status, answer.header("allow")), (405, Some(allow)));
    }
}

#[test]
fn what_http_itself_does_not_take_is_the_operations_400_and_is_recorded() {
    let sandbox = sandbox();
    let long = "9".repeat(100_000);
    let disconnect = Request::disconnect("3");
    for (request, code, told) in [
        (Request::disconnect(&long), "invalid_id", "target"),
        (Request::submit(&long, "123456"), "invalid_id", "target"),
        (
            disconnect.clone().header("x-more", &"h".repeat(900_000)),
            "invalid_id",
            "headers",
        ),
        (
            disconnect.header("x-more", "a\u{1b}[31m"),
            "invalid_id",
            "cannot be read",
        ),
        (
            Request::avatar_url("myxaccount").header("x-more", "\u{1b}"),
            "invalid_input",
            "cannot be read",
        ),
    ] {
        refused(&request.send(&sandbox), code, told);
    }
    let recorded = sandbox.requests();
    assert_eq!(recorded.len(), 5);
    for request in &recorded {
        assert!(request.operation.is_some(), "{request:?}");
        assert_eq!((request.answer.status, request.problems.len()), (400, 1));
        assert!(request.path.len() < 300, "{request:?}");
    }
    // Another path and another method stay what they are.
    let nowhere = Request::new("GET", &format!("/{long}")).send(&sandbox);
    assert_eq!(nowhere.status, 404);
    let other = Request::new("GET", &format!("/x/accounts/{long}")).send(&sandbox);
    assert_eq!((other.status, other.header("allow")), (405, Some("DELETE")));
    assert_eq!(sandbox.state().accounts().len(), 3);
    assert_eq!(sandbox.state().credits(), 1_000);
}

#[test]
fn a_path_that_leads_nowhere_is_told_whose_it_is() {
    let sandbox = sandbox();
    let told = |request: Request| request.send(&sandbox).message();
    let unknown = told(Request::new("GET", "/x/write-actions/20004"));
    assert!(unknown.contains("no write action"), "{unknown}");
    for (request, path) in [
        (Request::new("POST", "/x/write-actions/20004"), "GET"),
        (Request::root("POST", "/"), "GET, HEAD"),
        (Request::root("DELETE", "/openapi.json"), "GET, HEAD"),
    ] {
        let answer = request.send(&sandbox);
        assert_eq!((answer.status, answer.header("allow")), (405, Some(path)));
        let message = answer.message();
        assert!(!message.contains("document has"), "{message}");
        assert!(message.contains("sandbox"), "{message}");
    }
    let documented = told(Request::new("GET", "/x/accounts/3"));
    assert!(
        documented.contains("document has this path"),
        "{documented}"
    );
}
