//! What callers give: each refusal names what was expected and what was found, and nothing is sent.

use std::fs;

use std::net::SocketAddr;

use tempfile::tempdir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use xquik::{Avatar, CallOptions, Client, Credential, EmailCode, Error, ErrorKind, IdempotencyKey};

use crate::server::{self, KEY, Server, json};
use crate::wire::{DONE, JPEG, PNG};

const LIMIT: usize = 716_800;

fn refused(error: &Error, told: &[&str]) {
    assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
    assert_eq!(error.attempts(), 0);
    assert!(!error.is_retryable() && !error.maybe_applied());
    for part in told {
        assert!(
            error.to_string().contains(part),
            "`{part}` is not in: {error}"
        );
    }
}

#[test]
fn codes_have_4_to_64_characters_without_their_spaces() {
    for good in [
        "1234",
        " 1 2 3 4 ",
        &"x".repeat(64),
        &format!("{} ", "x ".repeat(64)),
        "😀😀😀😀",
        "ab\tc",
        "12\u{a0}34",
    ] {
        assert!(EmailCode::new(good).is_ok(), "{good:?}");
    }
    for (bad, found) in [
        ("", "0"),
        ("   ", "0"),
        ("123", "3"),
        ("1 2 3", "3"),
        ("😀😀😀", "3"),
        (&*"x".repeat(65), "65"),
    ] {
        let error = EmailCode::new(bad).expect_err(bad);
        refused(&error, &["code", "4 to 64", &format!("not {found}")]);
    }
}

#[test]
fn keys_are_1_to_255_visible_ascii_characters() {
    for good in ["a", "!", "~", &*"k".repeat(255)] {
        assert!(IdempotencyKey::new(good).is_ok(), "{good}");
    }
    for bad in [
        "",
        "a b",
        "a\n",
        "a\r\nX: y",
        "\0",
        "é",
        "\u{7f}",
        &*"k".repeat(256),
    ] {
        let error = IdempotencyKey::new(bad).expect_err(bad);
        refused(&error, &["idempotency key"]);
    }
}

#[tokio::test]
async fn accounts_name_somebody_and_are_sent_as_typed() {
    let server = Server::answering(json(200, DONE)).await;
    let client = server.client();
    let avatar = || Avatar::from_url("https://example.com/a.png").expect("a URL");
    for bad in ["", " ", "@", " @ ", "a\nb", "a\0", "\u{85}"] {
        let error = client.update_avatar(bad, avatar()).await.expect_err(bad);
        refused(&error, &["account"]);
    }
    assert_eq!(server.connections(), 0, "nothing was sent");
    for good in ["me", "@me", "3", "名前", "a\"b"] {
        client.update_avatar(good, avatar()).await.expect(good);
        let body = server.requests().pop().expect("a request").body;
        let body: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(body["account"], good);
    }
}

#[test]
fn urls_of_images_are_https_with_a_host_and_no_secret() {
    for good in [
        "https://example.com/a.png",
        "HTTPS://EXAMPLE.COM",
        "https://[::1]/x?y#z",
        "https://exämple.com/ä",
    ] {
        assert!(Avatar::from_url(good).is_ok(), "{good}");
    }
    for bad in [
        "",
        "a.png",
        "http://example.com/a.png",
        "ftp://example.com",
        "file:///a.png",
        "data:image/png;base64,AAAA",
        "https://",
        "https:///",
        "https://user@example.com",
        "https://user:planted@example.com",
        "https://exa mple.com",
        "https://example.com/\n",
        " https://example.com",
    ] {
        let error = Avatar::from_url(bad).expect_err(bad);
        refused(&error, &["URL"]);
        assert!(!error.to_string().contains("planted"), "{error}");
    }
}

#[test]
fn images_are_judged_by_their_first_bytes_and_their_size() {
    let of = |length: usize| {
        let mut bytes = PNG.to_vec();
        bytes.resize(length, 0);
        bytes
    };
    for good in [
        PNG.to_vec(),
        JPEG.to_vec(),
        b"\xff\xd8\xff".to_vec(),
        of(700_000),
        of(LIMIT),
    ] {
        assert!(Avatar::from_bytes("x.txt", good).is_ok());
    }
    for (bad, told) in [
        (vec![], vec!["empty"]),
        (of(LIMIT + 1), vec!["716801", "716800", "700 KB"]),
        (
            b"GIF89a".to_vec(),
            vec!["image/jpeg", "image/png", "47 49 46 38 39 61"],
        ),
        (b"\xff\xd8".to_vec(), vec!["FF D8"]),
        (PNG[..7].to_vec(), vec!["89 50 4E 47 0D 0A 1A"]),
        (b"\x89PNG\n\x1a\n\n".to_vec(), vec!["image/png"]),
        (b"<svg/>".to_vec(), vec!["image/png"]),
        (b"\0".to_vec(), vec!["00"]),
    ] {
        let error = Avatar::from_bytes("a.png", bad).expect_err("refused");
        refused(&error, &["image"]);
        refused(&error, &told);
    }
}

#[tokio::test]
async fn files_are_regular_and_within_the_limit() {
    let folder = tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let write = |name: &str, bytes: &[u8]| fs::write(path(name), bytes).expect("written");
    write("good.png", PNG);
    write("empty.png", b"");
    write("text.png", b"hello");
    write("large.png", &[PNG, &vec![0; LIMIT]].concat());
    assert!(Avatar::from_path(path("good.png")).await.is_ok());
    for (bad, told) in [
        ("none.png", vec!["none.png", "cannot be read"]),
        ("empty.png", vec!["empty.png", "empty"]),
        ("text.png", vec!["text.png", "68 65 6C 6C 6F"]),
        ("large.png", vec!["large.png", "716800"]),
        (".", vec!["folder", "regular file"]),
    ] {
        let error = Avatar::from_path(path(bad)).await.expect_err(bad);
        refused(&error, &told);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_no_file_is_refused_without_waiting_for_it() {
    use std::os::unix::fs::symlink;
    let folder = tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let _socket = std::os::unix::net::UnixListener::bind(path("socket")).expect("a socket");
    let made = std::process::Command::new("mkfifo")
        .arg(path("pipe"))
        .status()
        .expect("mkfifo is part of every Unix");
    assert!(made.success());
    symlink(path("pipe"), path("link to pipe")).expect("a link");
    symlink(path("nowhere"), path("dangling")).expect("a link");
    symlink(path("circle"), path("circle")).expect("a link");
    for bad in ["socket", "pipe", "link to pipe", "dangling", "circle"] {
        let error = Avatar::from_path(path(bad)).await.expect_err(bad);
        refused(&error, &[bad]);
    }
    let error = Avatar::from_path("/dev/zero").await.expect_err("a device");
    refused(&error, &["device"]);
    fs::write(path("image"), PNG).expect("written");
    symlink(path("image"), path("link")).expect("a link");
    assert!(
        Avatar::from_path(path("link")).await.is_ok(),
        "links are followed"
    );
    // A name that is no text, and one that would write to a terminal.
    use std::os::unix::ffi::OsStrExt as _;
    let odd = path("").join(std::ffi::OsStr::from_bytes(b"\xff\x1b[2J"));
    let error = Avatar::from_path(&odd).await.expect_err("not there");
    refused(&error, &[]);
    assert!(!error.to_string().contains('\x1b'), "{error:?}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_that_is_longer_than_it_says_is_read_to_its_end() {
    // Files of the kernel say that they have no bytes.
    let announced = fs::metadata("/proc/self/status").expect("there").len();
    assert_eq!(announced, 0);
    let error = Avatar::from_path("/proc/self/status").await;
    refused(&error.expect_err("no image"), &["4E 61 6D 65"]);
}

#[test]
fn builders_refuse_what_no_client_can_keep_to() {
    let builder = || {
        Client::builder()
            .credential(Credential::api_key(KEY).expect("a key"))
            .base_url("https://localhost:1")
            .root_certificates(crate::tls::authority().pem)
            .expect("a root")
    };
    assert!(builder().build().is_ok());
    assert!(builder().proxy("http://proxy.example:3128").build().is_ok());
    let key = IdempotencyKey::new("k").expect("a key");
    for (builder, told) in [
        (
            builder().defaults(CallOptions::new().idempotency_key(key)),
            "idempotency key",
        ),
        (
            builder().defaults(CallOptions::new().timeout(std::time::Duration::ZERO)),
            "time",
        ),
        (
            builder().connect_timeout(std::time::Duration::ZERO),
            "connection",
        ),
        (builder().user_agent("a\r\nX: y"), "user agent"),
        (builder().user_agent(""), "user agent"),
        (builder().user_agent(" a/1"), "user agent"),
        (builder().user_agent("é/1"), "user agent"),
        (builder().proxy("no proxy"), "proxy"),
        (builder().proxy("ftp://user:planted@proxy.example"), "proxy"),
        (
            builder()
                .base_url("http://localhost:1")
                .proxy("http://localhost:2"),
            "proxy",
        ),
        (builder().base_url("http://xquik.com"), "plain http"),
        (
            builder().proxy("http://proxy.example:3128").no_proxy(),
            "proxy",
        ),
    ] {
        let error = builder.build().expect_err(told);
        refused(&error, &[told]);
        assert!(!error.to_string().contains("planted"));
    }
    let error = Client::builder().base_url("http://localhost:1").build();
    refused(
        &error.expect_err("no credential"),
        &["credential", "XQUIK_API_KEY"],
    );
}

#[tokio::test]
async fn what_no_request_can_be_made_of_is_refused_and_not_lost() {
    let server = Server::answering(json(200, DONE)).await;
    let id = "3".repeat(70_000);
    let client = server.client();
    let error = client.disconnect_account(&id).await.expect_err("too long");
    refused(&error, &["URL", "too long", "70"]);
    let error = client.submit_email_code(&id, "123456").await;
    refused(&error.expect_err("too long"), &["URL", "too long"]);
    let error = client
        .generated()
        .disconnect_x_account()
        .id(id)
        .send()
        .await;
    refused(&error.expect_err("too long").into(), &["URL", "too long"]);
    assert_eq!(server.connections(), 0);
    for host in ["{host}", "a|b", "a\"b"] {
        let url = format!("https://{host}/api/v1");
        let client = Client::builder()
            .credential(Credential::api_key(KEY).expect("a key"))
            .base_url(url)
            .build();
        refused(&client.expect_err(host), &["base URL"]);
    }
}

#[tokio::test]
async fn what_a_client_refuses_is_named_and_nothing_is_sent() {
    let server = Server::answering(json(201, crate::wire::CONNECTED)).await;
    let client = server.client();
    let short = client.submit_email_code("xch_1", "123").await;
    refused(&short.expect_err("short"), &["code", "4 to 64", "not 3"]);
    for (bad, found) in [("", "empty"), (".", "`.`"), ("..", "`..`")] {
        let error = client.submit_email_code(bad, "123456").await;
        refused(&error.expect_err(bad), &["challenge id", found]);
        let error = client.disconnect_account(bad).await;
        refused(&error.expect_err(bad), &["account id", found]);
    }
    let long = IdempotencyKey::new(&"k".repeat(256)).expect_err("long");
    refused(&long, &["1 to 255", "256"]);
    let plain = Avatar::from_url("http://example.com/a.png").expect_err("plain");
    refused(&plain, &["https", "http"]);
    assert_eq!(server.connections(), 0);
}

/// A proxy that makes one tunnel, and what it was asked for.
async fn tunnel(to: SocketAddr) -> (SocketAddr, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let addr = listener.local_addr().expect("an address");
    let asked = tokio::spawn(async move {
        let (mut here, _) = listener.accept().await.expect("a client");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(here.read_u8().await.expect("a head"));
        }
        let made = b"HTTP/1.1 200 OK\r\n\r\n";
        here.write_all(made).await.expect("written");
        let mut there = TcpStream::connect(to).await.expect("the server");
        // Whoever closes first ends it.
        let _ = tokio::io::copy_bidirectional(&mut here, &mut there).await;
        String::from_utf8_lossy(&head).into_owned()
    });
    (addr, asked)
}

#[tokio::test]
async fn through_a_tunnel_the_servers_certificate_is_judged() {
    let authority = crate::tls::authority();
    for (host, good) in [("localhost", true), ("other.example", false)] {
        let acceptor = authority.sign(&crate::tls::for_host(host));
        let server = Server::tls(acceptor, json(200, DONE)).await;
        let (proxy, asked) = tunnel(server.addr).await;
        let client = Client::builder()
            .credential(Credential::api_key(KEY).expect("a key"))
            .base_url(server.base_url())
            .root_certificates(&authority.pem)
            .expect("a root")
            .proxy(format!("http://plantedUser:planted%21Word@{proxy}"))
            .defaults(server::patient().max_attempts(1))
            .build()
            .expect("a client");
        let result = client.disconnect_account("3").await;
        let mut out = format!("{client:?} {result:?}");
        if let Err(error) = &result {
            out.push_str(&error.to_string());
            let mut cause = std::error::Error::source(error);
            while let Some(source) = cause {
                out.push_str(&format!("{source} {source:?}"));
                cause = source.source();
            }
            assert!(!error.maybe_applied(), "{error}");
            assert!(error.to_string().contains("certificate"), "{error}");
        }
        assert_eq!(result.is_ok(), good, "{result:?}");
        assert_eq!(server.requests().len(), usize::from(good));
        assert!(!out.contains("planted"), "{out}");
        drop(client);
        let head = asked.await.expect("the tunnel");
        assert!(head.starts_with("CONNECT localhost:"), "{head}");
        assert!(
            head.to_lowercase().contains("proxy-authorization"),
            "{head}"
        );
        assert!(!head.contains(KEY), "{head}");
    }
}

#[tokio::test]
async fn an_account_that_is_called_like_the_proxys_user_keeps_its_name() {
    let authority = crate::tls::authority();
    let acceptor = authority.sign(&crate::tls::for_host("localhost"));
    let server = Server::tls(acceptor, json(201, crate::wire::CONNECTED)).await;
    let connected: serde_json::Value = serde_json::from_str(crate::wire::CONNECTED).expect("JSON");
    let name = connected["xUsername"].as_str().expect("a name");
    let (proxy, _asked) = tunnel(server.addr).await;
    let client = Client::builder()
        .credential(Credential::api_key(KEY).expect("a key"))
        .base_url(server.base_url())
        .root_certificates(&authority.pem)
        .expect("a root")
        .proxy(format!("http://{name}:word@{proxy}"))
        .build()
        .expect("a client");
    let answer = client.submit_email_code("xch_1", "123456").await;
    let Ok(xquik::Submission::Connected(account)) = answer else {
        panic!("connected, and not {answer:?}");
    };
    assert_eq!(account.x_username, name);
}

#[tokio::test]
async fn a_proxy_tunnels_and_never_sees_the_credential() {
    // A proxy that refuses to tunnel: what it was sent is all that it will ever see.
    let proxy = Server::answering(server::answer(403, &[], "no")).await;
    let client = Client::builder()
        .credential(Credential::api_key(KEY).expect("a key"))
        .base_url("https://xquik.example/api/v1")
        .root_certificates(crate::tls::authority().pem)
        .expect("a root")
        .proxy(format!("http://127.0.0.1:{}", proxy.addr.port()))
        .defaults(server::patient().max_attempts(1))
        .build()
        .expect("a client");
    let error = client.submit_email_code("xch_1", "123456").await;
    let error = error.expect_err("no tunnel");
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    assert!(!error.maybe_applied());
    let request = proxy.request();
    assert_eq!(
        (&*request.method, &*request.target),
        ("CONNECT", "xquik.example:443")
    );
    let sent = String::from_utf8_lossy(&request.raw).into_owned();
    assert!(!sent.contains(KEY) && !sent.contains("123456"), "{sent}");
}
