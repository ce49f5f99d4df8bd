//! A client that sends exactly what a test says, and nothing of its own.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

use serde_json::{Value, json};
use xquik_mock::Sandbox;

/// A key that the sandbox knows.
pub(crate) const KEY: &str = "xq_test";

/// The smallest bytes that begin as a PNG does.
pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and the rest of a picture";
pub(crate) const JPEG: &[u8] = b"\xff\xd8\xff\xe0 and the rest of a picture";

/// A request that a test puts together.
#[derive(Clone)]
pub(crate) struct Request {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// With a good key, a path below the base.
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            target: format!("/api/v1{path}"),
            headers: Vec::new(),
            body: Vec::new(),
        }
        .header("x-api-key", KEY)
    }

    /// At the root, without a key.
    pub(crate) fn root(method: &str, target: &str) -> Self {
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(crate) fn submit(id: &str, code: &str) -> Self {
        Self::new(
            "POST",
            &format!("/x/account-connection-challenges/{id}/submit"),
        )
        .json(&json!({ "email_code": code }))
    }

    pub(crate) fn disconnect(id: &str) -> Self {
        Self::new("DELETE", &format!("/x/accounts/{id}"))
    }

    pub(crate) fn avatar_url(account: &str) -> Self {
        Self::new("PATCH", "/x/profile/avatar")
            .json(&json!({ "account": account, "url": "https://example.com/avatar.png" }))
    }

    pub(crate) fn avatar_file(account: &str, bytes: &[u8]) -> Self {
        Self::new("PATCH", "/x/profile/avatar").form(
            "gap",
            &[
                ("name=\"account\"", None, account.as_bytes()),
                (
                    "name=\"file\"; filename=\"avatar.png\"",
                    Some("image/png"),
                    bytes,
                ),
            ],
        )
    }

    /// What `curl` would send for a command of the page.
    pub(crate) fn of_curl(command: &str) -> Self {
        let mut words: Vec<String> = Vec::new();
        for (at, piece) in command.split('\'').enumerate() {
            if at % 2 == 1 {
                words.push(piece.to_owned());
            } else {
                words.extend(piece.split_whitespace().map(str::to_owned));
            }
        }
        assert_eq!(words[0], "curl");
        let mut request = Self::root("GET", "/");
        let mut parts = Vec::new();
        let mut words = words.into_iter().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                "-X" => request.method = words.next().unwrap(),
                "-H" => {
                    let header = words.next().unwrap();
                    let (name, value) = header.split_once(": ").unwrap();
                    request = request.header(name, value);
                }
                "-d" => request.body = words.next().unwrap().into_bytes(),
                "-F" => parts.push(words.next().unwrap()),
                url => {
                    let path = url.splitn(4, '/').nth(3).unwrap();
                    request.target = format!("/{path}");
                }
            }
        }
        if parts.is_empty() {
            return request;
        }
        let parts: Vec<_> = parts
            .iter()
            .map(|part| part.split_once('=').unwrap())
            .collect();
        let named: Vec<String> = parts
            .iter()
            .map(|(name, value)| match value.strip_prefix('@') {
                Some(_) => format!("name=\"{name}\"; filename=\"{name}\""),
                None => format!("name=\"{name}\""),
            })
            .collect();
        let form: Vec<(&str, Option<&str>, &[u8])> = parts
            .iter()
            .zip(&named)
            .map(|((_, value), named)| match value.strip_prefix('@') {
                Some(file) => (
                    named.as_str(),
                    file.split_once(";type=").map(|(_, kind)| kind),
                    PNG,
                ),
                None => (named.as_str(), None, value.as_bytes()),
            })
            .collect();
        request.form("gap", &form)
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers
            .retain(|(one, _)| !one.eq_ignore_ascii_case(name));
        self
    }

    pub(crate) fn key(self, key: &str) -> Self {
        self.header("Idempotency-Key", key)
    }

    pub(crate) fn body(mut self, bytes: &[u8]) -> Self {
        self.body = bytes.to_vec();
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.without("content-type")
            .header("Content-Type", "application/json")
            .body(body.to_string().as_bytes())
    }

    /// Parts as `(disposition, content type, bytes)`.
    pub(crate) fn form(self, boundary: &str, parts: &[(&str, Option<&str>, &[u8])]) -> Self {
        let mut body = Vec::new();
        for (disposition, kind, bytes) in parts {
            body.extend(
                format!("--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n")
                    .bytes(),
            );
            if let Some(kind) = kind {
                body.extend(format!("Content-Type: {kind}\r\n").bytes());
            }
            body.extend(b"\r\n");
            body.extend(*bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{boundary}--\r\n").bytes());
        self.without("content-type")
            .header(
                "Content-Type",
                &format!("multipart/form-data; boundary={boundary}"),
            )
            .body(&body)
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!(
            "{} {} HTTP/1.1\r\nHost: localhost\r\n",
            self.method, self.target
        )
        .into_bytes();
        for (name, value) in &self.headers {
            bytes.extend(format!("{name}: {value}\r\n").bytes());
        }
        if !self.body.is_empty() {
            bytes.extend(format!("Content-Length: {}\r\n", self.body.len()).bytes());
        }
        bytes.extend(b"\r\n");
        bytes.extend(&self.body);
        bytes
    }

    pub(crate) fn send(&self, sandbox: &Sandbox) -> Response {
        let raw = self.exchange(sandbox);
        Response::read(&raw)
            .unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(&raw)))
    }

    /// All bytes that come back until the connection ends.
    pub(crate) fn exchange(&self, sandbox: &Sandbox) -> Vec<u8> {
        self.try_exchange(&sandbox.addr().to_string()).unwrap()
    }

    /// As `exchange`, or nothing if nobody listens there or the connection breaks.
    pub(crate) fn try_exchange(&self, address: &str) -> Option<Vec<u8>> {
        let mut stream = TcpStream::connect(address).ok()?;
        let mut bytes = self.bytes();
        // So that the end of the answer is the end of the connection.
        let end = bytes.windows(2).position(|two| two == b"\r\n").unwrap() + 2;
        bytes.splice(end..end, b"Connection: close\r\n".iter().copied());
        stream.write_all(&bytes).ok()?;
        let _ = stream.shutdown(Shutdown::Write);
        let mut raw = Vec::new();
        // A connection that is reset ends, too.
        let _ = stream.read_to_end(&mut raw);
        Some(raw)
    }
}

impl Response {
    pub(crate) fn read(raw: &[u8]) -> Option<Self> {
        let end = raw.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&raw[..end]).ok()?;
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines.filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_lowercase(), value.trim().to_owned()))
        });
        Some(Self {
            status,
            headers: headers.collect(),
            body: raw[end + 4..].to_vec(),
        })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(one, _)| one == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("no JSON: {:?}", String::from_utf8_lossy(&self.body)))
    }

    /// The error's code, in whichever form.
    pub(crate) fn code(&self) -> String {
        let body = self.json();
        body["error"]
            .as_str()
            .or_else(|| body["error"]["code"].as_str())
            .unwrap_or_default()
            .to_owned()
    }

    pub(crate) fn message(&self) -> String {
        let body = self.json();
        body["message"]
            .as_str()
            .or_else(|| body["error"]["message"].as_str())
            .unwrap_or_default()
            .to_owned()
    }
}

/// What is answered to these very bytes.
pub(crate) fn raw(sandbox: &Sandbox, bytes: &[u8]) -> Response {
    let mut stream = TcpStream::connect(sandbox.addr()).unwrap();
    stream.write_all(bytes).unwrap();
    let _ = stream.shutdown(Shutdown::Write);
    let mut raw = Vec::new();
    let _ = stream.read_to_end(&mut raw);
    Response::read(&raw).unwrap()
}

/// A sandbox for one test.
pub(crate) fn sandbox() -> Sandbox {
    Sandbox::builder().start_now().unwrap()
}
