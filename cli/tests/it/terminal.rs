//! On a terminal: what is asked, what is shown for a while, and how it looks.

use std::io::{Read, Write};
use std::process::Child;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};
use rustix::termios::{LocalModes, tcgetattr};

use crate::program::{KEY, file, folder, png};
use crate::server::{Server, Then};

/// The program on a terminal of its own.
struct Terminal {
    child: Child,
    pty: Pty,
    shown: Receiver<Vec<u8>>,
    text: String,
}

impl Terminal {
    fn start(
        columns: u16,
        server: &Server,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let (pty, pts) = open().expect("a terminal");
        pty.resize(Size::new(24, columns)).expect("a size");
        let command = Command::new(env!("CARGO_BIN_EXE_xquik"))
            .env_clear()
            .env("TERM", "xterm-256color")
            .env("XQUIK_API_KEY", KEY)
            .env("XQUIK_BASE_URL", &server.base_url)
            .envs(environment.iter().copied())
            .args(arguments);
        let child = command.spawn(pts).expect("the program starts");
        let mut reader =
            std::fs::File::from(rustix::io::dup(&pty).expect("another end of the terminal"));
        let (told, shown) = channel();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            // A terminal whose program has ended fails to be read.
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                if told.send(bytes[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            pty,
            shown,
            text: String::new(),
        }
    }

    /// Waits until something is shown.
    #[track_caller]
    fn until(&mut self, what: &str) {
        while !self.text.contains(what) {
            match self.shown.recv_timeout(Duration::from_secs(20)) {
                Ok(bytes) => self.text.push_str(&String::from_utf8_lossy(&bytes)),
                Err(_) => panic!("`{what}` is not shown: {:?}", self.text),
            }
        }
    }

    fn type_in(&mut self, keys: &str) {
        self.pty.write_all(keys.as_bytes()).expect("typed");
    }

    fn echoes(&self) -> bool {
        let modes = tcgetattr(&self.pty).expect("a terminal");
        modes.local_modes.contains(LocalModes::ECHO)
    }

    /// All that was shown, and the exit code.
    fn end(mut self) -> (String, Option<i32>) {
        let status = self.child.wait().expect("ended");
        // Until the terminal has nothing more, however long this machine takes to read it.
        while let Ok(bytes) = self.shown.recv_timeout(Duration::from_secs(20)) {
            self.text.push_str(&String::from_utf8_lossy(&bytes));
        }
        (self.text, status.code())
    }
}

const CONNECTED: &str = r#"{"id":"3","xUsername":"a","xUserId":"1","status":"active","health":"healthy","createdAt":"2026-02-20T08:15:00Z"}"#;

#[test]
fn the_code_is_asked_for_and_not_shown() {
    let server = Server::start([Then::json(201, CONNECTED)]);
    let mut terminal = Terminal::start(80, &server, &["challenge", "submit", "xch_1"], &[]);
    terminal.until("The code from the email: ");
    assert!(!terminal.echoes());
    terminal.type_in("864 2x\u{7f}0\r");
    terminal.until("connected");
    assert!(terminal.echoes());
    let (text, exit) = terminal.end();
    assert_eq!(exit, Some(0), "{text}");
    assert_eq!(server.only().json()["email_code"], "86420");
    for part in ["864", "86420", "2x"] {
        assert!(!text.contains(part), "{text:?}");
    }
    let (asked, told) = text.split_once('\n').expect("two lines");
    assert_eq!(asked, "The code from the email: \r");
    assert!(told.contains("connected"), "{told:?}");
}

#[test]
fn ctrl_c_at_the_question_puts_the_terminal_right() {
    let server = Server::start([Then::Lose]);
    let mut terminal = Terminal::start(80, &server, &["challenge", "submit", "xch_1"], &[]);
    terminal.until("The code from the email: ");
    assert!(!terminal.echoes());
    terminal.type_in("86\u{3}");
    terminal.until("has not acted on anything");
    assert!(terminal.echoes());
    let (text, exit) = terminal.end();
    assert_eq!(exit, Some(130), "{text}");
    assert!(!text.contains("86"), "{text:?}");
    assert!(server.received().is_empty());
}

#[test]
fn the_end_of_the_input_at_the_question_sends_nothing() {
    let server = Server::start([Then::Lose]);
    let mut terminal = Terminal::start(80, &server, &["challenge", "submit", "xch_1"], &[]);
    terminal.until("The code from the email: ");
    terminal.type_in("\u{4}");
    terminal.until("error");
    assert!(terminal.echoes());
    let (text, exit) = terminal.end();
    assert_eq!(exit, Some(2));
    assert!(text.contains("code from the email: \r\n"), "{text:?}");
    assert!(text.contains("no code was given"), "{text:?}");
    assert!(server.received().is_empty());
    let mut terminal = Terminal::start(80, &server, &["account", "disconnect", "3"], &[]);
    terminal.until("[y/N] ");
    terminal.type_in("\u{4}");
    let (text, exit) = terminal.end();
    assert_eq!(exit, Some(2));
    assert!(text.contains("[y/N] \r\n"), "{text:?}");
    assert!(server.received().is_empty());
}

#[test]
fn who_is_told_to_stop_at_the_question_puts_the_terminal_right() {
    let server = Server::start([Then::Lose]);
    let mut terminal = Terminal::start(80, &server, &["challenge", "submit", "xch_1"], &[]);
    terminal.until("The code from the email: ");
    assert!(!terminal.echoes());
    crate::program::signal(&terminal.child, "TERM");
    terminal.until("has not acted on anything");
    assert!(terminal.echoes());
    assert_eq!(terminal.end().1, Some(143));
    assert!(server.received().is_empty());
}

#[test]
fn a_long_path_is_broken_where_it_may_be_on_a_narrow_terminal() {
    let server = Server::start([Then::Lose]);
    let terminal = Terminal::start(
        40,
        &server,
        &["errors", "login_failed"],
        &[("NO_COLOR", "1")],
    );
    let (text, _) = terminal.end();
    for row in text.lines().skip(1) {
        assert!(row.trim_end().chars().count() <= 40, "{row:?}");
        assert!(row.starts_with("  "), "{row:?}");
    }
}

#[test]
fn a_disconnection_is_asked_about_and_the_answer_is_shown() {
    for (answer, exit, requests) in [("y\r", 0, 1), ("n\r", 2, 0), ("\r", 2, 0)] {
        let server = Server::start([Then::json(200, r#"{"success":true}"#)]);
        let mut terminal = Terminal::start(80, &server, &["account", "disconnect", "3"], &[]);
        terminal.until("Disconnect account 3 for good? [y/N] ");
        assert!(terminal.echoes());
        terminal.type_in(answer);
        let (text, code) = terminal.end();
        assert_eq!(code, Some(exit), "{text}");
        assert_eq!(server.received().len(), requests);
    }
}

#[test]
fn a_list_is_asked_about_by_what_is_left_of_it() {
    let folder = folder();
    let list = file(&folder, "ids.csv", b"id\n1\n2\n3\n");
    let journal = folder.path().join("journal");
    let server = Server::start([
        Then::json(200, r#"{"success":true}"#),
        Then::code(404, "not_found"),
        Then::json(200, r#"{"success":true}"#),
    ]);
    let arguments = [
        "account",
        "disconnect",
        "--from",
        list.to_str().expect("a name"),
        "--journal",
        journal.to_str().expect("a name"),
    ];
    for (question, answer, exit) in [
        ("Disconnect 3 accounts for good? [y/N] ", "n\r", 2),
        ("Disconnect 3 accounts for good? [y/N] ", "y\r", 1),
        ("Disconnect 1 account for good? [y/N] ", "y\r", 0),
    ] {
        let mut terminal = Terminal::start(80, &server, &arguments, &[]);
        terminal.until(question);
        terminal.type_in(answer);
        let (text, code) = terminal.end();
        assert_eq!(code, Some(exit), "{text}");
    }
    assert_eq!(server.received().len(), 4);
}

/// What a terminal shows of a line that is drawn again and again.
fn frames(text: &str) -> Vec<String> {
    text.split("\r\u{1b}[K").map(str::to_owned).collect()
}

#[test]
fn what_is_shown_for_a_while_fits_in_forty_columns_and_goes_away() {
    let folder = folder();
    let picture = file(&folder, "a.png", &png(700_000));
    let picture = picture.to_str().expect("a name");
    let limited = Then::with(
        429,
        "Content-Type: application/json\r\nRetry-After: 2\r\n",
        r#"{"error":"rate_limit_exceeded"}"#,
    );
    let update = ["avatar", "update", "--account", "me", "--file", picture];
    let disconnect = ["account", "disconnect", "3", "--yes"];
    for (command, script, shown) in [
        (
            &update[..],
            vec![Then::Hang],
            "uploading 700 KB, then the answer: 1 s",
        ),
        (&disconnect, vec![Then::Hang], "waiting for the answer: 1 s"),
        (
            &disconnect,
            vec![limited, Then::Hang],
            "waiting 2 s, then attempt 2",
        ),
    ] {
        let server = Server::start(script);
        let mut arguments = command.to_vec();
        arguments.extend(["--timeout", "4", "--max-retries", "1"]);
        let mut terminal = Terminal::start(40, &server, &arguments, &[]);
        terminal.until(shown);
        // Ctrl-C takes the line away before anything else is written.
        terminal.type_in("\u{3}");
        let (text, exit) = terminal.end();
        assert_eq!(exit, Some(130), "{text:?}");
        let frames = frames(&text);
        let (last, passing) = frames.split_last().expect("frames");
        assert!(!passing.is_empty(), "{text:?}");
        for frame in passing {
            // The terminal itself shows the key.
            let frame = frame.trim_end_matches("^C");
            assert!(frame.chars().count() < 40, "{frame:?}");
            assert!(!frame.contains('\n'), "{frame:?}");
        }
        assert!(!last.contains(" s\r\n"), "{last:?}");
        assert!(last.contains("interrupted"), "{last:?}");
    }
}

#[test]
fn colours_are_shown_on_a_terminal_unless_nobody_wants_them() {
    for (environment, coloured) in [
        (&[][..], true),
        (&[("NO_COLOR", "")], true),
        (&[("CLICOLOR", "1")], true),
        (&[("NO_COLOR", "1")], false),
        (&[("CLICOLOR", "0")], false),
        (&[("TERM", "dumb")], false),
    ] {
        for arguments in [
            &["account", "disconnect", "3", "--yes"][..],
            &["errors", "login_failed"],
            &["--help"],
            &["nope"],
        ] {
            let server = Server::start([Then::json(200, r#"{"success":true}"#)]);
            let terminal = Terminal::start(80, &server, arguments, environment);
            let (text, _) = terminal.end();
            assert_eq!(
                text.contains("\u{1b}["),
                coloured,
                "{environment:?} {arguments:?}: {text:?}"
            );
        }
    }
}

#[test]
fn the_sandbox_shows_the_requests_to_whoever_sees_it_start() {
    let server = Server::start([Then::Lose]);
    for (quiet, shown) in [(false, true), (true, false)] {
        let mut arguments = vec!["mock", "--addr", "127.0.0.1:0"];
        arguments.extend(quiet.then_some("--quiet"));
        let mut terminal = Terminal::start(80, &server, &arguments, &[("NO_COLOR", "1")]);
        terminal.until("/api/v1\r\n");
        let at = terminal.text.find("127.0.0.1").expect("an address");
        let address = terminal.text[at..].trim_end();
        let address = address.split('/').next().expect("an address");
        let mut stream = std::net::TcpStream::connect(address).expect("it listens");
        stream
            .write_all(b"DELETE /api/v1/x/accounts/3 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .expect("sent");
        stream.read_to_end(&mut Vec::new()).expect("an answer");
        terminal.type_in("\u{3}");
        let (text, exit) = terminal.end();
        assert_eq!(exit, Some(0), "{text}");
        let line = "DELETE /api/v1/x/accounts/3 401";
        assert_eq!(text.contains(line), shown, "{text}");
    }
}
