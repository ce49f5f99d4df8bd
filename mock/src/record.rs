//! What was received and answered.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::Value;

use crate::blank::Secrets;
use crate::document::{Operation, code_of};
use crate::judge::Judged;

/// A request that the sandbox received, and its answer. Credentials and email codes are blanked.
///
/// ```
/// # use std::io::{Read, Write};
/// # use std::net::TcpStream;
/// let sandbox = xquik_mock::Sandbox::builder().start_now()?;
/// // Any client will do; this one writes the bytes itself.
/// let mut client = TcpStream::connect(sandbox.addr())?;
/// let path = "/api/v1/x/account-connection-challenges/xch_1/submit";
/// let body = r#"{"email_code":"12"}"#;
/// write!(client, "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nx-api-key: xq_test\r\n")?;
/// write!(client, "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
/// client.read_to_string(&mut String::new())?;
///
/// let request = &sandbox.requests()[0];
/// assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", path));
/// assert_eq!(request.header("x-api-key"), Some("[blanked]"));
/// assert_eq!(request.body.parsed.as_ref().unwrap()["email_code"], "[blanked]");
/// assert_eq!(request.body.raw.as_deref(), Some(br#"{"email_code":"[blanked]"}"#.as_slice()));
/// assert_eq!(request.problems, ["`email_code` is shorter than 4 characters"]);
/// assert_eq!(request.answer.status, 400);
/// # std::io::Result::Ok(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Recorded {
    /// Counts from 1, over the sandbox's life.
    pub number: u64,
    /// When it was received, by the sandbox's clock; with a seed, a time that is made up.
    pub at: SystemTime,
    /// The method, as it came.
    pub method: String,
    /// The path, percent-encoded as it came; of a request whose head could not be read, that of its operation.
    pub path: String,
    /// The query; values of parameters that the document does not know are blanked.
    pub query: Option<String>,
    /// The operation that the request is for, if the document has one.
    pub operation: Option<String>,
    /// In the order in which they came, names in lower case.
    pub headers: Vec<(String, String)>,
    /// What it carried.
    pub body: RecordedBody,
    /// What was wrong with it, one sentence's fragment each.
    pub problems: Vec<String>,
    /// What was not wrong but probably not meant.
    pub remarks: Vec<String>,
    /// The fault that was scripted, or drawn by the fault rate.
    pub fault: Option<String>,
    /// What was answered; with a fault that cuts or replaces it, what would have been.
    pub answer: RecordedAnswer,
    /// How long the sandbox took, without the latency that it was told to have.
    pub took: Duration,
}

impl Recorded {
    /// The value of the first header with this name, in whatever case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(one, _)| one.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The path with its query.
    #[must_use]
    pub fn target(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }

    fn weight(&self) -> usize {
        let headers = |headers: &[(String, String)]| -> usize {
            headers
                .iter()
                .map(|(name, value)| name.len() + value.len())
                .sum()
        };
        let raw = self.body.raw.as_ref().map_or(0, Bytes::len);
        // What was parsed is about as large as what it was parsed from, and the text around it is small.
        512 + self.path.len()
            + headers(&self.headers)
            + 2 * raw
            + headers(&self.answer.headers)
            + self.answer.body.len()
    }
}

/// One line for a log: what came, what was answered, and what was wrong.
impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.target())?;
        // Bytes that are no answer, or none at all, have no status.
        if self.answer.status != 0 {
            write!(f, " -> {}", self.answer.status)?;
        }
        let body = self.answer.json();
        if let Some(code) = body.as_ref().and_then(code_of) {
            write!(f, " {code}")?;
        }
        write!(f, " in {:.1} ms", self.took.as_secs_f64() * 1_000.0)?;
        for problem in &self.problems {
            write!(f, "; {problem}")?;
        }
        for remark in &self.remarks {
            write!(f, "; remark: {remark}")?;
        }
        match &self.fault {
            Some(fault) => write!(f, "; fault: {fault}"),
            None => Ok(()),
        }
    }
}

/// A request's body.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct RecordedBody {
    /// How many bytes came.
    pub size: u64,
    /// The bytes as they came; `None` if there were none, too many, or if they may hold a secret that cannot be
    /// told apart (a body of an operation with an email code that could not be read, or of no operation). A body
    /// with a secret in it is written anew, with the secret blanked.
    pub raw: Option<Bytes>,
    /// Its members, if it could be read. A file is an object with `filename`, `content_type`, `size`, `sha256`.
    pub parsed: Option<Value>,
}

impl RecordedBody {
    pub(crate) fn of(
        size: u64,
        bytes: Option<&Bytes>,
        operation: Option<&Operation>,
        judged: &Judged,
        secrets: &Secrets,
    ) -> Self {
        let Some(operation) = operation else {
            // Whatever it was meant for, it may hold a code.
            return Self {
                size,
                ..Self::default()
            };
        };
        let known = |name: &str| {
            let mut media = operation.body.iter().flat_map(|body| &body.media);
            media.any(|media| media.members.contains_key(name))
        };
        let guarded = !operation.secrets().is_empty();
        let parsed = judged.body.as_ref().map(|sent| {
            if guarded {
                secrets.guarded(&sent.value, known, operation.secrets())
            } else {
                secrets.value(&sent.value)
            }
        });
        let raw = match (&parsed, guarded) {
            (Some(parsed), true) => Some(Bytes::from(parsed.to_string())),
            (None, true) => None,
            (_, false) => bytes
                .filter(|bytes| !bytes.is_empty())
                .map(|bytes| Bytes::from(secrets.bytes(bytes))),
        };
        Self { size, raw, parsed }
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RecordedAnswer {
    /// The status.
    pub status: u16,
    /// In the order in which they were sent; the server adds `Date` and `Content-Length`.
    pub headers: Vec<(String, String)>,
    /// The bytes.
    pub body: Bytes,
}

impl RecordedAnswer {
    /// The error code that it says, in whichever form.
    #[must_use]
    pub fn code(&self) -> Option<String> {
        if self.status < 400 {
            return None;
        }
        code_of(&self.json()?).map(str::to_owned)
    }

    /// The body as JSON, if it is JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// The newest requests: at most so many of them, and at most so many bytes.
#[derive(Debug, Default)]
pub(crate) struct Log {
    requests: VecDeque<Arc<Recorded>>,
    weight: usize,
    received: u64,
}

/// Enough for a test of many requests and for a page that a person reads.
const MOST: usize = 1_000;
/// Some twenty files of the largest size.
const MOST_BYTES: usize = 32 << 20;

impl Log {
    /// The number of the next request.
    pub(crate) fn number(&mut self) -> u64 {
        self.received += 1;
        self.received
    }

    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    pub(crate) fn add(&mut self, request: Arc<Recorded>) {
        self.weight += request.weight();
        self.requests.push_back(request);
        while self.requests.len() > MOST || (self.weight > MOST_BYTES && self.requests.len() > 1) {
            if let Some(oldest) = self.requests.pop_front() {
                self.weight -= oldest.weight();
            }
        }
    }

    pub(crate) fn all(&self) -> Vec<Arc<Recorded>> {
        self.requests.iter().cloned().collect()
    }

    pub(crate) fn newest(&self, most: usize) -> Vec<Arc<Recorded>> {
        self.requests.iter().rev().take(most).cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        self.requests.clear();
        self.weight = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(number: u64, size: usize) -> Arc<Recorded> {
        Arc::new(Recorded {
            number,
            at: SystemTime::UNIX_EPOCH,
            method: "GET".to_owned(),
            path: "/".to_owned(),
            query: None,
            operation: None,
            headers: Vec::new(),
            body: RecordedBody {
                size: size as u64,
                raw: Some(Bytes::from(vec![0; size])),
                parsed: None,
            },
            problems: Vec::new(),
            remarks: Vec::new(),
            fault: None,
            answer: RecordedAnswer {
                status: 200,
                headers: Vec::new(),
                body: Bytes::new(),
            },
            took: Duration::ZERO,
        })
    }

    #[test]
    fn the_log_is_bounded_in_number_and_in_bytes() {
        let mut log = Log::default();
        for number in 0..3_000 {
            log.add(request(number, 10));
        }
        assert_eq!(log.all().len(), MOST);
        for number in 0..100 {
            log.add(request(number, 1 << 20));
        }
        assert!(log.all().len() < 17, "{}", log.all().len());
        assert_eq!(log.newest(1)[0].number, 99);
    }
}
