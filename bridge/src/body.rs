//! The octets of a message between the page's socket and the server's: at most one window of them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// A message on its way through.
#[derive(Debug)]
pub(crate) struct Body {
    state: Mutex<State>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// What the page handed over and the server has not taken.
    waiting: Vec<u8>,
    /// Octets handed over so far.
    received: u64,
    /// Octets that may be handed over.
    credit: u64,
    /// The dialogue is over: what still comes within the credit is dropped.
    over: bool,
}

/// The page handed over more than it had credit for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Overdrawn;

impl Body {
    pub(crate) fn new() -> Body {
        Body {
            state: Mutex::default(),
            arrived: Notify::new(),
        }
    }

    /// Takes in what the page handed over.
    pub(crate) fn push(&self, octets: &[u8]) -> Result<(), Overdrawn> {
        let mut state = self.state();
        state.received = state.received.saturating_add(octets.len() as u64);
        if state.received > state.credit {
            return Err(Overdrawn);
        }
        if !state.over {
            state.waiting.extend_from_slice(octets);
            drop(state);
            self.arrived.notify_one();
        }
        Ok(())
    }

    /// All that waits, once anything does. May be dropped without losing an octet.
    pub(crate) async fn take(&self) -> Vec<u8> {
        loop {
            let waiting = std::mem::take(&mut self.state().waiting);
            if !waiting.is_empty() {
                return waiting;
            }
            self.arrived.notified().await;
        }
    }

    /// Lets the page hand over octets up to this offset.
    pub(crate) fn grant(&self, upto: u64) {
        let mut state = self.state();
        state.credit = state.credit.max(upto);
    }

    /// Nothing is taken any more.
    pub(crate) fn finish(&self) {
        let mut state = self.state();
        state.over = true;
        state.waiting = Vec::new();
    }

    /// Whether the dialogue is over.
    pub(crate) fn is_over(&self) -> bool {
        self.state().over
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn credit_is_kept_and_late_octets_are_dropped() {
        let body = Body::new();
        assert_eq!(body.push(b"x"), Err(Overdrawn));
        let body = Body::new();
        body.grant(4);
        assert_eq!(body.push(b"ab"), Ok(()));
        assert_eq!(body.push(b"c"), Ok(()));
        assert_eq!(body.take().await, b"abc");
        body.finish();
        assert_eq!(body.push(b"d"), Ok(()));
        assert_eq!(body.push(b"e"), Err(Overdrawn));
    }
}
