//! The server: connections, and requests on them.

mod wire;

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONNECTION, HOST};
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode, Version};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use self::wire::{Plan, Socket};
use crate::admin;
use crate::answer::Answer;
use crate::engine::{Engine, Outcome, Request, Wire};
use crate::judge::Received;
use crate::page;

/// How far a stop has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Not at all.
    Not,
    /// No new connections; requests under way are answered.
    Gracefully,
    /// At once.
    Now,
}

/// How long requests that are under way may take once the sandbox is to stop.
const GRACE: Duration = Duration::from_secs(5);

/// A head that does not come to its end keeps no connection for longer.
const HEAD: Duration = Duration::from_secs(30);

/// Bytes of a body that are read and thrown away, once it is too large, so that the sender gets to read the answer.
const THROWN_AWAY: u64 = 64 << 20;

/// How every HTTP/2 connection begins.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Headers of a request over HTTP/2, about as large as those that HTTP/1.1 takes.
const HEADERS: u32 = 400 << 10;

pub(crate) async fn serve(
    listeners: Vec<TcpListener>,
    engine: Arc<Engine>,
    mut stop: watch::Receiver<Stop>,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = accept(&listeners) => match accepted {
                Ok((stream, peer)) => {
                    connections.spawn(connection(stream, peer, engine.clone(), stop.clone()));
                }
                // Out of files, or the peer is gone already: the next one may fare better, a little later.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            _ = connections.join_next(), if !connections.is_empty() => {}
            // An error means that the sandbox itself is gone.
            changed = stop.changed() => if changed.is_err() || *stop.borrow() != Stop::Not { break },
        }
    }
    drop(listeners);
    let all_answered = async { while connections.join_next().await.is_some() {} };
    let at_once = async {
        // Nothing to wait for if it is already so; an error means that nobody is left to ask for it.
        while *stop.borrow_and_update() != Stop::Now && stop.changed().await.is_ok() {}
    };
    tokio::select! {
        () = all_answered => {}
        () = at_once => {}
        () = tokio::time::sleep(GRACE) => {}
    }
}

/// The next connection of any of them.
async fn accept(listeners: &[TcpListener]) -> io::Result<(TcpStream, SocketAddr)> {
    poll_fn(|context| {
        for listener in listeners {
            if let Poll::Ready(accepted) = listener.poll_accept(context) {
                return Poll::Ready(accepted);
            }
        }
        Poll::Pending
    })
    .await
}

async fn connection(
    mut stream: TcpStream,
    peer: SocketAddr,
    engine: Arc<Engine>,
    mut stop: watch::Receiver<Stop>,
) {
    // An answer is one write, so there is nothing to collect.
    let _ = stream.set_nodelay(true);
    let beginning = tokio::select! {
        beginning = beginning(&mut stream) => beginning,
        _ = stop.changed() => return,
        () = tokio::time::sleep(HEAD) => return,
    };
    // A connection that broke has nothing more to say, and what it said is refused by whoever reads it.
    let beginning = beginning.unwrap_or_default();
    let version = match beginning == PREFACE {
        true => Version::HTTP_2,
        false => Version::HTTP_11,
    };
    let plan = Plan::default();
    if version == Version::HTTP_2 {
        // Its heads are no text, and the HTTP library's refusals are left to it.
        plan.begins();
    }
    let socket = Socket::new(stream, beginning, plan.clone(), engine.clone());
    let socket = TokioIo::new(socket);
    let told_to_stop = stop.clone();
    let service = service_fn(move |request| {
        let (engine, plan, stop) = (engine.clone(), plan.clone(), told_to_stop.clone());
        async move {
            if version == Version::HTTP_2 {
                return answer(request, peer, stop, engine, &plan).await;
            }
            plan.begins();
            let answered = answer(request, peer, stop, engine, &plan).await;
            plan.ends();
            answered
        }
    });
    // What ends a connection early is the peer's or the plan's doing.
    if version == Version::HTTP_2 {
        let connection = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .max_header_list_size(HEADERS)
            .serve_connection(socket, service);
        let mut connection = std::pin::pin!(connection);
        tokio::select! {
            _ = connection.as_mut() => return,
            _ = stop.changed() => {}
        }
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    } else {
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .half_close(true)
            .serve_connection(socket, service);
        let mut connection = std::pin::pin!(connection);
        tokio::select! {
            _ = connection.as_mut() => return,
            _ = stop.changed() => {}
        }
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
}

/// The first bytes of a connection: as many as tell which HTTP it speaks.
async fn beginning(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let mut more = [0; PREFACE.len()];
        let room = PREFACE.len() - bytes.len();
        let read = stream.read(&mut more[..room]).await?;
        bytes.extend_from_slice(&more[..read]);
        if read == 0 || bytes.len() == PREFACE.len() || !PREFACE.starts_with(&bytes) {
            return Ok(bytes);
        }
    }
}

async fn answer(
    request: http::Request<Incoming>,
    peer: SocketAddr,
    stop: watch::Receiver<Stop>,
    engine: Arc<Engine>,
    plan: &Plan,
) -> io::Result<Response<Out>> {
    let (mut head, body) = request.into_parts();
    // Over HTTP/2 the host stands with the target.
    if let Some(host) = head.uri.authority()
        && !head.headers.contains_key(HOST)
        && let Ok(host) = HeaderValue::from_str(host.as_str())
    {
        head.headers.insert(HOST, host);
    }
    if admin::is_here(head.uri.path()) {
        return Ok(control(&engine, &head, body, peer).await);
    }
    // What the document has goes before what is the sandbox's own.
    if !engine.document.has(&head.method, head.uri.path()) {
        let for_pages = !page::is_private(&head);
        if for_pages && let Some(answer) = engine.cors.preflight(&head.method, &head.headers) {
            return Ok(response(answer));
        }
        if let Some(answer) = page::answer(&engine, &head) {
            let answer = match for_pages {
                true => engine.cors.marked(answer, &head.headers),
                false => answer,
            };
            let events = head.method == Method::GET
                && head.uri.path() == page::EVENTS
                && answer.status == StatusCode::OK.as_u16();
            let response = response(answer);
            return Ok(match events {
                true => response.map(|_| Out::events(engine.arrived(), stop)),
                false => response,
            });
        }
    } else if let Some(answer) = engine.cors.preflight(&head.method, &head.headers) {
        return Ok(response(answer));
    }
    let headers = head.headers.clone();
    let most = engine.largest_body(&head.method, head.uri.path());
    let read = read(body, most).await;
    let outcome = engine
        .handle(Request {
            path: head.uri.path().to_owned(),
            query: head.uri.query().map(str::to_owned),
            method: head.method,
            headers: head.headers,
            body: read.body,
            size: read.size,
        })
        .await;
    let Outcome {
        answer,
        delay,
        wire,
    } = outcome;
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let ends = wire != Wire::Whole || read.unfinished;
    let answer = engine.cors.marked(answer, &headers);
    if head.version == Version::HTTP_2 {
        return over_http2(answer, wire, plan);
    }
    plan.set(wire);
    let mut response = response(answer);
    if ends {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    Ok(response)
}

/// What is asked of the sandbox itself.
async fn control(engine: &Engine, head: &Parts, body: Incoming, peer: SocketAddr) -> Response<Out> {
    if let Err(refusal) = admin::let_in(head, peer) {
        return response(refusal);
    }
    if let Some(answer) = engine.cors.preflight(&head.method, &head.headers) {
        return response(answer);
    }
    let read = read(body, admin::LARGEST_BODY).await;
    response(admin::answer(engine, head, read.body).await)
}

/// Over HTTP/2 a connection has many answers under way: what would end it ends the one stream. Bytes that are no
/// HTTP cannot be told from those of another stream, so they do end the connection.
///
/// # Errors
/// The stream is to be reset before its answer begins.
fn over_http2(answer: Answer, wire: Wire, plan: &Plan) -> io::Result<Response<Out>> {
    match wire {
        Wire::Whole => Ok(response(answer)),
        Wire::Cut(0) => Err(io::Error::other("the stream ends here, as planned")),
        Wire::Cut(_) | Wire::HalfBody => {
            let half = answer.body.slice(..answer.body.len() / 2);
            Ok(response(answer).map(|_| Out::Broken(Some(half))))
        }
        Wire::Raw(_) => {
            plan.set(wire);
            Ok(response(answer))
        }
    }
}

struct Read {
    body: Received,
    size: u64,
    /// The sender has more to say, which nobody will hear.
    unfinished: bool,
}

async fn read(mut body: Incoming, most: u64) -> Read {
    let mut bytes = BytesMut::new();
    let mut size = 0;
    let mut broken = false;
    let mut unfinished = body.size_hint().lower() > most + THROWN_AWAY;
    while !unfinished && !broken {
        match body.frame().await {
            None => break,
            Some(Err(_)) => broken = true,
            Some(Ok(frame)) => {
                let Some(data) = frame.data_ref() else {
                    continue;
                };
                size += data.len() as u64;
                if size <= most {
                    bytes.extend_from_slice(data);
                } else {
                    bytes = BytesMut::new();
                    unfinished = size > most + THROWN_AWAY;
                }
            }
        }
    }
    Read {
        body: if broken {
            Received::BrokenOff
        } else if unfinished || size > most {
            Received::TooLarge
        } else {
            Received::Whole(bytes.freeze())
        },
        size,
        unfinished: unfinished || broken,
    }
}

fn response(answer: Answer) -> Response<Out> {
    let mut response = Response::new(Out::Whole(Full::new(answer.body)));
    // A status of 0 stands for no answer at all; the connection ends before it is seen.
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    for (name, value) in answer.headers {
        response.headers_mut().append(name, value);
    }
    response
}

/// The body of an answer.
enum Out {
    Whole(Full<Bytes>),
    /// These bytes, and then an end that is none.
    Broken(Option<Bytes>),
    /// A line whenever something is new, until the sandbox stops.
    Events(Next),
}

/// What comes next of a body without end: the same again, or nothing more.
type Next = Pin<Box<dyn Future<Output = Option<Told>> + Send + Sync>>;

/// Who told, to be asked again.
type Told = (watch::Receiver<()>, watch::Receiver<Stop>);

impl Out {
    fn events(news: watch::Receiver<()>, stop: watch::Receiver<Stop>) -> Self {
        Self::Events(Box::pin(told(news, stop)))
    }
}

/// Waits until something is new; nothing if the sandbox is to stop.
async fn told(mut news: watch::Receiver<()>, mut stop: watch::Receiver<Stop>) -> Option<Told> {
    if *stop.borrow() != Stop::Not {
        return None;
    }
    tokio::select! {
        changed = news.changed() => changed.ok()?,
        _ = stop.changed() => return None,
    }
    Some((news, stop))
}

impl Body for Out {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match &mut *self {
            Self::Whole(body) => {
                let frame = ready!(Pin::new(body).poll_frame(context));
                Poll::Ready(frame.map(|frame| frame.map_err(|never| match never {})))
            }
            Self::Events(next) => match ready!(next.as_mut().poll(context)) {
                Some((news, stop)) => {
                    *self = Self::events(news, stop);
                    let line = Bytes::from_static(b"data: new\n\n");
                    Poll::Ready(Some(Ok(Frame::data(line))))
                }
                None => Poll::Ready(None),
            },
            Self::Broken(bytes) => match bytes {
                Some(some) if !some.is_empty() => {
                    let frame = Frame::data(std::mem::take(some));
                    Poll::Ready(Some(Ok(frame)))
                }
                // Once more, so that the connection sends first what it has of this stream.
                Some(_) => {
                    *bytes = None;
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
                None => {
                    let error = io::Error::other("the stream ends here, as planned");
                    Poll::Ready(Some(Err(error)))
                }
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(body) => body.is_end_stream(),
            Self::Broken(_) | Self::Events(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => body.size_hint(),
            Self::Broken(_) | Self::Events(_) => SizeHint::default(),
        }
    }
}
