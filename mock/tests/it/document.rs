//! Every documented answer, asked for and judged by the document itself.

use serde_json::{Map, Value, json};
use xquik_mock::Sandbox;

use crate::client::Request;

#[test]
fn the_shipped_document_is_the_one_at_the_root() {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.yaml");
    // Where the crate is used without its repository there is nothing to compare with.
    let Ok(root) = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.yaml"))
    else {
        return;
    };
    let shipped = std::fs::read_to_string(shipped).unwrap();
    assert_eq!(shipped, root, "renew it with `cargo xtask bless`");
}

/// The document as the sandbox gives it.
fn document(sandbox: &Sandbox) -> Value {
    Request::root("GET", "/openapi.json").send(sandbox).json()
}

/// A second reading of what OpenAPI 3.0 means, apart from the sandbox's: `nullable` is a type more.
fn as_json_schema(node: &Value) -> Value {
    match node {
        Value::Array(items) => items.iter().map(as_json_schema).collect(),
        Value::Object(members) => {
            let mut schema: Map<String, Value> = members
                .iter()
                .map(|(name, member)| (name.clone(), as_json_schema(member)))
                .collect();
            if members.get("nullable") == Some(&json!(true)) && members.contains_key("type") {
                schema.insert("type".to_owned(), json!([members["type"], "null"]));
            }
            Value::Object(schema)
        }
        other => other.clone(),
    }
}

fn resolve<'t>(tree: &'t Value, node: &'t Value) -> &'t Value {
    match node.get("$ref").and_then(Value::as_str) {
        Some(reference) => tree.pointer(&reference[1..]).unwrap(),
        None => node,
    }
}

fn check(tree: &Value, operation: &Value, status: u16, body: &Value) {
    let response = resolve(tree, &operation["responses"][status.to_string()]);
    let schema = &response["content"]["application/json"]["schema"];
    assert!(
        !schema.is_null(),
        "{status} of {} is not documented",
        operation["operationId"]
    );
    let mut whole = as_json_schema(&json!({ "allOf": [schema] }));
    whole["components"] = as_json_schema(&tree["components"]);
    let validator = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft4)
        .should_validate_formats(true)
        .build(&whole)
        .unwrap();
    let errors: Vec<String> = validator
        .iter_errors(body)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{status} {body}: {errors:?}");
}

/// Requests that wish for an answer, in each way that the operation has. One that is not known here is asked by
/// the command that the page shows.
fn wishes(sandbox: &Sandbox, operation: &str, wish: &str) -> Vec<Request> {
    match operation {
        "submitXAccountConnectionChallenge" => vec![
            Request::submit(&format!("xch_{wish}"), "123456"),
            Request::submit("xch_1", wish),
        ],
        "disconnectXAccount" => vec![Request::disconnect(wish)],
        "updateAvatar" => vec![
            Request::avatar_url(wish),
            Request::avatar_file(wish, crate::client::PNG),
        ],
        other => {
            let page = Request::root("GET", "/")
                .header("Accept", "application/json")
                .send(sandbox)
                .json();
            let shown = page["magic"]["values"]
                .as_array()
                .unwrap()
                .iter()
                .find(|one| one["operation"] == other);
            let shown = shown.expect("the page shows every operation");
            let command = shown["curl"]
                .as_str()
                .unwrap()
                .replace(shown["value"].as_str().unwrap(), wish);
            vec![Request::of_curl(&command)]
        }
    }
}

#[test]
fn every_documented_pair_is_answered_on_demand_as_documented() {
    let sandbox = Sandbox::builder().no_rate_limit().start_now().unwrap();
    let tree = document(&sandbox);
    let mut pairs = 0;
    for path in tree["paths"].as_object().unwrap().values() {
        for operation in path.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            for (status, response) in operation["responses"].as_object().unwrap() {
                let response = resolve(&tree, response);
                let status: u16 = status.parse().unwrap();
                let media = &response["content"]["application/json"];
                let schema = resolve(&tree, &media["schema"]);
                let codes =
                    schema["properties"]["error"]["oneOf"][0]["x-extensible-enum"].as_array();
                let codes: Vec<&str> = match (status >= 400, codes) {
                    (true, Some(codes)) => {
                        codes.iter().map(|code| code.as_str().unwrap()).collect()
                    }
                    (true, None) => panic!("{id} {status} lists no codes"),
                    (false, _) => Vec::new(),
                };
                for request in wishes(&sandbox, id, &format!("mock_{status}")) {
                    let answer = request.send(&sandbox);
                    assert_eq!(answer.status, status, "{id}");
                    check(&tree, operation, status, &answer.json());
                    if let Some(first) = codes.first() {
                        assert_eq!(answer.code(), *first, "{id} {status}");
                    }
                    pairs += 1;
                }
                for code in codes {
                    let plain = format!("mock_{status}_{code}");
                    for newer in [false, true] {
                        let wish = if newer {
                            format!("{plain}_mock_new")
                        } else {
                            plain.clone()
                        };
                        for request in wishes(&sandbox, id, &wish) {
                            let answer = request.send(&sandbox);
                            assert_eq!(answer.status, status, "{wish}: {}", answer.json());
                            assert_eq!(answer.code(), code, "{id} {status}");
                            let body = answer.json();
                            assert_eq!(body["error"].is_object(), newer, "{body}");
                            if newer {
                                for member in ["type", "code", "message"] {
                                    assert!(body["error"][member].is_string(), "{body}");
                                }
                            }
                            check(&tree, operation, status, &body);
                            pairs += 1;
                        }
                    }
                }
                for (name, example) in media["examples"].as_object().into_iter().flatten() {
                    for request in wishes(&sandbox, id, &format!("mock_{status}_{name}")) {
                        let answer = request.send(&sandbox);
                        assert_eq!(answer.status, status);
                        assert_eq!(answer.json(), example["value"], "{id} {status} {name}");
                    }
                }
            }
        }
    }
    assert!(pairs > 100, "only {pairs} were asked for");
}

#[test]
fn every_code_of_the_registry_is_on_demand_somewhere() {
    let sandbox = Sandbox::builder().no_rate_limit().start_now().unwrap();
    let tree = document(&sandbox);
    for code in tree["x-error-codes"].as_object().unwrap().keys() {
        let statuses = [400, 401, 402, 403, 404, 409, 410, 422, 429, 500, 503];
        let operations = [
            "submitXAccountConnectionChallenge",
            "disconnectXAccount",
            "updateAvatar",
        ];
        let given = operations.iter().any(|operation| {
            statuses.iter().any(|status| {
                let answer =
                    wishes(&sandbox, operation, &format!("mock_{status}_{code}"))[0].send(&sandbox);
                answer.status == *status
                    && answer.code() == *code
                    && !answer.message().contains("on demand")
            })
        });
        assert!(given, "{code}");
    }
}

#[test]
fn real_answers_are_documented_as_well() {
    let sandbox = Sandbox::builder().no_rate_limit().start_now().unwrap();
    let tree = document(&sandbox);
    let submit = &tree["paths"]["/x/account-connection-challenges/{id}/submit"]["post"];
    let disconnect = &tree["paths"]["/x/accounts/{id}"]["delete"];
    let avatar = &tree["paths"]["/x/profile/avatar"]["patch"];
    let requests = [
        (submit, Request::submit("xch_1", "202202"), 202),
        (submit, Request::submit("xch_1", "123456"), 201),
        (submit, Request::submit("xch_mock_new", "123456"), 201),
        (submit, Request::submit("xch_1", "123456"), 409),
        (submit, Request::submit("xch_2", "410410"), 410),
        (submit, Request::submit("xch_3", "999999"), 422),
        (submit, Request::submit("xch_mock_new_4", "999999"), 422),
        (submit, Request::submit("other", "123456"), 404),
        (submit, Request::submit("xch_5", "1"), 400),
        (
            submit,
            Request::submit("xch_5", "123456").without("x-api-key"),
            401,
        ),
        (disconnect, Request::disconnect("9"), 404),
        (disconnect, Request::disconnect("mock_new_9"), 404),
        (disconnect, Request::disconnect("%zz"), 400),
        (disconnect, Request::disconnect("4"), 200),
        (avatar, Request::avatar_url("myxaccount"), 200),
        (avatar, Request::avatar_url("myxaccount_mock_new"), 200),
        (avatar, Request::avatar_url("mock_202"), 202),
        (avatar, Request::avatar_url("restricted"), 403),
        (avatar, Request::avatar_url("nobody"), 404),
        (
            avatar,
            Request::avatar_file("myxaccount", b"no picture"),
            400,
        ),
    ];
    for (operation, request, status) in requests {
        let answer = request.send(&sandbox);
        assert_eq!(answer.status, status, "{}", answer.json());
        check(&tree, operation, status, &answer.json());
    }
    sandbox.state().set_credits(9);
    let answer = Request::avatar_url("myxaccount").send(&sandbox);
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (402, "insufficient_credits")
    );
    check(&tree, avatar, 402, &answer.json());
}
