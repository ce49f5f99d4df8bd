//! One attempt: a request sent once, and what came back.

use std::future::Future;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use reqwest::Request;
use tokio::time::{Instant, timeout_at};

use crate::connection;
use crate::event::Observer;

/// Sends a request once.
///
/// The loop of [`crate::send`] knows no more than this of the network, so that a model of a server
/// can take its place in tests.
pub(crate) trait SendOnce: Sync {
    /// Sends it, and ends at `until` at the latest.
    fn send(&self, request: Request, until: Instant) -> impl Future<Output = Attempt> + Send;
}

/// How one attempt ended.
#[derive(Debug)]
pub(crate) enum Attempt {
    /// A whole answer.
    Answered(Answer),
    /// The head of an answer came, and then not the body that was announced.
    Broken {
        status: StatusCode,
        headers: HeaderMap,
        fault: Fault,
        reason: String,
    },
    /// No answer.
    Failed {
        /// Whether nothing can have left: there was no connection.
        nothing_left: bool,
        timed_out: bool,
        reason: String,
        source: Option<reqwest::Error>,
    },
}

/// A whole answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// What is wrong with the body of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is larger than the bound.
    TooLarge,
    /// It broke off.
    Cut,
    /// It did not end in time.
    TimedOut,
}

/// The network.
pub(crate) struct Http<'c> {
    pub(crate) client: &'c reqwest::Client,
    /// Who is told when a connection is made.
    pub(crate) observer: Option<&'c Observer>,
    /// What is said of the way to the service where nobody was reached: its proxy.
    pub(crate) way: &'c str,
    /// The largest body that is read.
    pub(crate) max_body: usize,
}

impl SendOnce for Http<'_> {
    async fn send(&self, request: Request, until: Instant) -> Attempt {
        let executing =
            connection::connecting_until(until, self.observer, self.client.execute(request));
        match timeout_at(until, executing).await {
            Ok(Ok(response)) => self.read(response, until).await,
            Ok(Err(error)) => {
                let reason = describe(&error, self.way);
                // Without its URL, which says nothing more that the caller does not know.
                let error = error.without_url();
                let ran_out = connection::ran_out(&error);
                Attempt::Failed {
                    nothing_left: error.is_connect(),
                    timed_out: ran_out || error.is_timeout(),
                    reason,
                    source: Some(error),
                }
            }
            Err(_) => Attempt::Failed {
                nothing_left: false,
                timed_out: true,
                reason: "no answer in time, though the request may have arrived".to_owned(),
                source: None,
            },
        }
    }
}

impl Http<'_> {
    /// Reads the body of an answer, up to the bound.
    async fn read(&self, mut response: reqwest::Response, until: Instant) -> Attempt {
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let max = self.max_body;
        let mut body = BytesMut::new();
        let announced = response.content_length();
        let (fault, reason) = loop {
            if announced.is_some_and(|length| length > max as u64) {
                break (
                    Fault::TooLarge,
                    format!("the body has more than {max} bytes"),
                );
            }
            match timeout_at(until, response.chunk()).await {
                Ok(Ok(Some(chunk))) if body.len() + chunk.len() > max => {
                    break (
                        Fault::TooLarge,
                        format!("the body has more than {max} bytes"),
                    );
                }
                Ok(Ok(Some(chunk))) => body.extend_from_slice(&chunk),
                Ok(Ok(None)) => {
                    return Attempt::Answered(Answer {
                        status,
                        headers,
                        body: body.freeze(),
                    });
                }
                Ok(Err(error)) => {
                    break (
                        Fault::Cut,
                        format!("the answer broke off: {}", describe(&error, "")),
                    );
                }
                Err(_) => break (Fault::TimedOut, "the answer did not end in time".to_owned()),
            }
        };
        // Dropping the response here closes its connection, since its body was not read to the end.
        Attempt::Broken {
            status,
            headers,
            fault,
            reason,
        }
    }
}

/// An error of reqwest in words, without its URL, of which host and port are told where nobody was reached, and
/// the way that was taken: the innermost cause says most.
pub(crate) fn describe(error: &reqwest::Error, way: &str) -> String {
    let place = error.url().and_then(|url| {
        let port = url.port_or_known_default()?;
        Some(format!("no connection to {}:{port}{way}", url.host_str()?))
    });
    let what = if error.is_connect() {
        place.as_deref().unwrap_or("no connection")
    } else if error.is_timeout() {
        "no answer in time"
    } else if error.is_builder() {
        "the request cannot be built"
    } else {
        "the connection failed"
    };
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    if std::ptr::addr_eq(cause, error) {
        what.to_owned()
    } else {
        format!("{what}: {cause}")
    }
}
