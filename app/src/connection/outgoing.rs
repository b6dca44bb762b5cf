//! The message that is being sent to the bridge. Only credit from the bridge moves it, and the
//! octets of its files as they have been read. Pure.

use std::collections::VecDeque;
use std::ops::Range;

use super::segment::{LINE, Segment, StoredFile, base64_lines};

/// The most octets of a message in a binary frame.
const FRAME: usize = wire::MESSAGE_OCTETS;

/// The most octets of a file that are read at once: whole lines of base64. Larger slices make
/// tasks that a person would feel, smaller ones more round trips to the database.
pub const SLICE: u64 = 8192 * LINE;

/// A message that is being sent. Credit for another id changes nothing.
#[derive(Debug)]
pub(super) struct Outgoing {
    id: u32,
    /// What has not been taken into `ready` yet.
    segments: VecDeque<Segment>,
    /// Octets of the first segment, a file, that have been read.
    read: u64,
    /// A slice of the first segment is being read.
    reading: bool,
    /// Octets of the message in order, of which those before `taken` are in a frame already.
    ready: Vec<u8>,
    taken: usize,
    sent: u64,
    upto: u64,
    size: u64,
}

/// What moves a message on.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// This binary frame is to be sent.
    Frame(Vec<u8>),
    /// These octets of a file are to be read, and given to [`Outgoing::push`].
    Read(StoredFile, Range<u64>),
}

/// A file has other octets than when it was attached.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WrongLength;

impl Outgoing {
    /// A message of which nothing has been sent, without credit.
    pub(super) fn new(id: u32, segments: Vec<Segment>) -> Outgoing {
        Outgoing {
            id,
            size: segments.iter().map(Segment::size).sum(),
            segments: segments.into(),
            read: 0,
            reading: false,
            ready: Vec::new(),
            taken: 0,
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
            self.upto = self.upto.max(upto.min(self.size));
        }
    }

    /// What to do now. None: nothing until there is more credit, or the slice that is being read.
    ///
    /// There is at most one slice being read, and none before there is credit. One is read ahead,
    /// so that the database and the network are busy at the same time.
    pub(super) fn next(&mut self) -> Option<Next> {
        self.gather();
        if let Some((file, range)) = self.slice() {
            return Some(Next::Read(file, range));
        }
        let ready = &self.ready[self.taken..];
        let credit = usize::try_from(self.upto - self.sent).unwrap_or(usize::MAX);
        let most = FRAME.min(credit);
        let octets = &ready[..most.min(ready.len())];
        // What is being read makes a small frame larger.
        if octets.is_empty() || (self.reading && octets.len() < most) {
            return None;
        }
        let frame = wire::message_frame(self.id, octets);
        self.taken += octets.len();
        self.sent += octets.len() as u64;
        Some(Next::Frame(frame))
    }

    /// The slice that [`Outgoing::next`] asked for has been read.
    ///
    /// # Errors
    /// It is not as long as it should be.
    pub(super) fn push(&mut self, octets: &[u8]) -> Result<(), WrongLength> {
        let wanted = self.wanted().ok_or(WrongLength)?.1;
        if !self.reading || wanted.end - wanted.start != octets.len() as u64 {
            return Err(WrongLength);
        }
        self.reading = false;
        self.ready.drain(..self.taken);
        self.taken = 0;
        match self.segments.front() {
            Some(Segment::AsIs(_)) => self.ready.extend_from_slice(octets),
            _ => base64_lines(octets, &mut self.ready),
        }
        self.read = wanted.end;
        Ok(())
    }

    /// Whether the last octet has been taken.
    pub(super) fn is_whole(&self) -> bool {
        self.sent == self.size
    }

    /// Takes what needs no reading into `ready`.
    fn gather(&mut self) {
        while !self.reading {
            match self.segments.front_mut() {
                Some(Segment::Octets(octets)) if self.ready.len() == self.taken => {
                    self.ready = std::mem::take(octets);
                    self.taken = 0;
                }
                Some(Segment::Octets(octets)) if octets.len() < FRAME => {
                    self.ready.append(octets);
                }
                Some(Segment::Base64(file) | Segment::AsIs(file)) if self.read == file.size => {
                    self.read = 0;
                }
                _ => return,
            }
            self.segments.pop_front();
        }
    }

    /// The slice to be read now, unless it would only stand in memory.
    fn slice(&mut self) -> Option<(StoredFile, Range<u64>)> {
        let ahead = (self.ready.len() - self.taken) as u64 > SLICE;
        if self.reading || ahead || self.upto == 0 {
            return None;
        }
        let wanted = self.wanted()?;
        self.reading = true;
        Some(wanted)
    }

    /// The next slice of the first segment, if that is a file.
    fn wanted(&self) -> Option<(StoredFile, Range<u64>)> {
        match self.segments.front() {
            Some(Segment::Base64(file) | Segment::AsIs(file)) => {
                Some((file.clone(), self.read..file.size.min(self.read + SLICE)))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
