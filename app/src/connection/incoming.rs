//! A stored message on its way from the bridge: announced, its octets, and how it reads. Pure.

use wire::{NotRead, Reading};

/// A stored message that has arrived whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrived {
    /// Its id.
    pub id: u64,
    /// Its octets.
    pub raw: Vec<u8>,
    /// The same, decoded for reading, or why it can't be.
    pub reading: Result<Box<Reading>, NotRead>,
}

/// The octets of a stored message, without how it reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Its id.
    pub id: u64,
    /// Its octets.
    pub raw: Vec<u8>,
}

/// The message that is arriving. The bridge sends one after the other.
#[derive(Debug, Default)]
pub(super) struct Incoming {
    id: Option<u64>,
    size: usize,
    raw: Vec<u8>,
    /// Nothing follows its octets.
    octets_only: bool,
}

impl Incoming {
    /// Only the octets of a message are announced. The message, if there are none.
    pub(super) fn octets_announced(&mut self, id: u64, size: u64) -> Option<Fetched> {
        self.announced(id, size);
        self.octets_only = true;
        self.fetched()
    }

    /// A message is announced; what had come of another is dropped.
    pub(super) fn announced(&mut self, id: u64, size: u64) {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let mut raw = Vec::new();
        // Without enough memory for all of it, the buffer grows as the octets come.
        raw.try_reserve(size).ok();
        *self = Incoming {
            id: Some(id),
            size,
            raw,
            octets_only: false,
        };
    }

    /// The next of its octets. The message, if these were the last of one that consists of nothing
    /// else.
    pub(super) fn octets(&mut self, octets: &[u8]) -> Option<Fetched> {
        if self.id.is_some() {
            self.raw.extend_from_slice(octets);
        }
        self.fetched()
    }

    fn fetched(&mut self) -> Option<Fetched> {
        if !self.octets_only || self.raw.len() != self.size {
            return None;
        }
        let Incoming { id, raw, .. } = std::mem::take(self);
        Some(Fetched { id: id?, raw })
    }

    /// How it reads, which comes after its octets. None: it is about no message that was
    /// announced, or octets are missing.
    pub(super) fn read(
        &mut self,
        id: u64,
        reading: Result<Box<Reading>, NotRead>,
    ) -> Option<Arrived> {
        if self.octets_only || self.id != Some(id) || self.raw.len() != self.size {
            return None;
        }
        let Incoming { raw, .. } = std::mem::take(self);
        Some(Arrived { id, raw, reading })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_alone_are_a_message_when_all_have_come() {
        let mut incoming = Incoming::default();
        let fetched = |id, raw: &[u8]| {
            Some(Fetched {
                id,
                raw: raw.to_vec(),
            })
        };
        assert_eq!(incoming.octets_announced(1, 3), None);
        assert_eq!(incoming.octets(b"ab"), None);
        assert_eq!(incoming.octets(b"c"), fetched(1, b"abc"));
        assert_eq!(incoming.octets(b"c"), None);
        assert_eq!(incoming.octets_announced(2, 0), fetched(2, b""));
        assert_eq!(incoming.octets_announced(3, 1), None);
        assert_eq!(incoming.read(3, Err(NotRead::Failed)), None);
        incoming.announced(4, 1);
        assert_eq!(incoming.octets(b"a"), None);
        assert!(incoming.read(4, Err(NotRead::Failed)).is_some());
    }

    #[test]
    fn a_message_is_whole_when_it_is_read() {
        let mut incoming = Incoming::default();
        let reading = || Ok(Box::default());
        incoming.octets(b"of nothing");
        assert_eq!(incoming.read(1, reading()), None);
        incoming.announced(1, 4);
        incoming.octets(b"ab");
        incoming.octets(b"cd");
        assert_eq!(incoming.read(2, reading()), None, "another");
        let arrived = incoming.read(1, reading()).expect("it is whole");
        assert_eq!((arrived.id, arrived.raw.as_slice()), (1, &b"abcd"[..]));
        assert_eq!(incoming.read(1, reading()), None, "once");

        incoming.announced(2, 4);
        incoming.octets(b"ab");
        incoming.announced(3, 0);
        let arrived = incoming
            .read(3, Err(NotRead::TooSlow))
            .expect("it is whole");
        assert_eq!((arrived.id, arrived.raw.len()), (3, 0));
        assert_eq!(arrived.reading, Err(NotRead::TooSlow));
    }
}
