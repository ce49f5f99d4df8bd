//! Secrets: planted once, and searched in everything that comes out.

use std::error::Error as _;
use std::fmt::Write as _;
use std::io;
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;
use xquik::generated::types::EmailCodeSubmission;
use xquik::{Client, Credential, EmailCode, Error, ErrorKind, Redactor};

use crate::server::{self, Server, Step, answer, json};

/// Everything that came out of a test.
#[derive(Clone, Default)]
struct Out(Arc<Mutex<String>>);

impl Out {
    fn say(&self, what: impl std::fmt::Display) {
        let mut out = self.0.lock().expect("the output");
        writeln!(out, "{what}").expect("a string takes all");
    }

    fn error(&self, error: &Error) {
        self.say(format_args!("{error}\n{error:?}\n{error:#?}"));
        let mut cause = error.source();
        while let Some(source) = cause {
            self.say(format_args!("{source}\n{source:?}"));
            cause = source.source();
        }
        self.say(format_args!(
            "{:?} {:?}",
            error.code(),
            error.service_message()
        ));
    }
}

impl io::Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.say(String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Out {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// The ways in which a service can repeat what it was sent.
fn echoes(secret: &str) -> Vec<Vec<u8>> {
    let escaped: String = secret
        .chars()
        .map(|c| format!("\\u{:04x}", u32::from(c)))
        .collect();
    let percent: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let connected = |name: &str, header: &str| {
        let body = format!(
            r#"{{"id":"3","xUsername":"{name}","xUserId":"1","status":"{name}","health":"healthy","createdAt":"2026-02-20T08:15:00.000Z"}}"#
        );
        answer(201, &[("x-echo", header)], &body)
    };
    vec![
        json(
            401,
            &format!(r#"{{"error":"unauthenticated","message":"no {secret} here"}}"#),
        ),
        json(
            422,
            &format!(r#"{{"error":"bad_{secret}","message":"{escaped}"}}"#),
        ),
        json(
            422,
            &format!(r#"{{"error":{{"type":"{secret}","code":"{secret}","message":"{secret}"}}}}"#),
        ),
        json(
            409,
            &format!(r#"{{"error":"connection_challenge_inactive","x":["{secret}"]}}"#),
        ),
        json(500, &format!(r#"{{"error":7,"why":"{secret}"}}"#)),
        json(400, &format!(r#"{{"{secret}":1}}"#)),
        json(418, &format!(r#"{{"error":"{escaped}"}}"#)),
        json(201, &format!(r#"{{"id":"{secret}"}}"#)),
        json(201, &format!(r#"["{secret}""#)),
        connected(secret, secret),
        connected(&escaped, "x"),
        json(
            202,
            &format!(
                r#"{{"id":"xch_1","expiresAt":"2026-02-20T08:15:00.000Z","message":"{secret} is not it"}}"#
            ),
        ),
        answer(
            502,
            &[("x-echo", secret)],
            &format!("<html>{secret} {percent}</html>"),
        ),
        answer(
            307,
            &[(
                "location",
                &format!("https://evil.example/?k={secret}&p={percent}"),
            )],
            "",
        ),
        // Inside of words, in what is no success.
        answer(
            307,
            &[
                ("location", &format!("https://evil.example/?k=u{secret}v")),
                ("x-echo", &format!("u{secret}v")),
            ],
            "",
        ),
        json(
            422,
            &format!(r#"{{"error":"login_failed","u{secret}v":["u{secret}v"]}}"#),
        ),
        // A session that begins with the answer.
        answer(
            200,
            &[("set-cookie", "__Host-xquik_session=plantedRotated; Secure")],
            crate::wire::DONE,
        ),
        answer(
            404,
            &[("set-cookie", "__Host-xquik_session=plantedRotated")],
            r#"{"error":"not_found"}"#,
        ),
        format!("HTTP/1.1 200 {secret}\r\nno header but {secret}\r\n\r\n").into_bytes(),
        format!("HTTP/1.1 404 {secret}\r\ncontent-length: 99\r\n\r\n{secret}").into_bytes(),
        format!("{secret}\r\n\r\n").into_bytes(),
    ]
}

#[tokio::test]
async fn no_secret_comes_out_however_it_is_repeated() {
    let key = "xq_plantedKey0123";
    let token = "planted-token_4567~";
    let cookie = "plantedCookie=89+/";
    let code = "planted\"code\\é";
    let credentials = [
        (Credential::api_key(key), key),
        (Credential::bearer_token(token), token),
        (Credential::session_cookie(cookie), cookie),
    ];
    let out = Out::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(out.clone())
        .finish();
    let _guard = tracing_subscriber::util::SubscriberInitExt::set_default(subscriber);
    for (credential, planted) in credentials {
        let credential = credential.expect("a credential");
        out.say(format_args!("{credential:?} {:?}", credential.kind()));
        let of_code = echoes("PLAINcode77")
            .into_iter()
            .map(|echo| (echo, "PLAIN code77"));
        // A code with awkward characters is searched in what the client itself makes.
        let of_credential = echoes(planted).into_iter().map(|echo| (echo, code));
        for (echo, code) in of_code.chain(of_credential) {
            let server = Server::script([vec![Step::Send(echo.clone()), Step::Close]]).await;
            let events = out.clone();
            let builder = server
                .builder()
                .credential(credential.clone())
                .observer(move |event| {
                    use xquik::Event;
                    events.say(format_args!("{event:?}"));
                    if let Event::Sending { body, .. } | Event::Answered { body, .. } = event {
                        events.say(String::from_utf8_lossy(body));
                    }
                });
            out.say(format_args!("{builder:?}"));
            let client = builder.build().expect("a client");
            out.say(format_args!("{client:?} {:?}", client.generated()));
            let call = client.submit_email_code("xch_1", code);
            out.say(format_args!("{call:?}"));
            match call
                .options(server::patient().max_attempts(1))
                .response()
                .await
            {
                Ok(response) => out.say(format_args!("{response:?}")),
                Err(error) => out.error(&error),
            }
            // The same through the generated layer, with the code as it was typed.
            let body = EmailCodeSubmission::builder().email_code(code);
            let call = client
                .generated()
                .submit_x_account_connection_challenge()
                .id("xch_1")
                .body(body);
            out.say(format_args!("{call:?}"));
            match call.send().await {
                Ok(answer) => out.say(format_args!("{answer:?}")),
                Err(error) => {
                    out.say(format_args!("{error} {error:?}"));
                    out.error(&error.into());
                }
            }
            // On the wire the credential stands in its header and the code in the body, alone.
            for request in server.requests() {
                let raw = String::from_utf8_lossy(&request.raw);
                assert_eq!(raw.matches(planted).count(), 1);
                let stripped = code.replace(' ', "");
                let as_json = serde_json::to_string(&stripped).expect("JSON");
                let stripped = as_json.trim_matches('"');
                let typed = serde_json::to_string(code).expect("JSON");
                let typed = typed.trim_matches('"');
                let count =
                    |text: &str| text.matches(stripped).count() + text.matches(typed).count();
                let (body, seen) = (String::from_utf8_lossy(&request.body), count(&raw));
                assert_eq!(seen, count(&body), "nowhere but in the body");
                assert!(seen > 0);
            }
        }
    }
    let code = EmailCode::new(code).expect("a code");
    out.say(format_args!("{code:?}"));
    let mut redactor = Redactor::new();
    redactor.add(key);
    out.say(format_args!("{redactor:?}"));

    let out = out.0.lock().expect("the output").clone();
    assert!(
        out.contains("attempt ended") && out.contains("<redacted>"),
        "it was watched"
    );
    for secret in [
        key,
        token,
        cookie,
        "planted\"code",
        "plantedCookie%3D89",
        "PLAINcode77",
        "PLAIN code77",
        "plantedRotated",
    ] {
        let found = out.lines().find(|line| line.contains(secret));
        assert_eq!(found, None, "{secret} came out");
    }
}

#[tokio::test]
async fn a_client_that_was_put_together_elsewhere_sends_no_credential_elsewhere() {
    use xquik::generated::ClientInfo as _;
    let own = Server::answering(json(200, crate::wire::DONE)).await;
    let elsewhere = Server::answering(json(200, crate::wire::DONE)).await;
    let client = own.client();
    let generated = client.generated();
    let forged = xquik::generated::Client::new_with_client(
        &elsewhere.base_url(),
        generated.client().clone(),
        generated.inner().clone(),
    );
    let error = forged.disconnect_x_account().id("3").send().await;
    let error: Error = error.expect_err("another origin").into();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("origin"), "{error}");
    assert_eq!((elsewhere.connections(), own.connections()), (0, 0));
}

#[tokio::test]
async fn a_reqwest_client_of_the_callers_is_not_what_sends() {
    use xquik::generated::ClientInfo as _;
    let own = Server::answering(answer(307, &[("location", "/")], "")).await;
    let client = own.client();
    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("x-foreign", "1".parse().expect("a value"));
    let foreign = reqwest::Client::builder()
        .tls_backend_preconfigured(
            rustls::ClientConfig::builder_with_provider(Arc::new(
                rustls::crypto::ring::default_provider(),
            ))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth(),
        )
        .default_headers(headers)
        .redirect(reqwest::redirect::Policy::limited(5))
        .build()
        .expect("a client");
    let forged = xquik::generated::Client::new_with_client(
        &own.base_url(),
        foreign,
        client.generated().inner().clone(),
    );
    let error = forged.disconnect_x_account().id("3").send().await;
    let error: Error = error.expect_err("a redirect").into();
    assert_eq!(error.status(), Some(307));
    let requests = own.requests();
    assert_eq!(requests.len(), 1, "it was not followed");
    assert_eq!(requests[0].header("x-foreign"), None);
    assert_eq!(requests[0].header("x-api-key"), Some(server::KEY));
}

/// A program that panics with an error or a client shows it by its `Debug` or `Display`.
#[tokio::test]
async fn a_panic_shows_no_secret() {
    let key = "xq_plantedKey0123";
    let code = "planted-code-77";
    let body = format!(r#"{{"error":"login_failed","message":"{code} {key}"}}"#);
    let server = Server::answering(json(422, &body)).await;
    let client = server
        .builder()
        .credential(Credential::api_key(key).expect("a key"))
        .build()
        .expect("a client");
    let refused = client.submit_email_code("xch_1", code).await;
    let error = refused.expect_err("refused");
    let email_code = EmailCode::new(code).expect("a code");
    let panics: [Box<dyn FnOnce() + std::panic::UnwindSafe>; 4] = [
        Box::new(std::panic::AssertUnwindSafe(move || {
            panic!("{error}: {error:?}");
        })),
        Box::new(std::panic::AssertUnwindSafe(move || panic!("{client:?}"))),
        Box::new(move || panic!("{email_code:?}")),
        Box::new(move || drop(Credential::bearer_token("pla nted").expect("a token"))),
    ];
    for panic in panics {
        let message = std::panic::catch_unwind(panic).expect_err("it panics");
        let message = message.downcast_ref::<String>().expect("a message");
        assert!(
            !message.contains("plant") && !message.contains("pla nted"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn attempts_and_waits_are_traced() {
    let out = Out::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::DEBUG)
        .with_writer(out.clone())
        .with_ansi(false)
        .finish();
    let _guard = tracing_subscriber::util::SubscriberInitExt::set_default(subscriber);
    let limited = json(429, r#"{"error":"rate_limit_exceeded","retryAfterMs":1}"#);
    let done = json(200, crate::wire::DONE);
    let server = Server::script([vec![Step::Send(limited)], vec![Step::Send(done)]]).await;
    server.client().disconnect_account("3").await.expect("done");
    let out = out.0.lock().expect("the output").clone();
    for event in [
        "disconnectXAccount",
        "attempt=1",
        "attempt=2",
        "waiting",
        "wait_ms=1",
        "next_attempt=2",
    ] {
        assert!(out.contains(event), "{event} is not in: {out}");
    }
}

#[tokio::test]
async fn what_a_code_merely_resembles_stays_as_it_is() {
    let body = r#"{"id":"99123456","xUsername":"u123456","xUserId":"1234567","status":"active",
        "health":"healthy","createdAt":"2026-02-20T08:15:00.123456Z"}"#;
    let server = Server::answering(json(201, body)).await;
    let call = server.client().submit_email_code("xch_1", "123456").await;
    let Ok(xquik::Submission::Connected(account)) = call else {
        panic!("connected");
    };
    assert_eq!(
        (&*account.id, &*account.x_username),
        ("99123456", "u123456")
    );
}

#[tokio::test]
async fn credentials_that_no_header_can_carry_are_refused_without_being_told() {
    type Make = fn(&str) -> Result<Credential, Error>;
    let makes: [Make; 3] = [
        Credential::api_key,
        Credential::bearer_token,
        Credential::session_cookie,
    ];
    for make in makes {
        for bad in [
            "",
            " ",
            "\n",
            "planted\n",
            " planted",
            "planted\r\nX: y",
            "plan\0ted",
            "planted\u{7f}",
            "plantéd",
            "planted secret",
            "\u{feff}planted",
            "planted\u{a0}",
        ] {
            let error = make(bad).expect_err(bad);
            assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{bad:?}");
            assert!(!format!("{error} {error:?}").contains("plan"), "{error}");
        }
    }
    for bad in ["a;b", "a,b", "a\"b", "a\\b"] {
        assert!(Credential::session_cookie(bad).is_err(), "{bad}");
    }
}

/// An environment of a test's own.
fn environment(set: &[(&str, &str)]) -> Result<Client, Error> {
    let set: Vec<(String, String)> = set
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Client::builder()
        .environment_from(&|name| {
            let found = set.iter().find(|(other, _)| other == name);
            found.map(|(_, value)| value.into())
        })?
        .base_url("http://localhost:1")
        .build()
}

#[test]
fn the_environment_holds_one_credential_and_says_clearly_what_is_wrong() {
    for name in [
        "XQUIK_API_KEY",
        "XQUIK_BEARER_TOKEN",
        "XQUIK_SESSION_COOKIE",
    ] {
        assert!(environment(&[(name, "planted")]).is_ok(), "{name}");
        for bad in [
            "planted\n",
            "planted\r\n",
            " planted",
            "planted ",
            "plan\tted",
            "\n",
        ] {
            let error = environment(&[(name, bad)]).expect_err(bad);
            let told = format!("{error} {error:?}");
            assert!(told.contains(name), "{told}");
            assert!(!told.contains("plan"), "{told}");
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        }
    }
    for pair in [
        [("XQUIK_API_KEY", "one"), ("XQUIK_BEARER_TOKEN", "two")],
        [("XQUIK_API_KEY", "one"), ("XQUIK_SESSION_COOKIE", "two")],
        [
            ("XQUIK_SESSION_COOKIE", "one"),
            ("XQUIK_BEARER_TOKEN", "two"),
        ],
    ] {
        let error = environment(&pair).expect_err("two").to_string();
        assert!(
            error.contains(pair[0].0) && error.contains(pair[1].0),
            "{error}"
        );
    }
    let empty = [("XQUIK_API_KEY", ""), ("XQUIK_BEARER_TOKEN", "token")];
    assert!(
        environment(&empty).is_ok(),
        "an empty variable counts as not set"
    );
    let error = environment(&[]).expect_err("no credential").to_string();
    assert!(error.contains("XQUIK_API_KEY"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_text_is_refused_without_being_told() {
    use std::os::unix::ffi::OsStringExt as _;
    let error = Client::builder()
        .environment_from(&|name| {
            (name == "XQUIK_API_KEY").then(|| std::ffi::OsString::from_vec(b"planted\xff".to_vec()))
        })
        .expect_err("no UTF-8")
        .to_string();
    assert!(
        error.contains("XQUIK_API_KEY") && !error.contains("planted"),
        "{error}"
    );
}

#[test]
fn a_base_url_of_the_environment_is_used_and_judged() {
    let with = |url: &'static str| {
        Client::builder()
            .environment_from(&move |name| match name {
                "XQUIK_API_KEY" => Some("xq_1".into()),
                "XQUIK_BASE_URL" => Some(url.into()),
                _ => None,
            })
            .and_then(xquik::ClientBuilder::build)
    };
    assert!(with("http://127.8.8.8:1/api/v1/").is_ok());
    for bad in [
        "http://xquik.com",
        "http://user:planted@localhost",
        "https://planted@xquik.com",
        "http://localhost\n",
        " http://localhost",
        "http://localhost?x",
        "file:///etc/passwd",
        "localhost:80",
    ] {
        let error = with(bad).expect_err(bad);
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(!format!("{error} {error:?}").contains("planted"), "{error}");
        assert!(error.to_string().contains("XQUIK_BASE_URL"), "{error}");
    }
}
