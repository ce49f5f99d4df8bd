//! The page at the root, for a person and for a program.

use serde_json::json;

use crate::client::{Request, sandbox};

fn json(request: Request) -> Request {
    request.header("Accept", "application/json")
}

#[test]
fn the_root_is_a_page_for_a_person_and_json_for_a_program() {
    let sandbox = sandbox();
    Request::submit("xch_a%20b", "12").send(&sandbox);
    let page = Request::root("GET", "/")
        .header("Accept", "text/html,*/*;q=0.8")
        .send(&sandbox);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    let text = String::from_utf8(page.body).unwrap();
    let data = json(Request::root("GET", "/")).send(&sandbox);
    assert_eq!(data.header("content-type"), Some("application/json"));
    let data = data.json();
    let ids: Vec<_> = data["operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    for id in [
        "submitXAccountConnectionChallenge",
        "disconnectXAccount",
        "updateAvatar",
    ] {
        assert!(ids.contains(&id), "{id}");
    }
    let values = data["magic"]["values"].as_array().unwrap();
    assert!(
        values
            .iter()
            .any(|one| one["value"] == "mock_429_x_daily_limit" && one["status"] == 429)
    );
    let codes: Vec<_> = data["magic"]["codes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["code"].clone())
        .collect();
    assert_eq!(codes, ["123456", "202202", "410410"]);
    assert_eq!(data["state"]["credits"], 1_000);
    let request = &data["requests"][0];
    assert_eq!(
        request["path"],
        "/api/v1/x/account-connection-challenges/xch_a%20b/submit"
    );
    assert_eq!(
        request["problems"],
        json!(["`email_code` is shorter than 4 characters"])
    );
    assert_eq!(request["answer"]["status"], 400);
    assert_eq!(request["body"]["parsed"]["email_code"], "[blanked]");
    for shown in [
        "xch_a%20b",
        "mock_429_x_daily_limit",
        "shorter than 4 characters",
        "123456",
        "myxaccount",
    ] {
        assert!(text.contains(shown), "{shown}");
    }
}

#[test]
fn what_clients_sent_is_escaped() {
    let sandbox = sandbox();
    let attack = "<script>alert(1)</script>";
    Request::avatar_url(attack)
        .header("X-Odd", attack)
        .send(&sandbox);
    Request::new(
        "GET",
        &format!("/{}?\"'<b>", "<img>".replace(['<', '>'], "%3C")),
    )
    .send(&sandbox);
    Request::avatar_url("myxaccount")
        .json(&json!({ "account": "a", "</pre><i>": 1 }))
        .send(&sandbox);
    let page = String::from_utf8(Request::root("GET", "/").send(&sandbox).body).unwrap();
    assert!(!page.contains(attack) && !page.contains("<i>") && !page.contains("<b>"));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
}

#[test]
fn the_page_may_load_nothing_from_elsewhere() {
    let sandbox = sandbox();
    let page = Request::root("GET", "/").send(&sandbox);
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    let text = String::from_utf8(page.body).unwrap();
    assert!(
        !text.contains("style=") && !text.contains("onclick"),
        "nothing inline"
    );
    for (path, kind) in [
        ("/page.css", "text/css; charset=utf-8"),
        ("/page.js", "text/javascript; charset=utf-8"),
    ] {
        assert!(text.contains(path));
        let answer = Request::root("GET", path).send(&sandbox);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some(kind))
        );
        assert!(
            !String::from_utf8(answer.body).unwrap().contains("http"),
            "{path} leads elsewhere"
        );
    }
}

#[test]
fn the_document_is_given_as_it_is_and_as_json() {
    let sandbox = sandbox();
    let yaml = Request::root("GET", "/openapi.yaml").send(&sandbox);
    let shipped = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.yaml")).unwrap();
    assert_eq!(yaml.body, shipped);
    let data = Request::root("GET", "/openapi.json").send(&sandbox).json();
    assert_eq!(data["openapi"], "3.0.3");
    assert!(data["paths"]["/x/profile/avatar"]["patch"].is_object());
}

#[test]
fn the_button_resets_and_leads_back() {
    let sandbox = sandbox();
    Request::disconnect("3").send(&sandbox);
    let answer = Request::root("POST", "/reset")
        .header("Origin", "http://localhost")
        .send(&sandbox);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/")));
    assert!(sandbox.state().account("3").is_some() && sandbox.requests().is_empty());
    Request::disconnect("3").send(&sandbox);
    assert_eq!(
        json(Request::root("POST", "/reset")).send(&sandbox).json(),
        json!({ "reset": true })
    );
    assert!(sandbox.state().account("3").is_some());
    let get = Request::root("GET", "/reset").send(&sandbox);
    assert_eq!((get.status, get.header("allow")), (405, Some("POST")));
}

#[test]
fn no_other_site_can_read_the_page_or_press_its_button() {
    let sandbox = sandbox();
    Request::disconnect("3").send(&sandbox);
    for (name, value) in [
        ("Origin", "http://evil.example"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
    ] {
        assert_eq!(
            Request::root("POST", "/reset")
                .header(name, value)
                .send(&sandbox)
                .status,
            403
        );
    }
    assert!(sandbox.state().account("3").is_none());
    let renamed = |target: &str| {
        let text = String::from_utf8(Request::root("GET", target).bytes()).unwrap();
        text.replace("Host: localhost", "Host: evil.example")
    };
    for target in ["/", "/openapi.json"] {
        let answer = crate::client::raw(&sandbox, renamed(target).as_bytes());
        assert_eq!(answer.status, 403, "{target}");
    }
}

#[test]
fn requests_for_the_page_are_no_requests_of_the_api() {
    let sandbox = sandbox();
    for path in ["/", "/page.css", "/favicon.ico", "/openapi.json"] {
        Request::root("GET", path).send(&sandbox);
    }
    assert!(sandbox.requests().is_empty());
    assert_eq!(Request::root("HEAD", "/").send(&sandbox).body, b"");
    assert_eq!(
        Request::root("PUT", "/").send(&sandbox).header("allow"),
        Some("GET, HEAD")
    );
}

#[test]
fn a_head_is_answered_as_a_get_without_its_body_and_no_operation_has_one() {
    let sandbox = sandbox();
    for path in ["/", "/page.css", "/openapi.yaml", "/openapi.json"] {
        let get = Request::root("GET", path).send(&sandbox);
        let head = Request::root("HEAD", path).send(&sandbox);
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        for name in ["content-type", "content-length"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
    let head = Request::new("HEAD", "/x/accounts/3").send(&sandbox);
    assert_eq!(
        (head.status, head.header("allow"), head.body.len()),
        (405, Some("DELETE"), 0)
    );
    assert!(sandbox.state().account("3").is_some());
}

#[test]
fn the_reference_is_made_of_the_document_and_leads_nowhere_else() {
    let sandbox = sandbox();
    let page = Request::root("GET", "/docs").send(&sandbox);
    assert_eq!(
        (page.status, page.header("content-type")),
        (200, Some("text/html; charset=utf-8"))
    );
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    let text = String::from_utf8(page.body).unwrap();
    assert!(text.len() < 300_000, "{}", text.len());
    let document = Request::root("GET", "/openapi.json").send(&sandbox).json();
    let overview = json(Request::root("GET", "/")).send(&sandbox).json();
    // Every operation, every answer with the value that asks for it, every code with its advice.
    for operation in overview["operations"].as_array().unwrap() {
        for member in ["id", "summary", "path"] {
            assert!(
                text.contains(operation[member].as_str().unwrap()),
                "{operation}"
            );
        }
    }
    for value in overview["magic"]["values"].as_array().unwrap() {
        let word = value["value"].as_str().unwrap();
        assert!(text.contains(&format!("<code>{word}</code>")), "{word}");
    }
    for (code, entry) in document["x-error-codes"].as_object().unwrap() {
        let advice = entry["advice"].as_str().unwrap();
        // As the page writes it.
        let advice = advice.replace('&', "&amp;").replace('"', "&quot;");
        assert!(
            text.contains(code) && text.contains(&advice),
            "{code}: {advice}"
        );
    }
    for shown in [
        "curl -X",
        "await fetch(",
        "requests.request(",
        "reqwest::Client",
        "expires",
        "Idempotency-Key",
    ] {
        assert!(text.contains(shown), "{shown}");
    }
    assert!(
        !text.contains("style=") && !text.contains("onclick"),
        "nothing inline"
    );
    // Nothing is loaded but the page's own.
    for loaded in text
        .split("src=\"")
        .skip(1)
        .chain(text.split("<link ").skip(1))
    {
        assert!(
            !loaded.split('>').next().unwrap().contains("http"),
            "{loaded:.80}"
        );
    }
    let script = Request::root("GET", "/docs.js").send(&sandbox);
    assert_eq!(
        script.header("content-type"),
        Some("text/javascript; charset=utf-8")
    );
    assert!(!String::from_utf8(script.body).unwrap().contains("http"));
    let put = Request::root("PUT", "/docs").send(&sandbox);
    assert_eq!((put.status, put.header("allow")), (405, Some("GET, HEAD")));
    let renamed = b"GET /docs HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    assert_eq!(crate::client::raw(&sandbox, renamed).status, 403);
    assert!(sandbox.requests().is_empty());
}

#[test]
fn the_reference_of_another_document_is_that_documents() {
    let document = r##"
openapi: 3.0.3
info: { title: '<b>Mine</b>', version: '2', description: 'See [this](javascript:x) <script>x</script>' }
paths:
  /a b/{q"}:
    post:
      summary: '"><script>alert(1)</script>'
      parameters: [{ name: 'q"', in: path, required: true, schema: { type: string } }]
      requestBody: { content: { application/json: { schema: { type: object, properties: { '<i>': { type: integer } } } } } }
      responses: { '200': { description: ok } }
"##;
    let sandbox = xquik_mock::Sandbox::builder()
        .document(document)
        .start_now()
        .unwrap();
    let page = Request::root("GET", "/docs").send(&sandbox);
    let text = String::from_utf8(page.body).unwrap();
    for wrong in ["<script>", "<b>", "<i>", "javascript:"] {
        assert!(!text.contains(wrong), "{wrong}");
    }
    assert!(text.contains("&lt;b&gt;Mine&lt;/b&gt;") && !text.contains("Error codes"));
}

#[test]
fn the_page_is_told_of_what_is_new_until_the_sandbox_stops() {
    use std::io::{Read as _, Write as _};
    let sandbox = sandbox();
    let mut stream = std::net::TcpStream::connect(sandbox.addr()).unwrap();
    stream
        .write_all(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    let mut said = String::new();
    let mut until = |wanted: &str| {
        while !said.contains(wanted) {
            let mut some = [0; 512];
            let count = stream.read(&mut some).unwrap();
            assert!(count > 0, "it ended: {said}");
            said.push_str(std::str::from_utf8(&some[..count]).unwrap());
        }
        said.clear();
    };
    until("content-type: text/event-stream");
    Request::disconnect("mock_404").send(&sandbox);
    until("data: new");
    sandbox.state().set_credits(5);
    until("data: new");
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(sandbox.shutdown());
    // The end of a body of pieces, and no connection that broke.
    until("0\r\n\r\n");
}

#[test]
fn no_row_of_one_sandbox_is_taken_for_one_of_another() {
    let ids = || {
        let sandbox = xquik_mock::Sandbox::builder().seed(1).start_now().unwrap();
        Request::disconnect("mock_404").send(&sandbox);
        let page = String::from_utf8(Request::root("GET", "/").send(&sandbox).body).unwrap();
        let at = page.find("id=\"request-").unwrap();
        page[at..].split('"').nth(1).unwrap().to_owned()
    };
    let first = ids();
    assert!(first.ends_with("-1"), "{first}");
    assert_ne!(first, ids());
}
