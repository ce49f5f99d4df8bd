//! The JSON that programs read: every shape of it, and how it is written.

use std::io::{self, Write};
use std::time::Duration;

use serde::Serialize as _;
use serde_json::ser::{CompactFormatter, Formatter};
use serde_json::{Map, Value, json};

use crate::failure::{Failure, key_of};
use crate::outcome::{Outcome, What};
use crate::screen::is_unwanted;

/// The object of a call that came to something.
pub(crate) fn outcome(outcome: &Outcome) -> Value {
    let attempts = outcome.attempts;
    match &outcome.what {
        What::Connected(account) => {
            json!({"outcome": "connected", "account": account, "attempts": attempts})
        }
        What::CodeRequired(challenge) => {
            json!({"outcome": "code_required", "challenge": challenge, "attempts": attempts})
        }
        What::Disconnected { id } => {
            json!({"outcome": "disconnected", "id": id, "attempts": attempts})
        }
        What::AvatarUpdated { account, record } => {
            let mut value =
                json!({"outcome": "avatar_updated", "account": account, "attempts": attempts});
            if let Some(record) = record {
                value["write_action"] = json!(record);
            }
            value
        }
        What::AvatarPending {
            account,
            record,
            idempotency_key,
        } => {
            let mut value = json!({
                "outcome": "avatar_pending",
                "account": account,
                "attempts": attempts,
                "write_action": record,
            });
            if let Some(key) = idempotency_key {
                value["idempotency_key"] = json!(key);
            }
            value
        }
    }
}

/// The object of a call that failed.
pub(crate) fn failure(failure: &Failure) -> Value {
    let mut error = Map::new();
    match failure {
        Failure::Call(call) => {
            error.insert("kind".into(), call.kind().as_str().into());
            error.insert("message".into(), call.to_string().into());
            if let Some(status) = call.status() {
                error.insert("status".into(), status.into());
            }
            if let Some(code) = call.code() {
                error.insert("code".into(), code.as_str().into());
            }
            error.insert("retryable".into(), call.is_retryable().into());
            if let Some(wait) = call.retry_after() {
                error.insert("retry_after".into(), seconds(wait));
            }
            error.insert("attempts".into(), call.attempts().into());
            error.insert("maybe_applied".into(), call.maybe_applied().into());
            if let Some(key) = key_of(call) {
                error.insert("idempotency_key".into(), key.into());
            }
        }
        Failure::Refused(message) => plain(&mut error, "invalid_request", message),
        // Of the documented kinds this is the one that says that no answer came.
        Failure::Interrupted(interruption) => {
            plain(&mut error, "transport", interruption.stop.word());
            error.insert("retryable".into(), interruption.retryable.into());
            error.insert("attempts".into(), interruption.attempts.into());
            error.insert("maybe_applied".into(), interruption.maybe_applied.into());
            if let Some(key) = &interruption.idempotency_key {
                error.insert("idempotency_key".into(), key.as_str().into());
            }
        }
        Failure::Local(message) => plain(&mut error, "transport", message),
    }
    json!({ "error": error })
}

fn plain(error: &mut Map<String, Value>, kind: &str, message: &str) {
    error.insert("kind".into(), kind.into());
    error.insert("message".into(), message.into());
    error.insert("retryable".into(), false.into());
    error.insert("attempts".into(), 0.into());
    error.insert("maybe_applied".into(), false.into());
}

/// A number of seconds, whole where it is whole.
pub(crate) fn seconds(duration: Duration) -> Value {
    if duration.subsec_nanos() == 0 {
        duration.as_secs().into()
    } else {
        // Milliseconds are the finest that the service speaks of.
        let millis = duration.as_secs_f64() * 1000.0;
        (millis.round() / 1000.0).into()
    }
}

/// A value as one line. Control characters of every kind are escaped, also those that JSON would let
/// through, since the line may end up on a terminal.
pub(crate) fn line(value: &Value) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Guarded);
    value.serialize(&mut serializer)?;
    bytes.push(b'\n');
    Ok(bytes)
}

struct Guarded;

impl Formatter for Guarded {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_unwanted) {
            let (before, from) = rest.split_at(at);
            CompactFormatter.write_string_fragment(writer, before)?;
            let mut chars = from.chars();
            if let Some(c) = chars.next() {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
            rest = chars.as_str();
        }
        CompactFormatter.write_string_fragment(writer, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_character_leaves_unescaped_and_the_value_stays_the_same() {
        let value = json!({"text": "a\u{0}\u{1b}[31m\u{7f}\u{9b}2J\u{202e}é\u{1F600}\"\\\n"});
        let line = String::from_utf8(line(&value).expect("written")).expect("UTF-8");
        assert!(
            line.trim_end_matches('\n').chars().all(|c| !c.is_control()),
            "{line:?}"
        );
        assert!(line.contains("\\u009b") && line.contains("\\u202e") && line.contains('é'));
        let back: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(back, value);
    }

    #[test]
    fn a_wait_is_whole_where_it_is_whole() {
        assert_eq!(seconds(Duration::from_secs(60)), json!(60));
        assert_eq!(seconds(Duration::from_millis(1500)), json!(1.5));
    }
}
