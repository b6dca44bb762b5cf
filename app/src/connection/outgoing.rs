//! The message that is being sent to the bridge. Only credit from the bridge moves it.

/// Octets of a message per binary frame.
const FRAME: usize = 64 * 1024;

/// A message that is being sent. Credit for another id changes nothing.
#[derive(Debug)]
pub(super) struct Outgoing {
    id: u32,
    octets: Vec<u8>,
    sent: usize,
    upto: usize,
}

impl Outgoing {
    /// A message of which nothing has been sent, without credit.
    pub(super) fn new(id: u32, octets: Vec<u8>) -> Outgoing {
        Outgoing {
            id,
            octets,
            sent: 0,
            upto: 0,
        }
    }

    /// The number of the send it belongs to.
    pub(super) fn id(&self) -> u32 {
        self.id
    }

    /// Takes in credit. It never shrinks, and may pass the size of the message.
    pub(super) fn credit(&mut self, id: u32, upto: u64) {
        if id == self.id {
            let upto = usize::try_from(upto).unwrap_or(usize::MAX);
            self.upto = self.upto.max(upto.min(self.octets.len()));
        }
    }

    /// The next frame, within the credit; None where there is no credit left.
    pub(super) fn next_frame(&mut self) -> Option<Vec<u8>> {
        let end = self.upto.min(self.sent + FRAME);
        let octets = self.octets.get(self.sent..end)?;
        self.sent = end;
        (!octets.is_empty()).then(|| wire::message_frame(self.id, octets))
    }

    /// Whether the last octet has been taken.
    pub(super) fn is_whole(&self) -> bool {
        self.sent == self.octets.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(outgoing: &mut Outgoing) -> Vec<usize> {
        std::iter::from_fn(|| outgoing.next_frame().map(|frame| frame.len() - 4)).collect()
    }

    #[test]
    fn credit_alone_moves_a_message() {
        let octets: Vec<u8> = (0..200_000_u32).map(|at| at.to_le_bytes()[0]).collect();
        let mut outgoing = Outgoing::new(7, octets.clone());
        assert_eq!(outgoing.next_frame(), None);
        // Of another send, and later than it.
        for id in [6, 8] {
            outgoing.credit(id, 1_000_000);
        }
        assert_eq!(outgoing.next_frame(), None);
        outgoing.credit(7, 100_000);
        assert_eq!(frames(&mut outgoing), [65_536, 34_464]);
        // Credit that came late is less, and takes nothing back.
        outgoing.credit(7, 50);
        assert_eq!(outgoing.next_frame(), None);
        assert!(!outgoing.is_whole());
        outgoing.credit(7, u64::MAX);
        let mut rest = Vec::new();
        while let Some(frame) = outgoing.next_frame() {
            assert_eq!(frame[..4], 7_u32.to_be_bytes());
            rest.extend_from_slice(&frame[4..]);
        }
        assert_eq!(rest, octets[100_000..]);
        assert!(outgoing.is_whole());
    }
}
