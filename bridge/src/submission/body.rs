//! The octets of a message between the page's socket and the server's: at most [`wire::WINDOW`] of
//! them.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use engine::Overdrawn;
use hyper::body::Bytes;
use tokio::sync::Notify;

/// The octets of one message that the page has sent and the dialogue has not accepted yet.
#[derive(Debug)]
pub(crate) struct Body {
    state: Mutex<State>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Frames from the page that the dialogue has not accepted. They are not joined, because that
    /// would copy them into a buffer that grows to a mebibyte again and again.
    waiting: VecDeque<Bytes>,
    /// Octets that the page has sent.
    received: u64,
    /// Octets that the page may send.
    credit: u64,
    /// The message is over: octets that still come within the credit are dropped.
    over: bool,
}

impl Body {
    pub(crate) fn new() -> Body {
        Body {
            state: Mutex::default(),
            arrived: Notify::new(),
        }
    }

    /// Takes octets that the page sent.
    ///
    /// # Errors
    /// They are more than its credit allows.
    pub(crate) fn push(&self, octets: Bytes) -> Result<(), Overdrawn> {
        let mut state = self.state();
        state.received = state.received.saturating_add(octets.len() as u64);
        if state.received > state.credit {
            return Err(Overdrawn);
        }
        if !state.over && !octets.is_empty() {
            state.waiting.push_back(octets);
            drop(state);
            self.arrived.notify_one();
        }
        Ok(())
    }

    /// The next frame, once there is one. May be dropped without losing an octet.
    pub(crate) async fn take(&self) -> Bytes {
        loop {
            let next = self.state().waiting.pop_front();
            if let Some(next) = next {
                return next;
            }
            self.arrived.notified().await;
        }
    }

    /// Lets the page send octets up to this offset.
    pub(crate) fn grant(&self, upto: u64) {
        let mut state = self.state();
        state.credit = state.credit.max(upto);
    }

    /// The message is over.
    pub(crate) fn finish(&self) {
        let mut state = self.state();
        state.over = true;
        state.waiting = VecDeque::new();
    }

    /// Octets that the page may still send: its credit less what it sent.
    pub(crate) fn credit_left(&self) -> u64 {
        let state = self.state();
        state.credit.saturating_sub(state.received)
    }

    /// Whether the message is over.
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
        let push = |body: &Body, octets: &'static [u8]| body.push(Bytes::from_static(octets));
        assert_eq!(push(&body, b"x"), Err(Overdrawn));
        let body = Body::new();
        body.grant(4);
        assert_eq!(push(&body, b"ab"), Ok(()));
        assert_eq!(push(&body, b""), Ok(()));
        assert_eq!(push(&body, b"c"), Ok(()));
        assert_eq!(&body.take().await[..], b"ab");
        assert_eq!(&body.take().await[..], b"c");
        body.finish();
        assert_eq!(push(&body, b"d"), Ok(()));
        assert_eq!(push(&body, b"e"), Err(Overdrawn));
    }
}
