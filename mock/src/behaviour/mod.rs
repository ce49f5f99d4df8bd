//! What the operations do to the sandbox's state.
//!
//! Three operations have a behaviour of their own. Any other operation of the document is answered from its
//! examples.

mod avatar;
mod disconnect;
mod examples;
mod submit;

use serde_json::Value;

use crate::blank::Secrets;
use crate::clock::Clock;
use crate::document::{Document, Operation};
use crate::judge::Judged;
use crate::magic;
use crate::situation::{Situation, TOO_FEW_CREDITS};
use crate::state::World;

/// One request whose form is right.
pub(crate) struct Call<'c> {
    pub(crate) operation: &'c Operation,
    pub(crate) request: &'c Judged,
    pub(crate) clock: &'c Clock,
    /// Whether the newer forms were asked for.
    pub(crate) newer: bool,
    /// What must not be kept.
    pub(crate) secrets: &'c Secrets,
}

impl Call<'_> {
    /// A name that the request gives, without the wish for newer forms that may be tied to it.
    fn without_new(&self, name: Option<&str>) -> String {
        let name = name.unwrap_or_default();
        if self.newer {
            magic::without_new(name)
        } else {
            name.to_owned()
        }
    }
}

/// What comes of it.
#[derive(Debug)]
pub(crate) enum Reply {
    Success {
        status: u16,
        body: Value,
    },
    Refusal {
        situation: Situation,
        detail: Option<String>,
    },
}

impl Reply {
    fn refusal(situation: Situation, detail: impl Into<String>) -> Self {
        Self::Refusal {
            situation,
            detail: Some(detail.into()),
        }
    }
}

/// The three, by the service's own operation ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behaviour {
    Submit,
    Disconnect,
    Avatar,
    Examples,
}

impl Behaviour {
    pub(crate) fn of(operation: &Operation) -> Self {
        match operation.id.as_str() {
            submit::OPERATION => Self::Submit,
            disconnect::OPERATION => Self::Disconnect,
            avatar::OPERATION => Self::Avatar,
            _ => Self::Examples,
        }
    }

    /// Changes a body before it is judged, as the service does.
    pub(crate) fn prepare(self, body: &mut Value) {
        if self == Self::Submit {
            submit::strip_spaces(body);
        }
    }

    /// The values in which a wish may stand.
    pub(crate) fn values(self, request: &Judged) -> Vec<&str> {
        let member = |name| request.text(name);
        match self {
            Self::Submit => [request.parameter("id"), member(submit::CODE)]
                .into_iter()
                .flatten()
                .collect(),
            Self::Disconnect => request.parameter("id").into_iter().collect(),
            Self::Avatar => member(avatar::ACCOUNT).into_iter().collect(),
            Self::Examples => examples::values(request),
        }
    }

    /// The member of the body in which a wish stands, for an operation whose path has no place for one.
    pub(crate) fn member(self) -> Option<&'static str> {
        (self == Self::Avatar).then_some(avatar::ACCOUNT)
    }

    /// Replaces names that mean the same thing by one of them.
    pub(crate) fn resolve(self, world: &World, body: &mut Value) {
        if self == Self::Avatar {
            avatar::resolve(world, body);
        }
    }

    pub(crate) fn run(self, world: &mut World, call: &Call<'_>) -> Reply {
        match self {
            Self::Submit => submit::run(world, call),
            Self::Disconnect => disconnect::run(world, call),
            Self::Avatar => avatar::run(world, call),
            Self::Examples => examples::run(world, call),
        }
    }

    /// A documented success that was asked for by its status, with what this request says put into it.
    pub(crate) fn on_demand(
        self,
        world: &mut World,
        call: &Call<'_>,
        status: u16,
        body: Value,
    ) -> Value {
        match (self, status) {
            (Self::Submit, 202) => submit::prompt(world, call, body),
            (Self::Avatar, 200) if call.newer => avatar::newer(call, body),
            (Self::Avatar, 202) => avatar::pending(world, call, body),
            _ => body,
        }
    }
}

/// Whether a path has the form of the addresses at which the document's examples of records can be read.
pub(crate) fn may_be_a_write_action(document: &Document, path: &str) -> bool {
    avatar::record_paths(document).any(|prefix| {
        path.strip_prefix(prefix)
            .is_some_and(|id| !id.is_empty() && !id.contains('/'))
    })
}

/// Takes what the operation costs.
///
/// # Errors
/// The refusal, if there are too few credits and the operation documents an answer to that.
fn charge(world: &mut World, call: &Call<'_>) -> Result<(), Reply> {
    let cost = call.operation.credits;
    if world.credits < cost && TOO_FEW_CREDITS.documented(call.operation).is_some() {
        return Err(Reply::refusal(
            TOO_FEW_CREDITS,
            format!("The call costs {cost}, and {} are left.", world.credits),
        ));
    }
    world.credits = world.credits.saturating_sub(cost);
    Ok(())
}

/// The usual body of a documented success.
fn usual(operation: &Operation, status: u16) -> Value {
    operation
        .answer(status)
        .and_then(|answer| answer.first())
        .map_or(Value::Null, |example| example.value.clone())
}

/// Sets a member that the body already has; what the document's example leaves out stays out.
fn set(body: &mut Value, member: &str, value: impl Into<Value>) {
    if let Some(place) = body.get_mut(member) {
        *place = value.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    #[test]
    fn each_behaviour_has_its_operation_in_the_document() {
        let document = Document::shipped();
        for id in [submit::OPERATION, disconnect::OPERATION, avatar::OPERATION] {
            let operation = document.operation(id).expect("the document has it");
            assert_ne!(Behaviour::of(operation), Behaviour::Examples);
        }
    }
}
