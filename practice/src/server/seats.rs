//! Who is served at once, and who has to go when another comes and no place is left.
//!
//! Everything on this machine can connect, pages in browsers too, and hold what they have. So a
//! newcomer is not simply turned away: first goes the client that came earliest and has not said
//! who it is, then the one that has been silent longest.

use crate::limits;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{task::AbortHandle, time::Instant};

/// When a client was last heard, once it has said EHLO or HELO.
#[derive(Debug, Clone, Default)]
pub(super) struct Heard(Arc<Mutex<Option<Instant>>>);

impl Heard {
    /// Something came from a client that has said who it is.
    pub(super) fn stir(&self, now: Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }

    fn last(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
struct Seat {
    heard: Heard,
    session: AbortHandle,
}

/// The clients served, in the order in which they came.
#[derive(Debug)]
pub(super) struct Seats {
    taken: VecDeque<Seat>,
    most: usize,
}

impl Seats {
    pub(super) fn new(most: usize) -> Self {
        Self {
            taken: VecDeque::new(),
            most,
        }
    }

    /// Whether a newcomer can be served; the client whose place it gets is gone then.
    pub(super) fn make_room(&mut self, now: Instant) -> bool {
        if self.taken.len() >= self.most {
            self.taken.retain(|seat| !seat.session.is_finished());
        }
        if self.taken.len() < self.most {
            return true;
        }
        let Some(seat) = self
            .least_missed(now)
            .and_then(|least| self.taken.remove(least))
        else {
            return false;
        };
        seat.session.abort();
        true
    }

    /// Gives a place to a newcomer for whom there is room.
    pub(super) fn take(&mut self, heard: Heard, session: AbortHandle) {
        self.taken.push_back(Seat { heard, session });
    }

    fn least_missed(&self, now: Instant) -> Option<usize> {
        let unknown = self
            .taken
            .iter()
            .position(|seat| seat.heard.last().is_none());
        unknown.or_else(|| {
            let silent = |heard: Instant| now.saturating_duration_since(heard) >= limits::SILENCE;
            self.taken
                .iter()
                .enumerate()
                .filter_map(|(at, seat)| Some((seat.heard.last()?, at)))
                .min()
                .filter(|&(heard, _)| silent(heard))
                .map(|(_, at)| at)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::task::{JoinHandle, yield_now};

    fn newcomer(seats: &mut Seats) -> (Heard, JoinHandle<()>) {
        let heard = Heard::default();
        let session = tokio::spawn(std::future::pending());
        seats.take(heard.clone(), session.abort_handle());
        (heard, session)
    }

    #[tokio::test]
    async fn who_is_missed_least_goes_first() {
        let start = Instant::now();
        let mut seats = Seats::new(3);
        let (first, first_session) = newcomer(&mut seats);
        let (second, second_session) = newcomer(&mut seats);
        let (third, third_session) = newcomer(&mut seats);
        first.stir(start + limits::SILENCE / 2);
        second.stir(start);
        assert!(seats.make_room(start), "one has not said who it is");
        assert!(third_session.await.is_err_and(|ended| ended.is_cancelled()));
        drop(third);

        let (fourth, _fourth_session) = newcomer(&mut seats);
        fourth.stir(start + limits::SILENCE);
        assert!(
            !seats.make_room(start + limits::SILENCE / 2),
            "all are busy"
        );
        assert!(seats.make_room(start + limits::SILENCE));
        let ended = second_session.await;
        assert!(ended.is_err_and(|ended| ended.is_cancelled()));

        first_session.abort();
        while !first_session.is_finished() {
            yield_now().await;
        }
        newcomer(&mut seats);
        assert!(seats.make_room(start), "one has gone by itself");
    }
}
