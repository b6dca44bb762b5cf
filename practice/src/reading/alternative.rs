//! Which of the alternatives of a multipart/alternative is shown (RFC 2046 §5.1.4).

use super::body::PLAIN;
use super::gathered::{Gathered, Note};

/// The alternatives of one multipart, as they are read.
#[derive(Debug)]
pub(super) struct Alternatives {
    /// Where each begins in the parts of the reading.
    starts: Vec<usize>,
    /// Parts that had been left out before.
    omitted: u64,
}

impl Alternatives {
    /// The first alternative begins with the next part.
    pub(super) fn new(gathered: &Gathered) -> Self {
        Alternatives {
            starts: Vec::new(),
            omitted: gathered.reading.omitted,
        }
    }

    /// An alternative begins.
    pub(super) fn begin(&mut self, gathered: &Gathered) {
        // One without a part is none; so there are never more than parts.
        if self.starts.last() != Some(&gathered.parts()) {
            self.starts.push(gathered.parts());
        }
    }

    /// Keeps the best readable alternative, plain text where there is some; of the others, what is
    /// no text: their attachments, and messages enclosed in them.
    pub(super) fn choose(self, gathered: &mut Gathered, depth: usize) {
        let Some(&first) = self.starts.first() else {
            return;
        };
        let end = gathered.parts();
        let depth = u32::try_from(depth).unwrap_or(u32::MAX);
        // The last of those that read best: alternatives come in the order of their faithfulness.
        // One that is nothing but a text is preferred to one that has more in it.
        let best = self
            .starts
            .iter()
            .enumerate()
            .map(|(index, start)| {
                let end = self.starts.get(index + 1).copied().unwrap_or(end);
                let texts = || {
                    (*start..end).filter(|at| {
                        gathered.notes[*at].rank > 0 && gathered.reading.parts[*at].depth == depth
                    })
                };
                let rank = texts().map(|at| gathered.notes[at].rank).max().unwrap_or(0);
                (rank, texts().count() == end - start, *start, end)
            })
            .max();
        let Some((rank, _, from, to)) = best else {
            return;
        };
        let parts = gathered.reading.parts.split_off(first);
        let notes = gathered.notes.split_off(first);
        for (index, (part, mut note)) in parts.into_iter().zip(notes).enumerate() {
            let chosen = (from..to).contains(&(first + index));
            if !chosen && note.rank > 0 && part.depth == depth {
                gathered.give_back(&part.content);
                let Some(spare) = note.spare.take() else {
                    continue;
                };
                gathered.push(part.depth as usize, spare, Note::default());
                continue;
            }
            note.spare = None;
            gathered.reading.parts.push(part);
            gathered.notes.push(note);
        }
        if rank == PLAIN && !gathered.is_full() {
            // What had no room beside the text that is shown is not missed.
            gathered.reading.omitted = self.omitted;
        }
    }
}
