//! A simple load: connections that are kept, each with one request after another.

use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// So many connections at once: few, since client and server share the machine.
const CONNECTIONS: usize = 4;

/// Longer than any answer takes; a server that hangs is an error.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is asked, again and again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) method: &'a str,
    /// Behind the server's prefix.
    pub(super) path: &'a str,
    pub(super) body: &'a str,
    /// The status that has to come.
    pub(super) status: u16,
}

/// Sends so many requests in all and tells how long that took.
pub(super) fn run(
    address: &str,
    prefix: &str,
    request: Request<'_>,
    count: usize,
) -> io::Result<Duration> {
    let bytes = format!(
        "{} {prefix}{} HTTP/1.1\r\nHost: {address}\r\nx-api-key: xq_bench\r\nAccept: application/json\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
        request.method,
        request.path,
        request.body.len(),
        request.body
    );
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                let bytes = bytes.as_bytes();
                scope.spawn(move || connection(address, bytes, request.status, count / CONNECTIONS))
            })
            .collect();
        workers.into_iter().try_for_each(|worker| {
            worker
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    })?;
    Ok(begun.elapsed())
}

fn connection(address: &str, request: &[u8], status: u16, count: usize) -> io::Result<()> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    for _ in 0..count {
        writer.write_all(request)?;
        let (got, body) = answer(&mut reader)?;
        if got != status {
            return Err(io::Error::other(format!(
                "expected status {status}, got {got}: {}",
                String::from_utf8_lossy(&body)
            )));
        }
    }
    Ok(())
}

/// The status and the body of one answer, whose length its head tells.
fn answer(reader: &mut impl BufRead) -> io::Result<(u16, Vec<u8>)> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let status = line
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .ok_or_else(|| io::Error::other(format!("expected a status line, got {line:?}")))?;
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let header = line.trim_end().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
        if header.starts_with("transfer-encoding:") {
            return Err(io::Error::other("the load reads no chunked answers"));
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok((status, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_where_its_length_says() {
        let bytes = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\nA: b\r\n\r\n{}HTTP/1.1";
        let mut reader = BufReader::new(&bytes[..]);
        let (status, body) = answer(&mut reader).expect("an answer");
        assert_eq!((status, body.as_slice()), (201, &b"{}"[..]));
        assert!(answer(&mut BufReader::new(&b"nonsense\r\n\r\n"[..])).is_err());
    }
}
