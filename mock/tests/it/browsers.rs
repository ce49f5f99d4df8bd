//! Calls from a page in a browser: which are let in, and what the browser is told.

use xquik_mock::{Fault, Sandbox};

use crate::client::{Request, Response, sandbox};

const OTHER: &str = "https://app.example";

fn preflight(path: &str, method: &str, origin: &str) -> Request {
    Request::root("OPTIONS", path)
        .header("Origin", origin)
        .header("Access-Control-Request-Method", method)
        .header("Access-Control-Request-Headers", "content-type,x-api-key")
}

fn varies_with(answer: &Response, header: &str) -> bool {
    let all = answer.headers.iter().filter(|(name, _)| name == "vary");
    let mut names = all.flat_map(|(_, value)| value.split(','));
    names.any(|name| name.trim().eq_ignore_ascii_case(header))
}

#[test]
fn a_page_of_this_machine_may_call_every_operation_and_read_every_answer() {
    let sandbox = sandbox();
    for origin in [
        "http://localhost:5173",
        "http://127.0.0.1:3000",
        "http://[::1]:8080",
        "https://localhost",
        "http://app.localhost:4200",
    ] {
        let asked = preflight("/api/v1/x/accounts/3", "DELETE", origin).send(&sandbox);
        assert_eq!((asked.status, asked.body.len()), (204, 0), "{origin}");
        for (name, value) in [
            ("access-control-allow-origin", origin),
            ("access-control-allow-credentials", "true"),
            ("access-control-allow-methods", "DELETE"),
            ("access-control-allow-headers", "content-type,x-api-key"),
        ] {
            assert_eq!(asked.header(name), Some(value), "{origin}");
        }
        assert!(varies_with(&asked, "Origin"), "{asked:?}");
        assert!(sandbox.requests().is_empty(), "a question is no request");
    }
    let origin = "http://localhost:5173";
    for request in [
        Request::disconnect("3"),
        Request::disconnect("mock_429"),
        Request::disconnect("3").without("x-api-key"),
        Request::new("GET", "/x/accounts/3"),
        Request::root("GET", "/api/v1/nothing"),
        Request::root("GET", "/openapi.yaml"),
        Request::root("GET", "/openapi.json"),
    ] {
        let answer = request.header("Origin", origin).send(&sandbox);
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        assert!(varies_with(&answer, "Origin"), "{answer:?}");
    }
    for request in &sandbox.requests() {
        assert!(request.remarks.is_empty(), "{request}");
    }
}

#[test]
fn a_page_can_read_the_headers_that_the_document_names_and_those_that_were_scripted() {
    let sandbox = sandbox();
    let exposed = |answer: &Response| {
        let exposed = answer.header("access-control-expose-headers").unwrap();
        exposed.split(", ").map(str::to_owned).collect::<Vec<_>>()
    };
    let full = Request::disconnect("mock_429").header("Origin", "http://localhost");
    let full = full.send(&sandbox);
    assert_eq!(full.header("retry-after"), Some("60"));
    assert!(exposed(&full).contains(&"retry-after".to_owned()));
    let odd = [("X-Odd", "1"), ("Content-Type", "text/plain")];
    sandbox.script(Fault::answer(200, odd, ""));
    let odd = Request::disconnect("3").header("Origin", "http://localhost");
    let odd = exposed(&odd.send(&sandbox));
    assert!(odd.contains(&"x-odd".to_owned()) && !odd.contains(&"content-type".to_owned()));
    let document = r#"
openapi: 3.0.3
info: { title: t, version: '1' }
paths:
  /a:
    get:
      responses:
        '200':
          description: ok
          headers: { X-Mine: { schema: { type: string }, example: b } }
"#;
    let sandbox = Sandbox::builder().document(document).start_now().unwrap();
    let mine = Request::root("GET", "/a").header("Origin", "http://localhost");
    assert_eq!(exposed(&mine.send(&sandbox)), ["x-mine"]);
}

#[test]
fn a_page_from_elsewhere_is_let_in_by_name_alone() {
    let sandbox = Sandbox::builder().cors("https://APP.example:443/");
    let sandbox = sandbox.cors("null").start_now().unwrap();
    for (origin, let_in) in [
        (OTHER, true),
        ("null", true),
        ("https://app.example:8443", false),
        ("http://app.example", false),
        ("https://app.example.evil.example", false),
        ("http://localhost.evil.example", false),
    ] {
        let asked = preflight("/api/v1/x/accounts/3", "DELETE", origin).send(&sandbox);
        assert_eq!(asked.status, if let_in { 204 } else { 403 }, "{origin}");
        let answer = Request::disconnect("mock_404").header("Origin", origin);
        let answer = answer.send(&sandbox);
        for answer in [&asked, &answer] {
            let allowed = answer.header("access-control-allow-origin");
            assert_eq!(allowed, let_in.then_some(origin));
            assert!(varies_with(answer, "Origin"), "{answer:?}");
        }
        let requests = sandbox.requests();
        let (asked, called) = match requests.as_slice() {
            [called] => (None, called),
            [asked, called] => (Some(asked), called),
            other => panic!("{other:?}"),
        };
        assert_eq!(asked.is_none(), let_in, "{origin}");
        let hidden = called.remarks.iter().any(|one| one.contains("--cors"));
        assert_eq!((called.answer.status, hidden), (404, !let_in), "{origin}");
        if let Some(asked) = asked {
            assert!(asked.problems[0].contains("--cors"), "{asked}");
        }
        sandbox.clear_requests();
    }
    let error = Sandbox::builder().cors("app.example").start_now();
    let error = error.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    assert!(error.to_string().contains("such as https://"), "{error}");
}

#[test]
fn a_public_page_may_reach_into_this_network_if_it_is_let_in() {
    let sandbox = Sandbox::builder().cors(OTHER).start_now().unwrap();
    let name = "access-control-allow-private-network";
    let asked = preflight("/api/v1/x/accounts/3", "DELETE", OTHER);
    assert_eq!(asked.send(&sandbox).header(name), None);
    let asked = asked.header("Access-Control-Request-Private-Network", "true");
    assert_eq!(asked.send(&sandbox).header(name), Some("true"));
    let foreign = preflight("/api/v1/x/accounts/3", "DELETE", "https://evil.example")
        .header("Access-Control-Request-Private-Network", "true");
    assert_eq!(foreign.send(&sandbox).header(name), None);
}

#[test]
fn no_page_but_the_sandboxs_own_reads_what_it_shows() {
    let sandbox = Sandbox::builder().cors(OTHER).start_now().unwrap();
    for origin in [OTHER, "http://localhost:5173"] {
        for path in ["/", "/page.js", "/reset"] {
            for request in [
                Request::root("GET", path).header("Origin", origin),
                preflight(path, "POST", origin),
            ] {
                let answer = request.send(&sandbox);
                assert_eq!(answer.header("access-control-allow-origin"), None, "{path}");
            }
        }
    }
}

#[test]
fn what_http_itself_does_not_take_can_be_read_by_the_page_too() {
    let sandbox = sandbox();
    let long = "a".repeat(70_000);
    let answer = Request::disconnect(&long).header("Origin", "http://localhost:5173");
    let answer = answer.send(&sandbox);
    assert_eq!(answer.status, 400);
    let allowed = answer.header("access-control-allow-origin");
    assert_eq!(allowed, Some("http://localhost:5173"));
}

#[test]
fn an_options_that_is_no_question_of_a_browser_is_any_other_method() {
    let sandbox = sandbox();
    let answer = Request::new("OPTIONS", "/x/accounts/3").send(&sandbox);
    assert_eq!(
        (answer.status, answer.header("allow")),
        (405, Some("DELETE"))
    );
    assert_eq!(sandbox.requests().len(), 1);
}
