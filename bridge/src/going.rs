//! The end of the program, as everything that runs hears of it.

use tokio::sync::watch;

/// Tells all that the program ends.
pub(crate) struct Farewell(watch::Sender<bool>);

/// Hears of it.
#[derive(Clone, Debug)]
pub(crate) struct Going(watch::Receiver<bool>);

/// The two ends.
pub(crate) fn farewell() -> (Farewell, Going) {
    let (go, going) = watch::channel(false);
    (Farewell(go), Going(going))
}

impl Farewell {
    pub(crate) fn say(&self) {
        self.0.send_replace(true);
    }
}

impl Going {
    /// Waits until the program ends.
    pub(crate) async fn heard(&mut self) {
        // Whoever would say so may be gone: then it is ending, too.
        self.0.wait_for(|going| *going).await.ok();
    }

    pub(crate) fn is_heard(&self) -> bool {
        *self.0.borrow()
    }
}
