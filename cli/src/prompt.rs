//! What is asked of a person, or read from stdin.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _};

use crate::drive;
use crate::failure::{Failure, Interruption};
use crate::screen::Screen;

/// More than any line that makes sense here, and little enough to be read from anything.
const LONGEST_LINE: u64 = 4096;

/// Whether there is a person to ask.
pub(crate) fn is_possible(err: &Screen) -> bool {
    io::stdin().is_terminal() && err.is_terminal()
}

/// Asks, and gives the line that is typed.
pub(crate) async fn ask(err: &Screen, question: &str) -> Result<String, Failure> {
    err.raw(question);
    let line = read_line().await;
    if line.is_err() {
        // The cursor stands behind the question.
        err.raw("\n");
    }
    line
}

/// Reads one line of stdin, without its end.
pub(crate) async fn read_line() -> Result<String, Failure> {
    let reading = tokio::task::spawn_blocking(|| {
        let mut line = Vec::new();
        io::stdin()
            .lock()
            .take(LONGEST_LINE + 1)
            .read_until(b'\n', &mut line)
            .map(|_| line)
    });
    tokio::select! {
        line = reading => decode(line.map_err(io::Error::other).and_then(|line| line)),
        () = drive::interrupted() => Err(Failure::Interrupted(Interruption::default())),
    }
}

fn decode(line: io::Result<Vec<u8>>) -> Result<String, Failure> {
    let refuse = |what: String| Err(Failure::Refused(format!("standard input {what}")));
    let mut line = match line {
        Ok(line) => line,
        Err(error) => return refuse(format!("cannot be read: {error}")),
    };
    if line.len() as u64 > LONGEST_LINE {
        return refuse(format!("has a line of more than {LONGEST_LINE} bytes"));
    }
    if line.last() == Some(&b'\n') {
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
    }
    match String::from_utf8(line) {
        Ok(line) => Ok(line),
        // What was read may be a code and is not repeated.
        Err(_) => refuse("is not UTF-8".to_owned()),
    }
}
