//! Keys and codes are shown nowhere, whoever repeats them.

use crate::program::{Ended, KEY, xquik};
use crate::server::{Server, Then};

const CODE: &str = "741852";

#[track_caller]
fn blank(ended: &Ended) {
    for secret in [KEY, CODE, "741 852"] {
        assert!(!ended.stdout.contains(secret), "{ended:?}");
        assert!(!ended.stderr.contains(secret), "{ended:?}");
    }
}

#[test]
fn a_service_that_repeats_secrets_does_not_get_them_shown() {
    let said = format!("{KEY} and {CODE} and 741 852");
    let account = format!(
        r#"{{"id":"{CODE}","xUsername":"{said}","xUserId":"{CODE}","status":"{CODE}","health":"{KEY}","createdAt":"2026-02-20T08:15:00.{CODE}Z"}}"#
    );
    let challenge = format!(
        r#"{{"id":"xch_{CODE}","expiresAt":"2026-02-20T08:15:00Z","message":"{said}","username":"{said}","status":"{said}"}}"#
    );
    let error = format!(r#"{{"error":"code_{CODE}","message":"{said}"}}"#);
    for then in [
        Then::json(201, &account),
        Then::json(202, &challenge),
        Then::json(422, &error),
        Then::json(503, &error),
        Then::json(418, &error),
        Then::with(
            502,
            "Content-Type: text/html\r\n",
            &format!("<p>{said}</p>"),
        ),
        Then::with(
            302,
            &format!("Location: http://x/{KEY}\r\nX-{CODE}: {KEY}\r\n"),
            &said,
        ),
        Then::json(201, &format!("{{\"id\": {CODE}")),
        Then::Answer(format!("HTTP/1.1 401 {said}\r\n\r\n{said}").into_bytes()),
        Then::Answer(said.clone().into_bytes()),
    ] {
        let server = Server::start([then]);
        for more in [&[][..], &["--output", "json"], &["--verbose"]] {
            let ended = xquik(["challenge", "submit", "xch_1", "--code", "741 852"])
                .args(["--max-retries", "1"])
                .args(more)
                .at(&server)
                .run();
            blank(&ended);
        }
    }
}

#[test]
fn a_command_line_that_cannot_be_parsed_does_not_repeat_a_code() {
    for arguments in [
        &["challenge", "submit", "xch_1", CODE][..],
        &["challenge", "submit", "xch_1", "--cod", CODE],
        &[
            "challenge",
            "submit",
            "xch_1",
            "--code",
            CODE,
            "--code",
            CODE,
        ],
        &["challenge", "submit", "xch_1", "--kode=741852"],
        &[
            "challenge",
            "submit",
            "xch_1",
            "--timeout",
            CODE,
            "--output",
            CODE,
        ],
    ] {
        let ended = xquik(arguments).run();
        assert_eq!(ended.exit, 2, "{ended:?}");
        blank(&ended);
    }
}

#[test]
fn control_characters_of_the_service_do_not_reach_the_screen() {
    let body =
        "{\"error\":\"login_failed\",\"message\":\"a\\u001b[31mb\\u009b2Jc\\u0007\\rd\\u007f\"}";
    let account = r#"{"id":"3","xUsername":"a\u001b[2J\u009b","xUserId":"1","status":"\u0085","health":"healthy","createdAt":"2026-02-20T08:15:00Z"}"#;
    for then in [
        Then::json(422, body),
        Then::json(201, account),
        Then::with(502, "", "a\u{1b}[31m\u{9b}b"),
    ] {
        let server = Server::start([then]);
        for more in [&[][..], &["--output", "json"], &["--verbose"]] {
            let ended = xquik(["challenge", "submit", "xch_1", "--code", CODE])
                .args(more)
                .at(&server)
                .run();
            let shown = format!("{}{}", ended.stdout, ended.stderr);
            assert!(
                shown.chars().all(|c| c == '\n' || !c.is_control()),
                "{ended:?}"
            );
        }
    }
}

#[test]
fn off_a_terminal_no_escape_is_written_whatever_the_environment_says() {
    for arguments in [
        &["--help"][..],
        &["errors"],
        &["errors", "nope"],
        &["challenge", "submit", "x"],
        &["nope"],
    ] {
        let ended = xquik(arguments)
            .env("CLICOLOR_FORCE", "1")
            .env("FORCE_COLOR", "1")
            .env("TERM", "xterm-256color")
            .run();
        assert!(
            !ended.stdout.contains('\u{1b}') && !ended.stderr.contains('\u{1b}'),
            "{ended:?}"
        );
    }
}
