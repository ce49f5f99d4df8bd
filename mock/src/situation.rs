//! Which documented answer fits which situation.
//!
//! The document says which answers an operation has; only the sandbox knows when to give which. The bodies,
//! messages and headers come from the document. A code that an operation does not document is replaced by the
//! first one of that status, so that an operation that is added to the document needs no line here.

use crate::document::{Documented, Operation};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Situation {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
}

const fn situation(status: u16, code: &'static str) -> Situation {
    Situation { status, code }
}

pub(crate) const WRONG_REQUEST: Situation = situation(400, "invalid_input");
pub(crate) const WRONG_ID: Situation = situation(400, "invalid_id");
pub(crate) const NO_CREDENTIAL: Situation = situation(401, "unauthenticated");
pub(crate) const TOO_FEW_CREDITS: Situation = situation(402, "insufficient_credits");
pub(crate) const NEEDS_LOGIN: Situation = situation(403, "account_needs_reauth");
pub(crate) const RESTRICTED: Situation = situation(403, "account_restricted");
pub(crate) const UNKNOWN_ID: Situation = situation(404, "not_found");
pub(crate) const UNKNOWN_ACCOUNT: Situation = situation(404, "account_not_found");
pub(crate) const CHALLENGE_OVER: Situation = situation(409, "connection_challenge_inactive");
pub(crate) const KEY_REUSED: Situation = situation(409, "idempotency_conflict");
pub(crate) const CODE_TOO_LATE: Situation = situation(410, "connection_challenge_expired");
pub(crate) const LOGIN_FAILED: Situation = situation(422, "login_failed");
pub(crate) const NOT_FETCHED: Situation = situation(422, "media_download_failed");
pub(crate) const WINDOW_FULL: Situation = situation(429, "rate_limit_exceeded");

/// All of them, so that a test can ask whether the document still has each.
#[cfg(test)]
pub(crate) const ALL: [Situation; 14] = [
    WRONG_REQUEST,
    WRONG_ID,
    NO_CREDENTIAL,
    TOO_FEW_CREDITS,
    NEEDS_LOGIN,
    RESTRICTED,
    UNKNOWN_ID,
    UNKNOWN_ACCOUNT,
    CHALLENGE_OVER,
    KEY_REUSED,
    CODE_TOO_LATE,
    LOGIN_FAILED,
    NOT_FETCHED,
    WINDOW_FULL,
];

impl Situation {
    /// The operation's documented answer of this status, if it has one, and the code that it gives here.
    pub(crate) fn documented<'o>(
        &self,
        operation: &'o Operation,
    ) -> Option<(&'o Documented, String)> {
        let answer = operation.answer(self.status)?;
        let code = match answer.example(self.code) {
            Some(_) => self.code,
            None => answer.first()?.code()?,
        };
        Some((answer, code.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    #[test]
    fn every_situation_is_documented_somewhere() {
        let document = Document::shipped();
        for situation in ALL {
            let known = document.operations.iter().any(|operation| {
                operation
                    .answer(situation.status)
                    .is_some_and(|answer| answer.names().contains(&situation.code))
            });
            assert!(known, "{situation:?}");
        }
    }
}
