//! Chooses which part of a multipart/alternative is shown (RFC 2046 §5.1.4).

use std::ops::Range;

use super::body::PLAIN;
use super::gathered::{Gathered, Note};
use super::{Content, View};

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

    /// Keeps the best alternative for each [`View`]: plain text if possible, and HTML. Only
    /// attachments and enclosed messages of the others are kept.
    pub(super) fn choose(self, gathered: &mut Gathered, depth: usize) {
        let Some(&first) = self.starts.first() else {
            return;
        };
        let end = gathered.parts();
        let depth = u32::try_from(depth).unwrap_or(u32::MAX);
        // Among equal ranks, an alternative that is only text is preferred to one with attachments,
        // and then the last one, because later alternatives are more faithful to the original.
        let branches: Vec<Branch> = (0..self.starts.len())
            .map(|index| {
                let start = self.starts[index];
                let end = self.starts.get(index + 1).copied().unwrap_or(end);
                Branch::new(gathered, start..end, depth)
            })
            .collect();
        let text = branches
            .iter()
            .max_by_key(|branch| (branch.rank, branch.pure));
        let Some(text) = text else {
            return;
        };
        let html = branches.iter().filter(|branch| branch.html);
        let formatted = html.max_by_key(|branch| branch.pure).unwrap_or(text);
        let parts = gathered.reading.parts.split_off(first);
        let notes = gathered.notes.split_off(first);
        for (index, (mut part, mut note)) in parts.into_iter().zip(notes).enumerate() {
            let is_text = note.rank > 0 && part.depth == depth;
            let in_text = text.parts.contains(&(first + index));
            let in_formatted = formatted.parts.contains(&(first + index));
            let only = match (in_text, in_formatted) {
                (true, true) => Some(part.only),
                (true, false) => one(part.only, View::Text),
                (false, true) => one(part.only, View::Formatted),
                (false, false) => None,
            };
            match only.filter(|_| is_text) {
                Some(only) => part.only = only,
                None if is_text => {
                    gathered.give_back(&part.content);
                    let Some(spare) = note.spare.take() else {
                        continue;
                    };
                    gathered.push(part.depth as usize, spare, Note::default());
                    continue;
                }
                None => {}
            }
            if let (Some(View::Formatted), Content::Html { text, .. }) =
                (part.only, &mut part.content)
            {
                gathered.text_left += text.len();
                *text = String::new();
            }
            note.spare = None;
            gathered.reading.parts.push(part);
            gathered.notes.push(note);
        }
        if text.rank == PLAIN && !gathered.is_full() {
            // Texts omitted for lack of space would not have been shown anyway.
            gathered.reading.omitted = self.omitted;
        }
    }
}

/// What a part belongs to that is an alternative for one view. None: it belongs to none.
fn one(only: Option<View>, view: View) -> Option<Option<View>> {
    match only {
        Some(other) if other != view => None,
        _ => Some(Some(view)),
    }
}

/// One of the alternatives.
struct Branch {
    /// The indices of its parts.
    parts: Range<usize>,
    /// The best rank of its texts.
    rank: u8,
    /// Whether it has HTML.
    html: bool,
    /// Whether all its parts are texts.
    pure: bool,
}

impl Branch {
    fn new(gathered: &Gathered, parts: Range<usize>, depth: u32) -> Branch {
        let text =
            |at: &usize| gathered.notes[*at].rank > 0 && gathered.reading.parts[*at].depth == depth;
        let texts = || parts.clone().filter(text);
        let html = |at: usize| matches!(gathered.reading.parts[at].content, Content::Html { .. });
        Branch {
            rank: texts().map(|at| gathered.notes[at].rank).max().unwrap_or(0),
            html: texts().any(html),
            pure: texts().count() == parts.len(),
            parts,
        }
    }
}
