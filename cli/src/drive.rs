//! Running what waits: the one place with a runtime, ticks and Ctrl-C.

use std::future::Future;
use std::sync::OnceLock;
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
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
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

/// Awaits a call, showing its progress; Ctrl-C ends it.
pub(crate) async fn watch<F: Future>(progress: &Progress, call: F) -> Result<F::Output, Failure> {
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let interrupted = interrupted();
    tokio::pin!(call, interrupted);
    let result = loop {
        tokio::select! {
            biased;
            output = &mut call => break Ok(output),
            () = &mut interrupted => break Err(Failure::Interrupted(progress.interruption())),
            _ = tick.tick() => progress.show(),
        }
    };
    progress.clear();
    result
}

/// Whether Ctrl-C came since somebody first waited for it.
static INTERRUPTED: OnceLock<watch::Receiver<bool>> = OnceLock::new();

/// Waits for Ctrl-C. From this call on, and not only while somebody waits, it no longer ends the process
/// by itself, and it is not forgotten: whoever waits next is told as well.
pub(crate) fn interrupted() -> impl Future<Output = ()> {
    let mut told = INTERRUPTED.get_or_init(listen).clone();
    async move {
        if told.wait_for(|told| *told).await.is_err() {
            // Without a listener the signal ends the process by itself.
            std::future::pending::<()>().await;
        }
    }
}

fn listen() -> watch::Receiver<bool> {
    let (tell, told) = watch::channel(false);
    #[cfg(unix)]
    let signal = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt());
    #[cfg(not(unix))]
    let signal = tokio::signal::windows::ctrl_c();
    if let Ok(mut signal) = signal {
        tokio::spawn(async move {
            while signal.recv().await.is_some() {
                tell.send_replace(true);
            }
        });
    }
    told
}
