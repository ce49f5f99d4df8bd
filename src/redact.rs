//! Blanks secrets in text that comes from elsewhere.

use std::fmt;

use bytes::Bytes;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::generated::ErrorCode;

/// What stands in the place of a secret.
const BLANK: &str = "<redacted>";

/// The shortest secret that is blanked inside of words too. A shorter one would turn every text
/// into blanks, and a text that is full of one-letter coincidences gives nothing away.
const SHORT: usize = 4;

/// Knows secrets and blanks them wherever a text repeats them.
///
/// A service can repeat a key or a code in a message, a page or a header; whatever of that is shown
/// goes through here first.
#[derive(Clone, Default)]
pub struct Redactor {
    /// Each secret in its forms, the longest first.
    secrets: Vec<SecretString>,
}

/// Where a secret counts as repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Where {
    /// Anywhere.
    Anywhere,
    /// Where no letter or digit stands beside it. Data keeps its meaning: an id that merely contains
    /// the digits of a code is not that code.
    WholeWords,
}

impl Where {
    /// In what an answer of this kind brings.
    const fn of(success: bool) -> Self {
        if success {
            Self::WholeWords
        } else {
            Self::Anywhere
        }
    }
}

impl Redactor {
    /// One that knows no secret yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What it knows, for a look at where that lies.
    #[cfg(all(test, target_os = "linux"))]
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.secrets.iter().map(ExposeSecret::expose_secret)
    }

    /// Makes a secret known: as it is, and as URLs, JSON and HTML write it.
    pub fn add(&mut self, secret: &str) {
        let percent: String = secret.bytes().map(percent).collect();
        let plus: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        let quoted = Zeroizing::new(serde_json::to_string(secret).unwrap_or_default());
        // Between the quotes of JSON, and not those of the secret.
        let json = quoted.get(1..quoted.len().saturating_sub(1));
        let json = json.unwrap_or_default().to_owned();
        let slash = json.replace('/', "\\/");
        let html = secret
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;");
        let lower = percent.to_ascii_lowercase();
        let forms = [secret.to_owned(), percent, lower, plus, json, slash, html];
        for form in forms.map(Zeroizing::new) {
            let known = self
                .secrets
                .iter()
                .any(|known| known.expose_secret() == *form);
            if !form.is_empty() && !known {
                self.secrets.push(form.as_str().into());
            }
        }
        // The longest first, so that a secret that contains another goes as a whole.
        self.secrets
            .sort_by_key(|secret| std::cmp::Reverse(secret.expose_secret().len()));
    }

    /// The text with every known secret blanked.
    #[must_use]
    pub fn clean(&self, text: &str) -> String {
        self.blank(text, Where::Anywhere)
            .unwrap_or_else(|| text.to_owned())
    }

    /// The text with its secrets blanked, if there are any.
    fn blank(&self, text: &str, place: Where) -> Option<String> {
        let mut blanked: Option<String> = None;
        for secret in &self.secrets {
            let secret = secret.expose_secret();
            let place = if secret.chars().count() < SHORT {
                Where::WholeWords
            } else {
                place
            };
            let text = blanked.as_deref().unwrap_or(text);
            if let Some(text) = blank_one(text, secret, place) {
                blanked = Some(text);
            }
        }
        blanked
    }

    /// The body of an answer with the secrets in it blanked. In the data of a success, whole words
    /// are; in what failed, everything.
    pub(crate) fn clean_body(&self, body: &Bytes, success: bool) -> Bytes {
        self.blanked(body, success).unwrap_or_else(|| body.clone())
    }

    /// The same, none where nothing is to be blanked.
    pub(crate) fn blanked(&self, body: &[u8], success: bool) -> Option<Bytes> {
        if self.secrets.is_empty() || body.is_empty() {
            return None;
        }
        let place = Where::of(success);
        if let Ok(mut json) = serde_json::from_slice::<Json>(body) {
            // What was read as JSON has only what JSON can hold.
            return self
                .clean_json(&mut json, place)
                .then(|| serde_json::to_vec(&json).map_or_else(|_| BLANK.into(), Bytes::from));
        }
        // An image is not copied to be looked at, and what is no text has few places for a secret.
        let shortest = self.secrets.last()?.expose_secret().len();
        body.utf8_chunks()
            .map(|chunk| chunk.valid())
            .any(|text| text.len() >= shortest && self.blank(text, place).is_some())
            .then(|| String::from_utf8_lossy(body))
            .and_then(|text| self.blank(&text, place))
            .map(Bytes::from)
    }

    /// Blanks the values and the names in JSON, and says whether there was something to blank.
    fn clean_json(&self, json: &mut Json, place: Where) -> bool {
        match json {
            Json::Text(text) => {
                // A code of the document's is what the answer means, and a time is no secret.
                let meant = !matches!(ErrorCode::from(text.as_str()), ErrorCode::Unknown(_))
                    || chrono::DateTime::parse_from_rfc3339(text).is_ok();
                !meant && self.clean_text(text, place)
            }
            Json::Scalar(Value::Number(number)) if place == Where::Anywhere => {
                let found = self.blank(&number.to_string(), Where::WholeWords).is_some();
                if found {
                    *json = Json::Text(BLANK.to_owned());
                }
                found
            }
            Json::Array(items) => items
                .iter_mut()
                .fold(false, |found, item| self.clean_json(item, place) | found),
            Json::Object(members) => members.iter_mut().fold(false, |found, (name, value)| {
                self.clean_text(name, place) | self.clean_json(value, place) | found
            }),
            Json::Scalar(_) => false,
        }
    }

    fn clean_text(&self, text: &mut String, place: Where) -> bool {
        let blanked = self.blank(text, place);
        let found = blanked.is_some();
        if let Some(blanked) = blanked {
            *text = blanked;
        }
        found
    }

    /// Blanks the values of headers: as with the body, of a failure anywhere in them.
    pub(crate) fn clean_headers(&self, headers: &mut HeaderMap, success: bool) {
        let place = Where::of(success);
        for (name, value) in headers.iter_mut() {
            if name == SET_COOKIE {
                // A session that begins here is a credential that nobody knows yet. None is kept.
                *value = HeaderValue::from_static(BLANK);
                value.set_sensitive(true);
                continue;
            }
            let text = String::from_utf8_lossy(value.as_bytes());
            if let Some(blanked) = self.blank(&text, place) {
                *value = HeaderValue::from_str(&blanked)
                    .unwrap_or_else(|_| HeaderValue::from_static(BLANK));
            }
        }
    }
}

/// The text without one secret, if it is in it.
fn blank_one(text: &str, secret: &str, place: Where) -> Option<String> {
    if !text.contains(secret) {
        return None;
    }
    if place == Where::Anywhere {
        return Some(text.replace(secret, BLANK));
    }
    let beside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let mut blanked = String::with_capacity(text.len());
    let (mut rest, mut from) = (0, 0);
    while let Some(found) = text[from..].find(secret) {
        let start = from + found;
        let end = start + secret.len();
        if beside(text[..start].chars().next_back()) || beside(text[end..].chars().next()) {
            // The next one may begin inside of this one.
            from = start + secret.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        blanked.push_str(&text[rest..start]);
        blanked.push_str(BLANK);
        (rest, from) = (end, end);
    }
    blanked.push_str(&text[rest..]);
    (rest > 0).then_some(blanked)
}

/// JSON as it is written: a member that comes twice stays twice, so that whoever reads it after the
/// blanking sees that mistake too.
enum Json {
    Text(String),
    /// Whatever is neither of the others.
    Scalar(Value),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AsWritten;

        impl<'de> Visitor<'de> for AsWritten {
            type Value = Json;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_unit<E>(self) -> Result<Json, E> {
                Ok(Json::Scalar(Value::Null))
            }

            fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
                Ok(Json::Scalar(value.into()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
                Ok(Json::Scalar(value.into()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
                Ok(Json::Scalar(value.into()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
                Ok(Json::Scalar(value.into()))
            }

            fn visit_str<E>(self, value: &str) -> Result<Json, E> {
                Ok(Json::Text(value.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
                let mut array = Vec::new();
                while let Some(item) = items.next_element()? {
                    array.push(item);
                }
                Ok(Json::Array(array))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
                let mut object = Vec::new();
                while let Some(member) = members.next_entry()? {
                    object.push(member);
                }
                Ok(Json::Object(object))
            }
        }

        deserializer.deserialize_any(AsWritten)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Scalar(value) => value.serialize(serializer),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

/// A byte as a strict percent-encoder writes it.
fn percent(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

/// A text as one line of at most so many characters, control characters and white space as spaces.
pub(crate) fn one_line(text: &str, most: usize) -> String {
    let mut line = String::new();
    for word in text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
    {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    match line.char_indices().nth(most) {
        Some((end, _)) => {
            line.truncate(end);
            line.push('…');
            line
        }
        None => line,
    }
}

/// How much of a body is shown.
const SNIPPET: usize = 200;

/// The beginning of a body as one line of text, secrets blanked.
pub(crate) fn snippet(redactor: &Redactor, body: &[u8]) -> Option<String> {
    // Blanked before it is cut, so that no half of a secret is left at the end.
    let line = one_line(&redactor.clean(&String::from_utf8_lossy(body)), SNIPPET);
    (!line.is_empty()).then_some(line)
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redactor({} forms of secrets)", self.secrets.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knowing(secrets: &[&str]) -> Redactor {
        let mut redactor = Redactor::new();
        for secret in secrets {
            redactor.add(secret);
        }
        redactor
    }

    #[test]
    fn a_secret_that_ends_in_a_quote_is_blanked_whole() {
        for secret in ["planted\"", "\"planted", "\"\"planted\"\""] {
            let mut redactor = Redactor::new();
            redactor.add(secret);
            let quoted = serde_json::to_string(secret).expect("JSON");
            let page = redactor.clean(&format!("<p>{{\"code\": {quoted}}}</p>"));
            assert_eq!(
                page,
                format!("<p>{{\"code\": \"{BLANK}\"}}</p>"),
                "{secret}"
            );
        }
    }

    #[test]
    fn a_secret_is_blanked_in_every_form_in_which_it_is_repeated() {
        let redactor = knowing(&["a\"b/c<"]);
        assert_eq!(
            redactor.clean(
                r#"a"b/c<, a\"b/c<, a\"b\/c<, a%22b%2Fc%3C, a%22b%2fc%3c, a&quot;b/c&lt;, abc"#
            ),
            "<redacted>, <redacted>, <redacted>, <redacted>, <redacted>, <redacted>, abc"
        );
        assert!(!format!("{redactor:?}").contains("b/c"));
    }

    #[test]
    fn a_secret_that_contains_another_goes_as_a_whole() {
        let redactor = knowing(&["1234", "12345678"]);
        assert_eq!(
            redactor.clean("12345678 1234 x1234"),
            "<redacted> <redacted> x<redacted>"
        );
    }

    #[test]
    fn a_very_short_secret_is_blanked_as_a_word_alone() {
        let redactor = knowing(&["a"]);
        assert_eq!(redactor.clean("a cat, `a`"), "<redacted> cat, `<redacted>`");
    }

    #[test]
    fn the_data_of_a_success_keeps_its_meaning() {
        let redactor = knowing(&["2026"]);
        let body = Bytes::from_static(
            br#"{"id":"120263","at":"2026-02-20T08:15:00.000Z","n":2026,"message":"code 2026 taken"}"#,
        );
        let cleaned: Value =
            serde_json::from_slice(&redactor.clean_body(&body, true)).expect("JSON");
        assert_eq!(
            cleaned,
            serde_json::json!({
                "id": "120263", "at": "2026-02-20T08:15:00.000Z", "n": 2026,
                "message": "code <redacted> taken",
            })
        );
        let untouched = Bytes::from_static(b"{ \"id\" : 1.0 }");
        assert_eq!(redactor.clean_body(&untouched, true), untouched);
    }

    #[test]
    fn what_failed_is_blanked_everywhere_and_keeps_its_code() {
        let redactor = knowing(&["login_failed", "7777"]);
        let body = Bytes::from_static(
            br#"{"error":"login_failed","message":"x7777x \u0037777","n":7777,"l":["7777"]}"#,
        );
        let cleaned: Value =
            serde_json::from_slice(&redactor.clean_body(&body, false)).expect("JSON");
        assert_eq!(
            cleaned,
            serde_json::json!({
                "error": "login_failed", "message": "x<redacted>x <redacted>", "n": "<redacted>",
                "l": ["<redacted>"],
            })
        );
        let page = Bytes::from_static(b"<p>7777\xff</p>");
        assert_eq!(
            redactor.clean_body(&page, false),
            "<p><redacted>\u{fffd}</p>"
        );
    }

    #[test]
    fn headers_are_blanked() {
        let mut headers = HeaderMap::new();
        headers.insert("location", HeaderValue::from_static("/x?key=xq_secret"));
        headers.insert("x-inside", HeaderValue::from_static("uxq_secretv"));
        let redactor = knowing(&["xq_secret"]);
        redactor.clean_headers(&mut headers, true);
        assert_eq!(headers["location"], "/x?key=<redacted>");
        assert_eq!(headers["x-inside"], "uxq_secretv");
        redactor.clean_headers(&mut headers, false);
        assert_eq!(headers["x-inside"], "u<redacted>v");
    }

    #[test]
    fn a_word_that_begins_inside_of_another_is_found() {
        let blanked = knowing(&["ab-ab"]).blank("xab-ab-ab", Where::WholeWords);
        assert_eq!(blanked.as_deref(), Some("xab-<redacted>"));
    }

    #[test]
    fn a_member_that_comes_twice_stays_twice_and_names_are_blanked() {
        let body = Bytes::from_static(br#"{"a":1,"a":[null,-2.5,true],"xq_secret":{}}"#);
        let cleaned = knowing(&["xq_secret"]).clean_body(&body, true);
        assert_eq!(cleaned, r#"{"a":1,"a":[null,-2.5,true],"<redacted>":{}}"#);
    }

    #[test]
    fn a_snippet_is_cut_between_characters_and_never_within_a_secret() {
        let redactor = knowing(&["secret"]);
        let body = format!("{}secret", "é".repeat(SNIPPET - 3));
        let snippet = snippet(&redactor, body.as_bytes()).expect("some text");
        assert!(snippet.ends_with("é<re…"), "{snippet}");
        assert_eq!(super::snippet(&redactor, b" \r\n\t\x00\x1b "), None);
    }
}
