//! Running what waits: the one place with a runtime, ticks and Ctrl-C.

use std::future::Future;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::time::{MissedTickBehavior, interval};

use crate::failure::Failure;
use crate::progress::Progress;

/// How often the progress line is drawn anew.
const TICK: Duration = Duration::from_millis(100);

/// Runs a future on this thread. What still blocks when it has ended (a prompt that nobody answers) is
/// not waited for.
pub(crate) fn block_on<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = Builder::new_current_thread()
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

/// Waits for Ctrl-C.
pub(crate) async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the signal ends the process by itself.
        std::future::pending::<()>().await;
    }
}
