//! Lookups of names by the system's resolver.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// The most lookups at once. Each is a thread, and can't be cancelled: the system's resolver gives
/// up after some 30 s.
pub(super) const LOOKUPS: usize = 32;

type Function = dyn Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync;

/// The addresses found, once the lookup has ended.
type Answer = watch::Receiver<Option<Vec<SocketAddr>>>;

/// Lookups on threads of their own, at most [`LOOKUPS`]. Not on tokio's blocking threads: those are
/// shared, and waited for when the program ends.
#[derive(Clone)]
pub(super) struct Lookups {
    function: Arc<Function>,
    /// By name: a second lookup of a name joins the first, so that repeated requests start no more
    /// threads.
    running: Arc<Mutex<HashMap<String, Answer>>>,
    permits: Arc<Semaphore>,
}

impl std::fmt::Debug for Lookups {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lookups").finish_non_exhaustive()
    }
}

impl Lookups {
    /// Lookups by `function`.
    pub(super) fn new(
        function: impl Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static,
    ) -> Lookups {
        Lookups {
            function: Arc::new(function),
            running: Arc::default(),
            permits: Arc::new(Semaphore::new(LOOKUPS)),
        }
    }

    /// Looks a name up, or waits for a lookup of it that is under way.
    pub(super) async fn run(&self, host: &str) -> Vec<SocketAddr> {
        let mut answer = match self.joined(host) {
            Some(answer) => answer,
            None => {
                // A lookup that is given up while it waits here leaves nothing behind.
                let Ok(permit) = self.permits.clone().acquire_owned().await else {
                    return Vec::new();
                };
                self.joined(host)
                    .unwrap_or_else(|| self.begin(host, permit))
            }
        };
        // An error means that the thread ended without an answer.
        match answer.wait_for(Option::is_some).await {
            Ok(found) => found.clone().unwrap_or_default(),
            Err(_) => Vec::new(),
        }
    }

    fn joined(&self, host: &str) -> Option<Answer> {
        self.running().get(host).cloned()
    }

    fn begin(&self, host: &str, permit: OwnedSemaphorePermit) -> Answer {
        let (tell, answer) = watch::channel(None);
        self.running().insert(host.to_owned(), answer.clone());
        let running = Running {
            lookups: self.clone(),
            host: host.to_owned(),
            _permit: permit,
        };
        let thread = std::thread::Builder::new().name("lookup".into());
        let begun = thread.spawn(move || {
            let found = (running.lookups.function)(&running.host);
            let found = found.unwrap_or_else(|error| {
                tracing::debug!(%error, "lookup");
                Vec::new()
            });
            // There may be no receiver any more.
            tell.send_replace(Some(found));
            drop(running);
        });
        if let Err(error) = begun {
            tracing::warn!(%error, "no thread for a lookup");
        }
        answer
    }

    fn running(&self) -> MutexGuard<'_, HashMap<String, Answer>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running lookup. However it ends, it is removed from the list, and the next may start.
struct Running {
    lookups: Lookups,
    host: String,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.lookups.running().remove(&self.host);
    }
}
