//! Whether this tab may send.

/// Whose turn it is to send. It is that of a tab that has the lock and has read the records since
/// it got it: what the tab read before may be older than what another has sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    state: State,
    /// How often this tab has got the lock.
    grants: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Another tab may.
    #[default]
    Other,
    /// This tab waits for the lock.
    Waiting,
    /// This tab has the lock, and reads the records.
    Reading,
    /// It is the turn of this tab.
    Own,
}

/// A lock that was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant(u32);

impl Turn {
    /// This tab is to ask for the lock. False: it has asked already.
    pub fn ask(&mut self) -> bool {
        let asks = self.state == State::Other;
        if asks {
            self.state = State::Waiting;
        }
        asks
    }

    /// This tab has the lock. The records are to be read.
    pub fn granted(&mut self) -> Grant {
        self.state = State::Reading;
        self.grants += 1;
        Grant(self.grants)
    }

    /// The records were read after this grant. False: the lock is lost meanwhile.
    pub fn read(&mut self, grant: Grant) -> bool {
        if self.state == State::Reading && self.grants == grant.0 {
            self.state = State::Own;
        }
        self.is_own() && self.grants == grant.0
    }

    /// The lock is lost or given up.
    pub fn lost(&mut self) {
        self.state = State::Other;
    }

    /// Whether the records are being read under the lock.
    #[must_use]
    pub fn is_reading(self) -> bool {
        self.state == State::Reading
    }

    /// Whether the lock was granted since this: what was read before may be old.
    #[must_use]
    pub fn is_later(self, before: Turn) -> bool {
        self.grants != before.grants
    }

    /// Whether this tab may send.
    #[must_use]
    pub fn is_own(self) -> bool {
        self.state == State::Own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_sent_before_the_records_are_read_under_the_lock() {
        let mut turn = Turn::default();
        assert!(!turn.is_own());
        assert!(turn.ask());
        assert!(!turn.ask(), "it waits already");
        assert!(!turn.is_own());
        let grant = turn.granted();
        assert!(
            turn.is_reading() && !turn.is_own(),
            "the records may be old"
        );
        assert!(turn.is_later(Turn::default()) && !turn.is_later(turn));
        assert!(!turn.ask());
        assert!(turn.read(grant) && turn.is_own());
        assert!(!turn.ask());
        turn.lost();
        assert!(!turn.is_own() && turn.ask());
    }

    #[test]
    fn what_was_read_under_a_lock_that_is_lost_does_not_count() {
        let mut turn = Turn::default();
        turn.ask();
        let first = turn.granted();
        turn.lost();
        assert!(!turn.read(first) && !turn.is_own());
        turn.ask();
        let second = turn.granted();
        assert!(!turn.read(first) && !turn.is_own());
        assert!(turn.read(second) && turn.is_own());
        assert!(!turn.read(first), "it says of itself that it is over");
        assert!(turn.is_own());
    }
}
