//! Fixed windows: so many requests in so much time, then a pause until the window ends.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The windows by the names that the document gives them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Windows(BTreeMap<String, Window>);

/// One window: it begins with the first request in it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Window {
    /// Milliseconds since 1970.
    pub(crate) ends_at: u64,
    pub(crate) length: u64,
    pub(crate) used: u32,
}

impl Windows {
    /// Counts one request, whether it fits or not.
    pub(crate) fn count(&mut self, name: &str, now: u64, length: u64) {
        let window = self.open(name, now, length);
        window.used = window.used.saturating_add(1);
    }

    /// If the window already holds `most` requests: the milliseconds until it ends.
    pub(crate) fn full(&mut self, name: &str, now: u64, length: u64, most: u32) -> Option<u64> {
        let window = self.open(name, now, length);
        (window.used >= most).then(|| window.ends_at - now)
    }

    fn open(&mut self, name: &str, now: u64, length: u64) -> &mut Window {
        let fresh = Window {
            ends_at: now.saturating_add(length),
            length,
            used: 0,
        };
        let window = self.0.entry(name.to_owned()).or_insert(fresh);
        // A clock that was set back, or a file with another length, must not close a window for long.
        if window.ends_at <= now || window.ends_at - now > length {
            *window = fresh;
        }
        window
    }

    /// The window of this name, if one is open.
    pub(crate) fn open_now(&self, name: &str, now: u64) -> Option<&Window> {
        self.0.get(name).filter(|window| window.ends_at > now)
    }

    /// Has a window hold so many requests. One that is not open begins now.
    pub(crate) fn set(&mut self, name: &str, now: u64, length: u64, used: u32) {
        if used == 0 {
            self.0.remove(name);
        } else {
            self.open(name, now, length).used = used;
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Window)> {
        self.0.iter().map(|(name, window)| (name.as_str(), window))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_full_until_it_ends() {
        let mut windows = Windows::default();
        for _ in 0..2 {
            assert_eq!(windows.full("write", 1_000, 60_000, 2), None);
            windows.count("write", 1_000, 60_000);
        }
        assert_eq!(windows.full("write", 31_000, 60_000, 2), Some(30_000));
        assert_eq!(windows.full("delete", 31_000, 60_000, 2), None);
        assert_eq!(windows.full("write", 61_000, 60_000, 2), None);
    }

    #[test]
    fn a_clock_that_was_set_back_closes_no_window() {
        let mut windows = Windows::default();
        windows.count("write", 1_000_000, 60_000);
        assert_eq!(windows.full("write", 1_000, 60_000, 1), None);
    }
}
