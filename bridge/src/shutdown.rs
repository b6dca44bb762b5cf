//! When and how the program shuts down.

use std::time::Duration;

use anyhow::{Context, Result};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

/// How long shutting down may take: dialogues end in order, and pages are sent the reason.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(12);

/// Returns when no page has been open for this long. Without a limit it never does.
pub(crate) async fn unused(pages: &TaskTracker, limit: Option<Duration>) {
    let Some(limit) = limit else {
        return std::future::pending().await;
    };
    // The tracker doesn't report how many there are, so it is looked at now and then.
    let interval = (limit / 10).clamp(Duration::from_millis(100), Duration::from_secs(30));
    let mut last_used = Instant::now();
    while last_used.elapsed() < limit {
        tokio::time::sleep(interval).await;
        if !pages.is_empty() {
            last_used = Instant::now();
        }
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_bridge_without_pages_ends_after_the_limit() {
        let pages = TaskTracker::new();
        let limit = Duration::from_mins(10);
        let page = pages.token();
        let open = limit * 3;
        let start = Instant::now();
        let close = async {
            tokio::time::sleep(open).await;
            drop(page);
        };
        tokio::join!(unused(&pages, Some(limit)), close);
        let took = start.elapsed();
        assert!(took >= open + limit - limit / 10, "{took:?}");
        assert!(took <= open + limit + limit / 10, "{took:?}");
    }
}
