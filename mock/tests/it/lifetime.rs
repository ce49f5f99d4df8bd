//! Starting and stopping.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use xquik_mock::{Fault, Sandbox};

use crate::client::{Request, sandbox};

#[test]
fn it_stops_when_it_is_dropped_and_its_port_is_free_then() {
    let first = sandbox();
    let addr = first.addr();
    assert_eq!(first.base_url(), format!("http://{addr}/api/v1"));
    // A connection that is open must not keep it.
    let _open = TcpStream::connect(addr).unwrap();
    drop(first);
    assert!(TcpStream::connect(addr).is_err());
    Sandbox::builder().addr(addr).start_now().unwrap();
}

#[test]
fn a_port_that_is_taken_is_a_clear_error() {
    let first = sandbox();
    let error = Sandbox::builder()
        .addr(first.addr())
        .start_now()
        .unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
    let told = error.to_string();
    assert!(
        told.contains(&first.addr().to_string()) && told.contains("taken"),
        "{told}"
    );
}

#[test]
fn only_loopback_is_listened_on_unless_remote_access_is_allowed() {
    let addr: SocketAddr = "0.0.0.0:0".parse().unwrap();
    let error = Sandbox::builder().addr(addr).start_now().unwrap_err();
    assert!(error.to_string().contains("loopback"), "{error}");
    let open = Sandbox::builder()
        .addr(addr)
        .allow_remote(true)
        .start_now()
        .unwrap();
    assert_eq!(
        open.base_url(),
        format!("http://127.0.0.1:{}/api/v1", open.addr().port())
    );
    let six: SocketAddr = "[::1]:0".parse().unwrap();
    if let Ok(sandbox) = Sandbox::builder().addr(six).start_now() {
        assert!(sandbox.base_url().starts_with("http://[::1]:"));
    }
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    for builder in [
        Sandbox::builder().fault_rate(1.5),
        Sandbox::builder().fault_rate(f64::NAN),
        Sandbox::builder().window(Duration::ZERO),
        Sandbox::builder().document("openapi: 3.1.0"),
        Sandbox::builder().document("a: [b"),
    ] {
        assert!(builder.start_now().is_err());
    }
}

#[tokio::test]
async fn a_graceful_stop_answers_what_is_under_way() {
    let sandbox = Sandbox::start().await.unwrap();
    let addr = sandbox.addr();
    sandbox.script(Fault::none().delayed(Duration::from_millis(150)));
    let mut stream = TcpStream::connect(addr).unwrap();
    stream.write_all(&Request::disconnect("3").bytes()).unwrap();
    while sandbox.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    sandbox.shutdown().await;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.ends_with("{\"success\":true}"), "{answer}");
    assert!(TcpStream::connect(addr).is_err());
}

#[tokio::test]
async fn an_ordinary_client_gets_along_with_it() {
    let sandbox = Sandbox::start().await.unwrap();
    // Whoever else is in the build may have switched TLS on without saying whose.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let file = reqwest::multipart::Part::bytes(crate::client::PNG)
        .file_name("avatar.png")
        .mime_str("image/png")
        .unwrap();
    let form = reqwest::multipart::Form::new()
        .text("account", "@myxaccount")
        .part("file", file);
    let answer = client
        .patch(format!("{}/x/profile/avatar", sandbox.base_url()))
        .bearer_auth("token")
        .multipart(form)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.text().await.unwrap(), "{\"success\":true}");
}
