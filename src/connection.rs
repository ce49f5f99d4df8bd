//! The end of connecting, told apart from the end of an attempt.
//!
//! reqwest has one time-out for all phases of a request, and whether something can have left decides
//! about sending again. So a layer around the connector ends connecting on its own, a moment before
//! the attempt ends: an attempt that was still waiting for a connection then fails with reqwest's
//! connect error, which means for certain that nothing left. Watching connections be made would not
//! be enough, because a request that waits for a new connection leaves on an old one if that is
//! free earlier.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use tower_layer::Layer;
use tower_service::Service;

use crate::event::{Event, Observer};

tokio::task_local! {
    /// What the attempt of this task says about connecting.
    static CONNECTING: Connecting;
}

/// What an attempt says about connecting.
#[derive(Clone)]
struct Connecting {
    /// When it stops waiting for a connection.
    until: Instant,
    /// Who is told when there is one.
    observer: Option<Observer>,
}

/// How much earlier connecting ends than the attempt: more than the timer's grain of a millisecond.
const MARGIN: Duration = Duration::from_millis(10);

/// Runs an attempt that ends at `until` so that its connecting ends a moment earlier.
pub(crate) async fn connecting_until<F: Future>(
    until: Instant,
    observer: Option<&Observer>,
    attempt: F,
) -> F::Output {
    let left = until.saturating_duration_since(Instant::now());
    // A short attempt gives a part of its time, not all of it.
    let margin = MARGIN.min(left / 10);
    let connecting = Connecting {
        until: until.checked_sub(margin).unwrap_or(until),
        observer: observer.cloned(),
    };
    CONNECTING.scope(connecting, attempt).await
}

/// Whether an error says that connecting was ended by [`connecting_until`].
pub(crate) fn ran_out(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<NoTimeLeft>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Connecting took longer than the attempt may take.
#[derive(Clone, Copy, Debug)]
struct NoTimeLeft;

impl fmt::Display for NoTimeLeft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no connection was made in time")
    }
}

impl std::error::Error for NoTimeLeft {}

/// Any error, as connectors give it.
type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Ends connecting in time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EndInTime;

impl<S> Layer<S> for EndInTime {
    type Service = Ending<S>;

    fn layer(&self, inner: S) -> Ending<S> {
        Ending { inner }
    }
}

/// A connector that ends in time.
#[derive(Clone, Debug)]
pub(crate) struct Ending<S> {
    inner: S,
}

impl<S, R> Service<R> for Ending<S>
where
    S: Service<R>,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let asked = CONNECTING.try_with(Clone::clone).ok();
        let connecting = self.inner.call(request);
        Box::pin(async move {
            let Some(Connecting { until, observer }) = asked else {
                return connecting.await.map_err(Into::into);
            };
            let connection = timeout_at(until, connecting)
                .await
                .map_err(|_| NoTimeLeft)?
                .map_err(Into::into)?;
            if let Some(observer) = observer {
                observer(&Event::Connected);
            }
            Ok(connection)
        })
    }
}
