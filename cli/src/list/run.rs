//! Carrying a list out, a few items at a time.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};
use xquik::generated::types::WriteActionCredits;
use xquik::{Avatar, CallOptions, Client, Error, ErrorCode, ErrorKind, IdempotencyKey};

use super::item::{Kind, Ready};
use super::journal::{Begun, Ended, Journal};
use super::pace::Pace;
use super::plan::{Plan, Step};
use super::summary::{Summary, bar};
use crate::drive;
use crate::failure::Failure;
use crate::json;
use crate::outcome::{Outcome, What};
use crate::report;
use crate::screen::{Line, Look};
use crate::session::Session;

/// How often an item waits for a window before it is given up. Others may be faster each time.
const MOST_WINDOWS: u32 = 20;

/// How much of a failure's text is listed at the end.
const LONGEST_TEXT: usize = 500;

/// How often the bar is drawn anew.
const TICK: Duration = Duration::from_millis(200);

/// What is to be sent.
enum Work {
    Avatar {
        account: String,
        avatar: Avatar,
        key: IdempotencyKey,
    },
    Disconnection {
        id: String,
        /// Whether an earlier run may have done it, so that a 404 means that it is done.
        open: bool,
    },
}

/// How an item ended.
struct End {
    number: usize,
    attempts: u32,
    /// Whether the service may have acted on an attempt whose answer nobody saw.
    lost: bool,
    result: Result<Outcome, Failure>,
}

/// Says what a list would cost, and which items would be refused.
pub(crate) fn rehearse(session: &Session<'_>, kind: Kind, plan: &Plan) -> Summary {
    let mut summary = Summary {
        skipped: plan.skipped,
        ..Summary::default()
    };
    for step in &plan.steps {
        match step.item.ready() {
            Ok(_) => {
                summary.left += 1;
                summary.credits += kind.credits();
            }
            Err(failure) => tell_failure(session, &mut summary, step, &failure, 0, false),
        }
    }
    summary
}

/// Carries a list out.
pub(crate) async fn carry_out(
    session: &Session<'_>,
    kind: Kind,
    client: Client,
    plan: Plan,
    mut journal: Journal,
    jobs: usize,
) -> Result<Summary, Failure> {
    let mut summary = Summary {
        skipped: plan.skipped,
        ..Summary::default()
    };
    let all = plan.steps.len() as u64;
    let (started, pace) = (Instant::now(), Pace::default());
    let sender = Sender {
        client,
        options: session.options(),
        retries: session.global.max_retries,
        window: kind.window_seconds().map(Duration::from_secs),
        pace: pace.clone(),
    };
    let mut steps = plan.steps.into_iter();
    let mut waiting: HashMap<usize, Step> = HashMap::new();
    let mut running: JoinSet<End> = JoinSet::new();
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let interrupted = drive::interrupted();
    tokio::pin!(interrupted);
    let mut told = false;
    loop {
        while running.len() < jobs && summary.broken.is_none() {
            let Some(step) = steps.next() else { break };
            let work = match step.item.ready() {
                Ok(ready) => work_of(ready, &step),
                Err(failure) => Err(failure),
            };
            let (work, begun) = match work {
                Ok(work) => work,
                Err(failure) => {
                    tell_failure(session, &mut summary, &step, &failure, 0, false);
                    continue;
                }
            };
            // On the disk before anything leaves.
            if let Err(failure) = journal.begin(step.number, begun) {
                summary.broken = Some(text_of(&failure));
                summary.left += 1;
                break;
            }
            let (sender, number) = (sender.clone(), step.number);
            waiting.insert(number, step);
            running.spawn(async move { sender.send(number, work).await });
        }
        let ended = tokio::select! {
            biased;
            stop = &mut interrupted, if summary.interrupted.is_none() => {
                summary.interrupted = Some(stop);
                summary.under_way = waiting.len() as u64;
                break;
            }
            ended = running.join_next() => ended,
            _ = tick.tick() => {
                show(session, &summary, all, started, &pace, &mut told);
                continue;
            }
        };
        let Some(ended) = ended else { break };
        let ended = ended.map_err(|error| Failure::Local(format!("a job broke off: {error}")))?;
        let Some(step) = waiting.remove(&ended.number) else {
            continue;
        };
        if let Err(failure) = journal.end(step.number, verdict(kind, &ended)) {
            summary.broken = Some(text_of(&failure));
        }
        match &ended.result {
            Ok(outcome) => {
                summary.done += 1;
                summary.credits += charged(kind, outcome);
                if session.is_json() {
                    print_item(session, step.number, json::outcome(outcome));
                }
            }
            Err(failure) => tell_failure(
                session,
                &mut summary,
                &step,
                failure,
                ended.attempts,
                ended.lost,
            ),
        }
    }
    summary.left += (waiting.len() + steps.len()) as u64;
    session.err.clear();
    Ok(summary)
}

/// What an item sends, and what the journal says of it before.
fn work_of(ready: Ready, step: &Step) -> Result<(Work, Begun), Failure> {
    Ok(match ready {
        Ready::Avatar {
            account,
            avatar,
            sha256,
        } => {
            let open = step.open.as_ref();
            let key = match open.and_then(|begun| begun.idempotency_key.as_deref()) {
                Some(key) => IdempotencyKey::new(key)?,
                None => IdempotencyKey::random(),
            };
            let begun = Begun {
                item: step.item.clone(),
                sha256,
                idempotency_key: Some(key.to_string()),
            };
            let work = Work::Avatar {
                account,
                avatar,
                key,
            };
            (work, begun)
        }
        Ready::Disconnection { id } => {
            let begun = Begun {
                item: step.item.clone(),
                sha256: None,
                idempotency_key: None,
            };
            let open = step.open.is_some();
            (Work::Disconnection { id, open }, begun)
        }
    })
}

/// What the journal says of an item's end.
fn verdict(kind: Kind, end: &End) -> Ended {
    match &end.result {
        Ok(_) => Ended::Done,
        // A record that says how the write ended: under this key it would say the same for ever. Where
        // another key may carry the write out twice, only somebody who changes the item asks for that.
        Err(Failure::Call(error))
            if error.kind() == ErrorKind::Api
                && error.status().is_some_and(|status| status < 300) =>
        {
            if error.safe_to_retry() == Some(false) || error.maybe_applied() {
                Ended::Over
            } else {
                Ended::Failed
            }
        }
        Err(_) if end.lost => Ended::Open,
        // A failure can be such a record as well.
        Err(Failure::Call(error)) if error.safe_to_retry() == Some(false) => Ended::Over,
        // "Not now" is said of this very write, which keeps its key.
        Err(Failure::Call(error)) if kind == Kind::Avatar && error.is_retryable() => Ended::Open,
        Err(_) => Ended::Failed,
    }
}

/// What an item was charged: as its record says, else as the document does.
fn charged(kind: Kind, outcome: &Outcome) -> u64 {
    let record = match &outcome.what {
        What::AvatarUpdated { record, .. } => record.as_deref(),
        What::AvatarPending { record, .. } => Some(&**record),
        _ => None,
    };
    match record.map(|record| (record.charged, &record.charged_credits)) {
        Some((Some(false), _)) => 0,
        Some((_, Some(WriteActionCredits::Integer(credits)))) => {
            u64::try_from(*credits).unwrap_or(0)
        }
        Some((_, Some(WriteActionCredits::String(credits)))) => {
            credits.parse().unwrap_or_else(|_| kind.credits())
        }
        _ => kind.credits(),
    }
}

fn tell_failure(
    session: &Session<'_>,
    summary: &mut Summary,
    step: &Step,
    failure: &Failure,
    attempts: u32,
    lost: bool,
) {
    summary.failed += 1;
    if session.is_json() {
        let mut value = json::failure(failure);
        value["error"]["attempts"] = attempts.into();
        if lost {
            value["error"]["maybe_applied"] = true.into();
        }
        print_item(session, step.number, value);
        return;
    }
    let (number, name) = (step.number, step.item.name());
    // They are kept until the end, and a service may say a lot.
    let what: String = text_of(failure).chars().take(LONGEST_TEXT).collect();
    let failed = Line::new().look(Look::Bad, "failed");
    let failed = failed.text(format!(" {number} ({name}): {what}"));
    summary.failures.push(failed);
    if let Failure::Call(error) = failure
        && let Some(advice) = error.advice()
    {
        summary.failures.push(Line::labelled("do").text(advice));
    }
}

fn text_of(failure: &Failure) -> String {
    match failure {
        Failure::Call(error) => error.to_string(),
        Failure::Refused(what) | Failure::Local(what) => what.clone(),
        Failure::Interrupted(interruption) => interruption.stop.word().to_owned(),
    }
}

fn print_item(session: &Session<'_>, number: usize, mut value: Value) {
    value["item"] = json!(number);
    session.print(&session.out, value);
}

/// Shows how far it is, or what is waited for.
fn show(
    session: &Session<'_>,
    summary: &Summary,
    all: u64,
    started: Instant,
    pace: &Pace,
    told: &mut bool,
) {
    if session.global.quiet {
        return;
    }
    let wait = pace.left().or_else(|| session.progress.waiting());
    let wait = wait.map(report::duration);
    if let Some(width) = session.err.width() {
        let ended = summary.done + summary.failed;
        let mut text = bar(ended, all, summary.failed, started.elapsed(), width);
        if let Some(wait) = wait {
            text = format!("{ended}/{all}, waiting {wait}");
        }
        session.err.passing(&text, "");
    } else if let Some(wait) = wait {
        // A log gets each wait once.
        if !std::mem::replace(told, true) {
            let text = format!("waiting {wait} for the service");
            session.err.line(&Line::new().text(text));
        }
    } else {
        *told = false;
    }
}

/// What every job sends with.
#[derive(Clone)]
struct Sender {
    client: Client,
    options: CallOptions,
    retries: u32,
    window: Option<Duration>,
    pace: Pace,
}

impl Sender {
    async fn send(self, number: usize, work: Work) -> End {
        let (mut attempts, mut lost) = (0, matches!(work, Work::Disconnection { open: true, .. }));
        let mut windows = 0;
        loop {
            self.pace.ready().await;
            let error = match self.once(&work).await {
                Ok(mut outcome) => {
                    outcome.attempts += attempts;
                    return End {
                        number,
                        attempts: outcome.attempts,
                        lost: false,
                        result: Ok(outcome),
                    };
                }
                Err(error) => error,
            };
            attempts += error.attempts();
            if let Work::Disconnection { id, .. } = &work
                && lost
                && error.status() == Some(404)
                && error.code() == Some(&ErrorCode::NotFound)
            {
                return End {
                    number,
                    attempts,
                    lost: false,
                    result: Ok(Outcome::of_disconnection(id, attempts)),
                };
            }
            lost |= error.maybe_applied();
            let limited = error.status() == Some(429) && error.is_retryable();
            if limited && self.retries > 0 && windows < MOST_WINDOWS {
                windows += 1;
                let wait = error.retry_after().or(self.window);
                self.wait(&error, wait.unwrap_or_default()).await;
                continue;
            }
            return End {
                number,
                attempts,
                lost,
                result: Err(error.into()),
            };
        }
    }

    /// Waits as the service asked: all jobs for its own window, one job for what X slows down.
    async fn wait(&self, error: &Error, wait: Duration) {
        if error.code() == Some(&ErrorCode::RateLimitExceeded) {
            self.pace.pause(wait);
        } else {
            tokio::time::sleep(wait).await;
        }
    }

    async fn once(&self, work: &Work) -> Result<Outcome, Error> {
        match work {
            Work::Avatar {
                account,
                avatar,
                key,
            } => {
                let options = self.options.clone().idempotency_key(key.clone());
                let call = self.client.update_avatar(account, avatar.clone());
                let response = call.options(options).response().await?;
                Ok(Outcome::of_avatar(account, response))
            }
            Work::Disconnection { id, .. } => {
                let call = self.client.disconnect_account(id);
                let response = call.options(self.options.clone()).response().await?;
                Ok(Outcome::of_disconnection(id, response.attempts))
            }
        }
    }
}
