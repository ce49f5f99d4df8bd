//! Whether a connection existed when an attempt failed.
//!
//! reqwest has one time-out for all phases of a request. Whether something can have left decides
//! about `maybe_applied` and about sending again, so a layer around the connector notes for each
//! attempt how far it came. A connection that was reused never passes through here; then the safe
//! answer is that the request may have left.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use tower_layer::Layer;
use tower_service::Service;

tokio::task_local! {
    /// How far the attempt of this task came.
    static PROGRESS: Progress;
}

const UNKNOWN: u8 = 0;
const CONNECTING: u8 = 1;
const CONNECTED: u8 = 2;

/// How far one attempt came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress(Arc<AtomicU8>);

impl Progress {
    /// Runs an attempt whose connections are noted here.
    pub(crate) async fn watch<F: Future>(&self, attempt: F) -> F::Output {
        PROGRESS.scope(self.clone(), attempt).await
    }

    /// Whether nothing can have left: a connection was begun, and none was ever there.
    pub(crate) fn nothing_left(&self) -> bool {
        self.0.load(Ordering::Relaxed) == CONNECTING
    }

    fn set(&self, state: u8) {
        self.0.fetch_max(state, Ordering::Relaxed);
    }
}

/// Puts the noting around reqwest's connector.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoteProgress;

impl<S> Layer<S> for NoteProgress {
    type Service = Noted<S>;

    fn layer(&self, inner: S) -> Noted<S> {
        Noted { inner }
    }
}

/// A connector that notes how far it comes.
#[derive(Clone, Debug)]
pub(crate) struct Noted<S> {
    inner: S,
}

impl<S, R> Service<R> for Noted<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let progress = PROGRESS.try_with(Clone::clone).unwrap_or_default();
        debug_assert_eq!(UNKNOWN, Progress::default().0.load(Ordering::Relaxed));
        progress.set(CONNECTING);
        let connecting = self.inner.call(request);
        Box::pin(async move {
            let connected = connecting.await?;
            progress.set(CONNECTED);
            Ok(connected)
        })
    }
}
