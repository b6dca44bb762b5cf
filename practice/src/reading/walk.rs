//! Walks the MIME structure of a message in one pass over its lines. Open multiparts and enclosed
//! messages are in a list, so nesting needs no stack.

use std::borrow::Cow;

use super::alternative::Alternatives;
use super::body::{self, Leaf};
use super::boundary::{self, Boundaries, Delimiter, Found};
use super::entity::{Entity, Kind};
use super::fields::Section;
use super::gathered::{Gathered, Note};
use super::repair::{self, Transfer};
use super::{Content, Reading, Slice, transfer};
use crate::limits;

/// Most parts that are parsed. Empty parts count here but not in the reading.
const VISITED: u64 = 10 * limits::READING_PARTS as u64;

/// Reads a message.
pub(super) fn walk(raw: &[u8]) -> Reading {
    let mut gathered = Gathered::default();
    let mut visited = 0;
    // Enclosed messages in base64 are decoded to memory. All copies held at once are together at
    // most as large as the message.
    let mut room = raw.len();
    let mut walkers = vec![Walker::new(Cow::Borrowed(raw), Next::Own, 0, None)];
    while let Some(walker) = walkers.last_mut() {
        match walker.step(&mut gathered, &mut visited, room) {
            Step::On => (),
            Step::Into(enclosed) => {
                room = room.saturating_sub(enclosed.octets.len());
                walkers.push(*enclosed);
            }
            Step::End => {
                if let Some(Walker {
                    octets: Cow::Owned(octets),
                    ..
                }) = walkers.pop()
                {
                    room += octets.len();
                }
            }
        }
    }
    if gathered.parts() == 0 {
        let nothing = Content::Text {
            text: String::new(),
            cut: false,
        };
        gathered.push(0, nothing, Note::default());
    }
    gathered.reading
}

/// The result of a step.
enum Step<'x> {
    /// Continue with this walker.
    On,
    /// Continue with an enclosed message that was decoded.
    Into(Box<Walker<'x>>),
    /// This walker is done.
    End,
}

/// What is expected next at the position of a walker.
#[derive(Clone, Copy)]
enum Next {
    /// The message itself.
    Own,
    /// A message enclosed at this depth.
    Enclosed { depth: usize },
    /// A part of a message at this depth.
    Part { depth: usize, in_digest: bool },
    /// The next delimiter. Everything before it is skipped.
    Delimiter,
}

/// An open multipart or enclosed message.
pub(super) struct Frame {
    /// The boundary; empty for an enclosed message, or if there is none.
    pub(super) boundary: Vec<u8>,
    /// Whether the closing delimiter was seen. A later delimiter opens the multipart again.
    pub(super) closed: bool,
    entity: Entity,
    depth: usize,
    /// Start of its body.
    body: usize,
    parts: usize,
    /// Whether a boundary has been guessed already.
    guessed: bool,
    alternatives: Option<Alternatives>,
    /// Index of the enclosed message in the reading.
    message: Option<usize>,
    /// Index of the entity in the list of all.
    listed: Option<usize>,
}

/// Parses the message or enclosed message in one buffer.
struct Walker<'x> {
    octets: Cow<'x, [u8]>,
    /// Where the octets are, if they were decoded: an index of [`Reading::encoded`], and its slice.
    decoded: Option<(u32, Slice)>,
    at: usize,
    next: Next,
    frames: Vec<Frame>,
    /// The boundaries of the frames.
    boundaries: Boundaries,
    /// Number of frames of the enclosing walkers.
    around: usize,
    /// Remaining budget of octets that may be parsed again with a guessed boundary.
    again: usize,
}

impl<'x> Walker<'x> {
    fn new(
        octets: Cow<'x, [u8]>,
        next: Next,
        around: usize,
        decoded: Option<(u32, Slice)>,
    ) -> Self {
        let again = 2 * octets.len();
        Walker {
            octets,
            decoded,
            at: 0,
            next,
            frames: Vec::new(),
            boundaries: Boundaries::default(),
            around,
            again,
        }
    }

    fn step(&mut self, gathered: &mut Gathered, visited: &mut u64, room: usize) -> Step<'x> {
        match self.next {
            Next::Delimiter => self.delimiter(gathered),
            Next::Part { .. } if gathered.is_full() || *visited >= VISITED => {
                gathered.omit();
                gathered.reading.unlisted += 1;
                self.next = Next::Delimiter;
                Step::On
            }
            next => {
                *visited += 1;
                self.entity(next, gathered, room)
            }
        }
    }

    /// Skips to the next delimiter or to the end, and closes the frames that end there.
    fn delimiter(&mut self, gathered: &mut Gathered) -> Step<'x> {
        let found = boundary::seek(&self.octets, self.at, &self.frames, &self.boundaries);
        let keep = found.delimiter.map_or(0, |delimiter| delimiter.level + 1);
        while self.frames.len() > keep {
            if self.looks_again(found.end) {
                return Step::On;
            }
            if let Some(frame) = self.frames.pop() {
                self.boundaries.remove(&frame.boundary);
                self.close(frame, &found, gathered);
            }
        }
        let Some(Delimiter { level, closing }) = found.delimiter else {
            return Step::End;
        };
        self.at = found.next;
        let frame = &mut self.frames[level];
        frame.closed = closing;
        if closing {
            self.next = Next::Delimiter;
            return Step::On;
        }
        frame.parts += 1;
        if let Some(alternatives) = &mut frame.alternatives {
            alternatives.begin(gathered);
        }
        let in_digest = frame.entity.sub == "digest";
        self.next = Next::Part {
            depth: frame.depth,
            in_digest,
        };
        Step::On
    }

    /// Rewinds to the body of the innermost multipart if it has no parts and a boundary can be
    /// guessed.
    fn looks_again(&mut self, end: usize) -> bool {
        let Some(frame) = self.frames.last_mut() else {
            return false;
        };
        let length = end.saturating_sub(frame.body);
        if frame.entity.kind != Kind::Multipart
            || frame.parts > 0
            || frame.guessed
            || length > self.again
        {
            return false;
        }
        self.again -= length;
        frame.guessed = true;
        let Some(guess) = boundary::guess(&self.octets[frame.body..end]) else {
            return false;
        };
        self.boundaries.remove(&frame.boundary);
        self.boundaries.add(&guess);
        frame.boundary = guess;
        frame.closed = false;
        self.at = frame.body;
        self.next = Next::Delimiter;
        true
    }

    /// Finishes a frame.
    fn close(&self, frame: Frame, found: &Found, gathered: &mut Gathered) {
        if frame.entity.kind == Kind::Multipart && frame.parts == 0 {
            // The multipart has no parts: show its body as text.
            let mut text = Entity::plain();
            text.transfer = frame.entity.transfer;
            let leaf = self.content(&text, frame.depth, frame.body, found.end);
            body::add(gathered, &text, leaf);
        }
        let end = boundary::content_end(&self.octets, frame.body, found);
        if let Some(message) = frame.message {
            gathered.ends(message, end);
        }
        if let Some(listed) = frame.listed {
            gathered.listed_ends(listed, end);
        }
        if let Some(alternatives) = frame.alternatives {
            alternatives.choose(gathered, frame.depth);
        }
    }

    /// Parses the header section at the current position and handles the entity.
    fn entity(&mut self, next: Next, gathered: &mut Gathered, room: usize) -> Step<'x> {
        let start = match next {
            Next::Part { .. } => self.at,
            _ => self.at + repair::beginning(&self.octets[self.at..]),
        };
        let (frames, boundaries) = (&self.frames, &self.boundaries);
        let section = Section::read(&self.octets, start, |line| {
            boundary::of(frames, boundaries, line).is_some()
        });
        let (depth, in_digest) = match next {
            Next::Own => {
                gathered.own_headers(&self.octets, &section);
                (0, false)
            }
            Next::Enclosed { depth } => {
                let headers = gathered.headers(&section);
                let message = gathered.parts();
                let at = match self.decoded {
                    Some((_, whole)) if self.frames.is_empty() => whole,
                    // Its end is not known before its frame is closed.
                    _ => self.slice(self.at, self.at, Transfer::Identity),
                };
                let content = Content::Message { headers, at };
                if gathered.push(depth, content, Note::default())
                    && let Some(frame) = self.frames.last_mut()
                {
                    frame.message = Some(message);
                }
                (depth + 1, false)
            }
            Next::Part { depth, in_digest } => (depth, in_digest),
            Next::Delimiter => return Step::On,
        };
        let entity = Entity::new(&section, in_digest);
        let mut inside = section.body;
        if in_digest && entity.kind == Kind::Message && section.is_of_message() {
            // The empty MIME header section of the digest's part is missing.
            inside = start;
        }
        let level = self.around + self.frames.len();
        let deep = level >= limits::READING_DEPTH;
        match entity.kind {
            Kind::Multipart | Kind::Message if deep => {
                let from = if matches!(next, Next::Part { .. }) {
                    start
                } else {
                    inside
                };
                let end = self.leaf(inside);
                let plain = Entity::plain();
                let leaf = self.content(&plain, depth, from, end);
                gathered.list(level, &entity, leaf.size, leaf.at);
                body::add(gathered, &plain, leaf);
                Step::On
            }
            Kind::Multipart => {
                self.at = inside;
                self.next = Next::Delimiter;
                let alternatives =
                    (entity.sub == "alternative").then(|| Alternatives::new(gathered));
                let at = self.slice(inside, inside, Transfer::Identity);
                let listed = gathered.list(level, &entity, 0, at);
                self.open(entity, depth, alternatives, listed);
                Step::On
            }
            Kind::Message if entity.transfer == Transfer::Identity => {
                self.at = inside;
                self.next = Next::Enclosed { depth };
                let at = self.slice(inside, inside, Transfer::Identity);
                let listed = gathered.list(level, &entity, 0, at);
                self.open(entity, depth, None, listed);
                Step::On
            }
            Kind::Message => {
                let end = self.leaf(inside);
                let octets = &self.octets[inside..end];
                let (whole, more) = transfer::decode(octets, entity.transfer, room);
                let at = self.slice(inside, end, entity.transfer);
                let size = if more {
                    transfer::size(octets, entity.transfer) as u64
                } else {
                    whole.len() as u64
                };
                gathered.list(level, &entity, size, at);
                let index = if more { None } else { gathered.encoded(at) };
                let Some(index) = index else {
                    let leaf = self.content(&entity, depth, inside, end);
                    body::add(gathered, &entity, leaf);
                    return Step::On;
                };
                let around = self.around + self.frames.len() + 1;
                let next = Next::Enclosed { depth };
                let whole = Cow::Owned(whole);
                Step::Into(Box::new(Walker::new(
                    whole,
                    next,
                    around,
                    Some((index, at)),
                )))
            }
            Kind::Text | Kind::Attachment => {
                let end = self.leaf(inside);
                let alternative = self
                    .frames
                    .last()
                    .is_some_and(|frame| frame.alternatives.is_some());
                let leaf = Leaf {
                    alternative,
                    ..self.content(&entity, depth, inside, end)
                };
                gathered.list(level, &entity, leaf.size, leaf.at);
                body::add(gathered, &entity, leaf);
                Step::On
            }
        }
    }

    /// The content of a part at this position.
    fn content(&self, entity: &Entity, depth: usize, from: usize, to: usize) -> Leaf<'_> {
        let octets = self.octets.get(from..to).unwrap_or_default();
        Leaf {
            depth,
            octets,
            at: self.slice(from, to, entity.transfer),
            size: transfer::size(octets, entity.transfer) as u64,
            alternative: false,
        }
    }

    fn slice(&self, from: usize, to: usize, encoding: Transfer) -> Slice {
        Slice {
            of: self.decoded.map(|(index, _)| index),
            from: from as u64,
            to: to as u64,
            encoding,
        }
    }

    fn open(
        &mut self,
        entity: Entity,
        depth: usize,
        alternatives: Option<Alternatives>,
        listed: Option<usize>,
    ) {
        self.boundaries.add(&entity.boundary);
        self.frames.push(Frame {
            boundary: entity.boundary.clone(),
            closed: false,
            body: self.at,
            entity,
            depth,
            parts: 0,
            guessed: false,
            alternatives,
            message: None,
            listed,
        });
    }

    /// Finds the end of a leaf whose content begins at `inside`, and moves there.
    fn leaf(&mut self, inside: usize) -> usize {
        let found = boundary::seek(&self.octets, inside, &self.frames, &self.boundaries);
        self.at = found.start;
        self.next = Next::Delimiter;
        found.end
    }
}
