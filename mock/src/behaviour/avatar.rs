//! An account gets a new picture.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde_json::{Value, json};

use super::{Call, Reply, charge, set, usual};
use crate::document::Document;
use crate::magic;
use crate::situation::{NEEDS_LOGIN, NOT_FETCHED, RESTRICTED, TOO_FEW_CREDITS, UNKNOWN_ACCOUNT};
use crate::state::{World, WriteAction};

pub(super) const OPERATION: &str = "updateAvatar";
pub(super) const ACCOUNT: &str = "account";
/// The member that makes an answer a record.
const RECORD: &str = "writeActionId";

pub(super) fn run(world: &mut World, call: &Call<'_>) -> Reply {
    let name = call.without_new(call.request.text(ACCOUNT));
    // `mock_new` alone is no account's name: it stands for one that works, whatever became of the others.
    let stands_for_one = call.newer && matches!(name.as_str(), "" | "@");
    let health = match world.account(&name) {
        _ if stands_for_one => Some(magic::HEALTHY),
        account => account.map(|account| account.health.as_str()),
    };
    let Some(health) = health else {
        let names: Vec<&str> = world
            .accounts
            .values()
            .take(10)
            .map(|account| account.username.as_str())
            .collect();
        return Reply::refusal(
            UNKNOWN_ACCOUNT,
            match names.as_slice() {
                [] => "No account is connected.".to_owned(),
                names => format!("Connected are {}.", names.join(", ")),
            },
        );
    };
    match health {
        magic::HEALTHY => {}
        "needsReauth" => return Reply::refusal(NEEDS_LOGIN, "Its last login failed."),
        other => {
            let detail = format!("The account's health is {other}.");
            return Reply::refusal(RESTRICTED, detail);
        }
    }
    if let Some(url) = call.request.text("url")
        && let Err(detail) = can_be_fetched(url)
    {
        return Reply::refusal(NOT_FETCHED, detail);
    }
    if let Err(refusal) = charge(world, call) {
        return refusal;
    }
    let body = if call.newer {
        record(world, call)
    } else {
        usual(call.operation, 200)
    };
    Reply::Success { status: 200, body }
}

/// What stands before the id in the addresses of the document's examples of records.
pub(super) fn record_paths(document: &Document) -> impl Iterator<Item = &str> {
    let answers = document.operations.iter().flat_map(|one| &one.answers);
    let examples = answers.flat_map(|answer| &answer.examples);
    examples.filter_map(|example| {
        let (record, id) = (&example.value, example.value.get(RECORD)?.as_str()?);
        record.get("statusUrl")?.as_str()?.strip_suffix(id)
    })
}

/// Names an account by its id, however it was named.
pub(super) fn resolve(world: &World, body: &mut Value) {
    let name = body
        .get(ACCOUNT)
        .and_then(Value::as_str)
        .unwrap_or_default();
    let resolved = match world.account(name) {
        Some(account) => account.id.clone(),
        None => name.trim_start_matches('@').to_ascii_lowercase(),
    };
    set(body, ACCOUNT, resolved);
}

/// The record of a write that is over.
fn record(world: &mut World, call: &Call<'_>) -> Value {
    let mut body = finished(call).unwrap_or_else(|| usual(call.operation, 200));
    let id = world.new_write_id();
    name_it(&mut body, &id);
    set(
        &mut body,
        "chargedCredits",
        call.operation.credits.to_string(),
    );
    world.keep(WriteAction {
        id,
        finished: true,
        finishes_at: call.clock.millis(),
        credits: call.operation.credits,
        record: body.clone(),
        ending: Value::Null,
        unpaid: Value::Null,
    });
    body
}

/// The document's example of a record that ended well.
fn finished(call: &Call<'_>) -> Option<Value> {
    let documented = call.operation.answer(200)?;
    documented
        .examples
        .iter()
        .map(|example| &example.value)
        .find(|value| value.get(RECORD).is_some() && value["success"] == json!(true))
        .cloned()
}

/// The document's example of a record that ended badly and was not charged.
fn failed(call: &Call<'_>) -> Option<Value> {
    let documented = call.operation.answer(200)?;
    documented
        .examples
        .iter()
        .map(|example| &example.value)
        .find(|value| {
            value.get(RECORD).is_some()
                && value["success"] == json!(false)
                && value["charged"] == json!(false)
        })
        .cloned()
}

/// A success in the newer form: as it is, if it is a record already.
pub(super) fn newer(call: &Call<'_>, body: Value) -> Value {
    match body.get(RECORD) {
        Some(_) => body,
        None => finished(call).unwrap_or(body),
    }
}

/// The record of a write that is under way; it ends after the wait that it names, badly if there are too few
/// credits then.
pub(super) fn pending(world: &mut World, call: &Call<'_>, mut body: Value) -> Value {
    let id = world.new_write_id();
    name_it(&mut body, &id);
    let mut ending = finished(call).unwrap_or_else(|| body.clone());
    name_it(&mut ending, &id);
    let wait = body.get("pollAfterMs").and_then(Value::as_u64).unwrap_or(0);
    set(
        &mut ending,
        "chargedCredits",
        call.operation.credits.to_string(),
    );
    let mut unpaid = failed(call).unwrap_or_else(|| ending.clone());
    name_it(&mut unpaid, &id);
    if let Some((documented, code)) = TOO_FEW_CREDITS.documented(call.operation) {
        let example = documented.example(&code);
        let message = example.and_then(|example| example.value.get("message"));
        let message = message.and_then(Value::as_str);
        set(
            &mut unpaid,
            "message",
            message.unwrap_or(&documented.description),
        );
        set(&mut unpaid, "error", code);
    }
    world.keep(WriteAction {
        id,
        finished: false,
        finishes_at: call.clock.millis().saturating_add(wait),
        credits: call.operation.credits,
        record: body.clone(),
        ending,
        unpaid,
    });
    body
}

/// Puts a record's id into it and into the address at which it can be read.
fn name_it(body: &mut Value, id: &str) {
    let example = body[RECORD].as_str().unwrap_or_default().to_owned();
    if let Some(address) = body.get("statusUrl").and_then(Value::as_str) {
        let address = address.replace(&example, id);
        set(body, "statusUrl", address);
    }
    set(body, RECORD, id);
}

/// The sandbox fetches nothing. It refuses what the service would refuse without asking the network.
fn can_be_fetched(url: &str) -> Result<(), String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let host = match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or(six),
        None => host.split(':').next().unwrap_or(host),
    };
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if host.is_empty() {
        return Err("The URL has no host.".to_owned());
    }
    let private = match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(four)) => private_four(four),
        Ok(IpAddr::V6(six)) => private_six(six),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    };
    if private {
        return Err("The URL's host is not public.".to_owned());
    }
    Ok(())
}

fn private_four(address: Ipv4Addr) -> bool {
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_unspecified()
        || address.is_broadcast()
}

fn private_six(address: Ipv6Addr) -> bool {
    address.is_loopback()
        || address.is_unspecified()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        || address.to_ipv4_mapped().is_some_and(private_four)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_of_a_private_host_is_not_fetched() {
        for url in [
            "https://localhost/a.png",
            "https://127.0.0.1:8443/a.png",
            "https://10.1.2.3/",
            "https://user@192.168.0.1/",
            "https://[::1]/a.png",
            "https://[::ffff:127.0.0.1]/a.png",
            "https://",
        ] {
            assert!(can_be_fetched(url).is_err(), "{url}");
        }
        for url in [
            "https://example.com/a.png",
            "https://[2001:db8::1]/",
            "https://8.8.8.8",
        ] {
            assert!(can_be_fetched(url).is_ok(), "{url}");
        }
    }
}
