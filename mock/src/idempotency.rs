//! The same write sent again: answered as before, and carried out once.

use serde_json::{Value, json};

use crate::answer::{Answer, Answers};
use crate::behaviour::Behaviour;
use crate::blank::Secrets;
use crate::digest::digest;
use crate::document::Operation;
use crate::judge::Judged;
use crate::situation::KEY_REUSED;
use crate::state::{Kept, World};

/// The header that makes a write repeatable.
const HEADER: &str = "Idempotency-Key";

/// A request, as far as it matters whether another one means the same.
pub(crate) struct Intent<'r> {
    operation: &'r Operation,
    behaviour: Behaviour,
    request: &'r Judged,
    /// A digest of the operation and the key, if it has a key.
    key: Option<String>,
    /// The key, a secret in it blanked.
    shown: String,
}

/// What an earlier request with the same key was answered.
pub(crate) enum Before {
    Same(u16, Value),
    /// It meant something else.
    Other,
}

impl<'r> Intent<'r> {
    pub(crate) fn of(
        operation: &'r Operation,
        behaviour: Behaviour,
        request: &'r Judged,
        secrets: &Secrets,
    ) -> Self {
        let key = request.parameter(HEADER);
        Self {
            operation,
            behaviour,
            request,
            key: key.map(|key| digest(format!("{} {key}", operation.id))),
            shown: key.map_or_else(String::new, |key| secrets.text(key)),
        }
    }

    pub(crate) fn before(&self, world: &World) -> Option<Before> {
        let kept = world.keys.get(self.key.as_ref()?)?;
        let same = self
            .meant(world)
            .iter()
            .any(|meant| kept.meant.contains(meant));
        match (same, kept.status) {
            (false, _) => Some(Before::Other),
            (true, Some(status)) => Some(Before::Same(status, kept.body.clone())),
            // It came to nothing before, and may come to something now.
            (true, None) => None,
        }
    }

    /// Has the key stand for this request and for no other, whatever comes of it.
    pub(crate) fn claim(&self, world: &mut World) {
        if self
            .key
            .as_ref()
            .is_some_and(|key| world.keys.get(key).is_none())
        {
            self.keep(world, None, Value::Null);
        }
    }

    /// Keeps a success, which is answered again from now on.
    pub(crate) fn remember(&self, world: &mut World, status: u16, body: &Value) {
        self.keep(world, Some(status), body.clone());
    }

    fn keep(&self, world: &mut World, status: Option<u16>, body: Value) {
        if let Some(key) = &self.key {
            let kept = Kept {
                meant: self.meant(world),
                status,
                body,
                shown: self.shown.clone(),
                operation: self.operation.id.clone(),
            };
            world.keys.set(key.clone(), kept);
        }
    }

    /// Digests of what it means: parameters and members, files by their bytes alone. The second is the same with
    /// the names of things resolved, so that `@name`, `name` and the id of one account are one request; the first
    /// still holds when the account is gone.
    fn meant(&self, world: &World) -> Vec<String> {
        let mut parameters = self.request.parameters.clone();
        parameters.remove(HEADER);
        let sent = self.request.body.as_ref();
        let mut body = sent.map_or(Value::Null, |sent| sent.value.clone());
        for name in sent.iter().flat_map(|sent| sent.files.keys()) {
            body[name] = body[name]["sha256"].take();
        }
        let digested = |body: &Value| {
            let mut members: Vec<(String, Value)> = match body {
                Value::Object(members) => members.clone().into_iter().collect(),
                other => vec![(String::new(), other.clone())],
            };
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            digest(json!([self.operation.id, parameters, members]).to_string())
        };
        let as_sent = digested(&body);
        self.behaviour.resolve(world, &mut body);
        let resolved = digested(&body);
        if resolved == as_sent {
            vec![as_sent]
        } else {
            vec![as_sent, resolved]
        }
    }
}

impl Before {
    pub(crate) fn answer(&self, answers: &Answers<'_>) -> Answer {
        match self {
            Self::Same(status, body) => answers.success(*status, body),
            Self::Other => answers.refusal(
                KEY_REUSED,
                Some("This Idempotency-Key was used for another request."),
                None,
            ),
        }
    }
}
