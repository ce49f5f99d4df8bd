//! What a call came to.

use xquik::generated::types::{AvatarUpdate, ConnectedAccount, EmailCodeChallenge};
use xquik::{AvatarOutcome, Response, Submission};

use crate::exit::Exit;

/// What a call came to, with what a program or a person is told of it.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) what: What,
    /// How often the request was tried.
    pub(crate) attempts: u32,
}

#[derive(Debug)]
pub(crate) enum What {
    Connected(Box<ConnectedAccount>),
    CodeRequired(Box<EmailCodeChallenge>),
    Disconnected {
        id: String,
    },
    AvatarUpdated {
        account: String,
        record: Option<Box<AvatarUpdate>>,
    },
    AvatarPending {
        account: String,
        record: Box<AvatarUpdate>,
        idempotency_key: Option<String>,
    },
}

impl Outcome {
    pub(crate) fn of_submission(response: Response<Submission>) -> Self {
        Self {
            attempts: response.attempts,
            what: match response.value {
                Submission::Connected(account) => What::Connected(Box::new(account)),
                Submission::CodeRequired(challenge) => What::CodeRequired(Box::new(challenge)),
            },
        }
    }

    pub(crate) fn of_disconnection(id: &str, attempts: u32) -> Self {
        Self {
            attempts,
            what: What::Disconnected { id: id.to_owned() },
        }
    }

    pub(crate) fn of_avatar(account: &str, response: Response<AvatarOutcome>) -> Self {
        let account = account.to_owned();
        Self {
            attempts: response.attempts,
            what: match response.value {
                AvatarOutcome::Updated(record) => What::AvatarUpdated {
                    account,
                    record: record.map(Box::new),
                },
                AvatarOutcome::Pending(record) => What::AvatarPending {
                    account,
                    record: Box::new(record),
                    idempotency_key: response.idempotency_key.map(|key| key.to_string()),
                },
            },
        }
    }

    pub(crate) fn exit(&self) -> Exit {
        match self.what {
            What::CodeRequired(_) => Exit::CodeRequired,
            _ => Exit::Done,
        }
    }
}
