//! What a message asks for besides its text: priority, a read receipt, header fields of the
//! sender's own. Pure.

use serde::{Deserialize, Serialize};

use super::{Place, Problem, Thread, Wrong};

/// The options of a draft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// How soon it should be read.
    pub priority: Priority,
    /// Whether the recipient's mail program is asked for a read receipt (RFC 8098).
    pub receipt: bool,
    /// Header fields that the page would not write.
    pub headers: Vec<OwnHeader>,
}

/// How soon a message should be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// As soon as any other. No field says so.
    #[default]
    Normal,
    /// Sooner.
    High,
    /// Later.
    Low,
}

impl Priority {
    /// The header fields that say so. There is one for each generation of mail programs: Importance
    /// and Priority (RFC 2156 §5.3.4 and §5.3.6), X-Priority of those before them.
    #[must_use]
    pub fn fields(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Priority::Normal => &[],
            Priority::High => &[
                ("Importance", "high"),
                ("Priority", "urgent"),
                ("X-Priority", "1 (Highest)"),
            ],
            Priority::Low => &[
                ("Importance", "low"),
                ("Priority", "non-urgent"),
                ("X-Priority", "5 (Lowest)"),
            ],
        }
    }

    /// What a field of a message says of its priority. None: it says nothing of it.
    #[must_use]
    pub fn read(name: &str, value: &str) -> Option<Priority> {
        let word = value.split_whitespace().next().unwrap_or_default();
        let word = word.to_ascii_lowercase();
        if name.eq_ignore_ascii_case("X-Priority") {
            return Some(match word.as_str() {
                "1" | "2" => Priority::High,
                "4" | "5" => Priority::Low,
                _ => Priority::Normal,
            });
        }
        let is_one = ["Importance", "Priority", "X-MSMail-Priority"]
            .iter()
            .any(|one| name.eq_ignore_ascii_case(one));
        is_one.then_some(match word.as_str() {
            "high" | "urgent" => Priority::High,
            "low" | "non-urgent" => Priority::Low,
            _ => Priority::Normal,
        })
    }
}

/// A header field of the sender's own, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnHeader {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Why a header field of the sender's own can't be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderFault {
    /// It has a value and no name.
    NoName,
    /// A character of its name is none that a name may have (RFC 5322 §2.2).
    Name(char),
    /// Its name is longer than [`NAME_CHARS`].
    LongName,
    /// The page writes this field itself.
    Written,
    /// An option of the page is for it.
    Option,
    /// Mail servers add it on the way.
    Trace,
    /// Another field has this name, and there may be one only.
    Twice,
    /// It has a name and no value.
    NoValue,
    /// A control character in its value.
    Control,
    /// A word of its value is longer than a line may be.
    LongWord,
}

/// The field that asks for a read receipt (RFC 8098 §2.1).
pub const RECEIPT: &str = "Disposition-Notification-To";

/// The most characters of a name: behind a longer one there is no room for an encoded word.
pub const NAME_CHARS: usize = 50;

/// The most characters of a line (RFC 5322 §2.1.1).
const LINE_CHARS: usize = 998;

/// Fields that the page writes, besides all that begin with `Content-`.
const WRITTEN: [&str; 9] = [
    "From",
    "Reply-To",
    "To",
    "Cc",
    "Bcc",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
];

/// Fields for which there are options.
const OPTIONS: [&str; 5] = [
    "Importance",
    "Priority",
    "X-Priority",
    "X-MSMail-Priority",
    RECEIPT,
];

/// Fields that servers add, besides all that begin with `Resent-` or `ARC-`.
const TRACE: [&str; 8] = [
    "Received",
    "Return-Path",
    "Delivered-To",
    "X-Original-To",
    "DKIM-Signature",
    "Received-SPF",
    "Authentication-Results",
    "X-Received",
];

/// Fields that a message has once at most, and that nothing here writes (RFC 5322 §3.6).
const ONCE: [&str; 3] = ["Sender", "In-Reply-To", "References"];

impl OwnHeader {
    /// Whether nothing has been typed.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.name.trim().is_empty() && self.value.trim().is_empty()
    }

    /// What keeps it from being sent, whatever the others are.
    #[must_use]
    pub fn fault(&self) -> Option<HeaderFault> {
        if self.is_blank() {
            return None;
        }
        let name = self.name.trim();
        name_fault(name).or_else(|| value_fault(name, self.value.trim()))
    }
}

fn name_fault(name: &str) -> Option<HeaderFault> {
    let is_one = |names: &[&str]| names.iter().any(|one| name.eq_ignore_ascii_case(one));
    let begins = |with: &str| {
        let start = name.get(..with.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(with))
    };
    let wrong = |c: &char| !c.is_ascii_graphic() || *c == ':';
    if name.is_empty() {
        Some(HeaderFault::NoName)
    } else if let Some(wrong) = name.chars().find(wrong) {
        Some(HeaderFault::Name(wrong))
    } else if name.len() > NAME_CHARS {
        Some(HeaderFault::LongName)
    } else if is_one(&WRITTEN) || begins("Content-") {
        Some(HeaderFault::Written)
    } else if is_one(&OPTIONS) {
        Some(HeaderFault::Option)
    } else if is_one(&TRACE) || begins("Resent-") || begins("ARC-") {
        Some(HeaderFault::Trace)
    } else {
        None
    }
}

fn value_fault(name: &str, value: &str) -> Option<HeaderFault> {
    let first = name.len() + 2;
    let long = |word: &str| first + word.len() > LINE_CHARS;
    if value.is_empty() {
        Some(HeaderFault::NoValue)
    } else if value.chars().any(char::is_control) {
        Some(HeaderFault::Control)
    } else if value.is_ascii() && words(value).any(long) {
        Some(HeaderFault::LongWord)
    } else {
        None
    }
}

/// The words of a value, each with the spaces before it. The field may be folded before any.
pub(super) fn words(value: &str) -> impl Iterator<Item = &str> {
    let mut rest = value;
    std::iter::from_fn(move || {
        let begun = rest.find(|c| c != ' ')?;
        let end = rest[begun..].find(' ').map_or(rest.len(), |at| begun + at);
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

impl Options {
    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        self.count() == 0
    }

    /// How many things are asked for.
    #[must_use]
    pub fn count(&self) -> usize {
        let headers = self.own().count();
        usize::from(self.priority != Priority::Normal) + usize::from(self.receipt) + headers
    }

    /// The header fields in which something has been typed.
    pub fn own(&self) -> impl Iterator<Item = &OwnHeader> {
        self.headers.iter().filter(|header| !header.is_blank())
    }

    /// The names of the header fields that one of the options becomes.
    #[must_use]
    pub fn field_names(&self, place: Place) -> Vec<&str> {
        match place {
            Place::Priority => self.priority.fields().iter().map(|field| field.0).collect(),
            Place::Receipt => vec![RECEIPT],
            Place::OwnHeader(at) => {
                let header = self.headers.get(at);
                header
                    .map(|header| header.name.trim())
                    .into_iter()
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// What keeps the field of this number from being sent, in an answer to these messages.
    #[must_use]
    pub fn fault(&self, at: usize, thread: &Thread) -> Option<HeaderFault> {
        let header = self.headers.get(at)?;
        header.fault().or_else(|| {
            let name = header.name.trim();
            let mut fields = thread.fields();
            if fields.any(|(field, _)| name.eq_ignore_ascii_case(field)) {
                return Some(HeaderFault::Written);
            }
            let same = |one: &OwnHeader| one.name.trim().eq_ignore_ascii_case(name);
            let once = ONCE.iter().any(|one| name.eq_ignore_ascii_case(one));
            (once && self.headers[..at].iter().any(same)).then_some(HeaderFault::Twice)
        })
    }

    /// Everything that keeps the draft from being sent.
    pub fn problems(&self, thread: &Thread) -> impl Iterator<Item = Problem> {
        (0..self.headers.len()).filter_map(|at| {
            Some(Problem {
                place: Place::OwnHeader(at),
                what: Wrong::Header(self.fault(at, thread)?),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(name: &str, value: &str) -> OwnHeader {
        OwnHeader {
            name: name.into(),
            value: value.into(),
        }
    }

    #[test]
    fn fields_that_would_break_the_message_are_refused_with_the_reason() {
        let long = "x".repeat(NAME_CHARS + 1);
        for (name, value, expect) in [
            ("", "", None),
            ("X-Mailer", "Glasspost", None),
            (" X-Mailer ", " 안녕 ", None),
            ("", "value", Some(HeaderFault::NoName)),
            ("X Mailer", "v", Some(HeaderFault::Name(' '))),
            ("X:Mailer", "v", Some(HeaderFault::Name(':'))),
            ("한글", "v", Some(HeaderFault::Name('한'))),
            ("X\r\nBcc", "v", Some(HeaderFault::Name('\r'))),
            (&long, "v", Some(HeaderFault::LongName)),
            ("fRoM", "v", Some(HeaderFault::Written)),
            ("Bcc", "v", Some(HeaderFault::Written)),
            ("content-type", "v", Some(HeaderFault::Written)),
            ("Content-Language", "ko", Some(HeaderFault::Written)),
            ("Importance", "high", Some(HeaderFault::Option)),
            ("Received", "v", Some(HeaderFault::Trace)),
            ("DKIM-Signature", "v", Some(HeaderFault::Trace)),
            ("ARC-Seal", "v", Some(HeaderFault::Trace)),
            ("Resent-From", "v", Some(HeaderFault::Trace)),
            ("X-A", " ", Some(HeaderFault::NoValue)),
            ("X-A", "a\r\nBcc: b", Some(HeaderFault::Control)),
            ("X-A", "a\tb", Some(HeaderFault::Control)),
            ("X-A", &"x".repeat(994), Some(HeaderFault::LongWord)),
            ("X-A", &"x".repeat(993), None),
            ("X-A", &"가".repeat(2000), None),
        ] {
            assert_eq!(header(name, value).fault(), expect, "{name:?} {value:?}");
        }
    }

    #[test]
    fn fields_that_may_be_there_once_are_refused_twice() {
        let options = Options {
            headers: vec![
                header("References", "<a@x>"),
                header("X-Tag", "a"),
                header("X-Tag", "b"),
                header("references", "<b@x>"),
            ],
            ..Options::default()
        };
        let problems: Vec<Problem> = options.problems(&Thread::default()).collect();
        let expect = Problem {
            place: Place::OwnHeader(3),
            what: Wrong::Header(HeaderFault::Twice),
        };
        assert_eq!(problems, [expect]);
        assert_eq!(options.count(), 4);
    }

    #[test]
    fn words_keep_their_spaces() {
        let got: Vec<&str> = words("a  bc d").collect();
        assert_eq!(got, ["a", "  bc", " d"]);
        assert_eq!(words("").count(), 0);
    }

    #[test]
    fn priorities_are_read_as_others_write_them() {
        for (name, value, expect) in [
            ("X-Priority", "1 (Highest)", Some(Priority::High)),
            ("x-priority", "5", Some(Priority::Low)),
            ("X-Priority", "3", Some(Priority::Normal)),
            ("Importance", "High", Some(Priority::High)),
            ("Priority", "non-urgent", Some(Priority::Low)),
            ("X-MSMail-Priority", "Normal", Some(Priority::Normal)),
            ("Subject", "urgent", None),
        ] {
            assert_eq!(Priority::read(name, value), expect, "{name}: {value}");
        }
        for priority in [Priority::High, Priority::Low] {
            for (name, value) in priority.fields() {
                assert_eq!(Priority::read(name, value), Some(priority), "{name}");
            }
        }
    }
}
