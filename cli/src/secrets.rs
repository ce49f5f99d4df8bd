//! What must never be shown, wherever it comes from.

use serde_json::Value;
use xquik::Redactor;
use xquik::generated::runtime::DateTime;

/// The credential and the code of this run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Secrets {
    all: Redactor,
    /// Those that cannot be a part of a date by accident.
    long: Redactor,
}

/// A date and time has no longer run of digits than its year, unless by a fraction of a second.
const YEAR: usize = 4;

impl Secrets {
    pub(crate) fn add(&mut self, secret: &str) {
        self.all.add(secret);
        if secret.chars().count() > YEAR {
            self.long.add(secret);
        }
    }

    /// Makes a code known, as it was typed and without its spaces.
    pub(crate) fn add_code(&mut self, code: &str) {
        let stripped: String = code.chars().filter(|c| *c != ' ').collect();
        for form in [code.trim_matches(' '), &stripped] {
            self.add(form);
        }
    }

    #[must_use]
    pub(crate) fn clean(&self, text: &str) -> String {
        self.all.clean(text)
    }

    /// Blanks secrets in every text of a value. Numbers and names of members are not the service's to
    /// choose, and a date that has the digits of a short code in it does not repeat the code.
    pub(crate) fn clean_value(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                let redactor = if text.parse::<DateTime>().is_ok() {
                    &self.long
                } else {
                    &self.all
                };
                *text = redactor.clean(text);
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.clean_value(value)),
            Value::Object(members) => members
                .values_mut()
                .for_each(|value| self.clean_value(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_code_is_blanked_in_texts_and_dates_stay_dates() {
        let mut secrets = Secrets::default();
        secrets.add_code(" 20 26 ");
        let mut value = json!({
            "xUsername": "it is 2026",
            "list": ["20 26", 2026],
            "createdAt": "2026-02-20T08:15:00.000Z",
        });
        secrets.clean_value(&mut value);
        assert_eq!(
            value,
            json!({
                "xUsername": "it is <redacted>",
                "list": ["<redacted>", 2026],
                "createdAt": "2026-02-20T08:15:00.000Z",
            })
        );
    }

    #[test]
    fn a_code_in_the_fraction_of_a_date_is_blanked() {
        let mut secrets = Secrets::default();
        secrets.add_code("123456");
        let mut value = json!("2026-02-20T08:15:00.123456Z");
        secrets.clean_value(&mut value);
        assert_eq!(value, json!("2026-02-20T08:15:00.<redacted>Z"));
    }
}
