//! The control of the sandbox from outside its process, and its document.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::LazyLock;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use xquik_mock::{Expectation, Fault, Filter, Sandbox};

use crate::client::{KEY, Request, Response, sandbox};

/// The control's document as data, once.
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let sandbox = sandbox();
    let answer = Request::root("GET", "/__sandbox/openapi.json").send(&sandbox);
    answer.json()
});

/// Follows one reference.
fn resolved(node: &Value) -> &Value {
    match node["$ref"].as_str() {
        Some(reference) => DOCUMENT.pointer(&reference[1..]).unwrap(),
        None => node,
    }
}

/// What JSON Schema has other words for.
fn translated(node: &Value) -> Value {
    match node {
        Value::Array(items) => items.iter().map(translated).collect(),
        Value::Object(members) => {
            let mut members: serde_json::Map<_, _> = members
                .iter()
                .map(|(name, member)| (name.clone(), translated(member)))
                .collect();
            if members.remove("nullable") == Some(json!(true)) {
                let kind = members["type"].take();
                members["type"] = json!([kind, "null"]);
            }
            members.into()
        }
        other => other.clone(),
    }
}

/// The operation for a method and a path below the base.
fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let path = path.split('?').next().unwrap();
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let fits = |template: &str| {
        let (a, b): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| a.starts_with('{') || a == b)
    };
    // One that is written out goes before one with a parameter.
    let exact = paths.get(path);
    let item = exact.or_else(|| {
        paths
            .iter()
            .find(|(one, _)| fits(one))
            .map(|(_, item)| item)
    })?;
    item.get(method.to_lowercase())
}

/// Asserts that an answer is one that the document has for its operation, and that its body fits.
#[track_caller]
fn documented(method: &str, path: &str, answer: &Response) {
    let Some(operation) = operation(method, path) else {
        return;
    };
    let response = &operation["responses"][answer.status.to_string()];
    assert!(
        response.is_object(),
        "{method} {path} is answered {} {:?}",
        answer.status,
        String::from_utf8_lossy(&answer.body)
    );
    let Some(schema) = resolved(response).pointer("/content/application~1json/schema") else {
        assert!(answer.body.is_empty(), "{method} {path}");
        return;
    };
    let whole = json!({ "allOf": [schema], "components": DOCUMENT["components"] });
    let validator = jsonschema::validator_for(&translated(&whole)).unwrap();
    let body = answer.json();
    let wrong: Vec<String> = validator
        .iter_errors(&body)
        .map(|error| format!("{} {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{method} {path}: {wrong:?} in {body}");
}

/// Asks for something, and holds the answer to the document.
#[track_caller]
fn ask(sandbox: &Sandbox, method: &str, path: &str, body: &Value) -> Response {
    let mut request = Request::root(method, &format!("/__sandbox{path}"));
    if !body.is_null() {
        request = request.json(body);
    }
    let answer = request.send(sandbox);
    documented(method, path, &answer);
    answer
}

#[track_caller]
fn get(sandbox: &Sandbox, path: &str) -> Value {
    let answer = ask(sandbox, "GET", path, &Value::Null);
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer.json()
}

#[track_caller]
fn put(sandbox: &Sandbox, path: &str, body: Value) -> Value {
    let answer = ask(sandbox, "PUT", path, &body);
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer.json()
}

#[test]
fn every_operation_of_its_document_is_there() {
    let sandbox = sandbox();
    let examples = [
        ("setCredits", json!({ "credits": 3 })),
        ("setAccount", json!({ "username": "someone" })),
        ("setHealth", json!({ "health": "locked" })),
        ("setChallenge", json!({ "progress": "failed" })),
        ("setWindow", json!({ "used": 3 })),
        ("changeSettings", json!({ "latency_ms": 0 })),
        ("setClock", json!({ "held": true })),
        ("advanceClock", json!({ "ms": 1 })),
        ("addFault", json!({ "kind": "lost" })),
        ("waitForRequests", json!({ "timeout_ms": 0 })),
        ("verifyRequests", json!({ "times": 0 })),
        ("addExpectation", json!({ "times": 0 })),
    ];
    let mut seen = BTreeSet::new();
    for (path, item) in DOCUMENT["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(id) = operation["operationId"].as_str() else {
                continue;
            };
            let body = examples.iter().find(|(one, _)| *one == id);
            let body = body.map_or(&Value::Null, |(_, body)| body);
            assert_eq!(operation["requestBody"].is_null(), body.is_null(), "{id}");
            let path = path.replace("{id}", "3").replace("{name}", "write");
            let answer = ask(&sandbox, &method.to_uppercase(), &path, body);
            let said = String::from_utf8_lossy(&answer.body).into_owned();
            assert!(!said.contains("cannot do"), "{id}: {said}");
            assert_ne!(answer.status, 400, "{id}: {said}");
            assert!(seen.insert(id.to_owned()), "{id} is there twice");
        }
    }
    assert!(seen.len() > 25, "{seen:?}");
    let listed = Request::root("GET", "/__sandbox").send(&sandbox).json();
    assert_eq!(listed["operations"].as_array().unwrap().len(), seen.len());
    assert!(
        sandbox.requests().is_empty(),
        "they are no requests of the API"
    );
}

#[test]
fn its_document_is_given_in_both_forms_and_is_no_part_of_the_products() {
    let sandbox = sandbox();
    let yaml = Request::root("GET", "/__sandbox/openapi.yaml").send(&sandbox);
    assert_eq!(yaml.header("content-type"), Some("application/yaml"));
    let text = String::from_utf8(yaml.body).unwrap();
    assert!(text.starts_with("openapi: 3.0.3\n"), "{text}");
    assert_eq!(DOCUMENT["servers"][0]["url"], "/__sandbox");
    let product = Request::root("GET", "/openapi.yaml").send(&sandbox);
    let product = String::from_utf8(product.body).unwrap();
    assert!(!product.contains("__sandbox"));
    let head = Request::root("HEAD", "/__sandbox/openapi.yaml").send(&sandbox);
    assert_eq!((head.status, head.body.len()), (200, 0));
}

#[test]
fn the_state_can_be_read_and_set() {
    let sandbox = sandbox();
    assert_eq!(get(&sandbox, "/credits"), json!({ "credits": 1000 }));
    put(&sandbox, "/credits", json!({ "credits": 5 }));
    assert_eq!(sandbox.state().credits(), 5);
    let answer = Request::avatar_url("myxaccount").send(&sandbox);
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (402, "insufficient_credits")
    );

    let account = put(&sandbox, "/accounts/77", json!({ "username": "@someone" }));
    assert_eq!(account["username"], "someone");
    assert_eq!(account["health"], "healthy");
    assert_eq!(get(&sandbox, "/accounts/SOMEONE"), account);
    let locked = ask(
        &sandbox,
        "PATCH",
        "/accounts/someone",
        &json!({ "health": "locked" }),
    );
    assert_eq!(locked.json()["health"], "locked");
    assert_eq!(Request::avatar_url("someone").send(&sandbox).status, 403);
    assert_eq!(
        ask(&sandbox, "DELETE", "/accounts/77", &Value::Null).status,
        204
    );
    assert_eq!(Request::disconnect("77").send(&sandbox).status, 404);
    let accounts = get(&sandbox, "/accounts");
    assert_eq!(accounts["accounts"].as_array().unwrap().len(), 3);

    put(
        &sandbox,
        "/challenges/xch_1",
        json!({ "progress": "expired" }),
    );
    assert_eq!(
        Request::submit("xch_1", "123456").send(&sandbox).status,
        410
    );
    let soon = json!({ "progress": "pending", "expires_at": "2999-01-01T00:00:00Z" });
    let pending = put(&sandbox, "/challenges/xch_1", soon);
    assert_eq!(pending["expires_at"], "2999-01-01T00:00:00.000Z");
    assert_eq!(
        Request::submit("xch_1", "123456").send(&sandbox).status,
        201
    );
    assert_eq!(get(&sandbox, "/challenges/xch_1")["progress"], "completed");
    Request::avatar_url("mock_202").key("k").send(&sandbox);
    let state = get(&sandbox, "/state");
    assert_eq!(state["challenges"][0]["id"], "xch_1");
    assert_eq!(state["write_actions"][0]["finished"], false);
    assert_eq!(state["idempotency_keys"][0]["key"], "k");
}

#[test]
fn windows_can_be_filled_and_emptied() {
    let sandbox = sandbox();
    let names: Vec<Value> = get(&sandbox, "/windows")["windows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|window| window["name"].clone())
        .collect();
    assert_eq!(names, ["write", "delete"]);
    let full = put(&sandbox, "/windows/delete", json!({ "used": 60 }));
    assert_eq!((&full["used"], &full["most"]), (&json!(60), &json!(60)));
    assert_eq!(Request::disconnect("3").send(&sandbox).status, 429);
    put(&sandbox, "/windows/delete", json!({ "used": 0 }));
    assert_eq!(Request::disconnect("3").send(&sandbox).status, 200);
    let unknown = ask(&sandbox, "PUT", "/windows/read", &json!({ "used": 1 }));
    assert!(unknown.message().contains("write, delete"), "{unknown:?}");
    assert!(sandbox.state().set_window_used("write", 60));
    assert_eq!(sandbox.state().window_used("write"), 60);
    assert!(!sandbox.state().set_window_used("read", 1));
}

#[test]
fn settings_can_be_changed_while_it_runs_and_a_reset_takes_them_back() {
    let sandbox = sandbox();
    let change = |body: Value| {
        let answer = ask(&sandbox, "PATCH", "/settings", &body);
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    };
    assert_eq!(
        get(&sandbox, "/settings"),
        json!({ "latency_ms": 0, "fault_rate": 0.0, "rate_limit": 60, "window_ms": null })
    );
    change(json!({ "rate_limit": 1 }));
    assert_eq!(Request::disconnect("mock_404").send(&sandbox).status, 404);
    assert_eq!(Request::disconnect("3").send(&sandbox).status, 429);
    let lifted = change(json!({ "rate_limit": null }));
    assert_eq!(lifted["rate_limit"], Value::Null);
    assert_eq!(Request::disconnect("3").send(&sandbox).status, 200);
    change(json!({ "fault_rate": 1 }));
    Request::disconnect("4").exchange(&sandbox);
    assert!(sandbox.requests().last().unwrap().fault.is_some());
    let limited = change(json!({ "rate_limit": 5, "window_ms": 1000 }));
    assert_eq!(limited["window_ms"], 1000);
    let refused = ask(
        &sandbox,
        "PATCH",
        "/settings",
        &json!({ "rate_limit": null, "window_ms": 5 }),
    );
    assert_eq!(refused.status, 400, "{refused:?}");
    let reset = ask(&sandbox, "POST", "/reset", &json!({}));
    assert_eq!(reset.json(), json!({ "reset": true }));
    assert_eq!(get(&sandbox, "/settings")["fault_rate"], 0.0);
    assert_eq!(get(&sandbox, "/settings")["window_ms"], Value::Null);
    sandbox.set_latency(Duration::from_millis(7));
    sandbox.set_fault_rate(7.0);
    sandbox.set_rate_limit(None);
    assert_eq!(
        get(&sandbox, "/settings"),
        json!({ "latency_ms": 7, "fault_rate": 1.0, "rate_limit": null, "window_ms": null })
    );
}

#[test]
fn the_clock_can_be_held_set_moved_and_let_go() {
    let sandbox = sandbox();
    let held = put(
        &sandbox,
        "/clock",
        json!({ "held": true, "now": "2030-01-01T00:00:00Z" }),
    );
    assert_eq!(
        held,
        json!({ "now": "2030-01-01T00:00:00.000Z", "held": true })
    );
    Request::submit("xch_1", "12345").send(&sandbox);
    put(
        &sandbox,
        "/challenges/xch_2",
        json!({ "progress": "pending" }),
    );
    let moved = ask(
        &sandbox,
        "POST",
        "/clock/advance",
        &json!({ "ms": 600_000 }),
    );
    assert_eq!(moved.json()["now"], "2030-01-01T00:10:00.000Z");
    assert_eq!(
        Request::submit("xch_2", "123456").send(&sandbox).status,
        410
    );
    let running = put(&sandbox, "/clock", json!({ "held": false }));
    assert_eq!(running["held"], false);
    // It goes on from where it stood, and not from the machine's time.
    assert!(
        running["now"]
            .as_str()
            .unwrap()
            .starts_with("2030-01-01T00:1"),
        "{running}"
    );
    for now in ["1969-12-31T23:59:59Z", "2026-13-01T00:00:00Z", "noon"] {
        let answer = ask(&sandbox, "PUT", "/clock", &json!({ "now": now }));
        assert_eq!(answer.status, 400, "{now}");
        assert!(answer.message().contains("`now`"), "{answer:?}");
    }
}

#[test]
fn every_kind_of_fault_can_be_scripted() {
    let sandbox = sandbox();
    let script = |body: Value| {
        let answer = ask(&sandbox, "POST", "/faults", &body);
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()
    };
    let delete = || Request::disconnect("3");
    script(json!({ "kind": "documented", "status": 429 }));
    assert_eq!(delete().send(&sandbox).header("retry-after"), Some("60"));
    script(json!({ "kind": "documented", "status": 503, "code": "service_unavailable" }));
    assert_eq!(delete().send(&sandbox).code(), "service_unavailable");
    script(
        json!({ "kind": "answer", "status": 418, "headers": { "X-Odd": "1" }, "body": { "a": 1 } }),
    );
    let odd = delete().send(&sandbox);
    assert_eq!((odd.status, odd.header("x-odd")), (418, Some("1")));
    assert_eq!(
        (odd.header("content-type"), odd.json()),
        (Some("application/json"), json!({ "a": 1 }))
    );
    script(json!({ "kind": "answer", "status": 200, "body": "plain" }));
    let plain = delete().send(&sandbox);
    assert_eq!(
        (plain.header("content-type"), plain.body.as_slice()),
        (None, &b"plain"[..])
    );
    script(json!({ "kind": "raw", "body_base64": "AP8=" }));
    assert_eq!(delete().exchange(&sandbox), b"\x00\xff");
    script(json!({ "kind": "raw", "body": "HTTP/1.1 299 Odd\r\n\r\n" }));
    assert_eq!(delete().send(&sandbox).status, 299);
    script(json!({ "kind": "garbage" }));
    assert!(Response::read(&delete().exchange(&sandbox)).is_none());
    script(json!({ "kind": "refused" }));
    assert_eq!(delete().exchange(&sandbox), b"");
    assert!(sandbox.state().account("3").is_some());
    script(json!({ "kind": "lost", "operation": "disconnectXAccount", "nth": 2, "times": 1 }));
    assert_eq!(Request::disconnect("4").send(&sandbox).status, 200);
    assert_eq!(delete().exchange(&sandbox), b"");
    assert!(sandbox.state().account("3").is_none());
    script(json!({ "kind": "cut", "bytes": 12 }));
    assert_eq!(delete().exchange(&sandbox), b"HTTP/1.1 404");
    script(json!({ "kind": "half_body", "delay_ms": 1 }));
    let half = delete().send(&sandbox);
    let length: usize = half.header("content-length").unwrap().parse().unwrap();
    assert_eq!(half.body.len(), length / 2);
    script(json!({ "kind": "none", "delay_ms": 1 }));
    assert_eq!(delete().send(&sandbox).status, 404);
    assert!(sandbox.requests().iter().any(|one| {
        one.fault
            .as_deref()
            .is_some_and(|fault| fault.starts_with("delayed"))
    }));

    let waiting =
        script(json!({ "kind": "lost", "operation": "updateAvatar", "nth": 3, "times": 2 }));
    assert_eq!(
        (&waiting["waits_for"], &waiting["left"]),
        (&json!(2), &json!(2))
    );
    let second = script(json!({ "kind": "garbage" }));
    assert_eq!(get(&sandbox, "/faults")["faults"], json!([waiting, second]));
    let one = format!("/faults/{}", waiting["id"]);
    assert_eq!(ask(&sandbox, "DELETE", &one, &Value::Null).status, 204);
    assert_eq!(ask(&sandbox, "DELETE", &one, &Value::Null).status, 404);
    assert_eq!(
        ask(&sandbox, "DELETE", "/faults/x", &Value::Null).status,
        400
    );
    assert_eq!(get(&sandbox, "/faults")["faults"], json!([second]));
    assert_eq!(ask(&sandbox, "DELETE", "/faults", &Value::Null).status, 204);
    assert_eq!(get(&sandbox, "/faults")["faults"], json!([]));
}

#[test]
fn what_is_wrong_is_told_and_nothing_is_changed() {
    let sandbox = sandbox();
    let before = get(&sandbox, "/state");
    for (method, path, body, told) in [
        ("PUT", "/credits", json!({}), "`credits` is missing"),
        (
            "PUT",
            "/credits",
            json!({ "credits": -1 }),
            "`credits` is less than 0",
        ),
        (
            "PUT",
            "/credits",
            json!({ "credits": "5" }),
            "expected integer",
        ),
        (
            "PUT",
            "/credits",
            json!({ "credits": 5, "credit": 5 }),
            "`credit` is not known",
        ),
        (
            "PUT",
            "/accounts/9",
            json!({ "username": "a", "health": "helthy" }),
            "\"healthy\"",
        ),
        (
            "PUT",
            "/challenges/a",
            json!({ "progress": "open" }),
            "\"pending\"",
        ),
        ("PUT", "/clock", json!({}), "The body is empty"),
        (
            "PATCH",
            "/settings",
            json!({ "fault_rate": 1.5 }),
            "greater than 1",
        ),
        ("POST", "/faults", json!({ "kind": "loss" }), "\"lost\""),
        (
            "POST",
            "/faults",
            json!({ "kind": "documented" }),
            "`status` is missing",
        ),
        (
            "POST",
            "/faults",
            json!({ "kind": "documented", "status": 99 }),
            "less than 200",
        ),
        (
            "POST",
            "/faults",
            json!({ "kind": "lost", "bytes": 1 }),
            "does not go with the kind `lost`",
        ),
        (
            "POST",
            "/faults",
            json!({ "kind": "lost", "operation": "x" }),
            "updateAvatar",
        ),
        (
            "POST",
            "/faults",
            json!({ "kind": "lost", "times": 0 }),
            "less than 1",
        ),
        (
            "POST",
            "/faults",
            json!({ "kind": "raw" }),
            "`body` is missing",
        ),
        (
            "POST",
            "/faults",
            json!({ "kind": "raw", "body": {} }),
            "no text",
        ),
        (
            "POST",
            "/faults",
            json!({ "kind": "raw", "body": "", "body_base64": "" }),
            "one too many",
        ),
        (
            "POST",
            "/faults",
            json!({ "kind": "raw", "body_base64": "%" }),
            "no base64",
        ),
        (
            "POST",
            "/faults",
            json!({ "kind": "none" }),
            "`delay_ms` is missing",
        ),
        (
            "POST",
            "/faults",
            json!({ "kind": "answer", "status": 200, "headers": { "a b": "" } }),
            "HTTP does not allow",
        ),
        (
            "POST",
            "/faults",
            json!({ "kind": "answer", "status": 200, "headers": { "Content-Length": "9" } }),
            "sets itself",
        ),
        (
            "POST",
            "/requests/verify",
            json!({ "operation": "updateAvatar" }),
            "`operation` is not known",
        ),
        (
            "POST",
            "/requests/verify",
            json!({ "matching": { "operation": "x" } }),
            "updateAvatar",
        ),
        (
            "POST",
            "/requests/verify",
            json!({ "times": 1, "at_most": 1 }),
            "too much",
        ),
        (
            "POST",
            "/requests/verify",
            json!({ "at_least": 2, "at_most": 1 }),
            "more than `at_most`",
        ),
        (
            "POST",
            "/expectations",
            json!({ "matching": { "status": 1000 } }),
            "greater than 999",
        ),
        (
            "POST",
            "/requests/wait",
            json!({ "timeout_ms": 1_000_000 }),
            "greater than 300000",
        ),
    ] {
        let answer = ask(&sandbox, method, path, &body);
        assert_eq!(answer.status, 400, "{path} {body}: {answer:?}");
        assert_eq!(answer.code(), "invalid_input");
        assert!(
            answer.message().contains(told),
            "{path} {body}: {}",
            answer.message()
        );
    }
    for (path, told) in [
        ("/requests?operation=x", "updateAvatar"),
        ("/requests?wrong=maybe", "expected boolean"),
        ("/requests?operations=updateAvatar", "does not know"),
        ("/requests?limit=0", "less than 1"),
    ] {
        let answer = ask(&sandbox, "GET", path, &Value::Null);
        assert_eq!(answer.status, 400, "{path}");
        assert!(
            answer.message().contains(told),
            "{path}: {}",
            answer.message()
        );
    }
    let text = Request::root("PUT", "/__sandbox/credits").header("Content-Type", "text/plain");
    let text = text.body(b"{\"credits\":1}").send(&sandbox);
    assert!(
        text.message().contains("another than application/json"),
        "{text:?}"
    );
    let broken =
        Request::root("PUT", "/__sandbox/credits").header("Content-Type", "application/json");
    let broken = broken.body(b"{\"credits\":").send(&sandbox);
    assert!(broken.message().contains("ends too early"), "{broken:?}");
    for path in ["/accounts/nobody", "/challenges/xch_unseen", "/faults/1"] {
        let method = if path.starts_with("/faults") {
            "DELETE"
        } else {
            "GET"
        };
        assert_eq!(
            ask(&sandbox, method, path, &Value::Null).status,
            404,
            "{path}"
        );
    }
    let nowhere = Request::root("GET", "/__sandbox/nothing").send(&sandbox);
    assert!(nowhere.status == 404 && nowhere.message().contains("openapi.yaml"));
    let other = Request::root("POST", "/__sandbox/credits").send(&sandbox);
    assert_eq!(
        (other.status, other.header("allow")),
        (405, Some("GET, PUT"))
    );
    let other = Request::root("POST", "/__sandbox/openapi.yaml").send(&sandbox);
    assert_eq!(
        (other.status, other.header("allow")),
        (405, Some("GET, HEAD"))
    );
    let after = get(&sandbox, "/state");
    for member in ["credits", "accounts", "challenges", "windows", "settings"] {
        assert_eq!(before[member], after[member]);
    }
    assert_eq!(get(&sandbox, "/faults")["faults"], json!([]));
    assert_eq!(get(&sandbox, "/expectations")["expectations"], json!([]));
}

#[test]
fn the_requests_can_be_listed_filtered_and_verified() {
    let sandbox = sandbox();
    Request::submit("xch_1", "12").send(&sandbox);
    Request::submit("xch_1", "123456").send(&sandbox);
    Request::avatar_url("myxaccount")
        .header("X-Trace", "a")
        .send(&sandbox);
    Request::avatar_url("mock_402_insufficient_credits").send(&sandbox);
    let matched = |query: &str| get(&sandbox, &format!("/requests{query}"))["matched"].as_u64();
    for (query, count) in [
        ("", 4),
        ("?operation=updateAvatar", 2),
        ("?method=patch&status=200", 1),
        ("?code=insufficient_credits", 1),
        ("?wrong=true", 1),
        ("?after=1&wrong=false", 3),
        ("?path=/api/v1/x/profile/avatar", 2),
        ("?limit=1", 4),
    ] {
        assert_eq!(matched(query), Some(count), "{query}");
    }
    let newest = get(&sandbox, "/requests?limit=1");
    let newest = newest["requests"].as_array().unwrap();
    assert_eq!((newest.len(), &newest[0]["number"]), (1, &json!(4)));
    let all = get(&sandbox, "/requests").to_string();
    assert!(!all.contains(KEY) && !all.contains("123456"), "{all}");

    let verify = |body: Value| ask(&sandbox, "POST", "/requests/verify", &body);
    let once = json!({
        "matching": {
            "operation": "updateAvatar",
            "headers": { "x-trace": "a" },
            "body": { "account": "myxaccount" },
            "status": 200,
        },
        "times": 1,
    });
    assert_eq!(verify(once).json()["requests"][0]["number"], 3);
    let twice = verify(json!({ "matching": { "operation": "updateAvatar" }, "times": 3 }));
    assert_eq!((twice.status, twice.code().as_str()), (409, "not_met"));
    assert_eq!(
        twice.message(),
        "Expected 3 requests of updateAvatar, received 2."
    );
    for (bounds, status) in [
        (json!({ "at_least": 4 }), 200),
        (json!({ "at_least": 5 }), 409),
        (json!({ "at_most": 4 }), 200),
        (json!({ "at_most": 3 }), 409),
        (
            json!({ "times": 0, "matching": { "code": "not_found" } }),
            200,
        ),
        (
            json!({ "at_most": 1, "matching": { "code": "not_found" } }),
            200,
        ),
        (json!({ "matching": { "code": "not_found" } }), 409),
    ] {
        assert_eq!(verify(bounds.clone()).status, status, "{bounds}");
    }
    assert_eq!(
        ask(&sandbox, "DELETE", "/requests", &Value::Null).status,
        204
    );
    assert_eq!(matched(""), Some(0));
    assert_eq!(get(&sandbox, "/requests")["received"], 4);
}

#[test]
fn requests_can_be_waited_for() {
    let sandbox = sandbox();
    let wait = |body: &Value| ask(&sandbox, "POST", "/requests/wait", body);
    let answer = thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            wait(&json!({
                "matching": { "operation": "disconnectXAccount" },
                "times": 2,
                "timeout_ms": 60_000,
            }))
        });
        Request::avatar_url("myxaccount").send(&sandbox);
        Request::disconnect("3").send(&sandbox);
        Request::disconnect("4").send(&sandbox);
        waiting.join().unwrap()
    });
    assert_eq!((answer.status, &answer.json()["matched"]), (200, &json!(2)));
    let none = wait(&json!({ "matching": { "status": 500 }, "timeout_ms": 10 }));
    assert_eq!(none.status, 409);
    assert_eq!(
        none.message(),
        "Expected at least 1 request answered 500 within 10 ms, received 0."
    );
}

#[test]
fn what_was_expected_is_verified_and_so_is_every_fault() {
    let sandbox = sandbox();
    Request::disconnect("3").send(&sandbox);
    let expect = |body: Value| {
        let answer = ask(&sandbox, "POST", "/expectations", &body);
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()
    };
    let verify = || ask(&sandbox, "POST", "/verify", &Value::Null);
    assert_eq!(verify().json(), json!({ "verified": true }));
    let first = expect(
        json!({ "matching": { "operation": "disconnectXAccount", "status": 200 }, "times": 1 }),
    );
    // What came before it was expected does not count.
    assert_eq!(
        first,
        json!({ "id": 1, "expected": "1 request of disconnectXAccount, answered 200", "received": 0, "met": false })
    );
    expect(json!({ "matching": { "wrong": true }, "times": 0 }));
    sandbox.script(Fault::lost().on("updateAvatar"));
    let unmet = verify();
    assert_eq!(
        unmet.json()["unmet"],
        json!([
            "expected 1 request of disconnectXAccount, answered 200, received 0",
            "expected a request of updateAvatar to meet a fault (carried out, answer lost), it never happened",
        ])
    );
    let same = sandbox.verify().unwrap_err();
    assert_eq!(json!(same.all), unmet.json()["unmet"]);
    Request::disconnect("4").send(&sandbox);
    Request::avatar_url("myxaccount").exchange(&sandbox);
    assert_eq!(verify().status, 200);
    assert!(sandbox.verify().is_ok());
    // What was forgotten was received all the same.
    ask(&sandbox, "DELETE", "/requests", &Value::Null);
    assert_eq!(verify().status, 200);
    Request::disconnect("").send(&sandbox);
    Request::submit("xch_1", "1").send(&sandbox);
    assert_eq!(verify().status, 409);
    let seen = get(&sandbox, "/expectations");
    assert_eq!(seen["expectations"][1]["received"], 2);
    assert_eq!(
        ask(&sandbox, "DELETE", "/expectations", &Value::Null).status,
        204
    );
    assert_eq!(verify().status, 200);
    sandbox.expect(Expectation::new(Filter::new().on("updateAvatar")));
    assert_eq!(
        get(&sandbox, "/expectations")["expectations"][0]["met"],
        false
    );
    ask(&sandbox, "POST", "/reset", &Value::Null);
    assert_eq!(get(&sandbox, "/expectations")["expectations"], json!([]));
    assert!(sandbox.requests_that(&Filter::new()).is_empty());
}

#[test]
fn no_page_from_elsewhere_controls_the_sandbox() {
    let sandbox = Sandbox::builder().cors("https://app.example");
    let sandbox = sandbox.start_now().unwrap();
    let set = || Request::root("PUT", "/__sandbox/credits").json(&json!({ "credits": 1 }));
    for (name, value) in [
        ("Origin", "https://evil.example"),
        // Let in to the API, and not to this.
        ("Origin", "https://app.example"),
        ("Origin", "http://localhost.evil.example"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
    ] {
        let answer = set().header(name, value).send(&sandbox);
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (403, "forbidden"),
            "{value}"
        );
        assert_eq!(answer.header("access-control-allow-origin"), None);
        let asked = Request::root("OPTIONS", "/__sandbox/credits")
            .header(name, value)
            .header("Access-Control-Request-Method", "PUT");
        assert_eq!(asked.send(&sandbox).status, 403, "{value}");
    }
    for host in ["evil.example", "127.0.0.1.evil.example:80", "sandbox:4010"] {
        let text = String::from_utf8(set().bytes()).unwrap();
        let text = text.replace("Host: localhost", &format!("Host: {host}"));
        assert_eq!(
            crate::client::raw(&sandbox, text.as_bytes()).status,
            403,
            "{host}"
        );
    }
    assert_eq!(sandbox.state().credits(), 1_000);
    // A test that runs in a page of this machine may.
    let origin = "http://localhost:5173";
    let asked = Request::root("OPTIONS", "/__sandbox/credits")
        .header("Origin", origin)
        .header("Access-Control-Request-Method", "PUT")
        .send(&sandbox);
    assert_eq!(
        (asked.status, asked.header("access-control-allow-origin")),
        (204, Some(origin))
    );
    let answer = set()
        .header("Origin", origin)
        .header("Sec-Fetch-Site", "same-site");
    let answer = answer.send(&sandbox);
    assert_eq!(
        (answer.status, answer.header("access-control-allow-origin")),
        (200, Some(origin))
    );
    assert_eq!(sandbox.state().credits(), 1);
}

/// An address of this machine that is not loopback, if it has one. Nothing is sent.
fn other_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    let ip = socket.local_addr().ok()?.ip();
    (!ip.is_loopback() && !ip.is_unspecified()).then_some(ip)
}

#[test]
fn only_programs_of_this_machine_control_the_sandbox() {
    let Some(ip) = other_address() else {
        return;
    };
    let sandbox = Sandbox::builder()
        .addr(SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)))
        .allow_remote(true)
        .start_now()
        .unwrap();
    let at = |ip: IpAddr| {
        let address = SocketAddr::new(ip, sandbox.addr().port()).to_string();
        let answer = Request::root("GET", "/__sandbox/state").try_exchange(&address);
        answer.and_then(|answer| Response::read(&answer))
    };
    assert_eq!(at(Ipv4Addr::LOCALHOST.into()).unwrap().status, 200);
    // Seen from there, this machine is another one.
    let refused = at(ip).unwrap();
    assert_eq!(refused.status, 403, "{refused:?}");
    assert!(refused.message().contains("own machine"), "{refused:?}");
}

#[test]
fn what_cannot_be_kept_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let sandbox = Sandbox::builder().state_file(&path).start_now().unwrap();
    // A folder of that name is in the way of the file that is written beside it.
    std::fs::create_dir(folder.path().join("state.new")).unwrap();
    let set = ask(&sandbox, "PUT", "/credits", &json!({ "credits": 1 }));
    assert_eq!((set.status, set.code().as_str()), (500, "not_saved"));
    assert_eq!(get(&sandbox, "/credits"), json!({ "credits": 1000 }));
    std::fs::remove_dir(folder.path().join("state.new")).unwrap();
    put(&sandbox, "/credits", json!({ "credits": 1 }));
    std::fs::create_dir(folder.path().join("state.new")).unwrap();
    assert_eq!(ask(&sandbox, "POST", "/reset", &Value::Null).status, 500);
    let page = Request::root("POST", "/reset").send(&sandbox);
    assert_eq!((page.status, page.code().as_str()), (500, "not_saved"));
    assert_eq!(sandbox.state().credits(), 1);
}

#[test]
fn a_sandbox_that_was_not_used_as_expected_fails_its_test() {
    let dropped = |sandbox: Sandbox| {
        let dropped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(sandbox)));
        dropped
            .err()
            .map(|said| said.downcast_ref::<String>().unwrap().clone())
    };
    let unused = sandbox();
    unused.script(Fault::lost().on("updateAvatar"));
    assert_eq!(
        dropped(unused).unwrap(),
        "the sandbox was not used as the test expected: expected a request of updateAvatar to meet a fault (carried \
         out, answer lost), it never happened"
    );
    let expecting = || {
        let sandbox = sandbox();
        sandbox.expect(Expectation::new(Filter::new().on("disconnectXAccount")).times(1));
        sandbox
    };
    let said = dropped(expecting()).unwrap();
    assert!(
        said.ends_with("expected 1 request of disconnectXAccount, received 0"),
        "{said}"
    );
    let met = expecting();
    Request::disconnect("3").send(&met);
    assert_eq!(dropped(met), None);
    let forgotten = expecting();
    forgotten.clear_expectations();
    assert_eq!(dropped(forgotten), None);
    let lax = Sandbox::builder()
        .verify_on_drop(false)
        .start_now()
        .unwrap();
    lax.script(Fault::lost());
    assert_eq!(dropped(lax), None);
    // A fault that happened once is used, whatever is left of it.
    let used = sandbox();
    used.script(Fault::status(503).times(5));
    Request::disconnect("3").send(&used);
    assert_eq!(dropped(used), None);
    // A test that fails anyhow says why, and not this.
    let first = std::panic::catch_unwind(|| {
        let _expecting = expecting();
        panic!("the first reason");
    });
    assert_eq!(
        *first.unwrap_err().downcast_ref::<&str>().unwrap(),
        "the first reason"
    );
}
