//! The sandbox's time, which a test can hold and move.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::engine::locked;

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
/// // It can be let go, and held again.
/// clock.go_on();
/// clock.hold();
/// assert_eq!(clock.now(), clock.now());
/// ```
#[derive(Clone, Debug)]
pub struct Clock(Arc<Mutex<Reading>>);

#[derive(Debug)]
struct Reading {
    /// Where it stands still, apart from what was added; else it goes with the machine's.
    held: Option<SystemTime>,
    /// Milliseconds that were added by hand, or taken away.
    added: i64,
}

impl Reading {
    fn start(&self) -> SystemTime {
        self.held.unwrap_or_else(SystemTime::now)
    }

    fn now(&self) -> SystemTime {
        let start = self.start();
        let by = Duration::from_millis(self.added.unsigned_abs());
        let moved = if self.added < 0 {
            start.checked_sub(by)
        } else {
            start.checked_add(by)
        };
        moved.unwrap_or(start)
    }

    fn set(&mut self, time: SystemTime) {
        if self.held.is_some() {
            *self = Self {
                held: Some(time),
                added: 0,
            };
            return;
        }
        let millis = |millis: u128| i64::try_from(millis).unwrap_or(i64::MAX);
        // Rounded so that it is not earlier than was asked for.
        self.added = match time.duration_since(self.start()) {
            Ok(later) => millis(later.as_nanos().div_ceil(1_000_000)),
            Err(earlier) => -millis(earlier.duration().as_millis()),
        };
    }
}

impl Clock {
    /// The machine's clock, moved by whatever [`advance`](Self::advance) and [`set`](Self::set) did.
    #[must_use]
    pub fn system() -> Self {
        Self::with(None)
    }

    /// A clock that stands at `time` and moves only by [`advance`](Self::advance) and [`set`](Self::set).
    #[must_use]
    pub fn held(time: SystemTime) -> Self {
        Self::with(Some(time))
    }

    fn with(held: Option<SystemTime>) -> Self {
        Self(Arc::new(Mutex::new(Reading { held, added: 0 })))
    }

    fn reading(&self) -> MutexGuard<'_, Reading> {
        locked(&self.0)
    }

    /// Moves the clock forward, by whole milliseconds. Nobody has to wait.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        let mut reading = self.reading();
        reading.added = reading.added.saturating_add(by);
    }

    /// Sets the clock. The machine's clock goes on from there, or from less than a millisecond later; a held one
    /// stands there.
    /// What was to happen before that time has happened; a window or a challenge from after it goes on as it is.
    pub fn set(&self, time: SystemTime) {
        self.reading().set(time);
    }

    /// Lets the clock stand still where it is.
    pub fn hold(&self) {
        let mut reading = self.reading();
        let now = reading.now();
        *reading = Reading {
            held: Some(now),
            added: 0,
        };
    }

    /// Lets the clock go on from where it is.
    pub fn go_on(&self) {
        let mut reading = self.reading();
        let now = reading.now();
        if reading.held.take().is_some() {
            reading.set(now);
        }
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.reading().now()
    }

    pub(crate) fn is_held(&self) -> bool {
        self.reading().held.is_some()
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

/// A time as it is written in JSON, in milliseconds since 1970; none if it is before that, or after the year 9999.
pub(crate) fn read(text: &str) -> Option<u64> {
    let time = humantime::parse_rfc3339_weak(text).ok()?;
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    u64::try_from(since.as_millis())
        .ok()
        .filter(|millis| *millis <= LAST)
}
