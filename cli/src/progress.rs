//! What is seen while a call is under way: a line that tells what is waited for, and with `--verbose`
//! every request and answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use xquik::Event;
use xquik::generated::runtime::{Operation, Resend};

use crate::arguments::Global;
use crate::drive::Stop;
use crate::exchange;
use crate::failure::Interruption;
use crate::screen::{Line, Look, Screen};
use crate::secrets::Secrets;

/// Waiting for longer than this is shown.
const NOTICEABLE: Duration = Duration::from_secs(1);

/// What is seen while a call is under way. Clones share it.
#[derive(Clone)]
pub(crate) struct Progress {
    screen: Screen,
    quiet: bool,
    verbose: bool,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    phase: Option<Phase>,
    /// What a request has to upload before it can be answered.
    upload: Option<String>,
    /// Whether this phase has been told of where lines stay.
    told: bool,
    interruption: Interruption,
    /// How what is called may be sent again, as the document says.
    resend: Option<Resend>,
    /// Whether it goes out under a key that the caller gave.
    own_key: bool,
    /// Whether there ever was a connection: before the first one nothing can have left.
    connected: bool,
    secrets: Secrets,
}

#[derive(Clone, Copy)]
enum Phase {
    /// A request is on its way.
    Sent { at: Instant, attempt: u32 },
    /// A wait before the next attempt.
    Waiting { until: Instant, next_attempt: u32 },
}

impl Progress {
    pub(crate) fn new(screen: Screen, global: &Global) -> Self {
        Self {
            screen,
            quiet: global.quiet,
            verbose: global.verbose,
            state: Arc::default(),
        }
    }

    /// Makes secrets known that are blanked from now on.
    pub(crate) fn hide(&self, secrets: &Secrets) {
        self.state().secrets = secrets.clone();
    }

    /// Makes known what is called, and whether it goes out under a key that the caller gave.
    pub(crate) fn calls(&self, operation: &Operation, own_key: bool) {
        let mut state = self.state();
        state.resend = Some(operation.resend);
        state.own_key = own_key;
    }

    /// Makes known how much is uploaded with a request.
    pub(crate) fn uploads(&self, bytes: u64) {
        self.state().upload = Some(format!("{} KB", bytes.div_ceil(1000)));
    }

    /// What the client tells its events to.
    pub(crate) fn observer(&self) -> impl Fn(&Event<'_>) + Send + Sync + 'static {
        let progress = self.clone();
        move |event| progress.note(event)
    }

    /// What was under way, if the call is given up now.
    pub(crate) fn interruption(&self, stop: Stop) -> Interruption {
        let state = self.state();
        let mut interruption = Interruption {
            stop,
            ..state.interruption.clone()
        };
        // What has not been acted on may be begun anew; else it is as with an answer that was lost.
        interruption.retryable = !interruption.maybe_applied
            || match state.resend {
                Some(Resend::Idempotent) => true,
                Some(Resend::Keyed) => state.own_key,
                Some(Resend::Never) | None => false,
            };
        // Nobody needs the key of a request that never left.
        interruption.idempotency_key.take_if(|_| !state.connected);
        interruption
    }

    fn note(&self, event: &Event<'_>) {
        let mut state = self.state();
        let now = Instant::now();
        let lines = match *event {
            Event::Sending {
                attempt,
                method,
                url,
                idempotency_key,
                headers,
                body,
            } => {
                state.phase = Some(Phase::Sent { at: now, attempt });
                state.told = false;
                state.interruption = Interruption {
                    attempts: attempt,
                    maybe_applied: state.connected,
                    idempotency_key: idempotency_key.map(str::to_owned),
                    ..Interruption::default()
                };
                if !self.verbose {
                    return;
                }
                let attempt = match attempt {
                    ..=1 => String::new(),
                    attempt => format!(" (attempt {attempt})"),
                };
                exchange::request(&format!("{method} {url}{attempt}"), headers, body)
            }
            Event::Connected => {
                state.connected = true;
                // What is waited for now is something else.
                state.told = false;
                state.interruption.maybe_applied = true;
                return;
            }
            Event::Answered {
                status,
                headers,
                body,
            } => {
                state.phase = None;
                if !self.verbose {
                    return;
                }
                exchange::answer(status, headers, body, self.screen.is_terminal())
            }
            Event::Failed { reason, .. } => {
                state.phase = None;
                vec![Line::new().look(Look::Bad, "! ").text(reason)]
            }
            Event::Waiting {
                wait,
                next_attempt,
                maybe_applied,
                ..
            } => {
                state.phase = Some(Phase::Waiting {
                    until: now + wait,
                    next_attempt,
                });
                state.told = false;
                state.interruption.maybe_applied = maybe_applied;
                vec![
                    Line::new()
                        .look(Look::Faint, "~ ")
                        .text(format!("waiting {:.1} s", wait.as_secs_f64())),
                ]
            }
            _ => return,
        };
        let secrets = state.secrets.clone();
        drop(state);
        if self.verbose {
            let lines: Vec<Line> = lines
                .into_iter()
                .map(|line| line.cleaned(&secrets))
                .collect();
            self.screen.lines(&lines);
        }
    }

    /// Shows what is waited for, if that takes long; called now and then.
    pub(crate) fn show(&self) {
        if self.quiet {
            return;
        }
        let mut state = self.state();
        let Some(phase) = state.phase else { return };
        let now = Instant::now();
        let (text, clock) = match phase {
            Phase::Sent { at, attempt } => {
                let since = now.duration_since(at);
                if since < NOTICEABLE {
                    return;
                }
                let nth = |word: &str| match attempt {
                    ..=1 => String::new(),
                    attempt => format!("{word} attempt {attempt}"),
                };
                // How much of it has arrived is known to the service alone.
                let text = match &state.upload {
                    _ if !state.connected => format!("connecting{}", nth(",")),
                    Some(size) => format!("uploading {size}, then the answer{}", nth(" to")),
                    None => format!("waiting for the answer{}", nth(" to")),
                };
                (text, format!(": {} s", since.as_secs()))
            }
            Phase::Waiting {
                until,
                next_attempt,
            } => {
                let left = until.saturating_duration_since(now);
                if !state.told && left < NOTICEABLE {
                    return;
                }
                let wait = left.as_secs_f64().ceil();
                let text = format!("waiting {wait} s, then attempt {next_attempt}");
                (text, String::new())
            }
        };
        let told = std::mem::replace(&mut state.told, true);
        drop(state);
        if self.screen.is_terminal() {
            self.screen.passing(&text, &clock);
        } else if !told && !self.verbose {
            // A log gets each wait once.
            self.screen.line(&Line::new().text(text));
        }
    }

    /// How long the client waits yet before it sends something again.
    pub(crate) fn waiting(&self) -> Option<Duration> {
        match self.state().phase {
            Some(Phase::Waiting { until, .. }) => Some(until)
                .map(|until| until.saturating_duration_since(Instant::now()))
                .filter(|left| *left > NOTICEABLE),
            _ => None,
        }
    }

    pub(crate) fn clear(&self) {
        self.screen.clear();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
