//! A connected account is disconnected.

use super::{Call, Reply, charge, usual};
use crate::situation::UNKNOWN_ID;
use crate::state::World;

pub(super) const OPERATION: &str = "disconnectXAccount";

pub(super) fn run(world: &mut World, call: &Call<'_>) -> Reply {
    let id = call.without_new(call.request.parameter("id"));
    if !world.accounts.contains_key(&id) {
        let ids: Vec<&str> = world.accounts.keys().take(10).map(String::as_str).collect();
        let known = match ids.as_slice() {
            [] => "No account is connected.".to_owned(),
            ids => format!("Connected are the ids {}.", ids.join(", ")),
        };
        return Reply::refusal(UNKNOWN_ID, known);
    }
    if let Err(refusal) = charge(world, call) {
        return refusal;
    }
    world.accounts.remove(&id);
    Reply::Success {
        status: 200,
        body: usual(call.operation, 200),
    }
}
