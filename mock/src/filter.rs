//! Which requests are meant, and how many of them are expected.

use std::fmt;

use serde_json::Value;

use crate::record::Recorded;

/// Which requests are meant. Whatever is asked for has to fit; without anything, every request does.
///
/// ```
/// use serde_json::json;
/// use xquik_mock::Filter;
/// let paid = Filter::new().on("updateAvatar").body(json!({ "account": "myxaccount" })).status(200);
/// assert_eq!(paid.to_string(), "of updateAvatar, with a body that fits, answered 200");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    operation: Option<String>,
    method: Option<String>,
    path: Option<String>,
    headers: Vec<(String, String)>,
    body: Option<Value>,
    status: Option<u16>,
    code: Option<String>,
    wrong: Option<bool>,
    after: u64,
}

impl Filter {
    /// Every request.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only those of this operation, by its `operationId`.
    #[must_use]
    pub fn on(mut self, operation: impl Into<String>) -> Self {
        self.operation = Some(operation.into());
        self
    }

    /// Only those with this method, in whatever case.
    #[must_use]
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Only those with this path, percent-encoded as it came.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Only those with this header. Credentials are blanked before anything is compared.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Only those whose body, as it was read by the document, holds this: an object may have more members. Email
    /// codes are blanked before anything is compared.
    #[must_use]
    pub fn body(mut self, body: impl Into<Value>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Only those that were answered with this status; 0 for bytes that are no answer.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Only those that were answered with this error code, in whichever form.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// Only those with which something was wrong, or nothing.
    #[must_use]
    pub fn wrong(mut self, wrong: bool) -> Self {
        self.wrong = Some(wrong);
        self
    }

    /// Only those that came after the one of this number.
    #[must_use]
    pub fn after(mut self, number: u64) -> Self {
        self.after = number;
        self
    }

    /// Whether a request is meant.
    #[must_use]
    pub fn fits(&self, request: &Recorded) -> bool {
        let same = |wanted: &Option<String>, found: Option<&str>| {
            wanted.is_none() || wanted.as_deref() == found
        };
        let headers = self.headers.iter().all(|(name, value)| {
            let mut all = request.headers.iter();
            all.any(|(one, found)| one.eq_ignore_ascii_case(name) && found == value)
        });
        request.number > self.after
            && same(&self.operation, request.operation.as_deref())
            && self
                .method
                .as_ref()
                .is_none_or(|method| method.eq_ignore_ascii_case(&request.method))
            && same(&self.path, Some(&request.path))
            && headers
            && self
                .status
                .is_none_or(|status| status == request.answer.status)
            && self
                .wrong
                .is_none_or(|wrong| wrong != request.problems.is_empty())
            && same(&self.code, request.answer.code().as_deref())
            && self.body.as_ref().is_none_or(|wanted| {
                let found = request.body.parsed.as_ref();
                found.is_some_and(|found| holds(found, wanted))
            })
    }
}

/// Whether what was found is what is wanted, or has it among its members.
fn holds(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => wanted.iter().all(|(name, wanted)| {
            let found = found.get(name);
            found.is_some_and(|found| holds(found, wanted))
        }),
        (Value::Array(found), Value::Array(wanted)) => {
            let mut pairs = found.iter().zip(wanted);
            found.len() == wanted.len() && pairs.all(|(found, wanted)| holds(found, wanted))
        }
        _ => found == wanted,
    }
}

/// In a few words, as they follow "a request". Values of headers and bodies are left out: one may be a secret.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = Vec::new();
        if let Some(operation) = &self.operation {
            words.push(format!("of {operation}"));
        }
        match (&self.method, &self.path) {
            (None, None) => {}
            (Some(method), None) => words.push(format!("with {method}")),
            (None, Some(path)) => words.push(format!("at {path}")),
            (Some(method), Some(path)) => words.push(format!("{method} {path}")),
        }
        for (name, _) in &self.headers {
            words.push(format!("with the right {name}"));
        }
        if self.body.is_some() {
            words.push("with a body that fits".to_owned());
        }
        match (self.status, &self.code) {
            (None, None) => {}
            (Some(status), None) => words.push(format!("answered {status}")),
            (None, Some(code)) => words.push(format!("answered {code}")),
            (Some(status), Some(code)) => words.push(format!("answered {status} {code}")),
        }
        match self.wrong {
            None => {}
            Some(true) => words.push("with something wrong".to_owned()),
            Some(false) => words.push("with nothing wrong".to_owned()),
        }
        if self.after > 0 {
            words.push(format!("after number {}", self.after));
        }
        f.write_str(&words.join(", "))
    }
}

/// How many requests are expected. Give it to [`Sandbox::expect`](crate::Sandbox::expect).
///
/// ```
/// use xquik_mock::{Expectation, Filter};
/// let once = Expectation::new(Filter::new().on("updateAvatar")).times(1);
/// assert_eq!(once.to_string(), "1 request of updateAvatar");
/// let some = Expectation::new(Filter::new()).at_least(2).at_most(4);
/// assert_eq!(some.to_string(), "2 to 4 requests");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an expectation counts once it is given to `Sandbox::expect`"]
pub struct Expectation {
    filter: Filter,
    at_least: u64,
    at_most: Option<u64>,
}

impl Expectation {
    /// At least one request that fits.
    pub fn new(filter: Filter) -> Self {
        Self {
            filter,
            at_least: 1,
            at_most: None,
        }
    }

    /// Exactly so many; 0 for none at all.
    pub fn times(mut self, times: u64) -> Self {
        self.at_least = times;
        self.at_most = Some(times);
        self
    }

    /// At least so many.
    pub fn at_least(mut self, times: u64) -> Self {
        self.at_least = times;
        self
    }

    /// At most so many; none at all is as good, unless [`at_least`](Self::at_least) says more.
    pub fn at_most(mut self, times: u64) -> Self {
        self.at_most = Some(times);
        self
    }

    pub(crate) fn filter(&self) -> &Filter {
        &self.filter
    }

    pub(crate) fn is_met(&self, received: u64) -> bool {
        received >= self.at_least && self.at_most.is_none_or(|most| received <= most)
    }

    /// What came instead, if it is not met.
    pub(crate) fn unmet(&self, received: u64) -> Option<String> {
        (!self.is_met(received)).then(|| format!("expected {self}, received {received}"))
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let requests = |count: u64| if count == 1 { "request" } else { "requests" };
        match (self.at_least, self.at_most) {
            (0, Some(0)) => f.write_str("no request")?,
            (least, Some(most)) if least == most => write!(f, "{least} {}", requests(least))?,
            (0, Some(most)) => write!(f, "at most {most} {}", requests(most))?,
            (least, None) => write!(f, "at least {least} {}", requests(least))?,
            (least, Some(most)) => write!(f, "{least} to {most} requests")?,
        }
        match self.filter.to_string() {
            which if which.is_empty() => Ok(()),
            which => write!(f, " {which}"),
        }
    }
}

/// What did not come as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmet {
    /// Each thing, in a few words.
    pub all: Vec<String>,
}

impl fmt::Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.all.join("; "))
    }
}

impl std::error::Error for Unmet {}

/// The expectations of a sandbox, and what came of each.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    given: Vec<Given>,
    last: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) id: u64,
    pub(crate) expectation: Expectation,
    pub(crate) received: u64,
}

impl Expected {
    pub(crate) fn add(&mut self, expectation: Expectation) -> Given {
        self.last += 1;
        let given = Given {
            id: self.last,
            expectation,
            received: 0,
        };
        self.given.push(given.clone());
        given
    }

    pub(crate) fn all(&self) -> &[Given] {
        &self.given
    }

    pub(crate) fn clear(&mut self) {
        self.given.clear();
    }

    /// Counts a request where it fits.
    pub(crate) fn count(&mut self, request: &Recorded) {
        for given in &mut self.given {
            if given.expectation.filter.fits(request) {
                given.received += 1;
            }
        }
    }

    pub(crate) fn unmet(&self) -> impl Iterator<Item = String> {
        let given = self.given.iter();
        given.filter_map(|given| given.expectation.unmet(given.received))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_body_may_have_more_than_is_asked_for() {
        let found = json!({ "a": { "b": 1, "c": [1, { "d": 2 }] } });
        for wanted in [
            json!({}),
            json!({ "a": { "b": 1 } }),
            json!({ "a": { "c": [1, {}] } }),
        ] {
            assert!(holds(&found, &wanted), "{wanted}");
        }
        for wanted in [
            json!({ "b": 1 }),
            json!({ "a": { "b": 2 } }),
            json!({ "a": { "c": [1] } }),
            json!([]),
        ] {
            assert!(!holds(&found, &wanted), "{wanted}");
        }
    }

    #[test]
    fn a_number_of_requests_is_said_as_a_person_would() {
        let any = || Expectation::new(Filter::new());
        for (expectation, said) in [
            (any(), "at least 1 request"),
            (any().times(0), "no request"),
            (any().times(2), "2 requests"),
            (any().at_least(0).at_most(3), "at most 3 requests"),
            (any().at_least(3), "at least 3 requests"),
        ] {
            assert_eq!(expectation.to_string(), said);
        }
        let unmet = any().times(0).unmet(2);
        assert_eq!(unmet.as_deref(), Some("expected no request, received 2"));
    }
}
