//! Faults by chance.

use crate::answer::{Answer, Answers};
use crate::state::World;

/// A fault that was drawn.
pub(crate) enum Drawn {
    /// A documented failure that passes. Nothing is carried out.
    Answer { answer: Answer, name: String },
    /// The connection ends. Nothing is carried out.
    Refused,
    /// The request is carried out and the connection ends.
    Lost,
}

impl Drawn {
    /// Whether this request meets a fault, and which: all that are possible are equally likely.
    pub(crate) fn by_chance(share: f64, world: &mut World, answers: &Answers<'_>) -> Option<Self> {
        if share <= 0.0 {
            return None;
        }
        let mut random = world.random();
        if random.f64() >= share {
            return None;
        }
        // The failures whose code the registry allows to send again.
        let mut passing = Vec::new();
        for documented in &answers.operation.answers {
            for name in documented.names() {
                let registered = answers.document.registered(name);
                if registered.is_some_and(|(resend, _)| resend != "never") {
                    passing.push((documented, name));
                }
            }
        }
        let choice = random.usize(..passing.len() + 2);
        Some(match passing.get(choice) {
            Some((documented, name)) => Self::Answer {
                answer: answers.shown(documented, documented.example(name)),
                name: (*name).to_owned(),
            },
            None if choice == passing.len() => Self::Refused,
            None => Self::Lost,
        })
    }

    /// In a few words, for the record.
    pub(crate) fn described(&self) -> String {
        match self {
            Self::Answer { answer, name } => format!("drawn: answered {} {name}", answer.status),
            Self::Refused => "drawn: connection ended, nothing carried out".to_owned(),
            Self::Lost => "drawn: carried out, answer lost".to_owned(),
        }
    }
}
