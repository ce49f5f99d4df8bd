//! The server: connections, and requests on them.

mod wire;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::CONNECTION;
use http::{HeaderValue, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use self::wire::{Plan, Socket};
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

pub(crate) async fn serve(
    listener: TcpListener,
    engine: Arc<Engine>,
    mut stop: watch::Receiver<Stop>,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, engine.clone(), stop.clone()));
                }
                // Out of files, or the peer is gone already: the next one may fare better, a little later.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            _ = connections.join_next(), if !connections.is_empty() => {}
            // An error means that the sandbox itself is gone.
            changed = stop.changed() => if changed.is_err() || *stop.borrow() != Stop::Not { break },
        }
    }
    drop(listener);
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

async fn connection(stream: TcpStream, engine: Arc<Engine>, mut stop: watch::Receiver<Stop>) {
    // An answer is one write, so there is nothing to collect.
    let _ = stream.set_nodelay(true);
    let plan = Plan::default();
    let socket = TokioIo::new(Socket::new(stream, plan.clone(), engine.clone()));
    let service = service_fn(move |request| {
        let (engine, plan) = (engine.clone(), plan.clone());
        async move {
            plan.begins();
            let answered = answer(request, engine, &plan).await;
            plan.ends();
            answered
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .half_close(true)
        .serve_connection(socket, service);
    let mut connection = std::pin::pin!(connection);
    // What ends a connection early is the peer's or the plan's doing.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stop.changed() => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

async fn answer(
    request: http::Request<Incoming>,
    engine: Arc<Engine>,
    plan: &Plan,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    if let Some(answer) = page::answer(&engine, &head) {
        return Ok(response(answer, false));
    }
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
    plan.set(wire);
    Ok(response(answer, ends))
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

fn response(answer: Answer, ends: bool) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(answer.body));
    // A status of 0 stands for no answer at all; the connection ends before it is seen.
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    for (name, value) in answer.headers {
        response.headers_mut().append(name, value);
    }
    if ends {
        response
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
