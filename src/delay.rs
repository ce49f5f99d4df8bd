//! How long to wait before a request is sent again.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};

/// The wait that an answer's headers ask for: `Retry-After` in seconds or as a date.
///
/// A date is measured against the server's own `Date`, so that clocks that differ do no harm, else
/// against `now`. A value that is neither asks for nothing; of several the longest counts.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let now = headers
        .get(DATE)
        .and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok())
        .unwrap_or(now);
    headers
        .get_all(RETRY_AFTER)
        .iter()
        .filter_map(|value| wait_from(value.to_str().ok()?.trim(), now))
        .max()
}

/// The wait that one value of `Retry-After` asks for.
fn wait_from(value: &str, now: SystemTime) -> Option<Duration> {
    if let Ok(at) = httpdate::parse_http_date(value) {
        // A date that has passed asks for no wait.
        let wait = at.duration_since(now).unwrap_or_default();
        return Some(wait.min(crate::answer::LONGEST_WAIT));
    }
    // Whatever stands between may have made one line of several (RFC 9110, 5.2).
    value.split(',').filter_map(|one| seconds(one.trim())).max()
}

/// Seconds, as digits.
fn seconds(value: &str) -> Option<Duration> {
    // Fractions are not in the standard, but some servers send them, and their sense is clear.
    let plain = value
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !plain {
        return None;
    }
    crate::answer::wait_of(value.parse().ok()?)
}

/// Exponential backoff with full jitter: after the n-th attempt (from 1) a wait that is drawn evenly
/// from nothing up to `250 ms × 2^(n-1)`, at most 8 s.
///
/// The largest waits are 0.25 s, 0.5 s, 1 s, 2 s, 4 s, 8 s, 8 s…; `random` is from 0 to 1.
pub(crate) fn backoff(attempt: u32, random: f64) -> Duration {
    let doublings = attempt.saturating_sub(1).min(5);
    let most = FIRST * 2u32.pow(doublings);
    most.mul_f64(random.clamp(0.0, 1.0))
}

/// The largest wait after the first attempt.
const FIRST: Duration = Duration::from_millis(250);

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(headers: &[(&str, &str)]) -> Option<Duration> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name: http::HeaderName = name.parse().expect("a name");
            let value = http::HeaderValue::from_bytes(value.as_bytes());
            map.append(name, value.expect("a value"));
        }
        retry_after(&map, SystemTime::UNIX_EPOCH)
    }

    #[test]
    fn seconds_and_dates_are_read() {
        assert_eq!(
            wait(&[("retry-after", "60")]),
            Some(Duration::from_secs(60))
        );
        assert_eq!(
            wait(&[("retry-after", " 1.5 ")]),
            Some(Duration::from_millis(1500))
        );
        let date = ("date", "Sun, 06 Nov 1994 08:49:07 GMT");
        let at = ("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(wait(&[date, at]), Some(Duration::from_secs(30)));
        assert_eq!(
            wait(&[("retry-after", "Thu, 01 Jan 1970 00:00:09 GMT")]),
            Some(Duration::from_secs(9))
        );
        let past = ("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT");
        assert_eq!(wait(&[date, past]), Some(Duration::ZERO));
    }

    #[test]
    fn broken_values_ask_for_nothing_and_never_panic() {
        for broken in [
            "", "-1", "soon", "1e400", "inf", "NaN", "+5", "1e3", ".", "1.2.3", ",", "0x10",
            "\u{663}",
        ] {
            assert_eq!(wait(&[("retry-after", broken)]), None, "{broken}");
        }
        assert_eq!(wait(&[]), None);
    }

    #[test]
    fn of_several_values_the_longest_counts() {
        let values = [
            ("retry-after", "1"),
            ("retry-after", "soon"),
            ("retry-after", "3"),
        ];
        assert_eq!(wait(&values), Some(Duration::from_secs(3)));
        assert_eq!(
            wait(&[("retry-after", "3"), ("retry-after", "1")]),
            Some(Duration::from_secs(3))
        );
        assert_eq!(
            wait(&[("retry-after", "1, soon,3 ,2")]),
            Some(Duration::from_secs(3))
        );
    }

    #[test]
    fn a_broken_date_of_the_servers_leaves_our_own_clock() {
        let at = ("retry-after", "Thu, 01 Jan 1970 00:00:09 GMT");
        assert_eq!(wait(&[("date", "x"), at]), Some(Duration::from_secs(9)));
        let earlier = ("date", "Thu, 01 Jan 1970 00:00:02 GMT");
        let later = ("date", "Thu, 01 Jan 1970 00:00:05 GMT");
        // The first of several counts.
        assert_eq!(wait(&[earlier, later, at]), Some(Duration::from_secs(7)));
    }

    #[test]
    fn a_wait_that_no_clock_can_hold_is_the_longest() {
        let huge = "9".repeat(400);
        assert_eq!(
            wait(&[("retry-after", &huge)]),
            Some(crate::answer::LONGEST_WAIT)
        );
        let century = ("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT");
        assert!(wait(&[century]) > Some(Duration::from_secs(100_000_000)));
    }

    #[test]
    fn backoff_doubles_and_stays_bounded() {
        assert_eq!(backoff(1, 1.0), Duration::from_millis(250));
        assert_eq!(backoff(2, 1.0), Duration::from_millis(500));
        assert_eq!(backoff(3, 0.5), Duration::from_millis(500));
        assert_eq!(backoff(u32::MAX, 1.0), Duration::from_secs(8));
        assert_eq!(backoff(4, 0.0), Duration::ZERO);
        // Whatever the source of randomness gives.
        assert_eq!(backoff(1, 7.0), Duration::from_millis(250));
        assert_eq!(backoff(1, -7.0), Duration::ZERO);
    }
}
