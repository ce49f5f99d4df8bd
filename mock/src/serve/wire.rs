//! A connection whose answers can be cut, or replaced by other bytes.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::engine::{Wire, locked};

/// What is to become of the next bytes that the server writes; set before the answer is handed to it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan(Arc<Mutex<Option<Wire>>>);

impl Plan {
    pub(crate) fn set(&self, wire: Wire) {
        if wire != Wire::Whole {
            *locked(&self.0) = Some(wire);
        }
    }

    fn take(&self) -> Option<Wire> {
        locked(&self.0).take()
    }
}

/// A socket that follows a [`Plan`].
pub(crate) struct Socket {
    stream: TcpStream,
    plan: Plan,
    /// Once a plan is under way: the bytes that still go out before the connection ends, and of how many more
    /// bytes the server's writes may be made.
    last: Option<Last>,
}

struct Last {
    out: Vec<u8>,
    sent: usize,
    /// Bytes of later writes that go out, too.
    more: usize,
}

impl Socket {
    pub(crate) fn new(stream: TcpStream, plan: Plan) -> Self {
        Self {
            stream,
            plan,
            last: None,
        }
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
        if this.last.is_none() {
            match this.plan.take() {
                None => return Pin::new(&mut this.stream).poll_write(context, bytes),
                Some(wire) => this.last = Some(last(wire, bytes)),
            }
        }
        let last = this.last.as_mut().expect("it was set just now");
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
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}
