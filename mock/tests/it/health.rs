//! Whether it runs, and where it is found.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv6Addr, SocketAddr, TcpListener, TcpStream};

use xquik_mock::Sandbox;

use crate::client::{Request, Response, raw, sandbox};

#[test]
fn healthz_says_that_it_runs_to_whoever_asks() {
    let sandbox = sandbox();
    let answer = Request::root("GET", "/healthz").send(&sandbox);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json(), serde_json::json!({ "status": "ok" }));
    let named = b"GET /healthz HTTP/1.1\r\nHost: sandbox:4010\r\nConnection: close\r\n\r\n";
    assert_eq!(raw(&sandbox, named).status, 200);
    let head = Request::root("HEAD", "/healthz").send(&sandbox);
    assert_eq!((head.status, head.body.len()), (200, 0));
    let post = Request::root("POST", "/healthz").send(&sandbox);
    assert_eq!(
        (post.status, post.header("allow")),
        (405, Some("GET, HEAD"))
    );
    assert!(sandbox.requests().is_empty());
}

#[test]
fn a_path_of_the_document_goes_before_one_of_the_sandbox() {
    let document = r#"
openapi: 3.0.3
info: { title: t, version: '1' }
paths:
  /healthz:
    get:
      operationId: health
      responses: { '200': { description: ok, content: { text/plain: { example: mine } } } }
"#;
    let sandbox = Sandbox::builder().document(document).start_now().unwrap();
    let answer = Request::root("GET", "/healthz").send(&sandbox);
    assert_eq!(answer.body, b"mine");
    assert_eq!(sandbox.requests()[0].operation.as_deref(), Some("health"));
}

fn at(address: SocketAddr) -> u16 {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    Response::read(&answer).unwrap().status
}

#[test]
fn localhost_is_found_over_either_version_of_ip() {
    let six = TcpListener::bind((Ipv6Addr::LOCALHOST, 0));
    let sandbox = Sandbox::builder().localhost(0).start_now().unwrap();
    assert!(sandbox.base_url().starts_with("http://127.0.0.1:"));
    assert_eq!(at(sandbox.addr()), 200);
    // Not every machine has it.
    let Ok(taken) = six else { return };
    let same = SocketAddr::from((Ipv6Addr::LOCALHOST, sandbox.addr().port()));
    assert_eq!(at(same), 200);
    drop(sandbox);
    assert!(TcpStream::connect(same).is_err(), "it stopped there, too");
    // Where another program has the name's other address, `localhost` would lead to that one.
    let port = taken.local_addr().unwrap().port();
    let error = Sandbox::builder().localhost(port).start_now().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
    assert!(error.to_string().contains("is taken"), "{error}");
}
