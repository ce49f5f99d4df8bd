//! What the sandbox knows at start, and the values that make it answer as one wishes. All of it is the sandbox's
//! own, nothing of it is in the document, and it stands here alone.

use crate::document::Operation;

/// Any API key that begins so and has [`KEY_LENGTH`] characters or more is accepted.
pub(crate) const KEY_PREFIX: &str = "xq_";
pub(crate) const KEY_LENGTH: usize = 4;

/// A key for examples; nothing secret, since every key with the prefix works.
pub(crate) const EXAMPLE_KEY: &str = "xq_sandbox";

/// Any challenge id that begins so is a pending challenge when it is first seen.
pub(crate) const CHALLENGE_PREFIX: &str = "xch_";

/// The code that connects.
pub(crate) const CODE_CONNECTS: &str = "123456";
/// The code after which X asks for another one.
pub(crate) const CODE_ASKS_AGAIN: &str = "202202";
/// The code that comes too late.
pub(crate) const CODE_EXPIRED: &str = "410410";

pub(crate) const CODES: [(&str, &str); 3] = [
    (CODE_CONNECTS, "connects the account"),
    (
        CODE_ASKS_AGAIN,
        "X asks for another code; the challenge stays open",
    ),
    (
        CODE_EXPIRED,
        "the code has expired, and the challenge with it",
    ),
];

/// The health of an account that can be written to.
pub(crate) const HEALTHY: &str = "healthy";

/// An account that is connected at start.
pub(crate) struct Known {
    pub(crate) id: &'static str,
    pub(crate) username: &'static str,
    pub(crate) user_id: &'static str,
    pub(crate) health: &'static str,
}

pub(crate) const ACCOUNTS: [Known; 3] = [
    Known {
        id: "3",
        username: "myxaccount",
        user_id: "1000000003",
        health: HEALTHY,
    },
    Known {
        id: "4",
        username: "needsreauth",
        user_id: "1000000004",
        health: "needsReauth",
    },
    Known {
        id: "5",
        username: "restricted",
        user_id: "1000000005",
        health: "locked",
    },
];

/// Credits at start.
pub(crate) const CREDITS: u64 = 1_000;

/// Requests that fit into one window. The document states the window's length and leaves this to the account's
/// tier.
pub(crate) const WINDOW_REQUESTS: u32 = 60;

/// How long a challenge takes codes, from when it was first seen.
pub(crate) const CHALLENGE_MILLIS: u64 = 10 * 60 * 1_000;

/// With `--seed`, the times in answers start here and move by a second with each of them.
pub(crate) const SEEDED_START_MILLIS: u64 = 1_767_225_600_000;

/// The word before a status, or before [`NEW`].
const WORD: &str = "mock_";
/// `mock_new` asks for the newer forms.
const NEW: &str = "new";

/// What the values of a request ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wish {
    /// The newer forms: `error` as an object, a record with a success.
    pub(crate) newer: bool,
    /// A status as it was written, and the code or name of an example after it.
    pub(crate) answer: Option<(String, Option<String>)>,
}

impl Wish {
    /// Reads `mock_<status>`, `mock_<status>_<code>` and `mock_new` wherever they stand in one of the values; the
    /// first status wins. A character that no code has (such as `-`) ends it, so `mock_404-17` is a 404, too.
    pub(crate) fn read<'v>(values: impl IntoIterator<Item = &'v str>) -> Self {
        let mut wish = Self::default();
        for value in values {
            for (start, _) in value.match_indices(WORD) {
                let rest = &value[start + WORD.len()..];
                let rest = match rest.find(&format!("_{WORD}")) {
                    Some(next) => &rest[..next],
                    None => rest,
                };
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                let word = &rest[..end.unwrap_or(rest.len())];
                let digits = word
                    .find(|c: char| !c.is_ascii_digit())
                    .unwrap_or(word.len());
                if digits == 0 {
                    wish.newer |= word.starts_with(NEW);
                } else if wish.answer.is_none() {
                    let (status, code) = word.split_at(digits);
                    let code = code.trim_matches('_');
                    let code = (!code.is_empty()).then(|| code.to_owned());
                    wish.answer = Some((status.to_owned(), code));
                }
            }
        }
        wish
    }
}

/// The value without `mock_new`, without digits behind it, which tell ids apart, and without the sign that tied it
/// to the rest: `myxaccount_mock_new` is the account `myxaccount`, and `mock_new` or `mock_new2` alone is nothing.
pub(crate) fn without_new(value: &str) -> String {
    let word = newer();
    let mut left = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once(&word) {
        let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
        match before.strip_suffix('_') {
            Some(before) => {
                left.push_str(before);
                rest = after;
            }
            None => {
                left.push_str(before);
                rest = after.strip_prefix('_').unwrap_or(after);
            }
        }
    }
    left.push_str(rest);
    left
}

/// The word that asks for the newer forms.
pub(crate) fn newer() -> String {
    format!("{WORD}{NEW}")
}

/// The pairs of status and code or name that an operation answers on demand, as they are written after `mock_`.
pub(crate) fn pairs(operation: &Operation) -> Vec<String> {
    let mut pairs = Vec::new();
    for answer in &operation.answers {
        let names = answer.names();
        if names.is_empty() {
            pairs.push(answer.status.to_string());
        }
        for name in names {
            pairs.push(format!("{}_{name}", answer.status));
        }
    }
    pairs
}

/// The word that asks for an answer: `mock_404_not_found`.
pub(crate) fn word(pair: &str) -> String {
    format!("{WORD}{pair}")
}

/// The kind of an error in the object form, where no example of the document names one: what it may be is not
/// documented, so these only follow the examples' manner.
pub(crate) fn error_type(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        429 => "rate_limit_error",
        500.. => "api_error",
        _ => "invalid_request_error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(value: &str) -> Option<(String, Option<String>)> {
        Wish::read([value]).answer
    }

    #[test]
    fn a_status_and_a_code_are_read_wherever_they_stand() {
        let with = |status: &str, code: &str| Some((status.to_owned(), Some(code.to_owned())));
        let alone = |status: &str| Some((status.to_owned(), None));
        assert_eq!(answer("xch_mock_410"), alone("410"));
        assert_eq!(answer("mock_404_not_found"), with("404", "not_found"));
        assert_eq!(
            answer("a-mock_429_x_daily_limit-b"),
            with("429", "x_daily_limit")
        );
        assert_eq!(
            answer("mock_402_insufficient_credits_mock_new"),
            with("402", "insufficient_credits")
        );
        assert_eq!(answer("mock_4040"), alone("4040"));
        assert_eq!(answer("mock_404_"), alone("404"));
        assert_eq!(answer("xch_smock_"), None);
        assert_eq!(answer("myxaccount"), None);
        assert!(Wish::read(["mock_402_mock_new"]).newer);
        assert!(Wish::read(["mock_new_mock_402"]).newer);
        assert!(Wish::read(["xch_mock_new"]).newer);
        assert!(Wish::read(["mock_news"]).newer);
        assert!(!Wish::read(["mock_ne"]).newer);
    }

    #[test]
    fn the_first_status_wins() {
        let wish = Wish::read(["mock_404", "mock_410"]);
        assert_eq!(wish.answer, Some(("404".to_owned(), None)));
    }

    #[test]
    fn what_asks_for_the_newer_form_is_no_part_of_a_name() {
        assert_eq!(without_new("myxaccount_mock_new"), "myxaccount");
        assert_eq!(without_new("mock_new_3"), "3");
        assert_eq!(without_new("mock_new"), "");
        assert_eq!(without_new("myxaccount_mock_new2"), "myxaccount");
        assert_eq!(without_new("mock_new2"), "");
    }
}
