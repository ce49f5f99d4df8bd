//! Other programs: how long they take, how much memory they hold.

use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a program runs from start to end. Its exit code says what it found, and does not matter
/// unless it could not start or was killed.
pub(super) fn time(command: &mut Command) -> io::Result<Duration> {
    let begun = Instant::now();
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(|error| {
            io::Error::other(format!("{}: {error}", command.get_program().display()))
        })?;
    let took = begun.elapsed();
    if status.code().is_none_or(|code| code > 2) {
        let program = command.get_program().display();
        return Err(io::Error::other(format!("{program} ended with {status}")));
    }
    Ok(took)
}

/// This program, as it was built.
pub(super) fn own() -> io::Result<PathBuf> {
    std::env::current_exe()
}

/// The most memory that this process has held, in bytes.
pub(super) fn own_peak() -> io::Result<u64> {
    memory(Path::new("/proc/self/status"), "VmHWM:")
}

/// The memory that a process holds now, in bytes.
pub(super) fn resident(process: u32) -> io::Result<u64> {
    memory(Path::new(&format!("/proc/{process}/status")), "VmRSS:")
}

fn memory(status: &Path, field: &str) -> io::Result<u64> {
    let text = std::fs::read_to_string(status).map_err(|error| {
        io::Error::other(format!("memory is read from {}: {error}", status.display()))
    })?;
    text.lines()
        .find_map(|line| line.strip_prefix(field))
        .and_then(|rest| rest.trim().strip_suffix(" kB")?.parse::<u64>().ok())
        .map(|kib| kib * 1024)
        .ok_or_else(|| io::Error::other(format!("{} has no {field}", status.display())))
}

/// A server that is ended with the value.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    /// Where it listens.
    pub(super) address: String,
}

impl Server {
    /// Starts a server and waits for the line in which it says where it listens.
    pub(super) fn start(command: &mut Command) -> io::Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut lines = BufReader::new(output).lines();
        let address = lines.by_ref().find_map(|line| address_in(&line.ok()?));
        // Whatever else it says is read, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let Some(address) = address else {
            child.kill()?;
            return Err(io::Error::other(format!(
                "{} did not say where it listens",
                command.get_program().display()
            )));
        };
        Ok(Self { child, address })
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }
}

/// `127.0.0.1:4010` of a line that holds `http://127.0.0.1:4010/…` and says that it listens.
fn address_in(line: &str) -> Option<String> {
    if !line.contains("listening") {
        return None;
    }
    let (_, rest) = line.split_once("http://")?;
    let end = rest
        .find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ':'))
        .unwrap_or(rest.len());
    Some(rest[..end].to_owned())
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_servers_say_where_they_listen() {
        for line in [
            "listening on http://127.0.0.1:4010/api/v1",
            "[5:23:29 PM] › [CLI] ▶  start     Prism is listening on http://127.0.0.1:4010",
        ] {
            assert_eq!(
                address_in(line).as_deref(),
                Some("127.0.0.1:4010"),
                "{line}"
            );
        }
        assert_eq!(address_in("GET http://127.0.0.1:4010/a"), None);
    }
}
