//! Whether the base URL answers at all.

use std::time::{Duration, Instant};

use progenitor_client::ClientInfo;

use crate::attempt::describe;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::report::Report;

/// What came of asking whether the base URL answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Probe {
    /// The status of the answer, whatever it says.
    pub status: u16,
    /// How long the answer took, connecting included.
    pub took: Duration,
}

impl Client {
    /// Where the operations are, without a slash at its end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.generated().baseurl()
    }

    /// Asks whether the base URL answers: one GET to it, without a credential.
    ///
    /// It is no operation of the document, so nothing is spent or changed and no window is used up;
    /// any answer counts, a 404 as well.
    ///
    /// # Errors
    ///
    /// [`Transport`](ErrorKind::Transport) or [`Timeout`](ErrorKind::Timeout) when there is no answer.
    pub async fn probe(&self, timeout: Duration) -> Result<Probe, Error> {
        let started = Instant::now();
        let report = Report {
            attempts: 1,
            ..Report::default()
        };
        let way = &self.generated().inner.shared.way;
        // The credential is added where operations are sent, and so is not in this request.
        let answer = self
            .generated()
            .client()
            .get(self.base_url())
            .timeout(timeout)
            .send()
            .await
            .map_err(|error| {
                let kind = if error.is_timeout() {
                    ErrorKind::Timeout
                } else {
                    ErrorKind::Transport
                };
                Error::no_answer(kind, describe(&error, way), None, &report)
            })?;
        Ok(Probe {
            status: answer.status().as_u16(),
            took: started.elapsed(),
        })
    }
}
