//! What the page shows, as data.

use std::sync::Arc;

use serde_json::{Value, json};

use super::curl;
use crate::clock;
use crate::engine::Engine;
use crate::magic;
use crate::record::Recorded;
use crate::sandbox::origin;
use crate::state::{Account, Progress};

/// Requests that are shown.
const SHOWN: usize = 100;

/// Challenges and writes that are shown: the newest.
const NEWEST: usize = 50;

pub(super) struct Overview {
    pub(super) title: String,
    pub(super) base_url: String,
    pub(super) operations: Vec<ShownOperation>,
    pub(super) state: ShownState,
    pub(super) received: u64,
    /// Of this sandbox, among those that ran at the same place.
    pub(super) run: u32,
    /// The newest first.
    pub(super) requests: Vec<Arc<Recorded>>,
}

pub(super) struct ShownOperation {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) summary: String,
    pub(super) credits: u64,
    pub(super) window: Option<(String, u64)>,
    pub(super) curl: String,
    pub(super) wishes: Vec<ShownWish>,
}

/// One answer on demand.
pub(super) struct ShownWish {
    pub(super) word: String,
    pub(super) status: u16,
    pub(super) summary: String,
    pub(super) curl: String,
}

pub(super) struct ShownState {
    pub(super) credits: u64,
    pub(super) connected: usize,
    /// Not all, if there are very many.
    pub(super) accounts: Vec<Account>,
    /// `(id, progress, until when)`
    pub(super) challenges: Vec<(String, &'static str, String)>,
    /// `(name, used, most, seconds left)`
    pub(super) windows: Vec<(String, u32, u32, u64)>,
    /// `(id, status)`
    pub(super) writes: Vec<(String, String)>,
    pub(super) keys: usize,
}

impl Overview {
    pub(super) fn of(engine: &Engine) -> Self {
        let document = &engine.document;
        let origin = origin(engine.addr);
        let operations = document.operations.iter().map(|operation| {
            let wishes = operation.answers.iter().flat_map(|answer| {
                let names = match answer.names() {
                    names if names.is_empty() => vec![""],
                    names => names,
                };
                let shown = names.into_iter().map(|name| {
                    let pair = match name {
                        "" => answer.status.to_string(),
                        name => format!("{}_{name}", answer.status),
                    };
                    let word = magic::word(&pair);
                    let example = answer.example(name).map(|example| example.summary.as_str());
                    ShownWish {
                        status: answer.status,
                        summary: match example {
                            None | Some("") => first_sentence(&answer.description).to_owned(),
                            Some(summary) => summary.to_owned(),
                        },
                        curl: curl::command(document, &origin, operation, Some(&word)),
                        word,
                    }
                });
                shown.collect::<Vec<_>>()
            });
            ShownOperation {
                id: operation.id.clone(),
                method: operation.method.to_string(),
                path: format!("{}{}", document.base, operation.template),
                summary: operation.summary.clone(),
                credits: operation.credits,
                window: operation.window.clone(),
                curl: curl::command(document, &origin, operation, None),
                wishes: wishes.collect(),
            }
        });
        let (received, requests) = {
            let log = engine.log();
            (log.received(), log.newest(SHOWN))
        };
        Self {
            title: document.title().to_owned(),
            base_url: format!("{origin}{}", document.base),
            operations: operations.collect(),
            state: ShownState::of(engine),
            received,
            run: engine.run,
            requests,
        }
    }

    pub(super) fn json(&self) -> Value {
        let state = &self.state;
        json!({
            "title": self.title,
            "base_url": self.base_url,
            "operations": self.operations.iter().map(|operation| json!({
                "id": operation.id,
                "method": operation.method,
                "path": operation.path,
                "summary": operation.summary,
                "credits": operation.credits,
                "window": operation.window.as_ref().map(|(name, seconds)| json!({
                    "name": name,
                    "seconds": seconds,
                })),
                "curl": operation.curl,
            })).collect::<Vec<_>>(),
            "magic": {
                "api_keys": format!("any {}… of {} or more characters", magic::KEY_PREFIX, magic::KEY_LENGTH),
                "challenges": format!("any {}…", magic::CHALLENGE_PREFIX),
                "codes": magic::CODES.map(|(code, meaning)| json!({ "code": code, "meaning": meaning })),
                "accounts": magic::ACCOUNTS.iter().map(|known| json!({
                    "id": known.id,
                    "username": known.username,
                    "health": known.health,
                })).collect::<Vec<_>>(),
                "newer_forms": magic::newer(),
                "values": self.operations.iter().flat_map(|operation| {
                    operation.wishes.iter().map(|wish| json!({
                        "operation": operation.id,
                        "value": wish.word,
                        "status": wish.status,
                        "summary": wish.summary,
                        "curl": wish.curl,
                    }))
                }).collect::<Vec<_>>(),
            },
            "state": {
                "credits": state.credits,
                "accounts": state.accounts,
                "challenges": state.challenges.iter().map(|(id, progress, until)| json!({
                    "id": id,
                    "progress": progress,
                    "until": until,
                })).collect::<Vec<_>>(),
                "windows": state.windows.iter().map(|(name, used, most, left)| json!({
                    "name": name,
                    "used": used,
                    "most": most,
                    "seconds_left": left,
                })).collect::<Vec<_>>(),
                "write_actions": state.writes.iter().map(|(id, status)| json!({
                    "id": id,
                    "status": status,
                })).collect::<Vec<_>>(),
                "idempotency_keys": state.keys,
            },
            "received": self.received,
            "requests": self.requests.iter().map(|request| shown(request)).collect::<Vec<_>>(),
        })
    }
}

impl ShownState {
    fn of(engine: &Engine) -> Self {
        let now = engine.clock.millis();
        let most = engine
            .settings()
            .rate_limit
            .map_or(0, |limit| limit.requests);
        let world = engine.world();
        let challenges = world.newest_challenges().take(NEWEST);
        let windows = world
            .windows
            .iter()
            .filter(|(_, window)| window.ends_at > now);
        let writes = world.writes.iter().rev().take(NEWEST);
        Self {
            credits: world.credits,
            connected: world.accounts.len(),
            accounts: world.accounts.values().take(NEWEST).cloned().collect(),
            challenges: challenges
                .map(|challenge| {
                    let progress = match challenge.progress_at(now) {
                        Progress::Pending => "pending",
                        Progress::Completed => "completed",
                        Progress::Failed => "failed",
                        Progress::Expired => "expired",
                    };
                    (
                        challenge.shown.clone(),
                        progress,
                        clock::written(challenge.answered.unwrap_or(challenge.expires_at)),
                    )
                })
                .collect(),
            windows: windows
                .map(|(name, window)| {
                    let left = (window.ends_at - now).div_ceil(1_000);
                    (name.to_owned(), window.used, most, left)
                })
                .collect(),
            writes: writes
                .map(|(id, write)| {
                    let status = write.record.get("status").and_then(Value::as_str);
                    (id.to_owned(), status.unwrap_or_default().to_owned())
                })
                .collect(),
            keys: world.keys.len(),
        }
    }
}

/// A request for a program.
pub(crate) fn shown(request: &Recorded) -> Value {
    let headers = |headers: &[(String, String)]| -> Vec<Value> {
        headers
            .iter()
            .map(|(name, value)| json!([name, value]))
            .collect()
    };
    let answer = &request.answer;
    json!({
        "number": request.number,
        "at": clock::written(clock::millis(request.at)),
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "operation": request.operation,
        "headers": headers(&request.headers),
        "body": {
            "size": request.body.size,
            "parsed": request.body.parsed,
        },
        "problems": request.problems,
        "remarks": request.remarks,
        "fault": request.fault,
        "answer": {
            "status": answer.status,
            "headers": headers(&answer.headers),
            "body": answer.json().unwrap_or_else(|| json!(String::from_utf8_lossy(&answer.body))),
        },
        "took_ms": request.took.as_secs_f64() * 1_000.0,
    })
}

fn first_sentence(text: &str) -> &str {
    let end = text.find(['.', ';', '\n']).unwrap_or(text.len());
    &text[..end]
}
