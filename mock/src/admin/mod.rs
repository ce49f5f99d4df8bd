//! The control of the sandbox for whoever is not in its process: what Rust does with [`crate::Sandbox`], as HTTP.
//!
//! Its own OpenAPI document says what there is, and requests are judged by it, as those of the API are by theirs.

mod fault;
mod filter;

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::header::{HOST, HeaderName};
use http::request::Parts;
use http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use tokio::time::{Instant, timeout_at};

use crate::answer::Answer;
use crate::browser::{self, Page};
use crate::clock;
use crate::document::Document;
use crate::engine::{Engine, Settings};
use crate::filter::{Expectation, Filter, Given};
use crate::handle::State;
use crate::judge::{self, Incoming, Judged, Received};
use crate::magic;
use crate::page::shown;
use crate::record::Recorded;
use crate::route::Route;
use crate::sandbox::RateLimit;
use crate::state::{Account, Challenge, Progress};

const TEXT: &str = include_str!("openapi.yaml");

/// Where all of it lives. The document's server says the same, as a test sees to.
const BASE: &str = "/__sandbox";

/// How long is waited for requests, in milliseconds, unless something else is asked for.
const PATIENCE: u64 = 5_000;

fn document() -> &'static Document {
    static READ: OnceLock<Document> = OnceLock::new();
    READ.get_or_init(|| Document::read(TEXT).expect("a test reads the document of the control"))
}

/// Whether a path belongs to the control.
pub(crate) fn is_here(path: &str) -> bool {
    let below = path.strip_prefix(BASE);
    below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
}

/// The most bytes of a body that are read.
pub(crate) const LARGEST_BODY: u64 = 16 << 20;

/// Lets in programs of this machine, and pages of it.
///
/// # Errors
/// The refusal.
pub(crate) fn let_in(head: &Parts, peer: SocketAddr) -> Result<(), Answer> {
    let refused = |why: &str| {
        Answer::json(
            StatusCode::FORBIDDEN.as_u16(),
            &json!({ "error": "forbidden", "message": why }),
        )
    };
    if !peer.ip().to_canonical().is_loopback() {
        return Err(refused(
            "Only programs on the sandbox's own machine can do this, at 127.0.0.1 or localhost.",
        ));
    }
    // A site can point its name at this machine. No name at all is no browser's.
    let foreign_name = match head.headers.get(HOST) {
        None => false,
        Some(host) => !host.to_str().is_ok_and(browser::is_loopback),
    };
    if foreign_name {
        return Err(refused(
            "This is done under the name of this machine only, such as 127.0.0.1 or localhost.",
        ));
    }
    let origin = head.headers.get(http::header::ORIGIN);
    let foreign_page = match origin {
        Some(origin) => !origin.to_str().is_ok_and(browser::is_loopback_origin),
        // Not every request of a page names the page's origin.
        None => {
            let site = HeaderName::from_static("sec-fetch-site");
            browser::text(&head.headers, &site) == Some("cross-site")
        }
    };
    if foreign_page {
        return Err(refused(
            "Only pages of this machine can do this; `--cors` lets others call the API alone.",
        ));
    }
    Ok(())
}

/// The answer to a request that was let in.
pub(crate) async fn answer(engine: &Engine, head: &Parts, body: Received) -> Answer {
    let answered = operate(engine, head, body).await;
    let answer = answered.unwrap_or_else(Refusal::answer);
    let no_store = http::HeaderValue::from_static("no-store");
    let answer = answer.with(http::header::CACHE_CONTROL, no_store);
    match engine.cors.page(&head.headers) {
        // Of the pages that are let in at all, those of this machine came this far.
        Page::LetIn(_) | Page::None => engine.cors.marked(answer, &head.headers),
        Page::Foreign => answer,
    }
}

/// Why something was not done.
enum Refusal {
    /// What is wrong with the request, as sentences.
    Wrong(String),
    /// There is nothing of this name.
    Unknown(String),
    NotSaved(String),
    /// What did not come as expected.
    NotMet(Vec<String>),
    Other(Answer),
}

impl Refusal {
    fn answer(self) -> Answer {
        let error = |status: StatusCode, code: &str, message: String| {
            Answer::json(
                status.as_u16(),
                &json!({ "error": code, "message": message }),
            )
        };
        match self {
            Self::Wrong(what) => error(StatusCode::BAD_REQUEST, "invalid_input", what),
            Self::Unknown(what) => error(StatusCode::NOT_FOUND, "not_found", what),
            Self::NotSaved(why) => error(
                StatusCode::INTERNAL_SERVER_ERROR,
                "not_saved",
                format!("The state was not written, so nothing was changed: {why}."),
            ),
            Self::NotMet(unmet) => {
                let message = sentence(&unmet.join("; "));
                Answer::json(
                    StatusCode::CONFLICT.as_u16(),
                    &json!({ "error": "not_met", "message": message, "unmet": unmet }),
                )
            }
            Self::Other(answer) => answer,
        }
    }
}

/// A fragment as a sentence.
fn sentence(fragment: &str) -> String {
    let mut sentence = format!("{fragment}.");
    if let Some(first) = sentence.get(..1).map(str::to_uppercase) {
        sentence.replace_range(..1, &first);
    }
    sentence
}

type Done = Result<Answer, Refusal>;

fn ok(body: Value) -> Done {
    Ok(Answer::json(200, &body))
}

fn done() -> Done {
    Ok(Answer::new(204, None, ""))
}

/// The list of what there is, for whoever looks.
fn contents() -> Value {
    let document = document();
    let operations = document.operations.iter().map(|operation| {
        json!({
            "id": operation.id,
            "method": operation.method.as_str(),
            "path": format!("{}{}", document.base, operation.template),
            "summary": operation.summary,
        })
    });
    json!({
        "title": document.title(),
        "document": [format!("{BASE}/openapi.yaml"), format!("{BASE}/openapi.json")],
        "operations": operations.collect::<Vec<_>>(),
    })
}

async fn operate(engine: &Engine, head: &Parts, body: Received) -> Done {
    // The server leaves the body of an answer to HEAD out.
    let method = match head.method {
        Method::HEAD => &Method::GET,
        ref method => method,
    };
    let path = head.uri.path();
    let document = document();
    if let Some(own @ ("" | "/" | "/openapi.yaml" | "/openapi.json")) = path.strip_prefix(BASE) {
        if *method != Method::GET {
            let allowed = [Method::GET, Method::HEAD];
            return Ok(Answer::other_method_here(&allowed));
        }
        return match own {
            "/openapi.yaml" => Ok(Answer::new(200, Some("application/yaml"), TEXT)),
            "/openapi.json" => ok(document.tree.clone()),
            _ => ok(contents()),
        };
    }
    let (operation, parameters) = match document.route(method, path) {
        Route::Operation {
            operation,
            parameters,
        } => (operation, parameters),
        Route::OtherMethod(allowed) => {
            return Err(Refusal::Other(Answer::other_method_here(&allowed)));
        }
        Route::Nowhere => {
            return Err(Refusal::Unknown(format!(
                "The control of the sandbox has no such path; {BASE}/openapi.yaml says what there is."
            )));
        }
    };
    let incoming = Incoming {
        path: parameters,
        query: head.uri.query(),
        headers: &head.headers,
        // Many clients send an empty object where nothing is asked for.
        body: match operation.body {
            Some(_) => body,
            None => Received::Whole(Bytes::new()),
        },
    };
    let judged = judge::judge(operation, &incoming, |_| {}).await;
    // What is not known in a query would be a filter that does not filter.
    let complaints = judged.complaints.iter().map(|one| one.text.as_str());
    let remarks = judged.remarks.iter().map(String::as_str);
    let wrong: Vec<&str> = complaints.chain(remarks).collect();
    if !wrong.is_empty() {
        return Err(Refusal::Wrong(sentence(&wrong.join("; "))));
    }
    Control {
        engine,
        judged: &judged,
    }
    .run(&operation.id)
    .await
}

/// One request whose form is right.
struct Control<'r> {
    engine: &'r Engine,
    judged: &'r Judged,
}

impl Control<'_> {
    async fn run(&self, operation: &str) -> Done {
        let engine = self.engine;
        match operation {
            "readState" => ok(self.state()),
            "reset" => {
                engine.reset().map_err(Refusal::NotSaved)?;
                ok(json!({ "reset": true }))
            }
            "readCredits" => ok(self.credits()),
            "setCredits" => {
                let credits = self.whole("credits").unwrap_or(0);
                self.change(|world| world.credits = credits)?;
                ok(self.credits())
            }
            "listAccounts" => ok(json!({ "accounts": self.accounts() })),
            "readAccount" => self.account(self.id()),
            "setAccount" => self.set_account(),
            "setHealth" => self.set_health(),
            "removeAccount" => {
                let id = self.id();
                match self.change(|world| world.accounts.remove(id).is_some())? {
                    true => done(),
                    false => Err(self.no_account(id)),
                }
            }
            "listChallenges" => ok(json!({ "challenges": self.challenges() })),
            "readChallenge" => self.challenge(),
            "setChallenge" => self.set_challenge(),
            "listWindows" => ok(json!({ "windows": self.windows() })),
            "setWindow" => self.set_window(),
            "readSettings" => ok(self.settings()),
            "changeSettings" => self.change_settings(),
            "readClock" => ok(self.clock()),
            "setClock" => self.set_clock(),
            "advanceClock" => {
                let by = self.whole("ms").unwrap_or(0);
                engine.clock.advance(Duration::from_millis(by));
                ok(self.clock())
            }
            "listFaults" => {
                let script = engine.script();
                let faults: Vec<Value> = script.all().iter().map(fault::shown).collect();
                ok(json!({ "faults": faults }))
            }
            "addFault" => {
                let fault =
                    fault::read(self.members(), &engine.document).map_err(Refusal::Wrong)?;
                let given = engine.script().add(fault);
                Ok(Answer::json(201, &fault::shown(&given)))
            }
            "clearFaults" => {
                engine.script().clear();
                done()
            }
            "removeFault" => {
                let id = self.id();
                let removed = id.parse().is_ok_and(|id| engine.script().remove(id));
                match removed {
                    true => done(),
                    false => Err(Refusal::Unknown(format!(
                        "No fault {id} is still to happen."
                    ))),
                }
            }
            "listRequests" => self.list_requests(),
            "clearRequests" => {
                engine.log().clear();
                done()
            }
            "waitForRequests" => self.wait().await,
            "verifyRequests" => {
                let expectation = self.expectation()?;
                let found = self.found(expectation.filter());
                match expectation.unmet(found.len() as u64) {
                    None => ok(self.requests(&found)),
                    Some(unmet) => Err(Refusal::NotMet(vec![unmet])),
                }
            }
            "listExpectations" => {
                let expected = engine.expected();
                let all: Vec<Value> = expected.all().iter().map(given).collect();
                ok(json!({ "expectations": all }))
            }
            "addExpectation" => {
                let expectation = self.expectation()?;
                let added = engine.expected().add(expectation);
                Ok(Answer::json(201, &given(&added)))
            }
            "clearExpectations" => {
                engine.expected().clear();
                done()
            }
            "verify" => match engine.unmet() {
                unmet if unmet.is_empty() => ok(json!({ "verified": true })),
                unmet => Err(Refusal::NotMet(unmet)),
            },
            // A test calls every operation of the document.
            other => Err(Refusal::Unknown(format!(
                "The sandbox cannot do `{other}` yet."
            ))),
        }
    }

    /// The members of the body; none where there is no body.
    fn members(&self) -> &Map<String, Value> {
        static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
        let body = self.judged.body.as_ref();
        body.and_then(|body| body.value.as_object())
            .unwrap_or(&NONE)
    }

    fn text(&self, member: &str) -> Option<&str> {
        self.members().get(member)?.as_str()
    }

    fn whole(&self, member: &str) -> Option<u64> {
        self.members().get(member).and_then(filter::whole)
    }

    /// The id or name in the path.
    fn id(&self) -> &str {
        let named = self.judged.parameter("id");
        named.or(self.judged.parameter("name")).unwrap_or_default()
    }

    fn change<T>(&self, change: impl FnOnce(&mut crate::state::World) -> T) -> Result<T, Refusal> {
        self.engine.change(change).map_err(Refusal::NotSaved)
    }

    fn state(&self) -> Value {
        let state = State::new(self.engine);
        let writes = state.write_actions().into_iter().map(
            |write| json!({ "id": write.id, "finished": write.finished, "record": write.record }),
        );
        let keys = state.idempotency_keys().into_iter().map(|used| {
            let mut shown = json!({ "key": used.key, "operation": used.operation });
            if let Some(status) = used.status {
                shown["status"] = json!(status);
            }
            shown
        });
        json!({
            "credits": state.credits(),
            "accounts": self.accounts(),
            "challenges": self.challenges(),
            "windows": self.windows(),
            "write_actions": writes.collect::<Vec<_>>(),
            "idempotency_keys": keys.collect::<Vec<_>>(),
            "settings": self.settings(),
            "clock": self.clock(),
        })
    }

    fn credits(&self) -> Value {
        json!({ "credits": self.engine.world().credits })
    }

    fn accounts(&self) -> Vec<Account> {
        State::new(self.engine).accounts()
    }

    fn no_account(&self, name: &str) -> Refusal {
        let known: Vec<String> = self
            .accounts()
            .into_iter()
            .take(10)
            .map(|account| format!("{} ({})", account.id, account.username))
            .collect();
        let known = match known.len() {
            0 => "none".to_owned(),
            _ => known.join(", "),
        };
        Refusal::Unknown(format!(
            "No account `{name}` is connected; connected are: {known}."
        ))
    }

    fn account(&self, name: &str) -> Done {
        match State::new(self.engine).account(name) {
            Some(account) => ok(json!(account)),
            None => Err(self.no_account(name)),
        }
    }

    /// A health that the document knows: another one is a slip, which would make an account a restricted one.
    fn health(&self) -> Result<&str, Refusal> {
        let usual = magic::HEALTHY;
        let health = self.text("health").unwrap_or(usual);
        let known = self
            .engine
            .document
            .tree
            .pointer("/components/schemas/AccountHealth/x-extensible-enum");
        match known.and_then(Value::as_array) {
            Some(known) if !known.iter().any(|one| one == health) => {
                let known: Vec<String> = known.iter().map(Value::to_string).collect();
                Err(Refusal::Wrong(format!(
                    "`health` is none of {}.",
                    known.join(", ")
                )))
            }
            _ => Ok(health),
        }
    }

    fn set_account(&self) -> Done {
        let id = self.id().to_owned();
        let username = self.text("username").unwrap_or_default();
        let account = Account {
            user_id: match self.text("user_id") {
                Some(user_id) => user_id.to_owned(),
                None => self
                    .change(|world| world.random().u64(1_000_000_000..10_000_000_000))?
                    .to_string(),
            },
            username: username.trim_start_matches('@').to_owned(),
            health: self.health()?.to_owned(),
            id,
        };
        self.change(|world| world.connect(account.clone()))?;
        ok(json!(account))
    }

    fn set_health(&self) -> Done {
        let (name, health) = (self.id(), self.health()?);
        let changed = self.change(|world| world.set_health(name, health))?;
        match changed {
            true => self.account(name),
            false => Err(self.no_account(name)),
        }
    }

    fn challenges(&self) -> Vec<Value> {
        let all = State::new(self.engine).challenges();
        all.iter().map(challenge).collect()
    }

    fn challenge(&self) -> Done {
        match State::new(self.engine).challenge(self.id()) {
            Some(seen) => ok(challenge(&seen)),
            None => Err(Refusal::Unknown(format!(
                "No challenge of this id was seen; one that begins with {} is pending when it first is.",
                magic::CHALLENGE_PREFIX
            ))),
        }
    }

    fn set_challenge(&self) -> Done {
        let progress = match self.text("progress") {
            Some("completed") => Progress::Completed,
            Some("failed") => Progress::Failed,
            Some("expired") => Progress::Expired,
            _ => Progress::Pending,
        };
        let expires_at = match self.text("expires_at") {
            Some(text) => time("expires_at", text)?,
            None => self.engine.clock.millis() + magic::CHALLENGE_MILLIS,
        };
        let id = self.id();
        let set = Challenge {
            shown: id.to_owned(),
            progress,
            expires_at,
            answered: None,
        };
        self.change(|world| world.set_challenge(id, set))?;
        self.challenge()
    }

    fn windows(&self) -> Vec<Value> {
        let names = self.engine.document.windows();
        names.map(|(name, _)| self.window(name)).collect()
    }

    fn window(&self, name: &str) -> Value {
        let now = self.engine.clock.millis();
        let world = self.engine.world();
        let window = world.windows.open_now(name, now);
        let mut shown = json!({
            "name": name,
            "used": window.map_or(0, |window| window.used),
            "seconds_left": window.map_or(0, |window| (window.ends_at - now).div_ceil(1_000)),
        });
        if let Some(limit) = self.engine.settings().rate_limit {
            shown["most"] = json!(limit.requests);
        }
        shown
    }

    fn set_window(&self) -> Done {
        let name = self.id();
        let used = u32::try_from(self.whole("used").unwrap_or(0)).unwrap_or(u32::MAX);
        let known: Vec<(&str, u64)> = self.engine.document.windows().collect();
        let Some((_, seconds)) = known.iter().find(|(one, _)| *one == name) else {
            let known: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            let known = match known.is_empty() {
                true => "none".to_owned(),
                false => known.join(", "),
            };
            return Err(Refusal::Unknown(format!(
                "The document has no such window; it has: {known}."
            )));
        };
        let (now, length) = (
            self.engine.clock.millis(),
            self.engine.window_millis(*seconds),
        );
        self.change(|world| world.windows.set(name, now, length, used))?;
        ok(self.window(name))
    }

    fn settings(&self) -> Value {
        let settings = self.engine.settings();
        let limit = settings.rate_limit;
        json!({
            "latency_ms": millis(settings.latency),
            "fault_rate": settings.fault_rate,
            "rate_limit": limit.map(|limit| limit.requests),
            "window_ms": limit.and_then(|limit| limit.window).map(millis),
        })
    }

    fn change_settings(&self) -> Done {
        let given = self.members();
        let limited = match given.get("rate_limit") {
            Some(requests) => !requests.is_null(),
            None => self.engine.settings().rate_limit.is_some(),
        };
        if given.get("window_ms").is_some_and(Value::is_number) && !limited {
            return Err(Refusal::Wrong(
                "`window_ms` is of no use without a `rate_limit`.".to_owned(),
            ));
        }
        self.engine.change_settings(|settings: &mut Settings| {
            if let Some(latency) = self.whole("latency_ms") {
                settings.latency = Duration::from_millis(latency);
            }
            if let Some(share) = given.get("fault_rate").and_then(Value::as_f64) {
                settings.fault_rate = share;
            }
            if let Some(requests) = given.get("rate_limit") {
                let window = settings.rate_limit.and_then(|limit| limit.window);
                settings.rate_limit = filter::whole(requests).map(|requests| RateLimit {
                    requests: u32::try_from(requests).unwrap_or(u32::MAX),
                    window,
                });
            }
            if let Some(window) = given.get("window_ms") {
                let window = filter::whole(window).map(Duration::from_millis);
                if let Some(limit) = &mut settings.rate_limit {
                    limit.window = window;
                }
            }
        });
        ok(self.settings())
    }

    fn clock(&self) -> Value {
        let clock = &self.engine.clock;
        json!({ "now": clock::written(clock.millis()), "held": clock.is_held() })
    }

    fn set_clock(&self) -> Done {
        let clock = &self.engine.clock;
        let now = self.text("now").map(|text| time("now", text)).transpose()?;
        match self.members().get("held").and_then(Value::as_bool) {
            Some(true) => clock.hold(),
            Some(false) => clock.go_on(),
            None => {}
        }
        if let Some(now) = now {
            clock.set(clock::time(now));
        }
        ok(self.clock())
    }

    fn found(&self, filter: &Filter) -> Vec<Arc<Recorded>> {
        let mut all = self.engine.log().all();
        all.retain(|request| filter.fits(request));
        all
    }

    fn requests(&self, found: &[Arc<Recorded>]) -> Value {
        json!({
            "matched": found.len(),
            "received": self.engine.log().received(),
            "requests": found.iter().map(|request| shown(request)).collect::<Vec<_>>(),
        })
    }

    fn list_requests(&self) -> Done {
        let filter = filter::of_query(self.judged, &self.engine.document);
        let filter = filter.map_err(Refusal::Wrong)?;
        let found = self.found(&filter);
        let limit = self.judged.parameter("limit");
        let limit = limit.and_then(|limit| limit.parse().ok());
        let first = found.len().saturating_sub(limit.unwrap_or(usize::MAX));
        let mut shown = self.requests(&found[first..]);
        shown["matched"] = json!(found.len());
        ok(shown)
    }

    async fn wait(&self) -> Done {
        let matching = self.members().get("matching");
        let filter = filter::read(matching, &self.engine.document).map_err(Refusal::Wrong)?;
        let times = self.whole("times").unwrap_or(1);
        let patience = self.whole("timeout_ms").unwrap_or(PATIENCE);
        let until = Instant::now() + Duration::from_millis(patience);
        let mut arrived = self.engine.arrived();
        loop {
            arrived.mark_unchanged();
            let found = self.found(&filter);
            if found.len() as u64 >= times {
                return ok(self.requests(&found));
            }
            let more = timeout_at(until, arrived.changed()).await;
            if !matches!(more, Ok(Ok(()))) {
                let expected = Expectation::new(filter).at_least(times);
                let unmet = format!(
                    "expected {expected} within {patience} ms, received {}",
                    found.len()
                );
                return Err(Refusal::NotMet(vec![unmet]));
            }
        }
    }

    fn expectation(&self) -> Result<Expectation, Refusal> {
        let matching = self.members().get("matching");
        let filter = filter::read(matching, &self.engine.document).map_err(Refusal::Wrong)?;
        let expectation = Expectation::new(filter);
        let number = |name: &str| self.whole(name);
        match (number("times"), number("at_least"), number("at_most")) {
            (Some(times), None, None) => Ok(expectation.times(times)),
            (Some(_), ..) => Err(Refusal::Wrong(
                "`times` is an exact number; with `at_least` or `at_most` it is too much."
                    .to_owned(),
            )),
            (None, Some(least), Some(most)) if least > most => Err(Refusal::Wrong(
                "`at_least` is more than `at_most`.".to_owned(),
            )),
            (None, least, most) => {
                // At most so many: none is as good, unless more is asked for.
                let least = least.unwrap_or(u64::from(most.is_none()));
                let expectation = expectation.at_least(least);
                Ok(match most {
                    Some(most) => expectation.at_most(most),
                    None => expectation,
                })
            }
        }
    }
}

fn given(given: &Given) -> Value {
    json!({
        "id": given.id,
        "expected": given.expectation.to_string(),
        "received": given.received,
        "met": given.expectation.is_met(given.received),
    })
}

fn challenge(challenge: &Challenge) -> Value {
    json!({
        "id": challenge.shown,
        "progress": challenge.progress,
        "expires_at": clock::written(challenge.expires_at),
    })
}

/// A time as milliseconds since 1970.
fn time(member: &str, text: &str) -> Result<u64, Refusal> {
    let time = clock::read(text);
    time.ok_or_else(|| {
        Refusal::Wrong(format!(
            "`{member}` is no time from 1970 to 9999, such as 2026-01-01T00:00:00Z."
        ))
    })
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_of_the_control_can_be_read_and_lives_where_it_says() {
        assert_eq!(document().base, BASE);
        assert!(is_here("/__sandbox") && is_here("/__sandbox/state"));
        assert!(!is_here("/__sandboxes"));
    }
}
