//! Octets of messages that are over.

use std::collections::VecDeque;

/// The page sent more than its credit allows.
#[derive(Debug, PartialEq, Eq)]
pub struct Overdrawn;

/// The credit of messages that are over. Octets may have been on their way when the page
/// learned of the end; they are dropped.
#[derive(Debug, Default)]
pub struct EndedMessages {
    /// Ids, and octets that may still come. The message that ended last is last.
    left: VecDeque<(u32, u64)>,
}

impl EndedMessages {
    /// Most messages remembered. A page sends no octets of a message once it knows of its end, so
    /// two would do for one that reads what it is sent.
    const MOST: usize = 64;

    /// A message is over, with so much of its credit left.
    pub fn remember(&mut self, id: u32, left: u64) {
        self.left.retain(|(known, _)| *known != id);
        if self.left.len() == Self::MOST {
            self.left.pop_front();
        }
        self.left.push_back((id, left));
    }

    /// Octets of a message that is over have come.
    ///
    /// # Errors
    /// More than its credit allows, or there was no message of this id.
    pub fn drop_octets(&mut self, id: u32, octets: u64) -> Result<(), Overdrawn> {
        let known = self.left.iter_mut().find(|(known, _)| *known == id);
        let (_, left) = known.ok_or(Overdrawn)?;
        *left = left.checked_sub(octets).ok_or(Overdrawn)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_of_ended_messages_are_dropped_within_their_credit() {
        let mut ended = EndedMessages::default();
        assert_eq!(ended.drop_octets(1, 0), Err(Overdrawn), "never started");
        ended.remember(1, 3);
        ended.remember(2, 5);
        assert_eq!(ended.drop_octets(1, 2), Ok(()));
        assert_eq!(ended.drop_octets(2, 5), Ok(()));
        assert_eq!(ended.drop_octets(1, 1), Ok(()));
        assert_eq!(ended.drop_octets(1, 1), Err(Overdrawn));
        // An id that is used again counts anew.
        ended.remember(1, 0);
        assert_eq!(ended.drop_octets(1, 0), Ok(()));
        assert_eq!(ended.drop_octets(1, 1), Err(Overdrawn));
        for id in 10..200 {
            ended.remember(id, 1);
        }
        assert_eq!(ended.left.len(), EndedMessages::MOST);
        assert_eq!(ended.drop_octets(199, 1), Ok(()));
        assert_eq!(ended.drop_octets(10, 1), Err(Overdrawn));
    }
}
