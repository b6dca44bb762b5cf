//! Chooses which part of a multipart/alternative is shown (RFC 2046 §5.1.4).

use super::body::PLAIN;
use super::gathered::{Gathered, Note};

/// The alternatives of one multipart, collected while they are parsed.
#[derive(Debug)]
pub(super) struct Alternatives {
    /// Index of each alternative's first part in the reading.
    starts: Vec<usize>,
    /// The count of omitted parts before this multipart.
    omitted: u64,
}

impl Alternatives {
    /// Starts collecting.
    pub(super) fn new(gathered: &Gathered) -> Self {
        Alternatives {
            starts: Vec::new(),
            omitted: gathered.reading.omitted,
        }
    }

    /// Marks the beginning of an alternative.
    pub(super) fn begin(&mut self, gathered: &Gathered) {
        // If the last alternative has produced no part, reuse its entry: the list can't be longer
        // than the parts.
        if self.starts.last() != Some(&gathered.parts()) {
            self.starts.push(gathered.parts());
        }
    }

    /// Keeps the best readable alternative, preferring plain text. Only attachments and enclosed
    /// messages of the others are kept.
    pub(super) fn choose(self, gathered: &mut Gathered, depth: usize) {
        let Some(&first) = self.starts.first() else {
            return;
        };
        let end = gathered.parts();
        let depth = u32::try_from(depth).unwrap_or(u32::MAX);
        // Among equal ranks, an alternative that is only text is preferred to one with attachments,
        // and then the last one, because later alternatives are more faithful to the original.
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
            // Texts omitted for lack of space would not have been shown anyway.
            gathered.reading.omitted = self.omitted;
        }
    }
}
