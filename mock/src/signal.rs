//! Being asked to stop.

use std::io;

/// Waits until the process is asked to stop.
#[cfg(unix)]
pub(crate) async fn wait() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

/// Waits until the process is asked to stop.
#[cfg(not(unix))]
pub(crate) async fn wait() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
