//! A loopback server that does what a test tells it, byte by byte.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What happens to a request.
#[derive(Clone)]
pub(crate) enum Then {
    /// It is answered with these bytes.
    Answer(Vec<u8>),
    /// It is read, and the connection ends.
    Lose,
    /// It is read, and nothing happens.
    Hang,
    /// It is answered with the first bytes, and then with the second again and again, as long as anybody
    /// reads them.
    Endless(&'static [u8], &'static [u8]),
}

impl Then {
    /// An answer with a JSON body.
    pub(crate) fn json(status: u16, body: &str) -> Self {
        Self::with(status, "Content-Type: application/json\r\n", body)
    }

    /// An answer with further header lines.
    pub(crate) fn with(status: u16, headers: &str, body: &str) -> Self {
        let length = body.len();
        Self::Answer(
            format!(
                "HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            )
            .into_bytes(),
        )
    }

    /// An error of the service.
    pub(crate) fn code(status: u16, code: &str) -> Self {
        Self::json(status, &format!("{{\"error\":\"{code}\"}}"))
    }
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }
}

/// A server that answers one request after the other as it is told, the last way for ever.
pub(crate) struct Server {
    pub(crate) base_url: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Server {
    pub(crate) fn start(script: impl IntoIterator<Item = Then>) -> Self {
        let script: Vec<Then> = script.into_iter().collect();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let received = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&received);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let (script, log) = (script.clone(), Arc::clone(&log));
                thread::spawn(move || {
                    let Some(request) = read(&mut stream) else {
                        return;
                    };
                    let count = {
                        let mut log = log.lock().expect("the log");
                        log.push(request);
                        log.len()
                    };
                    let Some(then) = script.get(count - 1).or(script.last()) else {
                        return;
                    };
                    match then {
                        Then::Answer(bytes) => {
                            // A client that has gone is no concern of the server's.
                            let _ = stream.write_all(bytes);
                            let _ = stream.shutdown(Shutdown::Write);
                            let _ = stream.read(&mut [0; 1]);
                        }
                        Then::Lose => drop(stream),
                        Then::Endless(first, again) => {
                            let much = again.repeat(100_000 / again.len() + 1);
                            let mut alive = stream.write_all(first).is_ok();
                            while alive {
                                alive = stream.write_all(&much).is_ok();
                            }
                        }
                        Then::Hang => thread::sleep(Duration::from_secs(120)),
                    }
                });
            }
        });
        Self {
            base_url: format!("http://{address}/api/v1"),
            received,
        }
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().expect("the log").clone()
    }

    /// The one request that came.
    pub(crate) fn only(&self) -> Received {
        let received = self.received();
        assert_eq!(received.len(), 1, "{received:?}");
        received[0].clone()
    }
}

fn read(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 65536];
    loop {
        if let Some(request) = parse(&bytes) {
            return Some(request);
        }
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
        }
    }
}

fn parse(bytes: &[u8]) -> Option<Received> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8(bytes[..end].to_vec()).expect("a head of ASCII");
    let mut lines = head.split("\r\n");
    let line = lines.next()?.to_owned();
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(':').expect("a header line"))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let length = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, value)| value.parse().expect("a length"));
    let body = bytes[end + 4..].to_vec();
    (body.len() >= length).then_some(Received {
        line,
        headers,
        body,
    })
}
