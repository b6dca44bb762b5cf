//! When and how the program shuts down.

use std::time::Duration;

use anyhow::{Context, Result};

/// How long shutting down may take: dialogues end in order, and pages are sent the reason.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(12);

/// Ctrl-C, or the system asking the program to end. Once this exists, neither kills the program.
pub(crate) struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    /// Catches the signals from now on.
    ///
    /// # Errors
    /// What the system said.
    pub(crate) fn catch() -> Result<Signals> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Signals {
                terminate: signal(SignalKind::terminate()).context("can't wait for signals")?,
                interrupt: signal(SignalKind::interrupt()).context("can't wait for signals")?,
            })
        }
        #[cfg(not(unix))]
        Ok(Signals {})
    }

    /// Waits for the first of them.
    ///
    /// # Errors
    /// What the system said.
    pub(crate) async fn received(&mut self) -> Result<()> {
        #[cfg(unix)]
        {
            tokio::select! {
                _ = self.terminate.recv() => {}
                _ = self.interrupt.recv() => {}
            }
            Ok(())
        }
        #[cfg(not(unix))]
        tokio::signal::ctrl_c()
            .await
            .context("can't wait for Ctrl-C")
    }
}
