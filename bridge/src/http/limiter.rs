//! Limits the connections to the page's port. A new connection at the limit gets the permit of one
//! that does not use it: anything on this machine can connect, web pages included, and must not be
//! able to keep everybody else out.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::task::AbortHandle;

/// Runs connections, a limited number at once.
#[derive(Debug)]
pub(super) struct ConnectionLimiter {
    permits: Arc<Semaphore>,
    evictable: Mutex<Evictable>,
}

/// The connections that may be closed for another. WebSockets are not among them: they came with
/// the token.
#[derive(Debug, Default)]
struct Evictable {
    next_id: u64,
    /// Connections without a request yet, the oldest first.
    silent: VecDeque<(u64, AbortHandle)>,
    /// Connections with requests, the one whose last request is oldest first.
    served: VecDeque<(u64, AbortHandle)>,
}

/// The permit of one connection. Available again when this is dropped.
#[derive(Debug)]
pub(super) struct Permit {
    id: u64,
    limiter: Arc<ConnectionLimiter>,
    _permit: OwnedSemaphorePermit,
}

impl ConnectionLimiter {
    pub(super) fn new(most: usize) -> Arc<ConnectionLimiter> {
        Arc::new(ConnectionLimiter {
            permits: Arc::new(Semaphore::new(most)),
            evictable: Mutex::default(),
        })
    }

    /// Starts a connection with a permit, once there is one.
    pub(super) async fn run<F>(
        self: &Arc<ConnectionLimiter>,
        connection: impl FnOnce(Arc<Permit>) -> F,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        let permits = Arc::clone(&self.permits);
        let permit = match Arc::clone(&permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => {
                self.evict();
                let Ok(permit) = permits.acquire_owned().await else {
                    return;
                };
                permit
            }
        };
        let id = {
            let mut evictable = self.evictable();
            evictable.next_id += 1;
            evictable.next_id
        };
        let connection = connection(Arc::new(Permit {
            id,
            limiter: Arc::clone(self),
            _permit: permit,
        }));
        // The connection may use its permit at once, so it starts when it is in the queue. Don't
        // spawn while holding the lock: a runtime that shuts down drops the task, and the permit
        // with it, at once, and that needs the lock.
        let (queued, start) = oneshot::channel();
        let task = tokio::spawn(async move {
            if start.await.is_ok() {
                connection.await;
            }
        });
        let handle = task.abort_handle();
        self.evictable().silent.push_back((id, handle));
        queued.send(()).ok();
    }

    /// Closes the connection that has used its permit least.
    fn evict(&self) {
        let mut evictable = self.evictable();
        let first = evictable
            .silent
            .pop_front()
            .or_else(|| evictable.served.pop_front());
        drop(evictable);
        if let Some((_, connection)) = first {
            tracing::debug!("a connection is closed to make room for another");
            connection.abort();
        }
    }

    fn evictable(&self) -> MutexGuard<'_, Evictable> {
        self.evictable
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Evictable {
    fn remove(&mut self, id: u64) -> Option<(u64, AbortHandle)> {
        let Evictable { silent, served, .. } = self;
        [silent, served].into_iter().find_map(|queue| {
            let at = queue.iter().position(|(of, _)| *of == id)?;
            queue.remove(at)
        })
    }
}

impl Permit {
    /// A request has come.
    pub(super) fn request_received(&self) {
        let mut evictable = self.limiter.evictable();
        if let Some(connection) = evictable.remove(self.id) {
            evictable.served.push_back(connection);
        }
    }

    /// The connection is a WebSocket now, and is not closed for others.
    pub(super) fn upgraded(&self) {
        self.limiter.evictable().remove(self.id);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.limiter.evictable().remove(self.id);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use tokio::sync::mpsc;

    use super::*;

    /// Sends its name when it ends, however it does.
    struct Client(char, mpsc::UnboundedSender<char>);

    impl Drop for Client {
        fn drop(&mut self) {
            self.1.send(self.0).expect("the receiver is there");
        }
    }

    #[tokio::test]
    async fn a_connection_without_a_request_is_closed_first_and_a_websocket_never() {
        let (closed, mut closing) = mpsc::unbounded_channel();
        let limiter = ConnectionLimiter::new(3);
        let connect = async |name: char, what: fn(&Permit)| {
            let client = Client(name, closed.clone());
            let (ready, running) = oneshot::channel();
            let connection = move |permit: Arc<Permit>| async move {
                let _client = client;
                what(&permit);
                ready.send(()).expect("the receiver is there");
                std::future::pending().await
            };
            limiter.run(connection).await;
            running.await.expect("a permit");
        };
        connect('a', Permit::request_received).await;
        connect('b', |_| ()).await;
        connect('c', Permit::upgraded).await;
        connect('d', Permit::request_received).await;
        assert_eq!(closing.recv().await, Some('b'), "it has asked for nothing");
        connect('e', Permit::upgraded).await;
        assert_eq!(closing.recv().await, Some('a'), "it has asked longest ago");
        connect('f', Permit::upgraded).await;
        assert_eq!(closing.recv().await, Some('d'));
        // All of them are WebSockets now.
        assert!(limiter.run(|_| async {}).now_or_never().is_none());
        tokio::task::yield_now().await;
        assert!(closing.try_recv().is_err());
    }
}
