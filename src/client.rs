//! The client: a method for each operation.

use std::sync::PoisonError;

use progenitor_client::ResponseValue;
use serde::Serialize;

use crate::answer::Envelope;
use crate::avatar::Avatar;
use crate::builder::ClientBuilder;
use crate::call::{Call, Response};
use crate::email_code::EmailCode;
use crate::error::Error;
use crate::generated::answers::{SubmitXAccountConnectionChallengeSuccess, UpdateAvatarSuccess};
use crate::generated::types::{
    AvatarUpdate, ConnectedAccount, EmailCodeChallenge, EmailCodeSubmission, WriteActionPending,
    WriteActionStatus,
};
use crate::generated::{self, bodies::UpdateAvatarBody};
use crate::options::CallOptions;
use crate::redact::Redactor;
use crate::report::{Carried, Report};
use crate::resend::{Outcome, Record};

/// A client for the Xquik account API.
///
/// It is cheap to clone, and clones share their connections. No method sends anything before its
/// [`Call`] is awaited.
#[derive(Clone, Debug)]
pub struct Client {
    generated: generated::Client,
}

/// What became of a submitted email code.
#[derive(Clone, Debug, PartialEq)]
#[allow(
    clippy::large_enum_variant,
    reason = "one value a call; a box would only be in the way"
)]
pub enum Submission {
    /// X took the code: the account is connected (the document's 201).
    Connected(ConnectedAccount),
    /// X wants another code for the same challenge (the document's 202).
    CodeRequired(EmailCodeChallenge),
}

/// How an account came to be disconnected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disconnection {
    /// The service confirmed it.
    Confirmed,
    /// The answer to an earlier attempt was lost, and now the account is gone, whoever did it.
    AlreadyGone,
}

/// How far an avatar update came.
#[derive(Clone, Debug, PartialEq)]
pub enum AvatarOutcome {
    /// It is done; newer deployments give a record of it.
    Updated(Option<AvatarUpdate>),
    /// It is under way, and this is its record. It is not asked for again.
    Pending(AvatarUpdate),
}

impl Client {
    pub(crate) fn new(generated: generated::Client) -> Self {
        Self { generated }
    }

    /// A client made of the environment: see [`ClientBuilder::environment`].
    ///
    /// # Errors
    ///
    /// When the environment has no credential, more than one, or one that cannot be sent.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().environment()?.build()
    }

    /// Puts a client together by hand.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// The generated layer: every operation of the document, sent through the same one place.
    #[must_use]
    pub fn generated(&self) -> &generated::Client {
        &self.generated
    }

    /// Submits the one-time code from an email to a pending challenge (`submitXAccountConnectionChallenge`).
    ///
    /// Spaces in the code do not count. The id is one path segment and is percent-encoded.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for a code without 4 to 64 characters or
    /// an id that is empty, `.` or `..`. A code that may have been delivered is never sent again: after
    /// a lost answer the error says [`maybe_applied`](Error::maybe_applied). After a 409, 410 or 422
    /// the challenge is dead.
    pub fn submit_email_code<'c>(
        &self,
        challenge_id: &'c str,
        code: &'c str,
    ) -> Call<'c, Submission> {
        Call::new(self, move |client, options| async move {
            let code = EmailCode::new(code)?;
            let generated = client.with(options);
            let body: EmailCodeSubmission = EmailCodeSubmission::builder()
                .email_code(code.expose())
                .try_into()
                .map_err(|_| {
                    Error::invalid_request("the code has no form that the document allows")
                })?;
            let answer = generated
                .submit_x_account_connection_challenge()
                .id(segment("challenge id", challenge_id)?)
                .body(body)
                .send()
                .await;
            let (response, report) = settled(&generated, answer)?;
            Ok(respond(response, &report, |answer| match answer {
                SubmitXAccountConnectionChallengeSuccess::Status201(account) => {
                    Submission::Connected(account)
                }
                SubmitXAccountConnectionChallengeSuccess::Status202(challenge) => {
                    Submission::CodeRequired(challenge)
                }
            }))
        })
    }

    /// Disconnects an account (`disconnectXAccount`): its stored connection is deleted for good.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for an id that is empty, `.` or `..`. A lost
    /// answer is sent again; a 404 that comes then means that the account is gone, which is a success.
    pub fn disconnect_account<'c>(&self, account_id: &'c str) -> Call<'c, Disconnection> {
        Call::new(self, move |client, options| async move {
            let generated = client.with(options);
            let answer = generated
                .disconnect_x_account()
                .id(segment("account id", account_id)?)
                .send()
                .await;
            let report = report_of(&generated);
            // Whether or not the rest of the error is as documented: status and code say it.
            let gone = match &answer {
                _ if !is_gone(&report) => None,
                Err(generated::Error::ErrorResponse(gone)) => Some((gone.status(), gone.headers())),
                Err(generated::Error::UnexpectedResponse(gone)) => {
                    Some((gone.status(), gone.headers()))
                }
                _ => None,
            };
            if let Some((status, headers)) = gone {
                let gone = ResponseValue::new(Disconnection::AlreadyGone, status, headers.clone());
                return Ok(respond(gone, &report, |gone| gone));
            }
            let (response, report) = settled(&generated, answer)?;
            if !response.success {
                return Err(not_done(&response, &report));
            }
            Ok(respond(response, &report, |_| Disconnection::Confirmed))
        })
    }

    /// Updates the avatar of a connected account (`updateAvatar`); this costs credits.
    ///
    /// `account` is the X username, with or without `@`, or the id of the connected account. Each call
    /// has an idempotency key, so that an update whose answer was lost can be sent again without being
    /// paid twice, where the deployment knows such keys: the document says that older ones ignore them.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for an empty account. A record that says that
    /// the update failed is an error of kind [`Api`](crate::ErrorKind::Api), even with a 200.
    pub fn update_avatar<'c>(&self, account: &'c str, avatar: Avatar) -> Call<'c, AvatarOutcome> {
        Call::new(self, move |client, options| async move {
            check_account(account)?;
            let body: UpdateAvatarBody = avatar.into_body(account)?;
            let generated = client.with(options);
            let answer = generated.update_avatar().body(body).send().await;
            let (response, report) = settled(&generated, answer)?;
            let record = match &*response {
                UpdateAvatarSuccess::Status200(record) => record.clone(),
                UpdateAvatarSuccess::Status202(pending) => record_of(pending.clone()),
            };
            let outcome = outcome_of(record, &response, &report)?;
            Ok(respond(response, &report, |_| outcome))
        })
    }

    /// The generated client for one call, with what the call knows.
    fn with(&self, options: CallOptions) -> generated::Client {
        let mut generated = self.generated.clone();
        let context = &mut generated.inner;
        context.options = options.or(&context.options);
        context.report = std::sync::Arc::default();
        generated
    }
}

/// Refuses what names no account.
fn check_account(account: &str) -> Result<(), Error> {
    let refuse = |what: String| {
        Err(Error::invalid_request(format!(
            "the account is an X username, with or without `@`, or an id; {what}"
        )))
    };
    if let Some(position) = account.chars().position(char::is_control) {
        return refuse(format!(
            "character {} of what was given is a control character",
            position + 1
        ));
    }
    if account.trim().trim_start_matches('@').is_empty() {
        return refuse("what was given names nobody".to_owned());
    }
    Ok(())
}

/// An id as the generated layer takes it; what would change the path is refused here with its name.
fn segment<'i>(what: &str, id: &'i str) -> Result<&'i str, Error> {
    generated::runtime::path_segment(what, id).map_err(Error::invalid_request)?;
    Ok(id)
}

/// Whether a call ended with the documented answer that there is no such thing, after an attempt that
/// may have been what made it so. Another 404, such as a gateway's, proves nothing.
fn is_gone(report: &Report) -> bool {
    let exact = matches!(
        report.outcome,
        Outcome::Refused {
            status: 404,
            exact: true,
            ..
        }
    );
    exact && report.lost_before
}

/// What is known of a call; nothing if it was refused before it was sent.
fn report_of(generated: &generated::Client) -> Report {
    generated
        .inner
        .report
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
        .unwrap_or_default()
}

/// The documented success of a call with what is known of it, or this crate's error.
fn settled<T, E: Serialize>(
    generated: &generated::Client,
    answer: Result<ResponseValue<T>, generated::Error<E>>,
) -> Result<(ResponseValue<T>, Report), Error> {
    let report = report_of(generated);
    match answer {
        Ok(response) => Ok((response, report)),
        Err(error) => Err(Error::from_generated(error, Some(&report))),
    }
}

fn respond<T, U>(
    response: ResponseValue<T>,
    report: &Report,
    value: impl FnOnce(T) -> U,
) -> Response<U> {
    let mut headers = response.headers().clone();
    headers.remove(Carried::HEADER);
    Response {
        status: response.status().as_u16(),
        headers,
        value: value(response.into_inner()),
        attempts: report.attempts,
        waited: report.waited,
        idempotency_key: report.idempotency_key.clone(),
    }
}

/// A success by its status whose body says `success: false` and nothing else.
fn not_done<T>(response: &ResponseValue<T>, report: &Report) -> Error {
    let status = response.status().as_u16();
    Error::unexpected(
        status,
        format!("unexpected answer {status}: it says that it was no success, and not why"),
        &report.unreadable_success(),
    )
}

/// What the record of an avatar update says became of it.
fn outcome_of<T>(
    record: AvatarUpdate,
    response: &ResponseValue<T>,
    report: &Report,
) -> Result<AvatarOutcome, Error> {
    let is_record = record.status.is_some()
        || record.write_action_id.is_some()
        || record.terminal.is_some()
        || record.error.is_some();
    if !is_record {
        return if record.success {
            Ok(AvatarOutcome::Updated(None))
        } else {
            Err(not_done(response, report))
        };
    }
    let done = record.status == Some(WriteActionStatus::Success);
    let failed = matches!(
        record.status,
        Some(WriteActionStatus::Failed | WriteActionStatus::Expired)
    );
    // Without the member, the known statuses say it themselves; without one of those, the rest does.
    let terminal = record.terminal.unwrap_or(match record.status {
        Some(WriteActionStatus::Unknown(_)) => record.success,
        Some(_) => done || failed,
        None => record.success || record.error.is_some(),
    });
    match (failed, terminal, record.success) {
        (false, false, _) => Ok(AvatarOutcome::Pending(record)),
        // It says both that it was a success and what went wrong.
        (false, true, true) if record.error.is_some() && !done => Err(not_done(response, report)),
        (false, true, true) => Ok(AvatarOutcome::Updated(Some(record))),
        // It says both that it was done and that it was no success.
        (false, true, false) if done => Err(not_done(response, report)),
        (true, _, _) | (false, true, false) => Err(failure_of(&record, response, report)),
    }
}

/// The error of a record that says that the update failed.
fn failure_of<T>(record: &AvatarUpdate, response: &ResponseValue<T>, report: &Report) -> Error {
    let said = Record {
        terminal: record.terminal,
        safe_to_retry: record.safe_to_retry,
    };
    let envelope = Envelope::of(record)
        .unwrap_or_else(|| Envelope {
            // The record's own word for it, where it names no code.
            code: record
                .status
                .as_ref()
                .map_or("failed", |status| status.as_str())
                .into(),
            message: record.message.value().cloned(),
            wait: None,
            record: said,
        })
        // Its secrets were blanked when it came; what is left is to make it one line.
        .shown(&Redactor::new());
    let mut report = report.clone();
    report.retry_after = envelope.wait;
    // A record is the service's own account of what happened: nothing is unknown any more, unless it
    // says that nobody found out. Under the caller's own key the same record would come again.
    report.maybe_applied =
        record.status == Some(WriteActionStatus::Expired) && record.safe_to_retry != Some(true);
    let retryable = record.safe_to_retry == Some(true) && !report.own_key;
    let status = response.status().as_u16();
    Error::api(status, envelope, &report).with_retryable(retryable)
}

/// The record of a pending write, as the same type that a finished one has.
fn record_of(pending: WriteActionPending) -> AvatarUpdate {
    AvatarUpdate {
        success: pending.success,
        write_action_id: Some(pending.write_action_id),
        status: Some(pending.status),
        terminal: pending.terminal,
        safe_to_retry: pending.safe_to_retry,
        status_url: pending.status_url,
        poll_after_ms: pending.poll_after_ms,
        charged: pending.charged,
        charged_credits: pending.charged_credits,
        message: pending.message,
        error: pending.error,
    }
}
