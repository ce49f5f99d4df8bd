//! The parts of `docs/sandbox.md` that are made by the sandbox itself.

use std::fmt::Write;

use serde_json::Value;
use xquik_mock::Sandbox;

use crate::client::{PNG, Request, Response};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/sandbox.md");

/// Puts what was made between the marks of a part.
fn replaced(text: &str, part: &str, made: &str) -> String {
    let begin = text
        .find(&format!("<!-- {part}:"))
        .expect("the part begins");
    let begin = begin + text[begin..].find('\n').unwrap() + 1;
    let end = text
        .find(&format!("<!-- /{part} -->"))
        .expect("the part ends");
    format!("{}\n{made}\n{}", &text[..begin], &text[end..])
}

fn overview() -> Value {
    let sandbox = Sandbox::builder().start_now().unwrap();
    Request::root("GET", "/")
        .header("Accept", "application/json")
        .send(&sandbox)
        .json()
}

fn values(overview: &Value) -> String {
    let mut text = String::new();
    for operation in overview["operations"].as_array().unwrap() {
        let id = operation["id"].as_str().unwrap();
        let summary = operation["summary"].as_str().unwrap();
        let path = operation["path"].as_str().unwrap();
        let method = operation["method"].as_str().unwrap();
        writeln!(
            text,
            "### {summary}\n\n`{method} {path}`\n\n| value | status | |\n|---|---|---|"
        )
        .unwrap();
        for value in overview["magic"]["values"].as_array().unwrap() {
            if value["operation"] == id {
                let word = value["value"].as_str().unwrap();
                writeln!(
                    text,
                    "| `{word}` | {} | {} |",
                    value["status"],
                    value["summary"].as_str().unwrap()
                )
                .unwrap();
            }
        }
        text.push('\n');
    }
    text.trim_end().to_owned()
}

fn known(overview: &Value) -> String {
    let mut text = "| code | what comes of it |\n|---|---|\n".to_owned();
    for code in overview["magic"]["codes"].as_array().unwrap() {
        writeln!(
            text,
            "| `{}` | {} |",
            code["code"].as_str().unwrap(),
            code["meaning"].as_str().unwrap()
        )
        .unwrap();
    }
    text.push_str("| any other of the right form | X refuses the login |\n\n| account | id | health |\n|---|---|---|\n");
    for account in overview["magic"]["accounts"].as_array().unwrap() {
        let member = |name: &str| account[name].as_str().unwrap().to_owned();
        writeln!(
            text,
            "| `{}` | `{}` | {} |",
            member("username"),
            member("id"),
            member("health")
        )
        .unwrap();
    }
    text.trim_end().to_owned()
}

fn control() -> String {
    let sandbox = Sandbox::builder().start_now().unwrap();
    let contents = Request::root("GET", "/__sandbox").send(&sandbox).json();
    let mut text = "| request | |\n|---|---|\n".to_owned();
    for operation in contents["operations"].as_array().unwrap() {
        let member = |name: &str| operation[name].as_str().unwrap().to_owned();
        writeln!(
            text,
            "| `{} {}` | {} |",
            member("method"),
            member("path"),
            member("summary")
        )
        .unwrap();
    }
    text.trim_end().to_owned()
}

fn exchange() -> String {
    let sandbox = Sandbox::builder().seed(1).start_now().unwrap();
    let mut text = "```console\n".to_owned();
    let mut show = |command: &str, answer: &Response| {
        let body = String::from_utf8(answer.body.clone()).unwrap();
        writeln!(text, "$ {command}\n{body}").unwrap();
    };
    let base = "http://127.0.0.1:4010/api/v1";
    let key = "-H 'x-api-key: xq_test'";
    let json = "-H 'Content-Type: application/json'";
    let submit = |code: &str| {
        format!(
            "curl {base}/x/account-connection-challenges/xch_1/submit {key} {json} -d '{{\"email_code\":\"{code}\"}}'"
        )
    };
    show(
        &submit("12"),
        &Request::submit("xch_1", "12").send(&sandbox),
    );
    show(
        &submit("123 456"),
        &Request::submit("xch_1", "123 456").send(&sandbox),
    );
    show(
        &submit("123456"),
        &Request::submit("xch_1", "123456").send(&sandbox),
    );
    show(
        &format!(
            "curl -X PATCH {base}/x/profile/avatar {key} -F account=myxaccount -F file=@avatar.png"
        ),
        &Request::avatar_file("myxaccount", PNG).send(&sandbox),
    );
    show(
        &format!("curl -X DELETE {base}/x/accounts/mock_429 {key}"),
        &Request::disconnect("mock_429").send(&sandbox),
    );
    text.push_str("```");
    text
}

#[test]
fn what_the_docs_show_of_the_sandbox_is_current() {
    // Where the crate is used without its repository there are no docs.
    let Ok(text) = std::fs::read_to_string(PATH) else {
        return;
    };
    let overview = overview();
    let mut made = replaced(&text, "values", &values(&overview));
    made = replaced(&made, "known", &known(&overview));
    made = replaced(&made, "exchange", &exchange());
    made = replaced(&made, "control", &control());
    if made != text && std::env::var_os("XQUIK_BLESS").is_some() {
        std::fs::write(PATH, &made).unwrap();
        return;
    }
    assert_eq!(made, text, "renew it with `cargo xtask bless`");
}
