//! What an answer's body says, whatever its schema: the service's error envelope.

use std::borrow::Cow;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::generated::ErrorCode;
use crate::redact::{Redactor, one_line};
use crate::resend::Record;

/// The members that every error body of the service has, in either of its forms.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Envelope {
    pub(crate) code: ErrorCode,
    pub(crate) message: Option<String>,
    /// The wait that the body asks for: `retryAfterMs`, else `retryAfter` in seconds.
    pub(crate) wait: Option<Duration>,
    /// What a write's record says of the write.
    pub(crate) record: Record,
}

/// An envelope on the wire. A member that comes twice is an error of serde's, and so no envelope:
/// nobody can say which of the two was meant. Members of another type than expected are as if absent,
/// and so is a number that no type holds, which as a value would spoil the whole body.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire<'b> {
    #[serde(borrow, default)]
    error: Option<&'b RawValue>,
    #[serde(borrow, default)]
    message: Option<&'b RawValue>,
    #[serde(borrow, default)]
    retry_after: Option<&'b RawValue>,
    #[serde(borrow, default)]
    retry_after_ms: Option<&'b RawValue>,
    #[serde(borrow, default)]
    safe_to_retry: Option<&'b RawValue>,
    #[serde(borrow, default)]
    terminal: Option<&'b RawValue>,
}

impl Wire<'_> {
    fn record(&self) -> Record {
        Record {
            terminal: read(self.terminal),
            safe_to_retry: read(self.safe_to_retry),
        }
    }
}

/// The newer form of the member `error`.
#[derive(Deserialize)]
struct WireError<'b> {
    #[serde(borrow)]
    code: Cow<'b, str>,
    #[serde(borrow, default)]
    message: Option<&'b RawValue>,
}

/// A member's value, if it is of the type.
fn read<T: DeserializeOwned>(member: Option<&RawValue>) -> Option<T> {
    serde_json::from_str(member?.get()).ok()
}

/// A member's value as a number. JSON bounds none; one beyond all measure is infinite here.
fn number(member: Option<&RawValue>) -> Option<f64> {
    let text = member?.get();
    // What is left of JSON's values parses as no number, or begins with a quote.
    text.parse().ok()
}

/// How much of a code that nobody knows is kept. The service's own have at most 29 characters.
const LONGEST_CODE: usize = 100;
/// How much of a message is kept: a screenful.
const LONGEST_MESSAGE: usize = 1_000;

impl Envelope {
    /// Reads a body; none where it is no error of the service.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let wire: Wire<'_> = serde_json::from_slice(body).ok()?;
        let wait = |member, unit: f64| number(member).and_then(|n| wait_of(n * unit));
        let (code, inner) = match read::<String>(wire.error) {
            Some(code) => (code, None),
            None => {
                let error: WireError<'_> = serde_json::from_str(wire.error?.get()).ok()?;
                (error.code.into_owned(), read(error.message))
            }
        };
        Some(Self {
            code: ErrorCode::from(code),
            message: read(wire.message).or(inner),
            wait: wait(wire.retry_after_ms, 0.001).or_else(|| wait(wire.retry_after, 1.0)),
            record: wire.record(),
        })
    }

    /// What a body says of a write that names no error: a record whose write has not failed, or not
    /// yet, has none.
    pub(crate) fn record_in(body: &[u8]) -> Record {
        serde_json::from_slice::<Wire<'_>>(body)
            .map(|wire| wire.record())
            .unwrap_or_default()
    }

    /// What a typed error body of the generated layer says.
    pub(crate) fn of(body: &impl Serialize) -> Option<Self> {
        Self::read(&serde_json::to_vec(body).ok()?)
    }

    /// The same, fit to be shown: secrets blanked, on one line, of a bounded length.
    pub(crate) fn shown(self, redactor: &Redactor) -> Self {
        let shown = |text: &str, most| one_line(&redactor.clean(text), most);
        Self {
            code: match &self.code {
                ErrorCode::Unknown(code) => shown(code, LONGEST_CODE).into(),
                known => known.clone(),
            },
            message: self
                .message
                .map(|message| shown(&message, LONGEST_MESSAGE))
                .filter(|message| !message.is_empty()),
            ..self
        }
    }
}

/// A wait in seconds, if it is one: not negative and a number. One beyond all measure is the longest
/// there is, not none: it must not be sent again soon.
pub(crate) fn wait_of(seconds: f64) -> Option<Duration> {
    let longest = LONGEST_WAIT.as_secs_f64();
    (seconds >= 0.0).then(|| Duration::from_secs_f64(seconds.min(longest)))
}

/// As many seconds as 32 bits hold, a hundred years and more.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(u32::MAX as u64);

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope_of(body: &str) -> Option<Envelope> {
        Envelope::read(body.as_bytes())
    }

    fn wait(body: &str) -> Option<Duration> {
        envelope_of(body).expect("an envelope").wait
    }

    #[test]
    fn both_forms_of_an_error_are_read() {
        let plain = envelope_of(r#"{"error":"x_rate_limited","message":"slow","retryAfter":2}"#);
        assert_eq!(
            plain,
            Some(Envelope {
                code: ErrorCode::XRateLimited,
                message: Some("slow".into()),
                wait: Some(Duration::from_secs(2)),
                record: Record::default(),
            })
        );
        let object = envelope_of(
            r#"{"error":{"type":"t","code":"new_code","message":"m"},"retryAfterMs":1500}"#,
        );
        assert_eq!(
            object,
            Some(Envelope {
                code: ErrorCode::Unknown("new_code".into()),
                message: Some("m".into()),
                wait: Some(Duration::from_millis(1500)),
                record: Record::default(),
            })
        );
    }

    #[test]
    fn the_outer_message_and_the_milliseconds_come_first() {
        let both = r#"{"error":{"code":"c","message":"inner"},"message":"outer",
                       "retryAfterMs":1,"retryAfter":9}"#;
        let envelope = envelope_of(both).expect("an envelope");
        assert_eq!(envelope.message.as_deref(), Some("outer"));
        assert_eq!(envelope.wait, Some(Duration::from_millis(1)));
    }

    #[test]
    fn a_typed_error_says_the_same_as_its_bytes() {
        let body = r#"{"error":"x_rate_limited","message":"slow","retryAfter":2}"#;
        let typed: serde_json::Value = serde_json::from_str(body).expect("JSON");
        assert!(envelope_of(body).is_some());
        assert_eq!(Envelope::of(&typed), envelope_of(body));
    }

    #[test]
    fn the_members_of_a_record_are_read() {
        let record =
            envelope_of(r#"{"error":"x_write_failed","safeToRetry":false,"terminal":true}"#);
        let record = record.expect("an envelope");
        let expected = Record {
            terminal: Some(true),
            safe_to_retry: Some(false),
        };
        assert_eq!(record.record, expected);
    }

    #[test]
    fn what_is_no_error_of_the_service_is_none() {
        for body in [
            "",
            "<html>",
            "[]",
            "{}",
            r#"{"error":null}"#,
            r#"{"error":{}}"#,
            r#"{"error":{"code":7}}"#,
            r#"{"error":"a","error":"b"}"#,
            r#"{"error":{"code":"a","code":"b"}}"#,
            r#"{"error":"a","retryAfter":1,"retryAfter":2}"#,
            "\u{0}",
        ] {
            assert_eq!(envelope_of(body), None, "{body}");
        }
        let deep = format!(
            r#"{{"error":"a","message":{}{}}}"#,
            "[".repeat(200_000),
            "]".repeat(200_000)
        );
        // However deep the rest is, the code is not lost over it.
        let envelope = envelope_of(&deep).expect("an envelope");
        assert_eq!((envelope.code.as_str(), envelope.message), ("a", None));
    }

    #[test]
    fn members_of_another_type_are_as_if_absent() {
        let odd =
            envelope_of(r#"{"error":"a","message":{"x":1},"retryAfter":"60","terminal":"yes"}"#);
        assert_eq!(
            odd,
            Some(Envelope {
                code: ErrorCode::Unknown("a".into()),
                message: None,
                wait: None,
                record: Record::default(),
            })
        );
    }

    #[test]
    fn a_broken_wait_is_no_wait_and_a_huge_one_is_the_longest() {
        for broken in ["-1", "\"60\"", "null", "[]", "-1e300"] {
            let body = format!(r#"{{"error":"x_rate_limited","retryAfter":{broken}}}"#);
            assert_eq!(wait(&body), None, "{broken}");
        }
        for huge in ["1e300", "1e400", "99999999999999999999999999999"] {
            let body = format!(r#"{{"error":"x_rate_limited","retryAfter":{huge}}}"#);
            assert_eq!(wait(&body), Some(LONGEST_WAIT), "{huge}");
        }
        let elsewhere =
            r#"{"error":"x_rate_limited","message":1e400,"other":-1e999,"retryAfter":3}"#;
        assert_eq!(wait(elsewhere), Some(Duration::from_secs(3)));
        let negative_then_good = r#"{"error":"a","retryAfterMs":-5,"retryAfter":0.5}"#;
        assert_eq!(wait(negative_then_good), Some(Duration::from_millis(500)));
    }

    #[test]
    fn what_is_shown_is_blanked_short_and_on_one_line() {
        let mut redactor = Redactor::new();
        redactor.add("s3cret");
        let long = "x".repeat(5_000);
        let envelope = envelope_of(&format!(
            r#"{{"error":"bad_s3cret\u001b[2J","message":"no s3cret\r\n\u009bhere {long}"}}"#
        ));
        let shown = envelope.expect("an envelope").shown(&redactor);
        assert_eq!(shown.code.as_str(), "bad_<redacted> [2J");
        let message = shown.message.expect("a message");
        assert!(message.starts_with("no <redacted> here xxx"), "{message}");
        assert_eq!(message.chars().count(), 1_001, "with the mark of a cut");
        let code = envelope_of(&format!(r#"{{"error":"{long}"}}"#)).expect("an envelope");
        let code = code.shown(&redactor).code;
        assert_eq!(code.as_str().chars().count(), 101);
    }
}
