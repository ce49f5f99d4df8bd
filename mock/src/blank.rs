//! Secrets leave no trace: what is recorded, logged and shown holds no credential and no email code.

use http::header::{AUTHORIZATION, COOKIE, HeaderName, PROXY_AUTHORIZATION};
use http::{HeaderMap, HeaderValue};
use memchr::memmem;
use serde_json::{Map, Value};

use crate::credential::cookies;
use crate::document::{Document, SchemeKind};
use crate::judge::{Complaint, is_plain_name};
use crate::magic;
use crate::route::decoded;

/// What stands in the place of a secret.
pub(crate) const BLANK: &str = "[blanked]";

/// The secrets of one request.
#[derive(Debug, Default)]
pub(crate) struct Secrets {
    texts: Vec<String>,
}

impl Secrets {
    /// The credentials in a request's head, the usual ones and those that the document names.
    pub(crate) fn of_headers(document: &Document, headers: &HeaderMap) -> Self {
        let mut secrets = Self::default();
        for (name, value) in headers {
            if is_secret_header(document, name) {
                let text = String::from_utf8_lossy(value.as_bytes());
                // Of `Bearer abc` the token is the secret.
                secrets.add(
                    text.split_once(' ')
                        .map_or(&*text, |(_, token)| token.trim()),
                );
                secrets.add(&text);
            }
        }
        for (_, value) in cookies(headers) {
            secrets.add(value);
        }
        secrets
    }

    /// A text that must not be seen. One of three characters or fewer would blank half of what is shown and
    /// hardly be a secret; where it stands it is blanked all the same.
    pub(crate) fn add(&mut self, text: &str) {
        let public = magic::CODES.iter().any(|(code, _)| *code == text);
        if text.chars().count() > 3 && !public && !self.texts.iter().any(|one| one == text) {
            self.texts.push(text.to_owned());
            // The longest first, so that of a secret within another nothing is left over.
            self.texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        }
    }

    /// The secret members of a body that was read, as they came and without spaces.
    pub(crate) fn add_members(&mut self, body: &Value, secret: &[String]) {
        for name in secret {
            match body.get(name) {
                Some(Value::String(text)) => {
                    self.add(text);
                    self.add(&text.replace(' ', ""));
                }
                Some(Value::Null) | None => {}
                Some(other) => self.add(&other.to_string()),
            }
        }
    }

    pub(crate) fn text(&self, text: &str) -> String {
        let mut shown = text.to_owned();
        for secret in &self.texts {
            if shown.contains(secret) {
                shown = shown.replace(secret, BLANK);
            }
        }
        keys(shown)
    }

    /// A path as it came, but for pieces that hold a secret, in whichever spelling.
    pub(crate) fn path(&self, path: &str) -> String {
        let pieces = path.split('/').map(|piece| {
            let plain = decoded(piece).unwrap_or_else(|| piece.to_owned());
            if self.text(&plain) == plain {
                piece.to_owned()
            } else if plain == piece {
                self.text(piece)
            } else {
                BLANK.to_owned()
            }
        });
        pieces.collect::<Vec<_>>().join("/")
    }

    /// A query's names; the values are no part of this API and are not shown.
    pub(crate) fn query(&self, document_knows: impl Fn(&str) -> bool, query: &str) -> String {
        let pairs = query.split('&').map(|pair| match pair.split_once('=') {
            Some((name, value)) if document_knows(name) => {
                format!("{}={}", self.text(name), self.path(value))
            }
            Some((name, _)) => format!("{}={BLANK}", self.text(name)),
            None => BLANK.to_owned(),
        });
        pairs.collect::<Vec<_>>().join("&")
    }

    pub(crate) fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let mut shown = bytes.to_vec();
        for secret in &self.texts {
            let mut left = Vec::new();
            let mut done = 0;
            for at in memmem::find_iter(&shown, secret.as_bytes()) {
                left.extend_from_slice(&shown[done..at]);
                left.extend_from_slice(BLANK.as_bytes());
                done = at + secret.len();
            }
            if done > 0 {
                left.extend_from_slice(&shown[done..]);
                shown = left;
            }
        }
        keys_in_bytes(shown)
    }

    /// Every text in a body, names included.
    pub(crate) fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(members) => members
                .iter()
                .map(|(name, member)| (self.text(name), self.value(member)))
                .collect::<Map<_, _>>()
                .into(),
            Value::Number(number) if self.texts.contains(&number.to_string()) => {
                Value::String(BLANK.to_owned())
            }
            other => other.clone(),
        }
    }

    /// A body of an operation that takes a secret: known members stay, the secret ones and whatever is not known
    /// (it may be the secret under another name) are blanked.
    pub(crate) fn guarded(
        &self,
        body: &Value,
        known: impl Fn(&str) -> bool,
        secret: &[String],
    ) -> Value {
        let blank = || Value::String(BLANK.to_owned());
        let Some(members) = body.as_object() else {
            return blank();
        };
        members
            .iter()
            .map(|(name, member)| {
                if secret.contains(name) || !known(name) {
                    let name = if known(name) || is_plain_name(name) {
                        self.text(name)
                    } else {
                        BLANK.to_owned()
                    };
                    (name, blank())
                } else {
                    (name.clone(), self.value(member))
                }
            })
            .collect::<Map<_, _>>()
            .into()
    }

    pub(crate) fn headers(
        &self,
        document: &Document,
        headers: &HeaderMap,
    ) -> Vec<(String, String)> {
        headers
            .iter()
            .map(|(name, value)| {
                let shown = if is_secret_header(document, name) {
                    BLANK.to_owned()
                } else {
                    self.text(&String::from_utf8_lossy(value.as_bytes()))
                };
                (name.as_str().to_owned(), shown)
            })
            .collect()
    }

    pub(crate) fn complaints(&self, complaints: &[Complaint]) -> Vec<String> {
        complaints
            .iter()
            .map(|complaint| self.text(&complaint.text))
            .collect()
    }
}

/// Anything that looks like an API key, wherever it stands.
fn keys(text: String) -> String {
    let prefix = magic::KEY_PREFIX;
    if !text.contains(prefix) {
        return text;
    }
    let mut shown = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(prefix) {
        let key = &rest[at..];
        let end = key
            .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-'))
            .unwrap_or(key.len());
        shown.push_str(&rest[..at]);
        // The bare prefix is how keys are described.
        shown.push_str(if end > prefix.len() { BLANK } else { prefix });
        rest = &key[end..];
    }
    shown.push_str(rest);
    shown
}

/// As [`keys`]; four characters have to follow the prefix, since a picture may hold the three of it by chance.
fn keys_in_bytes(bytes: Vec<u8>) -> Vec<u8> {
    let prefix = magic::KEY_PREFIX.as_bytes();
    let mut shown = Vec::new();
    let mut done = 0;
    for at in memmem::find_iter(&bytes, prefix) {
        let rest = &bytes[at + prefix.len()..];
        let in_key = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let length = rest.iter().take_while(|byte| in_key(byte)).count();
        if at >= done && length >= 4 {
            shown.extend_from_slice(&bytes[done..at]);
            shown.extend_from_slice(BLANK.as_bytes());
            done = at + prefix.len() + length;
        }
    }
    if done == 0 {
        return bytes;
    }
    shown.extend_from_slice(&bytes[done..]);
    shown
}

fn is_secret_header(document: &Document, name: &HeaderName) -> bool {
    [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE].contains(name)
        || document.credentials.iter().any(
            |scheme| matches!(&scheme.kind, SchemeKind::Header(secret) if name.as_str().eq_ignore_ascii_case(secret)),
        )
}

/// A header's value as text, for those that are no secret.
pub(crate) fn header_text(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_key_is_blanked_wherever_it_stands() {
        let secrets = Secrets::default();
        assert_eq!(secrets.text("a xq_live1, xq_"), "a [blanked], xq_");
        assert_eq!(secrets.path("/x/xq%5Flive/3"), "/x/[blanked]/3");
    }

    #[test]
    fn a_secret_within_another_leaves_nothing_over() {
        let mut secrets = Secrets::default();
        secrets.add("8642");
        secrets.add("86420975");
        assert_eq!(secrets.text("86420975 8642"), "[blanked] [blanked]");
        assert_eq!(secrets.bytes(b"<86420975>"), b"<[blanked]>");
    }

    #[test]
    fn a_path_that_holds_a_code_is_blanked() {
        let mut secrets = Secrets::default();
        secrets.add("864209");
        assert_eq!(
            secrets.path("/x/xch_864209/submit"),
            "/x/xch_[blanked]/submit"
        );
        assert_eq!(secrets.path("/x/%38%364209"), "/x/[blanked]");
    }
}
