//! The sandbox's time, which a test can hold and move.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Where a sandbox reads the time: expiry, windows, and the times in its answers follow it.
///
/// A clone is the same clock, so a test keeps one and moves it:
///
/// ```
/// # use std::time::{Duration, SystemTime};
/// let clock = xquik_mock::Clock::held(SystemTime::UNIX_EPOCH);
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now(), SystemTime::UNIX_EPOCH + Duration::from_secs(60));
/// clock.set(SystemTime::UNIX_EPOCH);
/// assert_eq!(clock.now(), SystemTime::UNIX_EPOCH);
/// ```
#[derive(Clone, Debug)]
pub struct Clock {
    source: Source,
    /// Milliseconds that were added by hand, or taken away.
    added: Arc<AtomicI64>,
}

#[derive(Clone, Copy, Debug)]
enum Source {
    System,
    Held(SystemTime),
}

impl Clock {
    /// The machine's clock, moved by whatever [`advance`](Self::advance) and [`set`](Self::set) did.
    #[must_use]
    pub fn system() -> Self {
        Self::with(Source::System)
    }

    /// A clock that stands at `time` and moves only by [`advance`](Self::advance) and [`set`](Self::set).
    #[must_use]
    pub fn held(time: SystemTime) -> Self {
        Self::with(Source::Held(time))
    }

    fn with(source: Source) -> Self {
        Self {
            source,
            added: Arc::default(),
        }
    }

    /// Moves the clock forward, by whole milliseconds. Nobody has to wait.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        let add = |added: i64| Some(added.saturating_add(by));
        // The closure never refuses, so the update cannot fail.
        let _ = self
            .added
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, add);
    }

    /// Sets the clock, to a whole millisecond. The machine's clock goes on from there; a held one stands there.
    /// What was to happen before that time has happened; a window or a challenge from after it goes on as it is.
    pub fn set(&self, time: SystemTime) {
        let start = self.start();
        let millis = |between: Duration| i64::try_from(between.as_millis()).unwrap_or(i64::MAX);
        let added = match time.duration_since(start) {
            Ok(later) => millis(later),
            Err(earlier) => -millis(earlier.duration()),
        };
        self.added.store(added, Ordering::SeqCst);
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        let start = self.start();
        let added = self.added.load(Ordering::SeqCst);
        let by = Duration::from_millis(added.unsigned_abs());
        let moved = if added < 0 {
            start.checked_sub(by)
        } else {
            start.checked_add(by)
        };
        moved.unwrap_or(start)
    }

    fn start(&self) -> SystemTime {
        match self.source {
            Source::System => SystemTime::now(),
            Source::Held(time) => time,
        }
    }

    pub(crate) fn is_held(&self) -> bool {
        matches!(self.source, Source::Held(_))
    }

    pub(crate) fn millis(&self) -> u64 {
        millis(self.now())
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

/// Milliseconds since 1970; times before it count as 1970.
pub(crate) fn millis(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}

/// The year 9999 ends here; what is later cannot be written as a date.
const LAST: u64 = 253_402_300_799_999;

pub(crate) fn time(millis: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(millis.min(LAST))
}

/// A time as the document's examples write it: `2026-02-20T08:15:00.000Z`.
pub(crate) fn written(millis: u64) -> String {
    humantime::format_rfc3339_millis(time(millis)).to_string()
}
