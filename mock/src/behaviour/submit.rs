//! An email code is submitted to a challenge.

use serde_json::{Value, json};

use super::{Call, Reply, charge, set, usual};
use crate::magic;
use crate::situation::{CHALLENGE_OVER, CODE_TOO_LATE, LOGIN_FAILED, UNKNOWN_ID};
use crate::state::{Account, Challenge, Progress, World};
use crate::{clock, magic::CHALLENGE_PREFIX};

pub(super) const OPERATION: &str = "submitXAccountConnectionChallenge";
pub(super) const CODE: &str = "email_code";

/// Spaces of a code do not count: `123 456` is `123456`.
pub(super) fn strip_spaces(body: &mut Value) {
    if let Some(Value::String(code)) = body.get_mut(CODE) {
        code.retain(|c| c != ' ');
    }
}

pub(super) fn run(world: &mut World, call: &Call<'_>) -> Reply {
    let id = call.request.parameter("id").unwrap_or_default();
    if !id.starts_with(CHALLENGE_PREFIX) {
        return Reply::refusal(
            UNKNOWN_ID,
            format!("The sandbox knows every challenge whose id begins with {CHALLENGE_PREFIX}."),
        );
    }
    let now = call.clock.millis();
    let mut challenge = seen(world, call, id, now);
    match challenge.progress_at(now) {
        Progress::Pending => {}
        Progress::Expired => {
            challenge.progress = Progress::Expired;
            world.set_challenge(id, challenge);
            return Reply::refusal(CODE_TOO_LATE, "This challenge has expired.");
        }
        Progress::Completed => {
            return Reply::refusal(CHALLENGE_OVER, "It was completed by an earlier code.");
        }
        Progress::Failed => {
            return Reply::refusal(CHALLENGE_OVER, "It failed with an earlier code.");
        }
    }
    let reply = match call.request.text(CODE).unwrap_or_default() {
        magic::CODE_CONNECTS => match connected(world, call) {
            Ok(reply) => {
                challenge.progress = Progress::Completed;
                reply
            }
            Err(refusal) => refusal,
        },
        magic::CODE_ASKS_AGAIN => {
            let body = prompt(world, call, usual(call.operation, 202));
            return Reply::Success { status: 202, body };
        }
        magic::CODE_EXPIRED => {
            challenge.progress = Progress::Expired;
            Reply::refusal(
                CODE_TOO_LATE,
                "This code stands for one that came too late.",
            )
        }
        _ => {
            challenge.progress = Progress::Failed;
            let known = magic::CODES.map(|(code, meaning)| format!("{code} ({meaning})"));
            Reply::refusal(
                LOGIN_FAILED,
                format!("The sandbox knows the codes {}.", known.join(", ")),
            )
        }
    };
    world.set_challenge(id, challenge);
    reply
}

fn seen(world: &World, call: &Call<'_>, id: &str, now: u64) -> Challenge {
    match world.challenge(id) {
        // What was shown before may hold the code that comes now.
        Some(seen) => Challenge {
            shown: call.secrets.text(&seen.shown),
            ..seen.clone()
        },
        None => Challenge {
            shown: call.secrets.text(id),
            progress: Progress::Pending,
            expires_at: now.saturating_add(magic::CHALLENGE_MILLIS),
            answered: world
                .made_up(call.clock)
                .map(|now| now.saturating_add(magic::CHALLENGE_MILLIS)),
        },
    }
}

fn connected(world: &mut World, call: &Call<'_>) -> Result<Reply, Reply> {
    charge(world, call)?;
    let id = world.new_account_id();
    let mut random = world.random();
    let account = Account {
        username: format!("sandbox{id}"),
        user_id: random.u64(1_000_000_000..9_999_999_999).to_string(),
        health: "healthy".to_owned(),
        id,
    };
    let mut body = usual(call.operation, 201);
    set(&mut body, "id", account.id.as_str());
    set(&mut body, "xUsername", account.username.as_str());
    set(&mut body, "xUserId", account.user_id.as_str());
    set(
        &mut body,
        "createdAt",
        clock::written(world.shown(call.clock)),
    );
    if call.newer {
        // A member that only newer answers have; its value is the document's.
        if let Some(country) = example_of(call, "loginCountry") {
            body["loginCountry"] = country;
        }
    }
    world.connect(account);
    Ok(Reply::Success { status: 201, body })
}

/// The document's example of a member of the 201.
fn example_of(call: &Call<'_>, member: &str) -> Option<Value> {
    call.operation.answer(201)?.members.get(member).cloned()
}

/// X asks for another code: the challenge stays, under its own id.
pub(super) fn prompt(world: &mut World, call: &Call<'_>, mut body: Value) -> Value {
    let id = call.request.parameter("id").unwrap_or_default();
    let now = call.clock.millis();
    let mut challenge = seen(world, call, id, now);
    let left = challenge.expires_at.saturating_sub(now);
    let expires = challenge
        .answered
        .unwrap_or_else(|| world.shown(call.clock).saturating_add(left));
    challenge.answered = Some(expires);
    if id.starts_with(CHALLENGE_PREFIX) {
        world.set_challenge(id, challenge);
    }
    set(&mut body, "id", json!(id));
    set(&mut body, "expiresAt", clock::written(expires));
    body
}
