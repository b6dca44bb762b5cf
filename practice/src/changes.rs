//! Notifies tasks of changes, on any executor: it needs no runtime.

use std::{
    collections::BTreeMap,
    future::poll_fn,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Poll, Waker},
};

/// The sending side. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Notifier {
    shared: Arc<Shared>,
    /// Exists as long as any clone does.
    alive: Arc<Alive>,
}

/// Ends the waiting when the last notifier is dropped.
#[derive(Debug)]
struct Alive(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Grows with every change.
    number: u64,
    gone: bool,
    next_receiver: u64,
    /// One for each receiver that waits.
    waiting: BTreeMap<u64, Waker>,
}

/// There will be no more changes, because nobody has the mailbox any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailboxGone;

/// Notifies one task of changes.
#[derive(Debug)]
pub struct Changes {
    shared: Arc<Shared>,
    seen: u64,
    /// Its key in [`State::waiting`].
    receiver: u64,
}

impl Default for Notifier {
    fn default() -> Self {
        let shared = Arc::<Shared>::default();
        Self {
            alive: Arc::new(Alive(Arc::clone(&shared))),
            shared,
        }
    }
}

impl Notifier {
    /// Reports a change to all receivers.
    pub(crate) fn notify(&self) {
        self.shared.wake(|state| state.number += 1);
    }

    /// A receiver that has seen everything up to now.
    pub(crate) fn subscribe(&self) -> Changes {
        let mut state = self.shared.state();
        state.next_receiver += 1;
        Changes {
            shared: Arc::clone(&self.alive.0),
            seen: state.number,
            receiver: state.next_receiver,
        }
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.wake(|state| state.gone = true);
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state();
        change(&mut state);
        let waiting = std::mem::take(&mut state.waiting);
        // A waker may run code that looks at this state.
        drop(state);
        waiting.into_values().for_each(Waker::wake);
    }
}

impl Changes {
    /// Whether something has changed since the last look.
    pub fn has_changed(&self) -> bool {
        self.shared.state().number != self.seen
    }

    /// Counts everything up to now as seen.
    pub fn mark_unchanged(&mut self) {
        self.seen = self.shared.state().number;
    }

    /// Waits until something has changed since the last look, and counts it as seen. Dropping the
    /// future loses nothing.
    ///
    /// # Errors
    /// There will be no more changes.
    pub async fn changed(&mut self) -> Result<(), MailboxGone> {
        poll_fn(|context| {
            let mut state = self.shared.state();
            if state.number != self.seen {
                self.seen = state.number;
                return Poll::Ready(Ok(()));
            }
            if state.gone {
                return Poll::Ready(Err(MailboxGone));
            }
            state.waiting.insert(self.receiver, context.waker().clone());
            Poll::Pending
        })
        .await
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        self.shared.state().waiting.remove(&self.receiver);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        future::Future,
        pin::pin,
        sync::atomic::{AtomicUsize, Ordering},
        task::{Context, Wake},
    };

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Polls for a change once.
    fn look(changes: &mut Changes, woken: &Arc<Woken>) -> Poll<Result<(), MailboxGone>> {
        let waker = Arc::clone(woken).into();
        pin!(changes.changed()).poll(&mut Context::from_waker(&waker))
    }

    #[test]
    fn each_receiver_is_woken_once_and_sees_many_changes_as_one() {
        let notifier = Notifier::default();
        let woken = Arc::<Woken>::default();
        let (mut first, mut second) = (notifier.subscribe(), notifier.subscribe());
        // Looking twice is waiting once.
        assert_eq!(look(&mut first, &woken), Poll::Pending);
        assert_eq!(look(&mut first, &woken), Poll::Pending);
        assert_eq!(look(&mut second, &woken), Poll::Pending);
        notifier.notify();
        notifier.notify();
        assert_eq!(woken.0.load(Ordering::Relaxed), 2);
        for changes in [&mut first, &mut second] {
            assert!(changes.has_changed());
            assert_eq!(look(changes, &woken), Poll::Ready(Ok(())));
            assert_eq!(look(changes, &woken), Poll::Pending);
        }
        assert!(!notifier.subscribe().has_changed());
    }

    #[test]
    fn the_last_notifier_ends_the_waiting_after_its_changes() {
        let notifier = Notifier::default();
        let (woken, mut changes) = (Arc::<Woken>::default(), notifier.subscribe());
        let other = notifier.clone();
        assert_eq!(look(&mut changes, &woken), Poll::Pending);
        drop(notifier);
        assert_eq!(look(&mut changes, &woken), Poll::Pending);
        other.notify();
        drop(other);
        assert_eq!(woken.0.load(Ordering::Relaxed), 1);
        assert_eq!(look(&mut changes, &woken), Poll::Ready(Ok(())));
        assert_eq!(look(&mut changes, &woken), Poll::Ready(Err(MailboxGone)));
    }

    #[test]
    fn a_dropped_receiver_waits_no_longer() {
        let notifier = Notifier::default();
        let (woken, mut changes) = (Arc::<Woken>::default(), notifier.subscribe());
        assert_eq!(look(&mut changes, &woken), Poll::Pending);
        drop(changes);
        assert!(notifier.shared.state().waiting.is_empty());
    }
}
