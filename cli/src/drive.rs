//! Running what waits: the one place with a runtime, ticks and Ctrl-C.

use std::future::Future;
use std::io;
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use crate::failure::Failure;
use crate::progress::Progress;

/// How often the progress line is drawn anew.
const TICK: Duration = Duration::from_millis(100);

/// Runs a future on this thread, and the connections on two others: a server that never stops sending
/// keeps one of them busy, and then the other still sees to it that the call ends in time. What still
/// blocks when the future has ended (a prompt that nobody answers) is not waited for.
pub(crate) fn block_on<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    threads().map_err(|error| Failure::Local(format!("the system refuses threads: {error}")))?;
    let runtime = Builder::new_multi_thread()
        .worker_threads(WORKERS)
        // With several connections both may be busy: look at the clock after a few of their turns, and
        // not after sixty.
        .event_interval(4)
        .enable_all()
        .build()
        .map_err(|error| Failure::Local(format!("the runtime cannot start: {error}")))?;
    let result = runtime.block_on(future);
    runtime.shutdown_background();
    result
}

/// Threads for connections.
const WORKERS: usize = 2;

/// Whether there are as many threads as are needed, and one to look up a name or read a line. A runtime that gets the
/// first and no other waits for the rest of them for ever.
fn threads() -> io::Result<()> {
    let mut all = Vec::new();
    let mut refused = Ok(());
    for _ in 0..=WORKERS {
        match thread::Builder::new().spawn(thread::park) {
            Ok(one) => all.push(one),
            Err(error) => refused = Err(error),
        }
    }
    for one in all {
        one.thread().unpark();
        // It does nothing that could panic.
        let _ = one.join();
    }
    refused
}

/// Who ends the program before its time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Ctrl-C.
    #[default]
    Interrupt,
    /// SIGTERM.
    Terminate,
}

impl Stop {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Interrupt => "interrupted",
            Self::Terminate => "terminated",
        }
    }
}

/// Awaits a call, showing its progress; Ctrl-C and SIGTERM end it.
pub(crate) async fn watch<F: Future>(progress: &Progress, call: F) -> Result<F::Output, Failure> {
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let interrupted = interrupted();
    tokio::pin!(call, interrupted);
    let result = loop {
        tokio::select! {
            biased;
            output = &mut call => break Ok(output),
            stop = &mut interrupted => break Err(Failure::Interrupted(progress.interruption(stop))),
            _ = tick.tick() => progress.show(),
        }
    };
    progress.clear();
    result
}

/// Whether Ctrl-C or SIGTERM came since somebody first waited for it.
static INTERRUPTED: OnceLock<watch::Receiver<Option<Stop>>> = OnceLock::new();

/// Waits for Ctrl-C or SIGTERM. From this call on, and not only while somebody waits, they no longer end the
/// process by themselves, and they are not forgotten: whoever waits next is told as well.
pub(crate) fn interrupted() -> impl Future<Output = Stop> {
    let mut told = INTERRUPTED.get_or_init(listen).clone();
    async move {
        let stop = told.wait_for(Option::is_some).await;
        let stop = stop.ok().and_then(|stop| *stop);
        match stop {
            Some(stop) => stop,
            // Without a listener the signal ends the process by itself.
            None => std::future::pending().await,
        }
    }
}

#[cfg(unix)]
fn listen() -> watch::Receiver<Option<Stop>> {
    use tokio::signal::unix::{SignalKind, signal};

    let (tell, told) = watch::channel(None);
    for (kind, stop) in [
        (SignalKind::interrupt(), Stop::Interrupt),
        (SignalKind::terminate(), Stop::Terminate),
    ] {
        let tell = tell.clone();
        if let Ok(mut signal) = signal(kind) {
            tokio::spawn(async move {
                while signal.recv().await.is_some() {
                    tell.send_replace(Some(stop));
                }
            });
        }
    }
    told
}

#[cfg(not(unix))]
fn listen() -> watch::Receiver<Option<Stop>> {
    let (tell, told) = watch::channel(None);
    if let Ok(mut signal) = tokio::signal::windows::ctrl_c() {
        tokio::spawn(async move {
            while signal.recv().await.is_some() {
                tell.send_replace(Some(Stop::Interrupt));
            }
        });
    }
    told
}
