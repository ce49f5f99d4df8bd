//! The program, run as a person or a script runs it.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::server::Server;

/// The key that tests authenticate with.
pub(crate) const KEY: &str = "xq_a_key_of_the_tests";

/// A run of the program, without anything of the tests' own environment.
pub(crate) struct Run {
    command: Command,
    stdin: Vec<u8>,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) exit: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The program with these arguments, and the key in its environment.
pub(crate) fn xquik<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xquik"));
    command
        .env_clear()
        .env("XQUIK_API_KEY", KEY)
        .args(arguments);
    Run {
        command,
        stdin: Vec::new(),
    }
}

impl Run {
    pub(crate) fn at(self, server: &Server) -> Self {
        self.env("XQUIK_BASE_URL", &server.base_url)
    }

    pub(crate) fn json(mut self) -> Self {
        self.command.args(["--output", "json"]);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments);
        self
    }

    pub(crate) fn within(mut self, folder: &std::path::Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub(crate) fn stdin(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.stdin = bytes.as_ref().to_vec();
        self
    }

    /// The same with no more than 200 MiB of memory, beyond which it would be ended by a signal.
    #[cfg(target_os = "linux")]
    pub(crate) fn bounded(self) -> Self {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", "ulimit -d 204800 && exec \"$0\" \"$@\""])
            .arg(self.command.get_program())
            .args(self.command.get_args())
            .env_clear();
        for (name, value) in self.command.get_envs() {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        Self {
            command,
            stdin: self.stdin,
        }
    }

    pub(crate) fn spawn(&mut self) -> Child {
        self.command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts")
    }

    pub(crate) fn run(mut self) -> Ended {
        let mut child = self.spawn();
        let mut stdin = child.stdin.take().expect("a pipe");
        // A program that does not want it all has closed its end.
        let _ = stdin.write_all(&self.stdin);
        drop(stdin);
        Ended::of(child.wait_with_output().expect("the program ends"))
    }
}

impl Ended {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the program prints UTF-8");
        Self {
            exit: output.status.code().expect("an exit code, not a signal"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// The object on stdout; nothing else is there.
    #[track_caller]
    pub(crate) fn success(&self) -> Value {
        assert!(matches!(self.exit, 0 | 3), "{self:?}");
        assert_eq!(self.stdout.lines().count(), 1, "{self:?}");
        serde_json::from_str(&self.stdout).expect("a JSON object")
    }

    /// The error in the last line of stderr; stdout is empty.
    #[track_caller]
    pub(crate) fn error(&self) -> Value {
        assert!(matches!(self.exit, 1 | 2 | 130), "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        let line = self.stderr.lines().last().unwrap_or_default();
        let value: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{self:?}"));
        let members: Vec<&str> = value
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(members, ["error"], "{self:?}");
        let documented = [
            "kind",
            "message",
            "status",
            "code",
            "retryable",
            "retry_after",
            "attempts",
            "maybe_applied",
            "idempotency_key",
        ];
        for member in value["error"].as_object().expect("an object").keys() {
            assert!(documented.contains(&member.as_str()), "{member}");
        }
        value["error"].clone()
    }

    /// Refused before anything was sent.
    #[track_caller]
    pub(crate) fn refused(&self) -> Value {
        let error = self.error();
        assert_eq!((self.exit, &error["kind"]), (2, &"invalid_request".into()));
        assert_eq!(error["maybe_applied"], false);
        error
    }
}

/// A PNG by its first bytes, of this size.
pub(crate) fn png(size: usize) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.resize(size, 7);
    bytes
}

/// A file with these bytes.
pub(crate) fn file(folder: &tempfile::TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("the file is written");
    path
}

pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// Waits until something holds, which it does soon.
#[track_caller]
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::yield_now();
    }
}

/// Sends a signal to a program.
#[cfg(unix)]
pub(crate) fn signal(child: &Child, name: &str) {
    let status = Command::new("kill")
        .args([&format!("-{name}"), &child.id().to_string()])
        .status()
        .expect("kill runs");
    assert!(status.success());
}
