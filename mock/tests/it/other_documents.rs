//! Operations that the sandbox has never heard of are answered from their examples.

use serde_json::{Value, json};
use xquik_mock::Sandbox;

use crate::client::{Request, sandbox};

/// The shipped document with an operation more.
fn with_an_operation() -> Sandbox {
    let shipped = include_str!("../../openapi.yaml");
    let operation = "
  /x/pictures:
    post:
      operationId: addPicture
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              required: [picture]
              properties:
                note: { type: string, example: none }
                picture: { type: string, format: binary }
              example: { note: none, picture: bytes }
            encoding: { picture: { contentType: 'image/png, image/jpeg' } }
      responses:
        202: { description: Not yet }
        201: { description: Added }
  /x/banners/{name}/{size}:
    put:
      operationId: putBanner
      summary: Put a banner
      x-credits: 3
      x-rate-limit: { window: write, seconds: 60 }
      parameters:
        - { name: name, in: path, required: true, schema: { type: string, maxLength: 30 }, example: front }
        - { name: size, in: path, required: true, schema: { type: integer, minimum: 1 }, example: 2 }
        - { name: crop, in: query, schema: { type: boolean } }
        - { name: Idempotency-Key, in: header, schema: { type: string } }
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              additionalProperties: false
              required: [picture, title]
              properties:
                picture: { type: string, format: binary, maxLength: 100 }
                title: { type: string, nullable: true, minLength: 2 }
                order: { type: integer, exclusiveMinimum: true, minimum: 0 }
          application/json:
            schema:
              type: object
              required: [title]
              properties:
                title: { type: string, nullable: true }
                secret: { type: string, format: password }
                made: { type: string, readOnly: true }
              example: { title: Hello }
      responses:
        201:
          description: Made
          headers: { X-Made: { schema: { type: string }, example: 'yes' } }
          content:
            application/json:
              schema:
                type: object
                properties:
                  id: { type: string, example: b1 }
                  tags: { type: array, items: { type: string, enum: [one, two] } }
        204:
          description: Replaced
        400:
          description: Wrong
          content:
            application/json:
              schema:
                type: object
                properties:
                  error: { oneOf: [{ type: string, x-extensible-enum: [bad_banner, bad_size] }, { type: object }] }
        402:
          description: Poor
          content:
            application/json:
              examples:
                poor: { value: { error: poor, message: Too few } }
        503:
          description: Away
          content:
            application/json:
              example: { error: away, retryAfterMs: 1500 }
";
    let at = shipped.find("\npaths:\n").unwrap() + "\npaths:".len();
    let text = format!("{}{operation}{}", &shipped[..at], &shipped[at..]);
    Sandbox::builder().document(text).start_now().unwrap()
}

fn put(path: &str, body: &Value) -> Request {
    Request::new("PUT", &format!("/x/banners/{path}")).json(body)
}

#[test]
fn an_operation_that_is_added_to_the_document_is_answered_from_its_examples() {
    let sandbox = with_an_operation();
    let answer = put("front/2", &json!({ "title": null })).send(&sandbox);
    assert_eq!(answer.status, 201);
    assert_eq!(answer.json(), json!({ "id": "b1", "tags": ["one"] }));
    assert_eq!(answer.header("x-made"), Some("yes"));
    assert_eq!(sandbox.state().credits(), 997);
    assert_eq!(sandbox.state().window_used("write"), 1);
    sandbox.state().set_credits(2);
    let poor = put("front/2", &json!({ "title": "a" })).send(&sandbox);
    assert_eq!((poor.status, poor.code().as_str()), (402, "poor"));
}

#[test]
fn its_requests_are_judged_by_the_document() {
    let sandbox = with_an_operation();
    let refused = |request: Request, told: &str| {
        let answer = request.send(&sandbox);
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "bad_banner"),
            "{told}"
        );
        assert!(answer.message().contains(told), "{}", answer.message());
    };
    let good = json!({ "title": "Hello" });
    refused(put("front/0", &good), "`size` in the path is less than 1");
    refused(
        put("front/x", &good),
        "`size` in the path is a string, expected integer",
    );
    refused(
        put(&format!("{}/1", "n".repeat(31)), &good),
        "`name` in the path is longer than 30",
    );
    refused(
        put("front/1?crop=maybe", &good),
        "`crop` in the query is a string, expected boolean",
    );
    refused(put("front/1", &json!({})), "`title` is missing");
    refused(
        put("front/1", &json!({ "title": 1 })),
        "`title` is a number, expected",
    );
    let form = |order: &str, picture: &[u8]| {
        Request::new("PUT", "/x/banners/front/1").form(
            "gap",
            &[
                ("name=\"title\"", None, b"Hello"),
                ("name=\"order\"", None, order.as_bytes()),
                ("name=\"picture\"; filename=\"a\"", None, picture),
            ],
        )
    };
    refused(form("0", b"x"), "`order`");
    refused(
        form("1", &[b'x'; 101]),
        "`picture` has 101 bytes, expected at most 100",
    );
    assert_eq!(form("1", b"x").send(&sandbox).status, 201);
    assert_eq!(
        put("front/1?crop=true", &good)
            .without("x-api-key")
            .send(&sandbox)
            .status,
        401
    );
    assert_eq!(
        Request::new("GET", "/x/banners/front/1")
            .send(&sandbox)
            .header("allow"),
        Some("PUT")
    );
}

#[test]
fn its_answers_are_on_demand_too() {
    let sandbox = with_an_operation();
    let good = json!({ "title": "Hello" });
    let send = |name: &str| put(&format!("{name}/1"), &good).send(&sandbox);
    let empty = send("mock_204");
    assert_eq!(
        (empty.status, empty.body.len(), empty.header("content-type")),
        (204, 0, None)
    );
    assert_eq!(send("mock_400_bad_size").code(), "bad_size");
    assert_eq!(
        send("mock_503").json(),
        json!({ "error": "away", "retryAfterMs": 1500 })
    );
    let undocumented = send("mock_404");
    assert_eq!(undocumented.status, 400);
    assert!(
        undocumented
            .message()
            .contains("mock_204, mock_400_bad_banner, mock_400_bad_size, mock_402_poor"),
        "{}",
        undocumented.message()
    );
    let in_body = put("front/1", &json!({ "title": "mock_402" })).send(&sandbox);
    assert_eq!(in_body.status, 402);
}

#[test]
fn its_keys_are_remembered_and_its_secrets_blanked() {
    let sandbox = with_an_operation();
    let one = put("front/1", &json!({ "title": "a", "secret": "86420975" })).key("k");
    assert_eq!(one.send(&sandbox).status, 201);
    assert_eq!(one.send(&sandbox).status, 201);
    assert_eq!(sandbox.state().credits(), 997);
    assert_eq!(
        put("front/2", &json!({ "title": "a" }))
            .key("k")
            .send(&sandbox)
            .status,
        409
    );
    let parsed = sandbox.requests()[0].body.parsed.clone().unwrap();
    assert_eq!(parsed, json!({ "title": "a", "secret": "[blanked]" }));
}

#[test]
fn the_page_shows_it_as_well() {
    let sandbox = with_an_operation();
    let data = Request::root("GET", "/")
        .header("Accept", "application/json")
        .send(&sandbox)
        .json();
    let shown = data["operations"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["id"] == "putBanner")
        .unwrap();
    assert_eq!(shown["path"], "/api/v1/x/banners/{name}/{size}");
    assert!(
        shown["curl"]
            .as_str()
            .unwrap()
            .contains("/x/banners/front/2"),
        "{shown}"
    );
}

#[test]
fn every_command_of_the_page_gives_the_answer_that_it_promises() {
    for sandbox in [sandbox(), with_an_operation()] {
        let data = Request::root("GET", "/")
            .header("Accept", "application/json")
            .send(&sandbox)
            .json();
        let values = data["magic"]["values"].as_array().unwrap();
        assert!(values.len() > 40);
        for value in values {
            let command = value["curl"].as_str().unwrap();
            assert_eq!(
                json!(Request::of_curl(command).send(&sandbox).status),
                value["status"],
                "{command}"
            );
        }
        for operation in data["operations"].as_array().unwrap() {
            sandbox.reset();
            let command = operation["curl"].as_str().unwrap();
            let status = Request::of_curl(command).send(&sandbox).status;
            assert!((200..300).contains(&status), "{command}: {status}");
        }
    }
}
