//! A draft as it is stored, and when a text may replace it. Pure.

use serde::{Deserialize, Serialize};

use crate::compose::draft::Draft;

/// The most writers a head names. One left out could only make a text a draft of its own.
const WRITERS: usize = 16;

/// The most characters of [`Head::words`].
const WORDS_CHARS: usize = 120;

/// The most recipients that a head names.
const PEOPLE: usize = 50;

/// Who wrote a text: a page, from when it is loaded until it is left, and how many changes to the
/// draft it had made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Writer {
    /// The page, and which of its drafts.
    pub page: String,
    /// Its changes.
    pub edits: u64,
}

/// What the list of drafts shows of a draft, and what decides whether it may be written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Head {
    /// Its key.
    pub id: String,
    /// Incremented with every write.
    pub revision: u64,
    /// Whose texts went into it, the last one last.
    pub writers: Vec<Writer>,
    /// What it is called, see [`Draft::title`].
    pub title: String,
    /// Who it is for.
    pub people: Vec<String>,
    /// The beginning of its text.
    pub words: String,
    /// When it was written, in milliseconds since 1970.
    pub time: u64,
    /// The keys of its files.
    pub files: Vec<String>,
    /// How many files it has.
    pub attachments: usize,
    /// When it was deleted, in milliseconds since 1970.
    pub deleted: Option<u64>,
}

/// A text to be stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Write {
    /// The draft.
    pub id: String,
    /// The revision that the text was made from; 0: none.
    pub base: u64,
    /// Who wrote it.
    pub by: Writer,
    /// The key to store it under where it may not replace what is stored.
    pub own_id: String,
    /// The text.
    pub draft: Draft,
    /// When it was written, in milliseconds since 1970.
    pub time: u64,
    /// When it was deleted.
    pub deleted: Option<u64>,
}

/// Whether a text may replace what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may: what is stored went into it.
    Replaces,
    /// What is stored is this text, or one that this text went into.
    Covered,
    /// Neither went into the other. Both are to be kept.
    Conflicts,
}

impl Write {
    /// Whether it may replace what is stored under its id.
    #[must_use]
    pub fn verdict(&self, stored: Option<&Head>) -> Verdict {
        let Some(stored) = stored else {
            return Verdict::Replaces;
        };
        let covers = |one: &Writer| one.page == self.by.page && one.edits >= self.by.edits;
        if stored.writers.iter().any(covers) && self.deleted.is_none() {
            return Verdict::Covered;
        }
        let last = stored.writers.last();
        // The page did not hear that its last write succeeded.
        let own = last.is_some_and(|last| last.page == self.by.page);
        if own || stored.revision == self.base {
            Verdict::Replaces
        } else {
            Verdict::Conflicts
        }
    }

    /// The head that is stored with it, in place of `stored`.
    #[must_use]
    pub fn head(&self, stored: Option<&Head>) -> Head {
        let writers = stored.map_or(&[][..], |stored| &stored.writers);
        let others = writers.iter().filter(|one| one.page != self.by.page);
        let mut writers: Vec<Writer> = others.cloned().chain([self.by.clone()]).collect();
        writers.drain(..writers.len().saturating_sub(WRITERS));
        let draft = &self.draft;
        let unfinished = &draft.unfinished;
        let people = [&draft.to, &draft.cc, &draft.bcc].into_iter().flatten();
        let people = people
            .chain([&unfinished.to, &unfinished.cc, &unfinished.bcc])
            .filter(|text| !text.trim().is_empty());
        let text = draft.raw.as_ref().unwrap_or(&draft.body);
        let words = text.split_whitespace().take(WORDS_CHARS);
        let files = draft.attachments.iter().map(|one| one.file.clone());
        Head {
            id: self.id.clone(),
            revision: stored.map_or(self.base, |stored| stored.revision) + 1,
            writers,
            title: draft.title(),
            people: people.take(PEOPLE).cloned().collect(),
            words: cut(words.collect::<Vec<_>>().join(" "), WORDS_CHARS),
            time: self.time,
            files: files.collect(),
            attachments: draft.attachments.len(),
            deleted: self.deleted,
        }
    }

    /// The same text as a draft of its own.
    #[must_use]
    pub fn own(self) -> Write {
        Write {
            id: self.own_id.clone(),
            base: 0,
            ..self
        }
    }
}

fn cut(text: String, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        None => text,
        Some((at, _)) => text[..at].to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(page: &str, edits: u64) -> Writer {
        Writer {
            page: page.into(),
            edits,
        }
    }

    fn write(page: &str, edits: u64, base: u64) -> Write {
        Write {
            id: "x".into(),
            base,
            by: by(page, edits),
            own_id: "own".into(),
            draft: Draft::default(),
            time: 1,
            deleted: None,
        }
    }

    #[test]
    fn a_text_replaces_only_what_went_into_it() {
        let stored = write("a", 3, 0).head(None);
        assert_eq!((stored.revision, stored.writers.len()), (1, 1));
        let check = |write: Write, expect| assert_eq!(write.verdict(Some(&stored)), expect);
        assert_eq!(write("a", 1, 7).verdict(None), Verdict::Replaces);
        check(write("b", 1, 1), Verdict::Replaces);
        check(write("b", 1, 0), Verdict::Conflicts);
        check(write("b", 1, 2), Verdict::Conflicts);
        // The page did not hear of its own write.
        check(write("a", 4, 0), Verdict::Replaces);
        check(write("a", 3, 0), Verdict::Covered);
        check(write("a", 2, 0), Verdict::Covered);
        let stored = write("b", 1, 1).head(Some(&stored));
        assert_eq!(stored.writers, [by("a", 3), by("b", 1)]);
        assert_eq!(
            write("a", 4, 1).verdict(Some(&stored)),
            Verdict::Conflicts,
            "another page has written since"
        );
        assert_eq!(write("a", 3, 0).verdict(Some(&stored)), Verdict::Covered);
    }

    #[test]
    fn a_head_has_what_the_list_shows() {
        let mut write = write("a", 1, 4);
        write.draft.to = vec!["Mina <mina@x.org>".into()];
        write.draft.unfinished.cc = "joo".into();
        write.draft.body = "one\n\n  two".into();
        let head = write.head(None);
        assert_eq!(
            head.revision, 5,
            "never below the revision it was made from"
        );
        assert_eq!(head.people, ["Mina <mina@x.org>", "joo"]);
        assert_eq!(head.words, "one two");
        let long = cut("가".repeat(300), WORDS_CHARS);
        assert_eq!(long.chars().count(), WORDS_CHARS);
    }
}
