//! Blanks secrets in text that comes from elsewhere.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// What stands in the place of a secret.
const BLANK: &str = "<redacted>";

/// Knows secrets and blanks them wherever a text repeats them.
///
/// A service can repeat a key or a code in a message, a page or a header; whatever of that is shown
/// goes through here first.
#[derive(Clone, Default)]
pub struct Redactor {
    secrets: Vec<SecretString>,
}

impl Redactor {
    /// One that knows no secret yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a secret known: as it is, percent-encoded, and as JSON escapes it.
    pub fn add(&mut self, secret: &str) {
        let percent: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        let json = serde_json::Value::from(secret).to_string();
        let json = json[1..json.len() - 1].to_owned();
        for form in [secret.to_owned(), percent, json] {
            let known = self
                .secrets
                .iter()
                .any(|known| known.expose_secret() == form);
            if !form.is_empty() && !known {
                self.secrets.push(form.into());
            }
        }
        // The longest first, so that a secret that contains another goes as a whole.
        self.secrets
            .sort_by_key(|secret| std::cmp::Reverse(secret.expose_secret().len()));
    }

    /// The text with every known secret blanked.
    #[must_use]
    pub fn clean(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.secrets {
            if text.contains(secret.expose_secret()) {
                text = text.replace(secret.expose_secret(), BLANK);
            }
        }
        text
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redactor({} secrets)", self.secrets.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_blanked_in_every_form_in_which_it_is_repeated() {
        let mut redactor = Redactor::new();
        redactor.add("a\"b/c");
        assert_eq!(
            redactor.clean(r#"a"b/c, a\"b/c, a%22b%2Fc, abc"#),
            "<redacted>, <redacted>, <redacted>, abc"
        );
        assert!(!format!("{redactor:?}").contains("b/c"));
    }
}
