//! What is recorded of requests, and what is not.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use xquik_mock::{Fault, Sandbox};

use crate::client::{PNG, Request, sandbox};

#[test]
fn a_request_is_recorded_parsed_and_raw_with_its_answer() {
    let sandbox = sandbox();
    let request = Request::avatar_file("myxaccount", PNG)
        .key("my-key")
        .header("User-Agent", "test/1");
    let answer = request.send(&sandbox);
    let recorded = sandbox.requests();
    assert_eq!(recorded.len(), 1);
    let one = &recorded[0];
    assert_eq!(
        (one.number, one.method.as_str(), one.path.as_str()),
        (1, "PATCH", "/api/v1/x/profile/avatar")
    );
    assert_eq!(one.operation.as_deref(), Some("updateAvatar"));
    assert_eq!(one.header("Idempotency-Key"), Some("my-key"));
    assert_eq!(one.header("user-agent"), Some("test/1"));
    let parsed = one.body.parsed.as_ref().unwrap();
    assert_eq!(parsed["account"], "myxaccount");
    assert_eq!(parsed["file"]["filename"], "avatar.png");
    assert_eq!(parsed["file"]["content_type"], "image/png");
    assert_eq!(parsed["file"]["size"], PNG.len());
    let raw = one.body.raw.as_ref().unwrap();
    assert!(raw.windows(PNG.len()).any(|bytes| bytes == PNG));
    assert!(one.problems.is_empty() && one.fault.is_none());
    assert_eq!(one.answer.status, answer.status);
    assert_eq!(one.answer.json().unwrap(), answer.json());
    sandbox.clear_requests();
    assert!(sandbox.requests().is_empty());
}

#[test]
fn what_was_wrong_is_recorded() {
    let sandbox = sandbox();
    Request::submit("xch_1", "12").send(&sandbox);
    Request::new("GET", "/nowhere").send(&sandbox);
    let problems: Vec<_> = sandbox
        .requests()
        .iter()
        .map(|one| one.problems.join("; "))
        .collect();
    assert_eq!(
        problems,
        [
            "`email_code` is shorter than 4 characters",
            "the document has no such path"
        ]
    );
}

#[test]
fn a_request_is_one_line_of_a_log() {
    let sandbox = sandbox();
    sandbox.script(Fault::lost().nth(2));
    Request::submit("xch_1", "12").send(&sandbox);
    Request::disconnect("3").exchange(&sandbox);
    let lines: Vec<_> = sandbox
        .requests()
        .iter()
        .map(|one| one.to_string())
        .collect();
    let (first, rest) = lines[0].split_once(" in ").unwrap();
    assert_eq!(
        first,
        "POST /api/v1/x/account-connection-challenges/xch_1/submit -> 400 invalid_input"
    );
    assert!(
        rest.ends_with(" ms; `email_code` is shorter than 4 characters"),
        "{rest}"
    );
    assert!(
        lines[1].starts_with("DELETE /api/v1/x/accounts/3 -> 200"),
        "{}",
        lines[1]
    );
    assert!(
        lines[1].ends_with("; fault: carried out, answer lost"),
        "{}",
        lines[1]
    );
}

#[test]
fn real_paths_are_recorded_as_they_came() {
    let sandbox = sandbox();
    Request::disconnect("a%2Fb%20c?x=1").send(&sandbox);
    let recorded = sandbox.requests();
    assert_eq!(recorded[0].path, "/api/v1/x/accounts/a%2Fb%20c");
    assert_eq!(recorded[0].query.as_deref(), Some("x=[blanked]"));
    assert!(recorded[0].remarks[0].contains("query"));
}

/// Everything that the sandbox shows of its requests, as one text.
fn everything(sandbox: &Sandbox, heard: &Mutex<String>) -> String {
    let mut text = format!("{:?}", sandbox.requests());
    for recorded in sandbox.requests() {
        let raw = recorded.body.raw.clone().unwrap_or_default();
        text.push_str(&String::from_utf8_lossy(&raw));
        text.push_str(&String::from_utf8_lossy(&recorded.answer.body));
    }
    text.push_str(&String::from_utf8_lossy(
        &Request::root("GET", "/").send(sandbox).body,
    ));
    let json = Request::root("GET", "/")
        .header("Accept", "application/json")
        .send(sandbox);
    text.push_str(&String::from_utf8_lossy(&json.body));
    text.push_str(&heard.lock().unwrap());
    text
}

#[test]
fn no_credential_and_no_email_code_is_recorded_logged_or_shown() {
    let heard = Arc::new(Mutex::new(String::new()));
    let ear = heard.clone();
    let sandbox = Sandbox::builder()
        .on_request(move |recorded| ear.lock().unwrap().push_str(&format!("{recorded:?}")))
        .start_now()
        .unwrap();
    let code = "86420975";
    let submit = |body: &str| Request::submit("xch_1", "x").body(body.as_bytes());
    let secrets = [
        code,
        "8642 0975",
        "864 209 75",
        "xq_topsecret",
        "tokensecret",
        "cookiesecret",
        "dXNlcjpzZWNyZXQ",
        "oddsecret",
    ];
    let requests = [
        Request::submit("xch_1", code),
        Request::submit("xch_2", "8642 0975"),
        submit(&format!("{{\"email_code\":\"{code}\"")),
        submit(&format!("{{\"email_code\":{code}}}")),
        submit(&format!("{{\"emailCode\":\"{code}\"}}")),
        submit(&format!("{{\"{code}\":1}}")),
        submit(&format!("[\"{code}\"]")),
        submit(&format!("\"{code}\"")),
        submit(&format!("{{\"email_code\":[\"{code}\"]}}")),
        submit(&format!("{{\"email_code\":\"{}{code}\"}}", "9".repeat(64))),
        submit(&format!("email_code={code}"))
            .without("content-type")
            .header("Content-Type", "application/x-www-form-urlencoded"),
        submit(&format!("{{\"email_code\":\"{code}\"}}")).without("content-type"),
        Request::submit("xch_3", code).header("X-Code", code),
        Request::submit(&format!("xch_{code}"), code),
        Request::submit("xch_%38%36420975", code),
        Request::submit(&format!("xch_1?code={code}"), code),
        Request::new("POST", "/x/account-connection-challenges/xch_1/sumbit").body(code.as_bytes()),
        Request::new("PUT", "/x/account-connection-challenges/xch_1/submit").body(code.as_bytes()),
        Request::disconnect("3")
            .without("x-api-key")
            .header("x-api-key", "xq_topsecret"),
        Request::disconnect("3")
            .without("x-api-key")
            .header("x-api-key", "oddsecret"),
        Request::disconnect("xq_topsecret"),
        Request::disconnect("xq%5Ftopsecret"),
        Request::disconnect("oddsecret")
            .without("x-api-key")
            .header("x-api-key", "oddsecret"),
        Request::disconnect("8")
            .header("Authorization", "Bearer tokensecret")
            .header("X-Again", "tokensecret"),
        Request::disconnect("8").header("Authorization", "Basic dXNlcjpzZWNyZXQ"),
        Request::disconnect("8").header("Cookie", "__Host-xquik_session=cookiesecret; a=b"),
        Request::avatar_url("cookiesecret").header("Cookie", "__Host-xquik_session=cookiesecret"),
        Request::avatar_file("xq_topsecret", PNG),
        Request::disconnect("8?api_key=xq_topsecret"),
    ];
    let count = requests.len();
    for request in requests {
        request.send(&sandbox);
    }
    assert_eq!(sandbox.requests().len(), count);
    let text = everything(&sandbox, &heard);
    for secret in secrets {
        assert!(!text.contains(secret), "{secret} is in {}", {
            let at = text.find(secret).unwrap();
            text[at.saturating_sub(300)..at].to_owned()
        });
    }
    assert!(text.contains("[blanked]"));
}

#[test]
fn a_request_that_breaks_off_is_recorded_and_not_carried_out() {
    let sandbox = sandbox();
    let whole = Request::avatar_url("myxaccount").bytes();
    crate::client::raw(&sandbox, &whole[..whole.len() - 5]);
    assert_eq!(sandbox.state().credits(), 1_000);
    assert_eq!(
        sandbox.requests()[0].problems,
        ["the body broke off before its end"]
    );
}

#[test]
fn a_code_is_blanked_and_the_rest_of_the_body_is_not() {
    let sandbox = sandbox();
    Request::submit("xch_1", "123456").send(&sandbox);
    let recorded = sandbox.requests();
    assert_eq!(
        recorded[0].body.parsed,
        Some(json!({ "email_code": "[blanked]" }))
    );
    assert_eq!(recorded[0].header("x-api-key"), Some("[blanked]"));
    assert_eq!(
        recorded[0].body.raw.as_deref(),
        Some(&b"{\"email_code\":\"[blanked]\"}"[..])
    );
}

#[test]
fn a_hundred_sandboxes_run_beside_each_other() {
    let sandboxes: Vec<Sandbox> = (0..100).map(|_| sandbox()).collect();
    for (n, sandbox) in sandboxes.iter().enumerate() {
        sandbox.state().set_credits(n as u64 * 10);
    }
    for (n, sandbox) in sandboxes.iter().enumerate() {
        let expected = if n == 0 { 402 } else { 200 };
        assert_eq!(Request::avatar_url("3").send(sandbox).status, expected);
        assert_eq!(sandbox.requests().len(), 1);
    }
    let mut addresses: Vec<_> = sandboxes.iter().map(Sandbox::addr).collect();
    addresses.dedup();
    assert_eq!(addresses.len(), 100);
}

#[test]
fn a_reset_makes_it_as_it_was_at_start() {
    let sandbox = sandbox();
    Request::disconnect("3").send(&sandbox);
    sandbox.state().set_credits(0);
    sandbox.reset();
    assert!(sandbox.requests().is_empty());
    assert_eq!(sandbox.state().credits(), 1_000);
    assert_eq!(Request::disconnect("3").send(&sandbox).status, 200);
}

#[test]
fn a_seed_makes_ids_and_times_the_same() {
    let run = |seed: u64| -> Vec<Value> {
        let sandbox = Sandbox::builder().seed(seed).start_now().unwrap();
        let requests = [
            Request::submit("xch_1", "202202"),
            Request::submit("xch_1", "202202"),
            Request::submit("xch_1", "123456"),
            Request::submit("xch_2", "123456"),
            Request::avatar_url("mock_202"),
            Request::avatar_url("mock_new"),
        ];
        requests
            .iter()
            .map(|request| request.send(&sandbox).json())
            .collect()
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn with_a_seed_the_page_shows_the_times_of_the_answers() {
    let run = || -> (Value, Vec<Value>) {
        let sandbox = Sandbox::builder().seed(1).start_now().unwrap();
        let prompt = Request::submit("xch_1", "202202").send(&sandbox).json();
        Request::submit("xch_2", "999999").send(&sandbox);
        let page = Request::root("GET", "/").header("Accept", "application/json");
        let page = page.send(&sandbox).json();
        // The newest first.
        assert_eq!(page["state"]["challenges"][1]["until"], prompt["expiresAt"]);
        let at = |request: &Value| request["at"].clone();
        let requests = page["requests"].as_array().unwrap();
        (
            page["state"]["challenges"].clone(),
            requests.iter().map(at).collect(),
        )
    };
    let (first, again) = (run(), run());
    assert_eq!(first, again);
    assert!(first.1[0].as_str() > first.1[1].as_str(), "{:?}", first.1);
}
