//! What the fuzz targets call: what has to hold of any bytes. They panic where it does not.
//!
//! `cargo fuzz` builds the crate with `--cfg fuzzing`; the crate's own tests call the same functions
//! with the committed corpus.

#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a failed expectation is what a fuzzer looks for, and nobody else sees this module"
)]

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::answer::LONGEST_WAIT;
use crate::attempt::{Answer, Attempt};
use crate::generated::operations::ALL;
use crate::generated::runtime::{Resend, path_segment};
use crate::judge::judge;
use crate::redact::{Redactor, snippet};
use crate::resend::{Budget, Decision, Outcome, decide, maybe_applied};
use crate::{Avatar, EmailCode, IdempotencyKey, delay};

/// A fuzz target.
pub type Target = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: &[(&str, Target)] = &[
    ("answer", answer),
    ("delay", retry_after),
    ("input", input),
    ("redact", redact),
    ("segment", segment),
];

/// An answer: two bytes of status, and a body.
pub fn answer(data: &[u8]) {
    let [high, low, body @ ..] = data else { return };
    let status = 100 + u16::from_be_bytes([*high, *low]) % 900;
    for operation in ALL {
        let attempt = Attempt::Answered(Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::copy_from_slice(body),
        });
        let judgement = judge(&attempt, Some(operation), SystemTime::UNIX_EPOCH);
        let budget = Budget {
            attempts: 1,
            max_attempts: 2,
            time: Duration::from_secs(60),
            backoff: Duration::from_millis(1),
        };
        if let Decision::Again(wait) = decide(operation.resend, judgement.outcome, budget) {
            assert!(wait < budget.time);
            if operation.resend == Resend::Never {
                assert!(matches!(
                    judgement.outcome,
                    Outcome::Refused { exact: true, .. }
                ));
                assert!(!maybe_applied(judgement.outcome));
            }
        }
        if let Some(envelope) = judgement.envelope {
            let shown = envelope.shown(&Redactor::new());
            assert!(!shown.code.as_str().contains(char::is_control));
        }
    }
    if let Some(snippet) = snippet(&Redactor::new(), body) {
        assert!(snippet.chars().count() <= 201 && !snippet.contains(char::is_control));
    }
}

/// The headers `Retry-After` and `Date`, one line each.
pub fn retry_after(data: &[u8]) {
    let mut headers = HeaderMap::new();
    for (index, line) in data.split(|byte| *byte == b'\n').enumerate() {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            let name = if index == 0 { "date" } else { "retry-after" };
            headers.append(name, value);
        }
    }
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    if let Some(wait) = delay::retry_after(&headers, now) {
        assert!(wait <= LONGEST_WAIT);
    }
}

/// What a caller can type.
pub fn input(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(code) = EmailCode::new(&text) {
        let length = code.expose().chars().count();
        assert!((4..=64).contains(&length) && !code.expose().contains(' '));
    }
    if let Ok(key) = IdempotencyKey::new(&text) {
        assert!(HeaderValue::from_str(key.as_str()).is_ok());
    }
    if let Ok(credential) = crate::Credential::api_key(&text) {
        assert!(!format!("{credential:?}").contains(&*text) || text.len() < 30);
        credential.header();
    }
    let _ = Avatar::from_url(&text);
    let _ = Avatar::from_bytes(&*text, data.to_vec());
    if let Ok(url) = crate::base_url::BaseUrl::parse(&text) {
        let url = url::Url::parse(url.as_str()).unwrap();
        assert!(url.username().is_empty() && url.password().is_none());
    }
}

/// A secret in the first line, and a text that is blanked.
pub fn redact(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Some((secret, text)) = text.split_once('\n') else {
        return;
    };
    // A part of the blank itself cannot be blanked away.
    if secret.chars().count() < 4 || "<redacted>".contains(secret) || secret.contains("<redacted>")
    {
        return;
    }
    let mut redactor = Redactor::new();
    redactor.add(secret);
    let cleaned = redactor.clean(text);
    // What stands around a blank may be the beginning and the end of another one.
    if !secret.contains(['<', '>']) {
        assert!(!cleaned.contains(secret));
    }
    let body = Bytes::copy_from_slice(text.as_bytes());
    let failed = redactor.clean_body(&body, false);
    redactor.clean_body(&body, true);
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&body).is_ok(),
        serde_json::from_slice::<serde_json::Value>(&failed).is_ok()
    );
}

/// An id.
pub fn segment(data: &[u8]) {
    let id = String::from_utf8_lossy(data);
    let Ok(segment) = path_segment("id", &id) else {
        assert!(matches!(&*id, "" | "." | ".."));
        return;
    };
    let url = format!("http://localhost/a/{segment}/b");
    let url = url::Url::parse(&url).unwrap();
    let segments: Vec<_> = url.path_segments().unwrap().collect();
    assert_eq!(segments, ["a", &*segment, "b"]);
}
