//! A connection whose answers can be cut, or replaced by other bytes; and that answers for the sandbox where the
//! HTTP library refuses a request by itself, before anybody else has seen it.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::{Method, StatusCode};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use crate::answer::Answer;
use crate::engine::{Engine, HeadFault, Wire, locked};

/// The most of a head that is kept: more than the HTTP library reads of one.
const MOST_OF_A_HEAD: usize = 512 << 10;

/// How much, and for how long, is read of a refused request, so that its sender gets to read the answer.
const MOST_THROWN_AWAY: usize = 64 << 20;
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How far a connection is, shared by the socket and whoever answers on it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan(Arc<Mutex<Turn>>);

#[derive(Debug, Default)]
struct Turn {
    /// What is to become of the next bytes that the server writes; set before the answer is handed to it.
    wire: Option<Wire>,
    phase: Phase,
    /// The bytes of a head that has not been read to its end.
    head: Vec<u8>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    /// A head is read, or nothing happens.
    #[default]
    Head,
    /// A request is judged; its body is read.
    Judging,
    /// Its answer is about to be written.
    Answering,
}

impl Plan {
    pub(crate) fn set(&self, wire: Wire) {
        if wire != Wire::Whole {
            locked(&self.0).wire = Some(wire);
        }
    }

    /// A request has come whose head could be read.
    pub(crate) fn begins(&self) {
        let mut turn = locked(&self.0);
        turn.phase = Phase::Judging;
        turn.head = Vec::new();
    }

    /// Its answer is there.
    pub(crate) fn ends(&self) {
        locked(&self.0).phase = Phase::Answering;
    }

    /// What the server's next write is about: a plan, or the head that the HTTP library has refused by itself.
    fn next(&self, bytes: &[u8]) -> Next {
        let mut turn = locked(&self.0);
        if let Some(wire) = turn.wire.take() {
            turn.phase = Phase::Head;
            return Next::Planned(wire);
        }
        match turn.phase {
            Phase::Answering => turn.phase = Phase::Head,
            Phase::Head => {
                if let Some(fault) = refusal(bytes) {
                    return Next::Refused(std::mem::take(&mut turn.head), fault);
                }
            }
            Phase::Judging => {}
        }
        Next::AsItIs
    }

    fn read(&self, bytes: &[u8]) {
        let mut turn = locked(&self.0);
        if turn.phase == Phase::Head {
            let room = MOST_OF_A_HEAD.saturating_sub(turn.head.len());
            turn.head.extend_from_slice(&bytes[..bytes.len().min(room)]);
        }
    }
}

enum Next {
    AsItIs,
    Planned(Wire),
    Refused(Vec<u8>, HeadFault),
}

/// The reason for which the HTTP library refuses, if these bytes are such an answer.
fn refusal(bytes: &[u8]) -> Option<HeadFault> {
    let status = bytes.strip_prefix(b"HTTP/1.1 ")?.get(..3)?;
    match status {
        b"414" => Some(HeadFault::Target),
        b"431" => Some(HeadFault::Headers),
        b"400" => Some(HeadFault::Form),
        _ => None,
    }
}

/// An answer as bytes, after which the connection ends.
fn written(answer: &Answer, head: &[u8]) -> Vec<u8> {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut bytes = format!("HTTP/1.1 {status}\r\n").into_bytes();
    for (name, value) in &answer.headers {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    let length = answer.body.len();
    bytes.extend(format!("content-length: {length}\r\nconnection: close\r\n\r\n").bytes());
    if !head.starts_with(Method::HEAD.as_str().as_bytes()) {
        bytes.extend_from_slice(&answer.body);
    }
    bytes
}

/// A socket that follows a [`Plan`].
pub(crate) struct Socket {
    stream: TcpStream,
    /// What was read of the connection already, and is to be read first.
    beginning: Vec<u8>,
    plan: Plan,
    /// Once a plan is under way: the bytes that still go out before the connection ends, and of how many more
    /// bytes the server's writes may be made.
    last: Option<Last>,
    /// Once a request was refused before anybody saw it.
    refused: Option<Refused>,
    engine: Arc<Engine>,
}

/// An answer that takes the place of the HTTP library's own. The rest of the request is read and thrown away.
struct Refused {
    out: Vec<u8>,
    sent: usize,
    ended: bool,
    thrown: usize,
    until: Pin<Box<Sleep>>,
}

struct Last {
    out: Vec<u8>,
    sent: usize,
    /// Bytes of later writes that go out, too.
    more: usize,
}

impl Socket {
    pub(crate) fn new(
        stream: TcpStream,
        beginning: Vec<u8>,
        plan: Plan,
        engine: Arc<Engine>,
    ) -> Self {
        Self {
            stream,
            beginning,
            plan,
            last: None,
            refused: None,
            engine,
        }
    }
}

impl Refused {
    fn poll(&mut self, stream: &mut TcpStream, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.sent < self.out.len() {
            let left = &self.out[self.sent..];
            self.sent += ready!(Pin::new(&mut *stream).poll_write(context, left))?;
        }
        if !self.ended {
            ready!(Pin::new(&mut *stream).poll_shutdown(context))?;
            self.ended = true;
        }
        let mut bytes = [0; 8 << 10];
        while self.thrown < MOST_THROWN_AWAY && self.until.as_mut().poll(context).is_pending() {
            let mut into = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut *stream).poll_read(context, &mut into))?;
            match into.filled().len() {
                0 => break,
                more => self.thrown += more,
            }
        }
        Poll::Ready(Ok(()))
    }
}

fn last(wire: Wire, written: &[u8]) -> Last {
    let (out, more) = match wire {
        Wire::Raw(bytes) => (bytes.to_vec(), 0),
        Wire::Cut(bytes) => (
            written[..bytes.min(written.len())].to_vec(),
            bytes.saturating_sub(written.len()),
        ),
        Wire::HalfBody => {
            let head = written
                .windows(4)
                .position(|four| four == b"\r\n\r\n")
                .map_or(written.len(), |at| at + 4);
            let half = (written.len() - head) / 2;
            (written[..head + half].to_vec(), 0)
        }
        Wire::Whole => (written.to_vec(), usize::MAX),
    };
    Last { out, sent: 0, more }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if this.last.is_none() && this.refused.is_none() {
            match this.plan.next(bytes) {
                Next::AsItIs => {}
                Next::Planned(wire) => this.last = Some(last(wire, bytes)),
                Next::Refused(head, fault) => {
                    this.refused = Some(Refused {
                        out: written(&this.engine.refuse_head(&head, fault), &head),
                        sent: 0,
                        ended: false,
                        thrown: 0,
                        until: Box::pin(sleep(LONGEST_WAIT)),
                    });
                }
            }
        }
        if let Some(refused) = &mut this.refused {
            ready!(refused.poll(&mut this.stream, context))?;
            return Poll::Ready(Err(io::Error::other("the request was refused")));
        }
        let Some(last) = &mut this.last else {
            return Pin::new(&mut this.stream).poll_write(context, bytes);
        };
        while last.sent < last.out.len() {
            let left = &last.out[last.sent..];
            last.sent += ready!(Pin::new(&mut this.stream).poll_write(context, left))?;
        }
        if last.more > 0 {
            // The answer goes on in the next write.
            let next = last.more;
            last.out.clear();
            last.sent = 0;
            last.more = 0;
            this.plan.set(Wire::Cut(next));
            this.last = None;
            return Poll::Ready(Ok(bytes.len()));
        }
        ready!(Pin::new(&mut this.stream).poll_shutdown(context))?;
        Poll::Ready(Err(io::Error::other(
            "the connection ends here, as planned",
        )))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        if self.beginning.is_empty() {
            ready!(Pin::new(&mut self.stream).poll_read(context, into))?;
        } else {
            let now = self.beginning.len().min(into.remaining());
            into.put_slice(&self.beginning[..now]);
            self.beginning.drain(..now);
        }
        self.plan.read(&into.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}
