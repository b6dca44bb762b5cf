//! Keeping secrets out of what a server says back.

use std::collections::HashSet;
use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use zeroize::Zeroizing;

use crate::command::SECRET;
use crate::reply::Reply;

/// Finds secrets, as they are and in the encodings a server could echo them in: base64 at any alignment, hexadecimal,
/// percent-encoding.
///
/// A secret can be echoed only once it has been sent. Until then the redactor remembers the words a server uses that happen to
/// hold one (`mail.practice.test` and the password `practice`), and lets just these pass afterwards: they tell nobody
/// anything.
#[derive(Default)]
pub(crate) struct Redactor {
    needles: Vec<Needle>,
    innocent: HashSet<String>,
    armed: bool,
}

struct Needle {
    text: Zeroizing<String>,
    fold_case: bool,
    /// Too short to be cut out of the middle of words.
    whole_word: bool,
}

/// Secrets shorter than this are looked for as whole words only: a password `a` would black out everything.
const SHORT: usize = 3;

/// Most innocent words remembered, so that a server can't fill memory with them.
const INNOCENT: usize = 256;

impl Redactor {
    /// Adds a secret.
    pub(crate) fn add(&mut self, secret: &str) {
        if secret.is_empty() {
            return;
        }
        self.needle(secret, true);
        self.needle(&percent(secret), true);
        let hex: String = secret.bytes().map(|b| format!("{b:02x}")).collect();
        self.needle(&hex, true);
        for shift in 0..3 {
            let mut octets = Zeroizing::new(vec![0u8; shift]);
            octets.extend_from_slice(secret.as_bytes());
            // Characters that the octets before and behind have a share in are not the secret's own.
            let from = (shift * 4).div_ceil(3);
            for engine in [&STANDARD, &URL_SAFE] {
                let encoded = Zeroizing::new(engine.encode(octets.as_slice()));
                let upto = octets.len() * 8 / 6;
                if let Some(own) = encoded.get(from..upto).filter(|own| own.len() >= SHORT) {
                    self.needle(own, false);
                }
            }
        }
    }

    /// From here on a server may know the secrets.
    pub(crate) fn arm(&mut self) {
        self.armed = true;
    }

    /// `text` with every secret in it replaced by [`SECRET`].
    pub(crate) fn clean(&mut self, text: &str) -> String {
        if self.needles.is_empty() {
            return text.to_owned();
        }
        if !self.armed {
            for word in text.split_whitespace() {
                if self.innocent.len() < INNOCENT && self.find(word, 0).is_some() {
                    self.innocent.insert(word.to_owned());
                }
            }
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        // A word may hold many secrets; it is looked at once.
        let (mut word, mut innocent) = (0..0, false);
        while let Some((start, end)) = self.find(text, from) {
            out.push_str(&text[from..start]);
            if start < word.start || word.end < end {
                word = word_around(text, start, end);
                innocent = self.innocent.contains(&text[word.clone()]);
            }
            if innocent {
                out.push_str(&text[start..end]);
            } else {
                out.push_str(SECRET);
            }
            from = end;
        }
        out.push_str(&text[from..]);
        out
    }

    /// [`Redactor::clean`] for every line of a reply.
    pub(crate) fn clean_reply(&mut self, reply: Reply) -> Reply {
        if self.needles.is_empty() {
            return reply;
        }
        let lines = reply.lines.iter().map(|line| self.clean(line)).collect();
        // The enhanced code is read again: what is left of the text decides, so that a secret shaped like one goes too.
        Reply::new(reply.code, lines)
    }
}

impl Redactor {
    fn needle(&mut self, text: &str, fold_case: bool) {
        let known = self
            .needles
            .iter()
            .any(|needle| needle.text.as_str() == text);
        if !text.is_empty() && !known {
            self.needles.push(Needle {
                text: Zeroizing::new(text.to_owned()),
                fold_case,
                whole_word: text.len() < SHORT,
            });
        }
    }

    /// The first secret in `text` at or behind `from`, the longest of those that begin there.
    fn find(&self, text: &str, from: usize) -> Option<(usize, usize)> {
        (from..text.len())
            .filter(|&at| text.is_char_boundary(at))
            .find_map(|at| {
                let end = self
                    .needles
                    .iter()
                    .filter(|needle| needle.stands_at(text, at))
                    .map(|needle| at + needle.text.len())
                    .max()?;
                Some((at, end))
            })
    }
}

impl Needle {
    fn stands_at(&self, text: &str, at: usize) -> bool {
        let end = at + self.text.len();
        let Some(part) = text.get(at..end) else {
            return false;
        };
        let same = if self.fold_case {
            part.eq_ignore_ascii_case(&self.text)
        } else {
            part == self.text.as_str()
        };
        let alone = || {
            let joins = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            !joins(text[..at].chars().next_back()) && !joins(text[end..].chars().next())
        };
        same && (!self.whole_word || alone())
    }
}

/// The run between white space in which `start..end` stands.
fn word_around(text: &str, start: usize, end: usize) -> Range<usize> {
    let from = text[..start].rfind(char::is_whitespace).map_or(0, |at| {
        at + text[at..].chars().next().map_or(1, char::len_utf8)
    });
    let upto = text[end..]
        .find(char::is_whitespace)
        .map_or(text.len(), |at| end + at);
    from..upto
}

fn percent(secret: &str) -> String {
    percent_encoding::utf8_percent_encode(secret, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(secret: &str, before: &str, said: &str, expect: &str) {
        let mut redactor = Redactor::default();
        redactor.add(secret);
        assert_eq!(redactor.clean(before), before);
        redactor.arm();
        assert_eq!(redactor.clean(said), expect, "{secret:?} in {said:?}");
    }

    #[test]
    fn secrets_go_in_any_dress() {
        check("hunter2", "", "535 bad hunter2!", "535 bad ⟨secret⟩!");
        check("hunter2", "", "HUNTER2", "⟨secret⟩");
        check(
            "p@ss w",
            "",
            "a p@ss w b p%40ss%20w",
            "a ⟨secret⟩ b ⟨secret⟩",
        );
        check("hunter2", "", "68756e74657232", "⟨secret⟩");
        check("a", "", "a cat, a", "⟨secret⟩ cat, ⟨secret⟩");
        check("비밀번호", "", "x비밀번호y", "x⟨secret⟩y");
        for before in ["", "u", "us", "use", "\0user\0"] {
            for behind in ["", "x", "xy", "xyz"] {
                let said = STANDARD.encode(format!("{before}correct horse{behind}"));
                let mut redactor = Redactor::default();
                redactor.add("correct horse");
                redactor.arm();
                let cleaned = redactor.clean(&said);
                assert!(cleaned.contains(SECRET), "{said} became {cleaned}");
                let left = cleaned.replace(SECRET, "");
                assert!(
                    left.len() <= 4 + (before.len() + behind.len()) * 2,
                    "{said} became {cleaned}"
                );
            }
        }
    }

    #[test]
    fn words_a_server_used_before_it_could_know_are_no_echo() {
        check(
            "practice",
            "mail.practice.test ready",
            "mail.practice.test says practice",
            "mail.practice.test says ⟨secret⟩",
        );
    }

    /// Were the word looked at anew for each secret in it, this would take minutes.
    #[test]
    fn a_word_full_of_secrets_takes_no_longer_than_as_many_words() {
        let mut redactor = Redactor::default();
        redactor.add("abc");
        let word = "abc".repeat(100_000);
        assert_eq!(redactor.clean("x-abc"), "x-abc");
        redactor.arm();
        assert_eq!(redactor.clean(&word), SECRET.repeat(100_000));
        assert_eq!(redactor.clean("x-abc abc"), format!("x-abc {SECRET}"));
    }

    #[test]
    fn nothing_secret_changes_nothing() {
        let mut redactor = Redactor::default();
        redactor.arm();
        assert_eq!(redactor.clean("a  b\t"), "a  b\t");
    }
}
