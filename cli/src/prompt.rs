//! What is asked of a person, or read from stdin.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _};

use crate::drive::{self, Stop};
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
    let interrupted = drive::interrupted();
    err.raw(question);
    ended(err, line_of(read, interrupted).await)
}

/// What was typed. Where that is no whole line, the cursor stands behind the question.
fn ended(err: &Screen, line: Result<Typed, Failure>) -> Result<String, Failure> {
    if !line.as_ref().is_ok_and(|line| line.whole) {
        err.raw("\n");
    }
    line.map(|line| line.text)
}

/// Asks for a secret: what is typed is not shown.
pub(crate) async fn ask_secretly(err: &Screen, question: &str) -> Result<String, Failure> {
    // Ctrl-C is listened to before anything is changed that it has to put right, and both are so before
    // the question, which somebody may answer in no time.
    let interrupted = drive::interrupted();
    // Held here and not by the thread that reads, so that Ctrl-C puts the terminal right as well.
    #[cfg(unix)]
    let hidden = hidden::Hidden::begin();
    err.raw(question);
    #[cfg(unix)]
    let reading = read;
    #[cfg(not(unix))]
    let reading = || rpassword::read_password().map(|line| format!("{line}\n").into_bytes());
    let line = line_of(reading, interrupted).await;
    #[cfg(unix)]
    drop(hidden);
    ended(err, line)
}

/// A terminal that does not show what is typed.
#[cfg(unix)]
mod hidden {
    use std::io::stdin;

    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

    /// A terminal that does not show what is typed, for as long as this lives.
    pub(super) struct Hidden(Option<Termios>);

    impl Hidden {
        pub(super) fn begin() -> Self {
            // Where it cannot be hidden it is no terminal, and nothing is shown anyway.
            let Ok(before) = tcgetattr(stdin()) else {
                return Self(None);
            };
            let mut modes = before.clone();
            modes.local_modes.remove(LocalModes::ECHO);
            // The end of the line is shown, so that the next text stands below the question.
            modes.local_modes.insert(LocalModes::ECHONL);
            match tcsetattr(stdin(), OptionalActions::Now, &modes) {
                Ok(()) => Self(Some(before)),
                Err(_) => Self(None),
            }
        }
    }

    impl Drop for Hidden {
        fn drop(&mut self) {
            if let Some(before) = &self.0 {
                // There is nobody left to tell.
                let _ = tcsetattr(stdin(), OptionalActions::Now, before);
            }
        }
    }
}

/// Reads one line of stdin, without its end.
pub(crate) async fn read_line() -> Result<String, Failure> {
    let line = line_of(read, drive::interrupted()).await;
    line.map(|line| line.text)
}

/// A line as it was typed.
struct Typed {
    text: String,
    /// Whether it had an end, and not only the input.
    whole: bool,
}

async fn line_of(
    read: impl FnOnce() -> io::Result<Vec<u8>> + Send + 'static,
    interrupted: impl Future<Output = Stop>,
) -> Result<Typed, Failure> {
    tokio::select! {
        biased;
        stop = interrupted => Err(Failure::Interrupted(Interruption::before_anything(stop))),
        line = tokio::task::spawn_blocking(read) => {
            decode(line.map_err(io::Error::other).and_then(|line| line))
        }
    }
}

fn read() -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    let mut stdin = io::stdin().lock().take(LONGEST_LINE + 1);
    stdin.read_until(b'\n', &mut line)?;
    Ok(line)
}

fn decode(line: io::Result<Vec<u8>>) -> Result<Typed, Failure> {
    let refuse = |what: String| Err(Failure::Refused(format!("standard input {what}")));
    let mut line = match line {
        Ok(line) => line,
        Err(error) => return refuse(format!("cannot be read: {error}")),
    };
    if line.len() as u64 > LONGEST_LINE {
        return refuse(format!("has a line of more than {LONGEST_LINE} bytes"));
    }
    let whole = line.last() == Some(&b'\n');
    if whole {
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
    }
    match String::from_utf8(line) {
        Ok(text) => Ok(Typed { text, whole }),
        // What was read may be a code and is not repeated.
        Err(_) => refuse("is not UTF-8".to_owned()),
    }
}
