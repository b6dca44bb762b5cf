//! Limits the number of connections, and decides which one to close when a new client connects at
//! the limit.
//!
//! Anything on this machine can connect and stay connected, including web pages. Refusing new
//! clients would let idle ones block the server. So the oldest client that has not sent EHLO or
//! HELO is disconnected first, then the client that has been idle longest.

use crate::limits;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{task::AbortHandle, time::Instant};

/// When a client was last active. None before it has sent EHLO or HELO.
#[derive(Debug, Clone, Default)]
pub(super) struct Activity(Arc<Mutex<Option<Instant>>>);

impl Activity {
    /// Records activity of a client that has sent EHLO or HELO.
    pub(super) fn record(&self, now: Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }

    fn last(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
struct Connection {
    activity: Activity,
    session: AbortHandle,
}

/// The open connections, oldest first.
#[derive(Debug)]
pub(super) struct ConnectionLimiter {
    connections: VecDeque<Connection>,
    most: usize,
}

impl ConnectionLimiter {
    pub(super) fn new(most: usize) -> Self {
        Self {
            connections: VecDeque::new(),
            most,
        }
    }

    /// Returns whether a new client can be served. Disconnects another client if necessary.
    pub(super) fn make_room(&mut self, now: Instant) -> bool {
        if self.connections.len() >= self.most {
            self.connections.retain(|open| !open.session.is_finished());
        }
        if self.connections.len() < self.most {
            return true;
        }
        let Some(connection) = self
            .evictable(now)
            .and_then(|index| self.connections.remove(index))
        else {
            return false;
        };
        connection.session.abort();
        true
    }

    /// Adds a connection, after [`make_room`](Self::make_room) returned true.
    pub(super) fn add(&mut self, activity: Activity, session: AbortHandle) {
        self.connections.push_back(Connection { activity, session });
    }

    fn evictable(&self, now: Instant) -> Option<usize> {
        let silent = self
            .connections
            .iter()
            .position(|connection| connection.activity.last().is_none());
        silent.or_else(|| {
            let idle =
                |activity: Instant| now.saturating_duration_since(activity) >= limits::SILENCE;
            self.connections
                .iter()
                .enumerate()
                .filter_map(|(index, connection)| Some((connection.activity.last()?, index)))
                .min()
                .filter(|&(activity, _)| idle(activity))
                .map(|(_, index)| index)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::task::{JoinHandle, yield_now};

    fn add(limiter: &mut ConnectionLimiter) -> (Activity, JoinHandle<()>) {
        let activity = Activity::default();
        let session = tokio::spawn(std::future::pending());
        limiter.add(activity.clone(), session.abort_handle());
        (activity, session)
    }

    #[tokio::test]
    async fn the_longest_idle_client_is_disconnected_first() {
        let start = Instant::now();
        let mut limiter = ConnectionLimiter::new(3);
        let (first, first_session) = add(&mut limiter);
        let (second, second_session) = add(&mut limiter);
        let (third, third_session) = add(&mut limiter);
        first.record(start + limits::SILENCE / 2);
        second.record(start);
        assert!(limiter.make_room(start), "one has not sent EHLO");
        assert!(third_session.await.is_err_and(|ended| ended.is_cancelled()));
        drop(third);

        let (fourth, _fourth_session) = add(&mut limiter);
        fourth.record(start + limits::SILENCE);
        assert!(
            !limiter.make_room(start + limits::SILENCE / 2),
            "all are active"
        );
        assert!(limiter.make_room(start + limits::SILENCE));
        let ended = second_session.await;
        assert!(ended.is_err_and(|ended| ended.is_cancelled()));

        first_session.abort();
        while !first_session.is_finished() {
            yield_now().await;
        }
        add(&mut limiter);
        assert!(limiter.make_room(start), "one has disconnected");
    }
}
