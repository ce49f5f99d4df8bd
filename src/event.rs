//! What can be watched while a call runs.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;

/// Whoever wants to see what leaves and what comes back.
pub(crate) type Observer = Arc<dyn Fn(&Event<'_>) + Send + Sync>;

/// What happens during a call, for progress lines and logs. Secrets are blanked.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'e> {
    /// A request is about to leave.
    Sending {
        /// The number of the attempt, from 1.
        attempt: u32,
        /// The method.
        method: &'e str,
        /// The URL, without anything secret.
        url: &'e str,
        /// The key that a write goes out with.
        idempotency_key: Option<&'e str>,
        /// Its headers, without those that the connection adds (`host`, `content-length`, `user-agent`).
        headers: &'e HeaderMap,
        /// Its body; empty if it has none.
        body: &'e [u8],
    },
    /// A connection was made, TLS included. Before the first one nothing can have left; where an earlier
    /// connection is still open a request leaves on that one, and no other is made.
    Connected,
    /// An answer came whole.
    Answered {
        /// Its status.
        status: u16,
        /// Its headers.
        headers: &'e HeaderMap,
        /// Its body, whole.
        body: &'e [u8],
    },
    /// No answer came, or not all of it.
    Failed {
        /// Why.
        reason: &'e str,
    },
    /// The call waits before it sends again.
    Waiting {
        /// For how long.
        wait: Duration,
        /// The number of the attempt that comes next.
        next_attempt: u32,
        /// Whether the service may have acted on an attempt before.
        maybe_applied: bool,
    },
}
