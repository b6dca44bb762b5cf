//! What the list of drafts shows of a draft. Pure.

use crate::compose::draft::Draft;

/// The most characters of a row's second line.
const LINE_CHARS: usize = 80;

/// The most recipients that a row knows.
const PEOPLE: usize = 100;

/// A draft in the list of drafts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(in crate::compose) struct DraftRow {
    /// Names it for what is done with it.
    pub id: String,
    /// Its subject, or what else it is called by. None: it can't be read.
    pub title: Option<String>,
    /// Who it is for, as typed.
    pub people: Vec<String>,
    /// The first words of its text.
    pub words: String,
    /// When it was last changed, in milliseconds since 1970. None: that is not known.
    pub changed_ms: Option<u64>,
    /// How many files are attached.
    pub attachments: usize,
    /// It is the one that is shown.
    pub current: bool,
}

impl DraftRow {
    /// The row of this draft.
    pub fn of(id: &str, draft: &Draft) -> DraftRow {
        let lists = [&draft.to, &draft.cc, &draft.bcc].into_iter().flatten();
        let mut lines = draft.body.lines().map(str::trim);
        let words = lines.find(|line| !line.is_empty()).unwrap_or_default();
        let blank = draft.is_blank();
        DraftRow {
            id: id.to_owned(),
            title: Some(if blank { String::new() } else { draft.title() }),
            people: lists.take(PEOPLE).cloned().collect(),
            words: first_chars(words),
            attachments: draft.attachments.len(),
            ..DraftRow::default()
        }
    }

    /// The second line: who it is for, in short, or else its first words, unless the title says it.
    pub fn second_line(&self) -> String {
        let title = self.title.as_deref().unwrap_or_default();
        let mut people = String::new();
        for name in self.people.iter().map(|address| short_name(address)) {
            if people.chars().count() >= LINE_CHARS {
                break;
            }
            if !people.is_empty() {
                people.push_str(", ");
            }
            people.push_str(name);
        }
        let titled = self.people.first().is_some_and(|first| title == first);
        if people.is_empty() || titled && self.people.len() == 1 {
            people.clone_from(&self.words);
        }
        if title.starts_with(&people) {
            return String::new();
        }
        first_chars(&people)
    }

    /// Whether all words of `search`, which is in lower case, are in it.
    pub fn matches(&self, search: &str) -> bool {
        let title = self.title.as_deref().unwrap_or_default();
        let people = self.people.iter().map(String::as_str);
        let texts = [title, &self.words].into_iter().chain(people);
        let texts: Vec<String> = texts.map(str::to_lowercase).collect();
        let mut wanted = search.split_whitespace();
        wanted.all(|word| texts.iter().any(|text| text.contains(word)))
    }

    /// What a list must draw anew when it changes. What is shown of the current draft follows it
    /// while someone types, so it is never drawn anew.
    pub fn key(&self) -> DraftRow {
        if self.current {
            DraftRow {
                id: self.id.clone(),
                current: true,
                ..DraftRow::default()
            }
        } else {
            self.clone()
        }
    }
}

/// How an address is called in short: by the name before it, or by what is before its @.
fn short_name(address: &str) -> &str {
    let name = address.split('<').next().unwrap_or_default().trim();
    let name = name.trim_matches('"').trim();
    let name = if name.is_empty() {
        address.trim().trim_start_matches('<')
    } else {
        name
    };
    match name.split_once('@') {
        Some((local, _)) if !local.is_empty() => local,
        _ => name,
    }
}

fn first_chars(text: &str) -> String {
    text.chars().take(LINE_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            from: "mina@x.org".into(),
            to: vec!["joon@x.org".into(), "\"김민호\" <minho@x.kr>".into()],
            cc: vec!["<team@x.org>".into()],
            subject: "분기 보고서".into(),
            body: "\n  Hi Joon,\nthe report".into(),
            ..Draft::default()
        }
    }

    #[test]
    fn a_row_says_who_it_is_for_and_how_it_begins() {
        let row = DraftRow::of("7", &draft());
        assert_eq!(row.id, "7");
        assert_eq!(row.title.as_deref(), Some("분기 보고서"));
        assert_eq!(row.people.len(), 3);
        assert_eq!(row.words, "Hi Joon,");
        assert_eq!(row.second_line(), "joon, 김민호, team");
    }

    #[test]
    fn the_second_line_does_not_repeat_the_title() {
        let mut draft = draft();
        draft.to = vec!["joon@x.org".into()];
        draft.cc.clear();
        draft.subject.clear();
        let row = DraftRow::of("", &draft);
        assert_eq!(row.title.as_deref(), Some("joon@x.org"));
        assert_eq!(row.second_line(), "Hi Joon,");
        draft.to.clear();
        let row = DraftRow::of("", &draft);
        assert_eq!(row.title.as_deref(), Some("Hi Joon,"));
        assert_eq!(row.second_line(), "");
    }

    #[test]
    fn a_blank_draft_has_no_title() {
        let row = DraftRow::of("", &Draft::from_sender("mina@x.org"));
        assert_eq!(row.title.as_deref(), Some(""));
        assert_eq!(row.second_line(), "");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let many = vec!["가".repeat(50); 1000];
        let draft = Draft {
            to: many,
            body: "나".repeat(100_000),
            ..draft()
        };
        let row = DraftRow::of("", &draft);
        assert_eq!(row.second_line().chars().count(), LINE_CHARS);
        assert_eq!(row.people.len(), PEOPLE);
        assert_eq!(row.words, "나".repeat(LINE_CHARS));
    }

    #[test]
    fn a_search_finds_all_its_words_anywhere() {
        let row = DraftRow::of("", &draft());
        for found in ["", " ", "보고", "joon 분기", "hi", "민호  team", "@x.kr"] {
            assert!(row.matches(found), "{found}");
        }
        for missed in ["joan", "분기 nobody"] {
            assert!(!row.matches(missed), "{missed}");
        }
    }

    #[test]
    fn names_are_short() {
        for (address, expect) in [
            ("a@x.org", "a"),
            ("Mina Park <mina@x.org>", "Mina Park"),
            ("\"Park, Mina\" <mina@x.org>", "Park, Mina"),
            ("<a@x.org>", "a"),
            ("half", "half"),
            ("@x.org", "@x.org"),
            ("", ""),
        ] {
            assert_eq!(short_name(address), expect, "{address}");
        }
    }
}
