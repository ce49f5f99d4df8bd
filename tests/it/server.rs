//! A server of raw sockets: it does what no proper server does, and records what it was sent.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use xquik::{CallOptions, Client, ClientBuilder, Credential};

/// A key that occurs nowhere else.
pub(crate) const KEY: &str = "xq_key-that-occurs-nowhere-else";

/// A request as it came, taken apart by nothing but this file.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Which connection it came on, from 0.
    pub(crate) connection: usize,
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Every byte, head and body.
    pub(crate) raw: Vec<u8>,
}

impl Request {
    /// The values of a header, in whatever case its name came.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.headers
            .iter()
            .filter(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// The value of a header that comes at most once.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let all = self.all(name);
        assert!(all.len() <= 1, "{name} comes {} times", all.len());
        all.first().copied()
    }
}

/// What a server does once it has read a request.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Send(Vec<u8>),
    /// The same bytes, until the client goes away.
    Repeat(Vec<u8>),
    /// A byte at a time, with pauses.
    Drip(Vec<u8>, Duration),
    /// Says nothing more until the client goes away.
    Hang,
    Close,
    /// Closes so that the client sees a reset and not an end.
    Reset,
}

/// How much of a request is read before the steps are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    Whole,
    Head,
    Nothing,
}

type Script = Arc<dyn Fn(&Request, usize) -> Vec<Step> + Send + Sync>;

#[derive(Default)]
struct Log {
    requests: Vec<Request>,
    connections: usize,
    /// The connections that the client has left.
    left: BTreeSet<usize>,
}

/// A server on a free port of loopback, for as long as it lives.
pub(crate) struct Server {
    pub(crate) addr: SocketAddr,
    log: Arc<Mutex<Log>>,
    changed: Arc<Notify>,
    task: JoinHandle<()>,
    scheme: &'static str,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// Answers the n-th request (from 0) with the n-th list of steps, and those after it with the last.
    pub(crate) async fn script(script: impl IntoIterator<Item = Vec<Step>>) -> Self {
        let script: Vec<_> = script.into_iter().collect();
        Self::new(move |_, number| script[number.min(script.len() - 1)].clone()).await
    }

    /// Answers every request with these bytes.
    pub(crate) async fn answering(answer: impl Into<Vec<u8>>) -> Self {
        Self::script([vec![Step::Send(answer.into())]]).await
    }

    /// Answers as a function of the request and its number says.
    pub(crate) async fn new(
        script: impl Fn(&Request, usize) -> Vec<Step> + Send + Sync + 'static,
    ) -> Self {
        Self::start(Reading::Whole, None, Arc::new(script)).await
    }

    /// Does its steps before a request is read.
    pub(crate) async fn hasty(reading: Reading, steps: Vec<Step>) -> Self {
        Self::start(reading, None, Arc::new(move |_, _| steps.clone())).await
    }

    /// Speaks TLS.
    pub(crate) async fn tls(acceptor: TlsAcceptor, answer: impl Into<Vec<u8>>) -> Self {
        let steps = vec![Step::Send(answer.into())];
        let script: Script = Arc::new(move |_, _| steps.clone());
        Self::start(Reading::Whole, Some(acceptor), script).await
    }

    async fn start(reading: Reading, tls: Option<TlsAcceptor>, script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let addr = listener.local_addr().expect("an address");
        let log = Arc::new(Mutex::new(Log::default()));
        let changed = Arc::new(Notify::new());
        let scheme = if tls.is_some() { "https" } else { "http" };
        let served = (Arc::clone(&log), Arc::clone(&changed));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (log, changed) = (Arc::clone(&served.0), Arc::clone(&served.1));
                let (script, tls) = (Arc::clone(&script), tls.clone());
                let number = {
                    let mut log = log.lock().expect("the log");
                    log.connections += 1;
                    log.connections - 1
                };
                changed.notify_waiters();
                tokio::spawn(async move {
                    match tls {
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                serve(stream, number, reading, &script, &log, &changed).await;
                            }
                        }
                        None => {
                            let resets =
                                serve(Plain(stream), number, reading, &script, &log, &changed);
                            resets.await;
                        }
                    }
                    log.lock().expect("the log").left.insert(number);
                    changed.notify_waiters();
                });
            }
        });
        Self {
            addr,
            log,
            changed,
            task,
            scheme,
        }
    }

    pub(crate) fn base_url(&self) -> String {
        let host = if self.scheme == "https" {
            "localhost"
        } else {
            "127.0.0.1"
        };
        format!("{}://{host}:{}/api/v1", self.scheme, self.addr.port())
    }

    /// A client of this server.
    pub(crate) fn builder(&self) -> ClientBuilder {
        Client::builder()
            .credential(Credential::api_key(KEY).expect("a key"))
            .base_url(self.base_url())
            .defaults(patient())
            .seed(1)
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().expect("a client")
    }

    /// Forgets what was received so far.
    pub(crate) fn forget(&self) {
        self.log.lock().expect("the log").requests.clear();
    }

    /// What was received so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.log.lock().expect("the log").requests.clone()
    }

    /// The only request that was received.
    pub(crate) fn request(&self) -> Request {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "one request");
        requests[0].clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.log.lock().expect("the log").connections
    }

    /// Waits until all connections that there were have ended.
    pub(crate) async fn all_left(&self, after: &str) {
        let all = |log: &Log| log.left.len() == log.connections;
        self.until(&format!("the client leaves after {after}"), all)
            .await;
    }

    /// Waits until so many requests were received.
    pub(crate) async fn received(&self, requests: usize) {
        self.until("a request", |log| log.requests.len() >= requests)
            .await;
    }

    async fn until(&self, what: &str, holds: impl Fn(&Log) -> bool) {
        let wait = async {
            loop {
                let changed = self.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if holds(&self.log.lock().expect("the log")) {
                    return;
                }
                changed.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), wait)
            .await
            .unwrap_or_else(|_| panic!("within ten seconds: {what}"));
    }
}

/// Options for a server that answers: an end, but none that a busy machine could come to, and less than the
/// minute that scripted answers ask to wait.
pub(crate) fn patient() -> CallOptions {
    CallOptions::new()
        .timeout(Duration::from_secs(50))
        .attempt_timeout(Duration::from_secs(40))
}

/// Options for a server that leaves an attempt without an answer. What is answered after it is answered in
/// this time as well, so it is longer than a busy machine stalls.
pub(crate) fn impatient() -> CallOptions {
    patient().attempt_timeout(Duration::from_secs(2))
}

/// An answer with a `Content-Length`.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    format!("{head}\r\n{body}").into_bytes()
}

/// An answer in JSON.
pub(crate) fn json(status: u16, body: &str) -> Vec<u8> {
    answer(status, &[("content-type", "application/json")], body)
}

/// A stream that can end with a reset.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {
    fn reset(self)
    where
        Self: Sized,
    {
    }
}

struct Plain(tokio::net::TcpStream);

impl Stream for Plain {
    fn reset(self) {
        // Closing with unread or unsent data and no time to linger is a reset.
        let _ = self.0.set_zero_linger();
    }
}

impl Stream for tokio_rustls::server::TlsStream<tokio::net::TcpStream> {}

impl AsyncRead for Plain {
    fn poll_read(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
        buf: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::pin::Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Plain {
    fn poll_write(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
        buf: &[u8],
    ) -> std::task::Poll<std::io::Result<usize>> {
        std::pin::Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::pin::Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::pin::Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

async fn serve<S: Stream>(
    mut stream: S,
    connection: usize,
    reading: Reading,
    script: &Script,
    log: &Mutex<Log>,
    changed: &Notify,
) {
    let mut buffer = Vec::new();
    loop {
        let request = match reading {
            Reading::Nothing => None,
            Reading::Head | Reading::Whole => {
                let whole = reading == Reading::Whole;
                match read_request(&mut stream, &mut buffer, connection, whole).await {
                    Some(request) => Some(request),
                    None => return,
                }
            }
        };
        let number = {
            let mut log = log.lock().expect("the log");
            let number = log.requests.len();
            log.requests.extend(request.clone());
            number
        };
        changed.notify_waiters();
        let nothing = Request {
            connection,
            method: String::new(),
            target: String::new(),
            headers: Vec::new(),
            body: Vec::new(),
            raw: Vec::new(),
        };
        for step in script(request.as_ref().unwrap_or(&nothing), number) {
            match step {
                Step::Send(bytes) => {
                    if stream.write_all(&bytes).await.is_err() || stream.flush().await.is_err() {
                        return;
                    }
                }
                Step::Repeat(bytes) => {
                    while stream.write_all(&bytes).await.is_ok() {}
                    return;
                }
                Step::Drip(bytes, pause) => {
                    for byte in bytes {
                        if stream.write_all(&[byte]).await.is_err() {
                            return;
                        }
                        tokio::time::sleep(pause).await;
                    }
                }
                Step::Hang => {
                    let mut rest = [0; 4096];
                    while matches!(stream.read(&mut rest).await, Ok(1..)) {}
                    return;
                }
                Step::Close => {
                    let _ = stream.shutdown().await;
                    return;
                }
                Step::Reset => {
                    stream.reset();
                    return;
                }
            }
        }
        if reading != Reading::Whole {
            return;
        }
    }
}

/// Reads one request strictly: a head in lines that end with CR LF, and `Content-Length` bytes.
async fn read_request<S: Stream>(
    stream: &mut S,
    buffer: &mut Vec<u8>,
    connection: usize,
    whole: bool,
) -> Option<Request> {
    let head = loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8(buffer[..head].to_vec()).expect("a head is ASCII");
    let mut lines = text.trim_end_matches("\r\n").split("\r\n");
    let mut first = lines.next().expect("a request line").split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    assert_eq!(first.next(), Some("HTTP/1.1"));
    assert_eq!(first.next(), None, "nothing after the version");
    let headers: Vec<(String, String)> = lines
        .map(|line| {
            let (name, value) = line.split_once(':').expect("a header has a colon");
            assert!(name.bytes().all(|byte| byte.is_ascii_graphic()), "{name:?}");
            (name.to_owned(), value.trim().to_owned())
        })
        .collect();
    let mut request = Request {
        connection,
        method,
        target,
        headers,
        body: Vec::new(),
        raw: Vec::new(),
    };
    assert_eq!(request.header("transfer-encoding"), None, "a known length");
    let length: usize = request
        .header("content-length")
        .map_or(0, |length| length.parse().expect("a length"));
    let length = if whole { length } else { 0 };
    while buffer.len() < head + length {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    let rest = buffer.split_off(head + length);
    request.raw = std::mem::replace(buffer, rest);
    request.body = request.raw[head..].to_vec();
    Some(request)
}
