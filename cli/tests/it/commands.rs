//! The commands that are for people: errors, check, mock, demo, completions, `--dry-run`.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use crate::program::{Ended, KEY, file, folder, png, xquik};
use crate::server::{Server, Then};

#[test]
fn errors_explains_every_code_of_the_document() {
    let all = xquik(["errors"]).run();
    assert_eq!((all.exit, all.stderr.as_str()), (0, ""));
    for code in xquik::ErrorCode::ALL {
        assert!(all.stdout.contains(code.as_str()), "{code}");
        let one = xquik(["errors", code.as_str(), "--output", "json"]).run();
        assert_eq!(one.exit, 0);
        let advice = code.advice().expect("a known code has advice");
        assert!(one.stdout.contains(advice), "{code}");
        for status in code.statuses() {
            assert!(one.stdout.contains(&status.to_string()), "{code}");
        }
    }
}

#[test]
fn an_unknown_code_is_exit_2() {
    for code in ["no_such_code", "", "LOGIN_FAILED", "a\u{1b}[31m"] {
        let ended = xquik(["errors", code]).run();
        assert_eq!((ended.exit, ended.stdout.as_str()), (2, ""), "{code}");
        assert!(!ended.stderr.contains('\u{1b}'));
    }
    assert!(
        xquik(["errors", "credits"])
            .run()
            .stderr
            .contains("insufficient_credits")
    );
}

#[test]
fn check_sends_no_credential_and_tells_what_it_found() {
    let server = Server::start([Then::json(404, "{}")]);
    let ended = xquik(["check", "--output", "json"]).at(&server).run();
    assert_eq!(ended.exit, 0, "{ended:?}");
    for said in ["XQUIK_API_KEY", &server.base_url, "404"] {
        assert!(ended.stdout.contains(said), "{ended:?}");
    }
    assert!(!ended.stdout.contains(KEY));
    let request = server.only();
    assert!(request.line.starts_with("GET /api/v1 "), "{request:?}");
    for header in ["x-api-key", "cookie", "authorization"] {
        assert_eq!(request.header(header), None);
    }
}

#[test]
fn check_says_what_is_wrong() {
    let server = Server::start([Then::json(404, "{}")]);
    let none = xquik(["check"]).without("XQUIK_API_KEY").at(&server).run();
    assert_eq!(none.exit, 2);
    assert!(none.stdout.contains("XQUIK_API_KEY"), "{none:?}");
    let two = xquik(["check"])
        .env("XQUIK_BEARER_TOKEN", "token")
        .at(&server)
        .run();
    assert_eq!(two.exit, 2);
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    let nobody = xquik(["check", "--base-url", &format!("http://127.0.0.1:{port}")]).run();
    assert_eq!(nobody.exit, 1, "{nobody:?}");
    let remote = xquik(["check", "--base-url", "http://example.com"]).run();
    assert_eq!(remote.exit, 2, "{remote:?}");
    let silent = Server::start([Then::Hang]);
    let slow = xquik(["check", "--timeout", "0.3"]).at(&silent).run();
    assert_eq!(slow.exit, 1, "{slow:?}");
}

#[test]
fn a_dry_run_shows_the_request_as_it_would_leave_and_keeps_secrets() {
    let folder = folder();
    let picture = file(&folder, "a.png", &png(70));
    let server = Server::start([Then::Lose]);
    let submit = xquik([
        "challenge",
        "submit",
        "xch/1",
        "--code",
        "741852",
        "--dry-run",
    ])
    .at(&server)
    .run();
    assert_eq!(submit.exit, 0, "{submit:?}");
    for said in [
        &format!(
            "POST {}/x/account-connection-challenges/xch%2F1/submit",
            server.base_url
        ),
        "x-api-key: $XQUIK_API_KEY",
        "curl --request POST",
        "{\"email_code\":\"<redacted>\"}",
    ] {
        assert!(submit.stdout.contains(said), "{said}: {submit:?}");
    }
    assert!(!submit.stdout.contains("741852") && !submit.stdout.contains(KEY));
    let update = xquik([
        "avatar",
        "update",
        "--account",
        "@me",
        "--dry-run",
        "--file",
    ])
    .args([&picture])
    .args(["--idempotency-key", "k1"])
    .at(&server)
    .run();
    for said in [
        "(70 bytes of image/png)",
        "idempotency-key: k1",
        "--form-string account=@me",
    ] {
        assert!(update.stdout.contains(said), "{said}: {update:?}");
    }
    // Nothing is deleted, so nobody is asked; and no credential is needed to look.
    let disconnect = xquik(["account", "disconnect", "3", "--dry-run"])
        .without("XQUIK_API_KEY")
        .at(&server)
        .run();
    assert!(disconnect.stdout.starts_with("DELETE "), "{disconnect:?}");
    for arguments in [
        &["account", "disconnect", "..", "--dry-run"][..],
        &["challenge", "submit", "xch_1", "--code", "1", "--dry-run"],
    ] {
        xquik(arguments).at(&server).json().run().refused();
    }
    assert!(server.received().is_empty());
}

#[test]
fn the_demo_tells_the_whole_story_in_ten_seconds_without_a_key() {
    let started = Instant::now();
    let ended = xquik(["demo"]).without("XQUIK_API_KEY").run();
    assert!(started.elapsed() < Duration::from_secs(10));
    assert_eq!((ended.exit, ended.stderr.as_str()), (0, ""), "{ended:?}");
    let mut rest = ended.stdout.as_str();
    for said in [
        "POST /api/v1/x/account-connection-challenges/",
        "422 ",
        "`login_failed`",
        "201 ",
        "connected @",
        "202 ",
        "another code is wanted",
        "201 ",
        "PATCH /api/v1/x/profile/avatar",
        "200 ",
        "PATCH /api/v1/x/profile/avatar",
        "200 ",
        "429 ",
        "waiting ",
        "in 2 attempts",
        "DELETE /api/v1/x/accounts/",
        "is disconnected",
        "DELETE /api/v1/x/accounts/",
        "404 ",
        "`not_found`",
    ] {
        let at = rest
            .find(said)
            .unwrap_or_else(|| panic!("{said}: {ended:?}"));
        rest = &rest[at + said.len()..];
    }
}

/// A sandbox as a program, and where it listens.
struct Mock {
    child: std::process::Child,
    stdout: BufReader<std::process::ChildStdout>,
    url: String,
}

impl Mock {
    fn start(arguments: &[&str]) -> Self {
        let mut all = vec!["--addr", "127.0.0.1:0"];
        all.extend(arguments);
        Self::try_start(&all).expect("it starts")
    }

    /// None if it says nothing.
    fn try_start(arguments: &[&str]) -> Option<Self> {
        let mut child = xquik(["mock"]).args(arguments).spawn();
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("a line");
        if line.is_empty() {
            child.wait().expect("it ended");
            return None;
        }
        let url = line
            .strip_prefix("listening on ")
            .and_then(|url| url.strip_suffix("\n"))
            .unwrap_or_else(|| panic!("{line}"))
            .to_owned();
        assert!(
            url.starts_with("http://127.0.0.1:") && url.ends_with("/api/v1"),
            "{url}"
        );
        Some(Self { child, stdout, url })
    }

    #[cfg(unix)]
    fn stop(self, signal: &str) -> Ended {
        crate::program::signal(&self.child, signal);
        drop(self.stdout);
        Ended::of(self.child.wait_with_output().expect("ended"))
    }
}

#[cfg(unix)]
#[test]
fn mock_serves_the_sandbox_until_it_is_told_to_stop() {
    let folder = folder();
    let state = folder.path().join("state").display().to_string();
    let mock = Mock::start(&["--state", &state, "--verbose"]);
    let disconnect = |mock: &Mock| {
        xquik(["account", "disconnect", "3", "--yes"])
            .env("XQUIK_BASE_URL", &mock.url)
            .json()
            .run()
    };
    assert_eq!(disconnect(&mock).exit, 0);
    let ended = mock.stop("INT");
    assert_eq!(ended.exit, 0, "{ended:?}");
    assert!(
        ended.stderr.contains("DELETE /api/v1/x/accounts/3 200"),
        "{ended:?}"
    );
    assert!(!ended.stderr.contains(KEY), "{ended:?}");
    let mock = Mock::start(&[
        "--state",
        &state,
        "--no-rate-limit",
        "--seed",
        "7",
        "--latency",
        "1",
    ]);
    assert_eq!(disconnect(&mock).error()["code"], "not_found");
    assert_eq!(mock.stop("TERM").exit, 0);
}

#[cfg(unix)]
#[test]
fn mock_listens_at_localhost_where_it_is_told_a_port_alone() {
    // Free at both addresses when the sandbox asks for it, unless another test is faster: then the next one is.
    let free = || {
        let four = TcpListener::bind("127.0.0.1:0").expect("a port");
        four.local_addr().expect("an address").port()
    };
    for form in [
        "--port=PORT",
        "--addr=PORT",
        "--addr=:PORT",
        "--addr=localhost:PORT",
    ] {
        let mut tries = 0;
        let mock = loop {
            let port = free();
            let argument = form.replace("PORT", &port.to_string());
            match Mock::try_start(&[&argument]) {
                Some(mock) => {
                    assert_eq!(mock.url, format!("http://127.0.0.1:{port}/api/v1"));
                    break mock;
                }
                None if tries < 10 => tries += 1,
                None => panic!("no port is free"),
            }
        };
        let healthy = std::net::TcpStream::connect(mock.url[7..].trim_end_matches("/api/v1"));
        assert!(healthy.is_ok(), "{form}");
        assert_eq!(mock.stop("INT").exit, 0);
    }
}

#[cfg(unix)]
#[test]
fn mock_fails_when_it_is_told_to_stop_and_what_was_expected_did_not_come() {
    use std::io::{Read as _, Write as _};
    let told = |mock: &Mock, path: &str, body: &str| {
        let address = mock.url[7..].trim_end_matches("/api/v1");
        let mut stream = std::net::TcpStream::connect(address).expect("it listens");
        write!(
            stream,
            "POST /__sandbox/{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    };
    let expected = r#"{"matching":{"operation":"disconnectXAccount","status":200},"times":1}"#;
    for met in [false, true] {
        let mock = Mock::start(&[]);
        told(&mock, "expectations", expected);
        if met {
            let disconnected = xquik(["account", "disconnect", "3", "--yes"])
                .env("XQUIK_BASE_URL", &mock.url)
                .run();
            assert_eq!(disconnected.exit, 0);
        }
        let ended = mock.stop("TERM");
        assert_eq!(ended.exit, i32::from(!met), "{ended:?}");
        let said = "expected 1 request of disconnectXAccount, answered 200, received 0";
        assert_eq!(ended.stderr.contains(said), !met, "{ended:?}");
    }
    let mock = Mock::start(&[]);
    told(&mock, "faults", r#"{"kind":"lost"}"#);
    let ended = mock.stop("TERM");
    assert_eq!(ended.exit, 1);
    assert!(ended.stderr.contains("it never happened"), "{ended:?}");
}

#[cfg(unix)]
#[test]
fn mock_says_so_where_other_machines_can_reach_it() {
    let mock = Mock::try_start(&["--addr=0.0.0.0:0", "--allow-remote"]).expect("it starts");
    let port = mock.url[17..].trim_end_matches("/api/v1").to_owned();
    let ended = mock.stop("INT");
    for said in [
        "other machines reach it",
        "every address of this machine",
        &port,
    ] {
        assert!(ended.stderr.contains(said), "{said}: {ended:?}");
    }
    let mock = Mock::start(&[]);
    let ended = mock.stop("INT");
    assert!(!ended.stderr.contains("other machines"), "{ended:?}");
}

#[cfg(unix)]
#[test]
fn the_mock_of_the_container_starts_and_says_that_it_is_healthy() {
    use std::process::{Command, Stdio};
    let recipe = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../mock/container/Containerfile"
    );
    let recipe = std::fs::read_to_string(recipe).expect("a recipe");
    let words = |instruction: &str| -> Vec<String> {
        let mut lines = recipe.lines().map(str::trim);
        let line = lines.find_map(|line| line.strip_prefix(instruction));
        serde_json::from_str(line.expect("an instruction")).expect("a list of words")
    };
    let program = words("ENTRYPOINT ");
    assert_eq!(program[..2], ["xquik", "mock"]);
    let program: Vec<String> = program[2..]
        .iter()
        .map(|word| word.replace(":4010", ":0"))
        .collect();
    let program: Vec<&str> = program.iter().map(String::as_str).collect();
    let mock = Mock::try_start(&program).expect("it starts");
    let port = mock.url[17..].trim_end_matches("/api/v1").to_owned();
    // The first one is the check of its health.
    let check = words("CMD ");
    if Command::new(&check[0])
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_err()
    {
        return;
    }
    let healthy = || {
        let words = check[1..].iter().map(|word| word.replace("4010", &port));
        let mut asked = Command::new(&check[0]);
        let asked = asked.args(words).stderr(Stdio::null()).status();
        asked.expect("it ended").success()
    };
    assert!(healthy());
    assert_eq!(mock.stop("TERM").exit, 0);
    assert!(!healthy());
}

#[test]
fn mock_says_why_it_cannot_listen() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let ended = xquik(["mock", "--addr", &address]).run();
    assert_eq!(ended.exit, 1);
    assert!(ended.stderr.contains("is taken"), "{ended:?}");
    let ended = xquik(["mock", "--addr", "0.0.0.0:0"]).run();
    assert_eq!(ended.exit, 2);
    assert!(ended.stderr.contains("loopback"), "{ended:?}");
    for arguments in [
        &["--addr", "nonsense"][..],
        &["--fault-rate", "2"],
        &["--seed", "-1"],
        &["--cors", "*"],
    ] {
        assert_eq!(
            xquik(["mock"]).args(arguments).run().exit,
            2,
            "{arguments:?}"
        );
    }
}

#[test]
fn completions_are_made_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ended = xquik(["completions", shell]).run();
        assert_eq!(ended.exit, 0);
        for word in ["disconnect", "base-url", "journal"] {
            assert!(ended.stdout.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn help_has_examples_everywhere() {
    for command in [
        &[][..],
        &["challenge", "submit"],
        &["account", "disconnect"],
        &["avatar", "update"],
        &["errors"],
        &["check"],
        &["demo"],
        &["mock"],
        &["completions"],
    ] {
        let ended = xquik(command).args(["--help"]).run();
        assert_eq!((ended.exit, ended.stderr.as_str()), (0, ""));
        assert!(
            ended.stdout.contains("Example"),
            "{command:?}: {}",
            ended.stdout
        );
    }
    let update = xquik(["avatar", "update", "--help"]).run().stdout;
    // Paragraphs are wrapped once, and not where they were wrapped before.
    let alone = update
        .lines()
        .find(|line| line.len() < 4 && !line.trim().is_empty());
    assert_eq!(alone, None, "{update}");
    assert!(update.contains("neither carried out nor paid"), "{update}");
    assert_eq!(
        xquik(["--version"]).run().stdout,
        concat!("xquik ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn the_codes_of_a_status_are_listed() {
    let ended = xquik(["errors", "429"]).run();
    assert_eq!(ended.exit, 0);
    for code in [
        "rate_limit_exceeded (429)",
        "x_rate_limited (429)",
        "x_daily_limit (429)",
    ] {
        assert!(ended.stdout.contains(code), "{ended:?}");
    }
    assert!(!ended.stdout.contains("not_found"), "{ended:?}");
    assert_eq!(xquik(["errors", "418"]).run().exit, 2);
}

#[test]
fn a_base_url_of_another_path_than_the_documents_is_told() {
    let server = Server::start([Then::json(200, "{}")]);
    let root = server.base_url.strip_suffix("/api/v1").expect("the base");
    let ended = xquik(["check", "--base-url", root]).run();
    assert_eq!(ended.exit, 0);
    assert!(ended.stdout.contains("/api/v1"), "{ended:?}");
    let ended = xquik(["check"]).at(&server).run();
    assert_eq!(ended.stdout.matches("/api/v1").count(), 1, "{ended:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn the_curl_of_a_file_name_that_is_no_text_names_that_file() {
    use std::os::unix::ffi::OsStrExt as _;

    let folder = folder();
    let path = folder
        .path()
        .join(std::ffi::OsStr::from_bytes(b"a\xff'\".png"));
    std::fs::write(&path, png(70)).expect("written");
    let ended = xquik(["avatar", "update", "--account", "me", "--dry-run", "--file"])
        .args([&path])
        .run();
    assert_eq!(ended.exit, 0, "{ended:?}");
    assert!(
        !ended.stdout.contains('\u{fffd}') || ended.stdout.contains("\\xff"),
        "{ended:?}"
    );
    let at = ended.stdout.find("--form $'").expect("the form");
    let word = ended.stdout[at..].trim_start_matches("--form ").trim_end();
    // What bash makes of the word is what curl is given.
    let Ok(output) = std::process::Command::new("bash")
        .args(["-c", &format!("printf %s {word}")])
        .output()
    else {
        return;
    };
    let mut expected = b"file=@\"".to_vec();
    let bytes = path.as_os_str().as_bytes();
    for byte in bytes {
        if *byte == b'"' {
            expected.push(b'\\');
        }
        expected.push(*byte);
    }
    expected.extend(b"\";type=image/png");
    assert_eq!(output.stdout, expected);
}
