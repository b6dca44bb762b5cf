//! The places of connections to the page's port. Whoever comes when all are taken gets the place of
//! somebody who is not using it: anything on this machine can connect, pages in browsers too, and
//! must not be able to keep everybody else out.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::task::AbortHandle;

/// All the places.
#[derive(Debug)]
pub(crate) struct Seats {
    free: Arc<Semaphore>,
    taken: Mutex<Taken>,
}

/// Those that can be taken back, the longest out of use first. WebSockets are not among them: they
/// came with the token.
#[derive(Debug, Default)]
struct Taken {
    next: u64,
    /// Who has not asked for anything yet.
    silent: VecDeque<(u64, AbortHandle)>,
    /// Who has, by when they did last.
    served: VecDeque<(u64, AbortHandle)>,
}

/// A place, free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    id: u64,
    seats: Arc<Seats>,
    _place: OwnedSemaphorePermit,
}

impl Seats {
    pub(crate) fn new(most: usize) -> Arc<Seats> {
        Arc::new(Seats {
            free: Arc::new(Semaphore::new(most)),
            taken: Mutex::default(),
        })
    }

    /// Runs a connection on a place of its own, once there is one.
    pub(crate) async fn seat<F>(self: &Arc<Seats>, connection: impl FnOnce(Arc<Seat>) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let free = Arc::clone(&self.free);
        let place = match Arc::clone(&free).try_acquire_owned() {
            Ok(place) => place,
            Err(_) => {
                self.make_room();
                let Ok(place) = free.acquire_owned().await else {
                    return;
                };
                place
            }
        };
        let id = {
            let mut taken = self.taken();
            taken.next += 1;
            taken.next
        };
        let connection = connection(Arc::new(Seat {
            id,
            seats: Arc::clone(self),
            _place: place,
        }));
        // It may have something to say about its place at once, and begins when that is known here.
        // Not under the lock: a runtime that is ending drops what is spawned on the spot, and the
        // seat with it.
        let (known, begin) = oneshot::channel();
        let task = tokio::spawn(async move {
            if begin.await.is_ok() {
                connection.await;
            }
        });
        self.taken().silent.push_back((id, task.abort_handle()));
        known.send(()).ok();
    }

    fn make_room(&self) {
        let mut taken = self.taken();
        let longest = taken
            .silent
            .pop_front()
            .or_else(|| taken.served.pop_front());
        drop(taken);
        if let Some((_, connection)) = longest {
            tracing::debug!("a connection gives its place to another");
            connection.abort();
        }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    fn take_out(&mut self, id: u64) -> Option<(u64, AbortHandle)> {
        let Taken { silent, served, .. } = self;
        [silent, served].into_iter().find_map(|queue| {
            let at = queue.iter().position(|(of, _)| *of == id)?;
            queue.remove(at)
        })
    }
}

impl Seat {
    /// A request has come.
    pub(crate) fn is_used(&self) {
        let mut taken = self.seats.taken();
        if let Some(one) = taken.take_out(self.id) {
            taken.served.push_back(one);
        }
    }

    /// It is a WebSocket's from now on, and no longer anybody else's.
    pub(crate) fn is_kept(&self) {
        self.seats.taken().take_out(self.id);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.seats.taken().take_out(self.id);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use tokio::sync::mpsc;

    use super::*;

    /// Says its name when it ends, however it does.
    struct Guest(char, mpsc::UnboundedSender<char>);

    impl Drop for Guest {
        fn drop(&mut self) {
            self.1.send(self.0).expect("somebody listens");
        }
    }

    #[tokio::test]
    async fn whoever_has_asked_for_nothing_goes_first_and_a_websocket_never() {
        let (say, mut gone) = mpsc::unbounded_channel();
        let seats = Seats::new(3);
        let come = async |name: char, what: fn(&Seat)| {
            let guest = Guest(name, say.clone());
            let (ready, seated) = oneshot::channel();
            let connection = move |seat: Arc<Seat>| async move {
                let _guest = guest;
                what(&seat);
                ready.send(()).expect("somebody waits");
                std::future::pending().await
            };
            seats.seat(connection).await;
            seated.await.expect("a seat");
        };
        come('a', Seat::is_used).await;
        come('b', |_| ()).await;
        come('c', Seat::is_kept).await;
        come('d', Seat::is_used).await;
        assert_eq!(gone.recv().await, Some('b'), "it has asked for nothing");
        come('e', Seat::is_kept).await;
        assert_eq!(gone.recv().await, Some('a'), "it has asked longest ago");
        come('f', Seat::is_kept).await;
        assert_eq!(gone.recv().await, Some('d'));
        // All of them are kept now.
        assert!(seats.seat(|_| async {}).now_or_never().is_none());
        tokio::task::yield_now().await;
        assert!(gone.try_recv().is_err());
    }
}
