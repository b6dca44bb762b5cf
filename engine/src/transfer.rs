//! How far a message has come between the page and the server, and what the page is told of it.

use wire::WINDOW;

/// The page gets progress and credit each time so many octets more have been accepted.
const STRIDE: u64 = WINDOW / 4;

/// Counts the octets of one message.
#[derive(Debug)]
pub struct Transfer {
    size: u64,
    /// Octets that the dialogue has accepted.
    accepted: u64,
    /// The highest offset that the page may send up to.
    credit: u64,
    /// The progress reported last.
    reported: u64,
}

impl Transfer {
    /// A message of `size` octets, of which none has come.
    #[must_use]
    pub fn new(size: u64) -> Transfer {
        Transfer {
            size,
            accepted: 0,
            credit: 0,
            reported: 0,
        }
    }

    /// The dialogue has accepted so many octets more.
    pub fn accepted(&mut self, octets: u64) {
        self.accepted += octets;
    }

    /// The progress to report now. None: too little has changed.
    pub fn progress(&mut self) -> Option<u64> {
        let more = self.accepted - self.reported;
        let due = more > 0 && (more >= STRIDE || self.accepted == self.size);
        due.then(|| {
            self.reported = self.accepted;
            self.accepted
        })
    }

    /// The offset that the page may send up to from now on. None: it stays as it was.
    pub fn credit(&mut self) -> Option<u64> {
        let upto = (self.accepted + WINDOW).min(self.size);
        let more = upto.saturating_sub(self.credit);
        let due = more > 0 && (more >= STRIDE || upto == self.size);
        due.then(|| {
            self.credit = upto;
            upto
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credit_stays_a_window_ahead_of_what_is_accepted() {
        let size = 2 * WINDOW + 5;
        let mut transfer = Transfer::new(size);
        assert_eq!(transfer.credit(), Some(WINDOW));
        assert_eq!(transfer.credit(), None);
        transfer.accepted(STRIDE - 1);
        assert_eq!((transfer.progress(), transfer.credit()), (None, None));
        transfer.accepted(1);
        assert_eq!(transfer.progress(), Some(STRIDE));
        assert_eq!(transfer.credit(), Some(WINDOW + STRIDE));
        transfer.accepted(WINDOW);
        assert_eq!(transfer.credit(), Some(size), "all of it");
        transfer.accepted(size - WINDOW - STRIDE);
        assert_eq!(transfer.progress(), Some(size));
        assert_eq!((transfer.progress(), transfer.credit()), (None, None));
    }

    #[test]
    fn a_small_message_gets_all_its_credit_at_once() {
        let mut transfer = Transfer::new(3);
        assert_eq!(transfer.credit(), Some(3));
        transfer.accepted(2);
        assert_eq!((transfer.progress(), transfer.credit()), (None, None));
        transfer.accepted(1);
        assert_eq!(transfer.progress(), Some(3));
        let mut empty = Transfer::new(0);
        assert_eq!((empty.progress(), empty.credit()), (None, None));
    }
}
