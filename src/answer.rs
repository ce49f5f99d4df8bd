//! What an answer's body says, whatever its schema: the service's error envelope.

use std::time::Duration;

use serde_json::Value;

use crate::generated::ErrorCode;

/// The members that every error body of the service has, in either of its forms.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Envelope {
    pub(crate) code: ErrorCode,
    pub(crate) message: Option<String>,
    /// The wait that the body asks for: `retryAfterMs`, else `retryAfter` in seconds.
    pub(crate) wait: Option<Duration>,
}

impl Envelope {
    /// Reads a body; none where it is no error of the service.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        Self::from_json(&serde_json::from_slice(body).ok()?)
    }

    pub(crate) fn from_json(body: &Value) -> Option<Self> {
        let error = body.get("error")?;
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let (code, inner) = match error {
            Value::String(code) => (code.as_str(), None),
            Value::Object(error) => (error.get("code")?.as_str()?, text(error.get("message"))),
            _ => return None,
        };
        let seconds = |name: &str, unit: f64| {
            body.get(name)
                .and_then(Value::as_f64)
                .and_then(|value| wait_of(value * unit))
        };
        Some(Self {
            code: ErrorCode::from(code),
            message: text(body.get("message")).or(inner),
            wait: seconds("retryAfterMs", 0.001).or_else(|| seconds("retryAfter", 1.0)),
        })
    }
}

/// A wait in seconds, if it is one: not negative, not endless, not beyond what a clock can hold.
pub(crate) fn wait_of(seconds: f64) -> Option<Duration> {
    (seconds >= 0.0).then_some(())?;
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Option<Envelope> {
        Envelope::read(body.as_bytes())
    }

    #[test]
    fn both_forms_of_an_error_are_read() {
        let plain = read(r#"{"error":"x_rate_limited","message":"slow","retryAfter":2}"#);
        assert_eq!(
            plain,
            Some(Envelope {
                code: ErrorCode::XRateLimited,
                message: Some("slow".into()),
                wait: Some(Duration::from_secs(2)),
            })
        );
        let object =
            read(r#"{"error":{"type":"t","code":"new_code","message":"m"},"retryAfterMs":1500}"#);
        assert_eq!(
            object,
            Some(Envelope {
                code: ErrorCode::Unknown("new_code".into()),
                message: Some("m".into()),
                wait: Some(Duration::from_millis(1500)),
            })
        );
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
            "\u{0}",
        ] {
            assert_eq!(read(body), None, "{body}");
        }
    }

    #[test]
    fn a_broken_wait_is_no_wait() {
        for wait in ["-1", "1e400", "\"60\"", "null", "1e300"] {
            let body = format!(r#"{{"error":"x_rate_limited","retryAfter":{wait}}}"#);
            assert_eq!(
                read(&body).and_then(|envelope| envelope.wait),
                None,
                "{wait}"
            );
        }
    }
}
