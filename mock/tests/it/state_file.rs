//! The state in a file, across restarts and kills.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, SystemTime};

use xquik_mock::{Clock, Progress, Sandbox};

use crate::client::{PNG, Request, Response};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_restart_goes_on_where_the_sandbox_stopped() {
    let folder = folder();
    let path = folder.path().join("state.json");
    let clock = Clock::held(SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000));
    let start = || {
        let builder = Sandbox::builder().state_file(&path).clock(clock.clone());
        builder.start_now().unwrap()
    };
    let sandbox = start();
    let connected = Request::submit("xch_1", "123456").send(&sandbox).json();
    let first = Request::avatar_file("myxaccount", PNG)
        .key("k")
        .send(&sandbox);
    let pending = Request::avatar_url("mock_202").key("p").send(&sandbox);
    Request::submit("xch_2", "999999").send(&sandbox);
    Request::disconnect("4").send(&sandbox);
    for _ in 0..56 {
        Request::submit("xch_mock_404", "123456").send(&sandbox);
    }
    drop(sandbox);

    let sandbox = start();
    assert_eq!(sandbox.state().credits(), 990);
    assert_eq!(
        sandbox.state().challenge("xch_2").unwrap().progress,
        Progress::Failed
    );
    assert_eq!(Request::disconnect("4").send(&sandbox).status, 404);
    assert_eq!(
        Request::submit("xch_3", "123456").send(&sandbox).status,
        429
    );
    clock.advance(Duration::from_secs(60));
    let again = Request::avatar_file("myxaccount", PNG)
        .key("k")
        .send(&sandbox);
    assert_eq!((again.status, again.json()), (200, first.json()));
    let again = Request::avatar_url("mock_202").key("p").send(&sandbox);
    assert_eq!(again.json(), pending.json());
    assert_eq!(sandbox.state().credits(), 980, "the pending write is over");
    assert_eq!(
        Request::submit("xch_1", "123456").send(&sandbox).status,
        409
    );
    let new = Request::submit("xch_3", "123456").send(&sandbox).json();
    assert_ne!(new["id"], connected["id"]);
    assert_eq!(
        Request::disconnect(connected["id"].as_str().unwrap())
            .send(&sandbox)
            .status,
        200
    );
}

#[test]
fn the_file_holds_no_secret_and_nothing_lies_beside_it() {
    let folder = folder();
    let path = folder.path().join("state.json");
    let sandbox = Sandbox::builder().state_file(&path).start_now().unwrap();
    Request::submit("xch_86420975", "86420975").send(&sandbox);
    Request::submit("xch_86420975", "99887766").send(&sandbox);
    Request::avatar_url("myxaccount")
        .key("xq_topsecret")
        .send(&sandbox);
    let text = std::fs::read_to_string(&path).unwrap();
    for secret in ["86420975", "99887766", "xq_topsecret", "xq_test"] {
        assert!(!text.contains(secret), "{secret}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_file_that_is_no_state_is_refused_and_left_alone() {
    let folder = folder();
    let path = folder.path().join("notes.txt");
    for content in ["my notes", "{}", "{\"form\":99,\"state\":{}}", ""] {
        std::fs::write(&path, content).unwrap();
        let error = Sandbox::builder()
            .state_file(&path)
            .start_now()
            .unwrap_err();
        let told = error.to_string();
        assert!(
            told.contains("notes.txt") && told.contains("start afresh"),
            "{told}"
        );
        assert_eq!(std::fs::read_to_string(&path).unwrap(), content);
    }
    let nowhere = folder.path().join("no/such/folder/state.json");
    assert!(Sandbox::builder().state_file(nowhere).start_now().is_err());
}

#[test]
fn what_cannot_be_kept_is_not_done() {
    let folder = folder();
    let inner = folder.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    let sandbox = Sandbox::builder()
        .state_file(inner.join("state.json"))
        .start_now()
        .unwrap();
    std::fs::remove_dir_all(&inner).unwrap();
    assert_eq!(Request::disconnect("3").exchange(&sandbox), b"");
    assert!(sandbox.state().account("3").is_some());
    std::fs::create_dir(&inner).unwrap();
    assert_eq!(Request::disconnect("3").send(&sandbox).status, 200);
}

/// Where the program below is told which state file to use.
const STATE: &str = "XQUIK_MOCK_TEST_STATE";

/// No test but a program, which the test below starts from its own executable and kills.
#[test]
fn program() {
    if let Some(path) = std::env::var_os(STATE) {
        let sandbox = Sandbox::builder()
            .no_rate_limit()
            .state_file(path)
            .start_now()
            .unwrap();
        let mut stdout = std::io::stdout();
        writeln!(stdout, "\n{}", sandbox.addr()).unwrap();
        stdout.flush().unwrap();
        // Until it is killed.
        loop {
            std::thread::park();
        }
    }
}

/// Starts the program; the address that it serves.
fn serve(state: &Path) -> (Child, String) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "state_file::program", "--nocapture"])
        .env(STATE, state)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = lines
        .map(Result::unwrap)
        .find(|line| line.starts_with("127.0.0.1:"))
        .expect("the program starts");
    (child, address)
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn nothing_is_lost_and_nothing_is_done_twice_however_often_it_is_killed() {
    let rounds = std::env::var("XQUIK_KILLS").map_or(10, |rounds| rounds.parse().unwrap());
    let folder = folder();
    let path = folder.path().join("state.json");
    let credits = 1_000_000;
    let sandbox = Sandbox::builder().state_file(&path).start_now().unwrap();
    sandbox.state().set_credits(credits);
    drop(sandbox);

    let mut connected = Vec::new();
    let mut updates = 0;
    for round in 0..rounds {
        let (child, address) = serve(&path);
        let (told, answers) = mpsc::channel();
        let writer = std::thread::spawn(move || {
            // The key of the update that was sent last, answered or not.
            let mut last = None;
            for n in 0.. {
                let key = format!("{round}-{n}");
                let Some(answer) =
                    Request::submit(&format!("xch_{key}"), "123456").try_send(&address)
                else {
                    break;
                };
                let id = answer.json()["id"].as_str().unwrap().to_owned();
                let sent = Request::avatar_url("myxaccount")
                    .key(&key)
                    .try_send(&address);
                last = Some((n, key));
                let answered = sent.is_some();
                if told.send(id).is_err() || !answered {
                    break;
                }
            }
            last
        });
        // Killed while the writer goes on, at another moment each time.
        for id in answers.iter().take(1 + round % 7) {
            connected.push(id);
        }
        kill(child);
        connected.extend(answers.iter());
        if let Some((n, key)) = writer.join().unwrap() {
            updates += n + 1;
            // It may have been carried out or not; sent again with its key it is carried out once.
            let (child, address) = serve(&path);
            let again = Request::avatar_url("myxaccount")
                .key(&key)
                .try_send(&address)
                .unwrap();
            assert_eq!(again.status, 200);
            kill(child);
        }
    }
    let sandbox = Sandbox::builder()
        .state_file(&path)
        .no_rate_limit()
        .start_now()
        .unwrap();
    assert_eq!(sandbox.state().credits(), credits - 10 * updates);
    assert!(connected.len() >= rounds);
    for id in connected {
        assert_eq!(
            Request::disconnect(&id).send(&sandbox).status,
            200,
            "{id} was lost"
        );
    }
}

impl Request {
    /// An answer, or nothing where the program was killed before it gave one.
    fn try_send(&self, address: &str) -> Option<Response> {
        Response::read(&self.try_exchange(address)?)
    }
}

#[cfg(unix)]
#[test]
fn a_state_file_belongs_to_one_sandbox_at_a_time() {
    let folder = folder();
    let path = folder.path().join("state.json");
    let start = || Sandbox::builder().state_file(&path).start_now();
    let first = start().unwrap();
    for _ in 0..2 {
        let told = start().unwrap_err().to_string();
        assert!(
            told.contains("state.json") && told.contains("in use by another sandbox"),
            "{told}"
        );
        // Also once the file was replaced by a newer one.
        assert_eq!(Request::avatar_url("3").send(&first).status, 200);
    }
    drop(first);
    assert_eq!(start().unwrap().state().credits(), 980);
}

#[cfg(unix)]
#[test]
fn a_state_is_kept_in_a_regular_file() {
    for path in ["/dev/null", "/"] {
        let error = Sandbox::builder().state_file(path).start_now().unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
        assert!(error.to_string().contains("is no regular file"), "{error}");
    }
}
