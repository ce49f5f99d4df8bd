//! Any other operation: it is answered from its examples.

use serde_json::Value;

use super::{Call, Reply, charge, usual};
use crate::judge::Judged;
use crate::state::World;

pub(super) fn values(request: &Judged) -> Vec<&str> {
    let parameters = request.parameters.values().map(String::as_str);
    let members = request
        .body
        .iter()
        .filter_map(|body| body.value.as_object())
        .flat_map(|members| members.values().filter_map(Value::as_str));
    parameters.chain(members).collect()
}

pub(super) fn run(world: &mut World, call: &Call<'_>) -> Reply {
    if let Err(refusal) = charge(world, call) {
        return refusal;
    }
    let status = call.operation.success().map_or(200, |answer| answer.status);
    Reply::Success {
        status,
        body: usual(call.operation, status),
    }
}
