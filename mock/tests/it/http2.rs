//! HTTP/2 without TLS, as a client speaks it that knows beforehand.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use xquik_mock::{Fault, Sandbox};

type Sender = SendRequest<Full<Bytes>>;

async fn connect(sandbox: &Sandbox) -> Sender {
    let stream = TcpStream::connect(sandbox.addr()).await.unwrap();
    let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    sender
}

async fn disconnect(
    sandbox: &Sandbox,
    sender: &Sender,
    id: &str,
) -> hyper::Result<Response<Incoming>> {
    let request = Request::delete(format!("{}/x/accounts/{id}", sandbox.base_url()))
        .header("x-api-key", "xq_test")
        .header("origin", "http://localhost:5173")
        .body(Full::default())
        .unwrap();
    sender.clone().send_request(request).await
}

async fn json(response: Response<Incoming>) -> serde_json::Value {
    let body = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&body).unwrap()
}

#[tokio::test]
async fn every_operation_is_answered_over_http2() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut sender = connect(&sandbox).await;
    let url = format!(
        "{}/x/account-connection-challenges/xch_1/submit",
        sandbox.base_url()
    );
    let submit = Request::post(url)
        .header("x-api-key", "xq_test")
        .header("content-type", "application/json")
        .body(Full::from(r#"{"email_code":"123456"}"#))
        .unwrap();
    let connected = sender.send_request(submit).await.unwrap();
    assert_eq!(connected.status(), StatusCode::CREATED);
    let id = json(connected).await["id"].as_str().unwrap().to_owned();
    let gone = disconnect(&sandbox, &sender, &id).await.unwrap();
    assert_eq!(gone.status(), StatusCode::OK);
    let full = disconnect(&sandbox, &sender, "mock_429").await.unwrap();
    assert_eq!(full.headers()["retry-after"], "60");
    assert_eq!(
        full.headers()["access-control-allow-origin"],
        "http://localhost:5173"
    );
    let requests = sandbox.requests();
    assert_eq!(requests.len(), 3);
    // As over HTTP/1.1, the host is among the headers.
    assert_eq!(
        requests[0].header("host"),
        Some(sandbox.addr().to_string().as_str())
    );
    assert_eq!(requests[0].body.size, 23);
}

#[tokio::test]
async fn the_page_is_kept_from_foreign_names_over_http2_too() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut sender = connect(&sandbox).await;
    for (host, status) in [("127.0.0.1", 200), ("evil.example", 403)] {
        let page = Request::get(format!("http://{host}/"))
            .body(Full::default())
            .unwrap();
        let page = sender.send_request(page).await.unwrap();
        assert_eq!(page.status(), status, "{host}");
    }
}

#[tokio::test]
async fn a_fault_ends_one_stream_and_the_connection_goes_on() {
    let sandbox = Sandbox::start().await.unwrap();
    let sender = connect(&sandbox).await;
    sandbox.script(Fault::lost());
    let lost = disconnect(&sandbox, &sender, "3").await;
    assert!(lost.is_err(), "{lost:?}");
    assert!(sandbox.state().account("3").is_none(), "carried out");
    sandbox.script(Fault::refused());
    let refused = disconnect(&sandbox, &sender, "4").await;
    assert!(refused.is_err(), "{refused:?}");
    assert!(sandbox.state().account("4").is_some(), "not carried out");
    sandbox.script(Fault::half_body());
    let half = disconnect(&sandbox, &sender, "4").await.unwrap();
    assert_eq!(half.status(), StatusCode::OK);
    assert!(half.into_body().collect().await.is_err());
    let next = disconnect(&sandbox, &sender, "5").await.unwrap();
    assert_eq!(next.status(), StatusCode::OK);
    sandbox.script(Fault::garbage());
    assert!(disconnect(&sandbox, &sender, "5").await.is_err());
    assert!(
        disconnect(&sandbox, &sender, "5").await.is_err(),
        "it ended"
    );
}

#[tokio::test]
async fn a_graceful_stop_answers_what_is_under_way_over_http2() {
    let sandbox = Sandbox::start().await.unwrap();
    let sender = connect(&sandbox).await;
    sandbox.script(Fault::none().delayed(Duration::from_millis(300)));
    let url = format!("{}/x/accounts/3", sandbox.base_url());
    let request = Request::delete(url)
        .header("x-api-key", "xq_test")
        .body(Full::default())
        .unwrap();
    let mut sending = sender.clone();
    let answer = tokio::spawn(async move { sending.send_request(request).await });
    while sandbox.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    // It is judged, and its answer waits.
    sandbox.shutdown().await;
    let answer = answer.await.unwrap().unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
}
