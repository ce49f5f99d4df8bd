//! The one place that sends: every call of both layers leaves through here.
//!
//! It adds the credential and, where the document asks for one, the idempotency key; it keeps the
//! deadline, reads answers up to a bound, and sends again what [`crate::resend`] allows. What comes
//! out is a whole answer, or a made-up response that carries this crate's error (a hook can fail
//! with nothing but a `reqwest::Error`).

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue};
use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};
use reqwest::Request;
use tokio::time::{Instant, sleep, timeout_at};

use crate::answer::Envelope;
use crate::connection::Progress;
use crate::credential::Credential;
use crate::delay;
use crate::error::{Error, ErrorKind};
use crate::generated::runtime::{self, Operation, Resend};
use crate::options::{CallOptions, HEADER as IDEMPOTENCY_KEY, IdempotencyKey};
use crate::redact::Redactor;
use crate::resend::{self, Budget, Decision, Outcome};

/// What all calls of a client share.
pub(crate) struct Shared {
    pub(crate) credential: Credential,
    pub(crate) max_body: usize,
    pub(crate) random: Mutex<fastrand::Rng>,
    pub(crate) observer: Option<Observer>,
}

/// Whoever wants to see what leaves and what comes back.
pub(crate) type Observer = Arc<dyn Fn(&Event<'_>) + Send + Sync>;

/// What happens during a call, for progress lines and logs. Secrets are blanked.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'e> {
    /// A request is about to leave.
    Sending {
        /// The number of the attempt, from 1.
        attempt: u32,
        /// The method.
        method: &'e str,
        /// The URL, without anything secret.
        url: &'e str,
        /// The key that a write goes out with.
        idempotency_key: Option<&'e str>,
    },
    /// An answer came whole.
    Answered {
        /// Its status.
        status: u16,
        /// The beginning of its body.
        body: &'e str,
    },
    /// No answer came.
    Failed {
        /// Why.
        reason: &'e str,
    },
    /// The call waits before it sends again.
    Waiting {
        /// For how long.
        wait: Duration,
        /// The number of the attempt that comes next.
        next_attempt: u32,
        /// Whether the service may have acted on an attempt before.
        maybe_applied: bool,
    },
}

/// The inner value of the generated client: what one call knows.
#[derive(Clone)]
pub struct CallContext {
    pub(crate) shared: Arc<Shared>,
    pub(crate) options: CallOptions,
    pub(crate) redactor: Arc<Redactor>,
    /// What became of the call, for the layer that made it.
    pub(crate) report: Arc<Mutex<Option<Report>>>,
}

impl fmt::Debug for CallContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallContext")
            .field("credential", &self.shared.credential)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// What is known of a call when it has ended.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    pub(crate) attempts: u32,
    pub(crate) waited: Duration,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) maybe_applied: bool,
    pub(crate) retryable: bool,
    pub(crate) idempotency_key: Option<IdempotencyKey>,
    pub(crate) own_key: bool,
    pub(crate) resend: Resend,
    pub(crate) outcome: Outcome,
    /// Whether the answer to an attempt before the last one was lost.
    pub(crate) lost_before: bool,
    /// The service's error, secrets blanked.
    pub(crate) envelope: Option<Envelope>,
    /// The beginning of the last body, secrets blanked.
    pub(crate) snippet: Option<String>,
    pub(crate) redactor: Arc<Redactor>,
}

impl Default for Report {
    fn default() -> Self {
        Self {
            attempts: 0,
            waited: Duration::ZERO,
            retry_after: None,
            maybe_applied: false,
            retryable: false,
            idempotency_key: None,
            own_key: false,
            resend: Resend::Never,
            outcome: Outcome::Success,
            lost_before: false,
            envelope: None,
            snippet: None,
            redactor: Arc::default(),
        }
    }
}

impl Report {
    /// An error of the service with the secrets in it blanked.
    pub(crate) fn clean(&self, mut envelope: Envelope) -> Envelope {
        envelope.message = envelope
            .message
            .map(|message| self.redactor.clean(&message));
        if let crate::ErrorCode::Unknown(code) = &envelope.code {
            envelope.code = self.redactor.clean(code).as_str().into();
        }
        envelope
    }

    /// The same, for a success by its status that could not be read or says that it is none.
    pub(crate) fn unreadable_success(&self) -> Self {
        let mut report = self.clone();
        report.maybe_applied = true;
        report.retryable = resend::retryable(self.resend, Outcome::Lost, true, self.own_key);
        report
    }
}

/// How a call ended, in the extensions of what the hook returns.
#[derive(Clone)]
pub(crate) enum Settled {
    /// The service answered; the response is what it answered.
    Answered(Arc<Report>),
    /// It did not; the response is made up.
    Failed(Failure),
}

/// An error on its way through a type that wants to be cloned; the first taker gets it.
#[derive(Clone)]
pub(crate) struct Failure(Arc<Mutex<Option<Error>>>);

impl Failure {
    pub(crate) fn take(&self) -> Error {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
            .unwrap_or_else(|| Error::invalid_request("this call's error was taken before"))
    }
}

impl ClientHooks<CallContext> for crate::generated::Client {
    async fn exec(
        &self,
        request: Request,
        info: &OperationInfo,
    ) -> reqwest::Result<reqwest::Response> {
        let call = self.inner();
        let settled = call.run(self.client(), request, info.operation_id).await;
        Ok(match settled {
            Ok((answer, report)) => {
                let mut response = http::Response::new(answer.body);
                *response.status_mut() = answer.status;
                *response.headers_mut() = answer.headers;
                let extensions = response.extensions_mut();
                extensions.insert(Settled::Answered(Arc::new(report)));
                response.into()
            }
            Err(error) => {
                let mut response = http::Response::new(Bytes::new());
                let failure = Failure(Arc::new(Mutex::new(Some(error))));
                let extensions = response.extensions_mut();
                extensions.insert(Settled::Failed(failure));
                extensions.insert(runtime::NotAnAnswer);
                response.into()
            }
        })
    }
}

/// A whole answer.
struct Answer {
    status: http::StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// How one attempt ended.
enum Attempt {
    Answered(Answer),
    /// More than the bound came, or a head came and the body broke.
    Broken {
        status: http::StatusCode,
        kind: ErrorKind,
        reason: String,
    },
    Failed {
        kind: ErrorKind,
        reason: String,
        source: Option<reqwest::Error>,
    },
}

impl CallContext {
    async fn run(
        &self,
        client: &reqwest::Client,
        mut request: Request,
        operation: &str,
    ) -> Result<(Answer, Report), Error> {
        let operation = crate::error::operation(operation);
        let started = Instant::now();
        let deadline = started + self.options.call_time();
        let (key, own_key) = self.prepare(&mut request, operation)?;
        let resend = operation.map_or(Resend::Never, |operation| operation.resend);
        let url = self.redactor.clean(request.url().as_str());
        let mut report = Report {
            idempotency_key: key,
            own_key,
            resend,
            redactor: Arc::clone(&self.redactor),
            ..Report::default()
        };
        loop {
            report.attempts += 1;
            self.observe(&Event::Sending {
                attempt: report.attempts,
                method: request.method().as_str(),
                url: &url,
                idempotency_key: report.idempotency_key.as_ref().map(IdempotencyKey::as_str),
            });
            let Some(copy) = request.try_clone() else {
                return Err(Error::invalid_request(
                    "this body can be sent once only, and so not by this client; give bytes",
                ));
            };
            let until = deadline.min(Instant::now() + self.options.attempt_time());
            let progress = Progress::default();
            let attempt = match timeout_at(until, progress.watch(self.attempt(client, copy))).await
            {
                Ok(attempt) => attempt,
                Err(_) => Attempt::Failed {
                    kind: ErrorKind::Timeout,
                    reason: format!(
                        "no answer in time ({})",
                        if progress.nothing_left() {
                            "no connection was made"
                        } else {
                            "the request may have arrived"
                        }
                    ),
                    source: None,
                },
            };
            report.outcome = self.judge(&attempt, operation, progress.nothing_left(), &mut report);
            report.maybe_applied |= resend::maybe_applied(report.outcome);
            tracing::debug!(
                operation = operation.map_or("", |operation| operation.id),
                attempt = report.attempts,
                outcome = ?report.outcome,
                "attempt"
            );
            let backoff = {
                let mut random = self
                    .shared
                    .random
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                delay::backoff(report.attempts, random.f64())
            };
            let budget = Budget {
                attempts: report.attempts,
                max_attempts: self.options.attempts(),
                time: deadline.saturating_duration_since(Instant::now()),
                backoff,
            };
            match resend::decide(resend, report.outcome, budget) {
                Decision::Again(wait) => {
                    report.lost_before |= report.maybe_applied;
                    report.waited += wait;
                    let next_attempt = report.attempts + 1;
                    self.observe(&Event::Waiting {
                        wait,
                        next_attempt,
                        maybe_applied: report.maybe_applied,
                    });
                    tracing::info!(wait_ms = wait.as_millis(), next_attempt, "waiting");
                    sleep(wait).await;
                }
                Decision::Stop => return self.finish(attempt, report),
            }
        }
    }

    /// Adds what every request of this client carries.
    fn prepare(
        &self,
        request: &mut Request,
        operation: Option<&Operation>,
    ) -> Result<(Option<IdempotencyKey>, bool), Error> {
        let headers = request.headers_mut();
        let (name, value) = self.shared.credential.header();
        headers.insert(name, value);
        if operation.is_none_or(|operation| operation.resend != Resend::Keyed) {
            return Ok((None, false));
        }
        let given = headers
            .get(IDEMPOTENCY_KEY)
            .map(|value| value.to_str().unwrap_or_default().parse())
            .transpose()?;
        let (key, own) = match given.or_else(|| self.options.key().cloned()) {
            Some(key) => (key, true),
            None => (IdempotencyKey::random(), false),
        };
        let value = HeaderValue::from_str(key.as_str())
            .expect("a key's constructor lets visible ASCII through and nothing else");
        headers.insert(IDEMPOTENCY_KEY, value);
        Ok((Some(key), own))
    }

    /// Sends once and reads the answer, up to the bound.
    async fn attempt(&self, client: &reqwest::Client, request: Request) -> Attempt {
        let mut response = match client.execute(request).await {
            Ok(response) => response,
            Err(error) => {
                return Attempt::Failed {
                    kind: if error.is_timeout() {
                        ErrorKind::Timeout
                    } else {
                        ErrorKind::Transport
                    },
                    reason: describe(&error),
                    source: Some(error),
                };
            }
        };
        let status = response.status();
        let max = self.shared.max_body;
        let too_large = || Attempt::Broken {
            status,
            kind: ErrorKind::UnexpectedResponse,
            reason: format!("the body is larger than {max} bytes"),
        };
        if response
            .content_length()
            .is_some_and(|length| length > max as u64)
        {
            return too_large();
        }
        let mut body = BytesMut::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > max => return too_large(),
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(error) => {
                    return Attempt::Broken {
                        status,
                        kind: ErrorKind::Transport,
                        reason: format!("the answer broke off: {}", describe(&error)),
                    };
                }
            }
        }
        Attempt::Answered(Answer {
            status,
            headers: std::mem::take(response.headers_mut()),
            body: body.freeze(),
        })
    }

    /// What the attempt means, in the words of the table.
    fn judge(
        &self,
        attempt: &Attempt,
        operation: Option<&Operation>,
        nothing_left: bool,
        report: &mut Report,
    ) -> Outcome {
        report.retry_after = None;
        report.envelope = None;
        report.snippet = None;
        match attempt {
            Attempt::Failed {
                kind,
                reason,
                source,
            } => {
                self.observe(&Event::Failed { reason });
                let connect = source.as_ref().is_some_and(reqwest::Error::is_connect);
                let timed_out = *kind == ErrorKind::Timeout && nothing_left;
                if connect || timed_out {
                    Outcome::NotSent
                } else {
                    Outcome::Lost
                }
            }
            Attempt::Broken {
                status,
                kind,
                reason,
            } => {
                self.observe(&Event::Failed { reason });
                let status = status.as_u16();
                let decided = status < 200 || (300..500).contains(&status);
                if *kind == ErrorKind::Transport && !decided {
                    Outcome::Lost
                } else {
                    Outcome::Strange { status, wait: None }
                }
            }
            Attempt::Answered(answer) => {
                let status = answer.status.as_u16();
                let envelope = Envelope::read(&answer.body).map(|e| report.clean(e));
                let snippet = snippet(&self.redactor, &answer.body);
                self.observe(&Event::Answered {
                    status,
                    body: snippet.as_deref().unwrap_or_default(),
                });
                report.snippet = snippet;
                let listed = operation.is_some_and(|operation| operation.answer(status).is_some());
                if answer.status.is_success() && listed {
                    return Outcome::Success;
                }
                let wait = delay::retry_after(&answer.headers, SystemTime::now())
                    .or_else(|| envelope.as_ref().and_then(|envelope| envelope.wait));
                report.retry_after = wait;
                report.envelope = envelope;
                match &report.envelope {
                    Some(envelope) if status >= 400 => Outcome::Refused {
                        status,
                        resend: envelope.code.resend(),
                        wait,
                        // "Not now" is an answer of the service on every operation.
                        documented: listed || status == 503,
                    },
                    _ => Outcome::Strange { status, wait },
                }
            }
        }
    }

    /// The end of a call: the answer, or this crate's error.
    fn finish(&self, attempt: Attempt, mut report: Report) -> Result<(Answer, Report), Error> {
        let retryable = resend::retryable(
            report.resend,
            report.outcome,
            report.maybe_applied,
            report.own_key,
        );
        report.retryable = retryable;
        let result = match attempt {
            Attempt::Answered(answer) => Ok(answer),
            Attempt::Broken {
                status,
                kind: ErrorKind::Transport,
                reason,
            } => Err(
                Error::no_answer(ErrorKind::Transport, reason, None, &report)
                    .with_status(status.as_u16()),
            ),
            Attempt::Broken { status, reason, .. } => Err(Error::unexpected(
                status.as_u16(),
                format!("unexpected answer {}: {reason}", status.as_u16()),
                &report,
            )),
            Attempt::Failed {
                kind,
                reason,
                source,
            } => {
                let source = source.map(|source| Box::new(source.without_url()) as _);
                Err(Error::no_answer(kind, reason, source, &report))
            }
        };
        *self.report.lock().unwrap_or_else(PoisonError::into_inner) = Some(report.clone());
        result.map(|answer| (answer, report))
    }

    fn observe(&self, event: &Event<'_>) {
        if let Some(observer) = &self.shared.observer {
            observer(event);
        }
    }
}

/// How much of a body is shown.
const SNIPPET: usize = 200;

/// The beginning of a body as one line of text, secrets blanked, control characters shown as spaces.
fn snippet(redactor: &Redactor, body: &[u8]) -> Option<String> {
    // Blanked before it is cut, so that no half of a secret is left at the end.
    let text = redactor.clean(&String::from_utf8_lossy(body));
    let words: Vec<_> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let line = words.join(" ");
    if line.is_empty() {
        return None;
    }
    let mut short: String = line.chars().take(SNIPPET).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    Some(short)
}

/// An error of reqwest in words, without its URL: the innermost cause says most.
pub(crate) fn describe(error: &reqwest::Error) -> String {
    let what = if error.is_connect() {
        "no connection"
    } else if error.is_timeout() {
        "no answer in time"
    } else if error.is_builder() {
        "the request cannot be built"
    } else {
        "the connection failed"
    };
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    if std::ptr::addr_eq(cause, error) {
        what.to_owned()
    } else {
        format!("{what}: {cause}")
    }
}
