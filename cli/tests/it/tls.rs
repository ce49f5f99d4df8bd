//! TLS that does not come about: nothing has left, and it may be tried again.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, Stream};

use crate::program::{Ended, until, xquik};

const COMMANDS: [&[&str]; 3] = [
    &["account", "disconnect", "3", "--yes"],
    &["challenge", "submit", "xch_1", "--code", "123456"],
    &[
        "avatar",
        "update",
        "--account",
        "me",
        "--url",
        "https://example.com/a",
    ],
];

/// A server that does this to each connection; its port, and how many there were.
fn serve(serve: impl Fn(TcpStream) + Send + 'static) -> (u16, Arc<AtomicU32>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let count = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&count);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            counted.fetch_add(1, Ordering::SeqCst);
            serve(stream);
        }
    });
    (port, count)
}

fn judge(name: &str, port: u16, count: &AtomicU32) {
    for command in COMMANDS {
        for retries in [0, 1] {
            count.store(0, Ordering::SeqCst);
            let error = xquik(command)
                .json()
                .args(["--max-retries", &retries.to_string()])
                .args(["--base-url", &format!("https://localhost:{port}/api/v1")])
                .run()
                .error();
            assert_eq!(error["kind"], "transport", "{name}: {error}");
            assert_eq!(error["maybe_applied"], false, "{name}: {error}");
            assert_eq!(error["attempts"], retries + 1, "{name}: {error}");
            assert!(error.get("idempotency_key").is_none(), "{name}: {error}");
            assert_eq!(count.load(Ordering::SeqCst), retries + 1, "{name}");
        }
    }
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_not_believed() {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .expect("a pair");
    let config = Arc::new(config);
    let (port, count) = serve(move |mut stream| {
        let mut connection = ServerConnection::new(Arc::clone(&config)).expect("a connection");
        let mut tls = Stream::new(&mut connection, &mut stream);
        let mut request = Vec::new();
        // It ends with the alert that the certificate is not believed, and nothing comes before that.
        let _ = tls.read_to_end(&mut request);
        assert!(request.is_empty(), "a request came");
    });
    judge("self-signed", port, &count);
}

#[test]
fn whatever_does_not_speak_tls_gets_nothing() {
    let (port, count) = serve(|mut stream| {
        let _ = stream.read(&mut [0; 512]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        let _ = stream.read(&mut [0; 512]);
    });
    judge("plain http", port, &count);
    let (port, count) = serve(drop);
    judge("closed", port, &count);
}

#[cfg(unix)]
#[test]
fn ctrl_c_within_a_handshake_says_that_nothing_was_done() {
    let held = std::sync::Mutex::new(Vec::new());
    let (port, count) = serve(move |stream| held.lock().expect("unpoisoned").push(stream));
    for (command, seen) in COMMANDS.into_iter().zip(1..) {
        let child = xquik(command)
            .json()
            .args(["--base-url", &format!("https://localhost:{port}/api/v1")])
            .spawn();
        until("a connection", || count.load(Ordering::SeqCst) == seen);
        crate::program::signal(&child, "INT");
        let ended = Ended::of(child.wait_with_output().expect("ended"));
        assert_eq!(ended.exit, 130, "{ended:?}");
        let error = ended.error();
        assert_eq!(error["maybe_applied"], false, "{error}");
        assert_eq!(error["retryable"], true, "{error}");
        assert_eq!(error["attempts"], 1, "{error}");
        assert!(error.get("idempotency_key").is_none(), "{error}");
    }
}

#[test]
fn a_handshake_that_does_not_end_is_a_timeout_and_nothing_has_left() {
    let held = std::sync::Mutex::new(Vec::new());
    let (port, _) = serve(move |stream| held.lock().expect("unpoisoned").push(stream));
    for command in COMMANDS {
        let error = xquik(command)
            .json()
            .args(["--timeout", "0.5"])
            .args(["--base-url", &format!("https://localhost:{port}/api/v1")])
            .run()
            .error();
        assert_eq!(error["kind"], "timeout", "{error}");
        assert_eq!(error["maybe_applied"], false, "{error}");
        assert_eq!(error["retryable"], true, "{error}");
    }
    let ended = xquik(COMMANDS[0])
        .args(["--timeout", "3", "--max-retries", "0"])
        .args(["--base-url", &format!("https://localhost:{port}/api/v1")])
        .run();
    assert!(ended.stderr.starts_with("connecting\n"), "{ended:?}");
}
