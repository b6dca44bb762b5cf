//! Keeping secrets out of what a server says back.

mod view;

use std::collections::HashSet;
use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use zeroize::Zeroizing;

use crate::command::SECRET;
use crate::reply::Reply;

/// Finds secrets, as they are and in the encodings a server could echo them in: base64 at any alignment, hexadecimal, decimal, percent-encoding and other
/// escapes; also where a secret goes on in the next line of a reply.
///
/// A secret can be echoed only once it has been sent. Until then the redactor remembers the words a server uses that happen to
/// hold one (`mail.practice.test` and the password `practice`), and lets just these pass afterwards: they tell nobody
/// anything.
#[derive(Default)]
pub(crate) struct Redactor {
    secrets: Vec<Zeroizing<Vec<u8>>>,
    innocent: HashSet<String>,
    armed: bool,
}

/// Secrets shorter than this are looked for as whole words only, and as they are: a password `a` would black out everything.
const SHORT: usize = 3;

/// So few digits of base64 could be a word of their own.
const DIGITS: usize = 6;

/// Most innocent words remembered, so that a server can't fill memory with them.
const INNOCENT: usize = 256;

impl Redactor {
    /// Adds a secret.
    pub(crate) fn add(&mut self, secret: &str) {
        self.seek(secret);
        // In base64 that is cut where the secret begins or ends, the digits that it alone decides are told apart by nothing but
        // themselves.
        for shift in 0..3 {
            let mut octets = Zeroizing::new(vec![0u8; shift]);
            octets.extend_from_slice(secret.as_bytes());
            let from = (shift * 4).div_ceil(3);
            for engine in [&STANDARD, &URL_SAFE] {
                let encoded = Zeroizing::new(engine.encode(octets.as_slice()));
                let upto = octets.len() * 8 / 6;
                if let Some(own) = encoded.get(from..upto).filter(|own| own.len() >= DIGITS) {
                    self.seek(own);
                }
            }
        }
    }

    fn seek(&mut self, secret: &str) {
        let secret = Zeroizing::new(secret.to_ascii_lowercase().into_bytes());
        if !secret.is_empty() && !self.secrets.contains(&secret) {
            self.secrets.push(secret);
        }
    }

    /// From here on a server may know the secrets.
    pub(crate) fn arm(&mut self) {
        self.armed = true;
    }

    /// `text` with every secret in it replaced by [`SECRET`].
    pub(crate) fn clean(&mut self, text: &str) -> String {
        if self.secrets.is_empty() {
            return text.to_owned();
        }
        let found = self.find(text);
        if !self.armed {
            for (start, end) in found {
                if self.innocent.len() < INNOCENT {
                    let word = word_around(text, start, end);
                    self.innocent.insert(text[word].to_owned());
                }
            }
            return text.to_owned();
        }
        // A word may hold many secrets; it is looked at once.
        let (mut word, mut innocent) = (0..0, false);
        let mut told = Vec::new();
        for (start, end) in found {
            if start < word.start || word.end < end {
                word = word_around(text, start, end);
                innocent = self.innocent.contains(&text[word.clone()]);
            }
            if !innocent {
                told.push((start, end));
            }
        }
        without(text, &told)
    }

    /// [`Redactor::clean`] for all lines of a reply together.
    pub(crate) fn clean_reply(&mut self, reply: Reply) -> Reply {
        if self.secrets.is_empty() {
            return reply;
        }
        // No line holds a line feed: the framer ends lines there.
        let text = self.clean(&reply.lines.join("\n"));
        let lines = text.split('\n').map(str::to_owned).collect();
        // The enhanced code is read again: what is left of the text decides, so that a secret shaped like one goes too.
        Reply::new(reply.code, lines)
    }

    /// Where secrets stand in `text`, in order; places may overlap.
    fn find(&self, text: &str) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for (n, read) in view::READERS.iter().enumerate() {
            let view = read(text);
            for secret in &self.secrets {
                let short = secret.len() < SHORT;
                if short && n > 0 {
                    continue;
                }
                let places = view.find(secret).into_iter();
                found.extend(places.filter(|(start, end)| {
                    !short || (end - start == secret.len() && stands_alone(text, *start, *end))
                }));
            }
        }
        found.sort_unstable();
        found
    }
}

/// `text` with [`SECRET`] in the place of each range; a range that goes over a line end leaves the line end where it is.
fn without(text: &str, ranges: &[(usize, usize)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut upto = 0;
    for (start, end) in ranges {
        let (start, end) = (
            text.floor_char_boundary(*start),
            text.ceil_char_boundary(*end),
        );
        if end <= upto {
            continue;
        }
        if start >= upto {
            out.push_str(&text[upto..start]);
            out.push_str(SECRET);
        }
        for _ in text[start.max(upto)..end].matches('\n') {
            out.push('\n');
            out.push_str(SECRET);
        }
        upto = end;
    }
    out.push_str(&text[upto..]);
    out
}

/// Whether neither neighbour belongs to the same word.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let joins = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let before = text
        .get(..start)
        .and_then(|before| before.chars().next_back());
    let behind = text.get(end..).and_then(|behind| behind.chars().next());
    !joins(before) && !joins(behind)
}

/// The run between white space in which `start..end` stands.
fn word_around(text: &str, start: usize, end: usize) -> Range<usize> {
    let (start, end) = (
        text.floor_char_boundary(start),
        text.ceil_char_boundary(end),
    );
    let from = text[..start].rfind(char::is_whitespace).map_or(0, |at| {
        at + text[at..].chars().next().map_or(1, char::len_utf8)
    });
    let upto = text[end..]
        .find(char::is_whitespace)
        .map_or(text.len(), |at| end + at);
    from..upto
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
        for said in [
            "68 75 6E 74 65 72 32",
            "68:75:6e:74:65:72:32",
            "104, 117, 110, 116, 101, 114, 50",
            "104 117 110 116 101 114 50",
            "%68%75%6e%74%65%72%32",
            "hun%74er2",
            "=68=75=6E=74=65=72=32",
            "\\x68\\x75\\x6e\\x74\\x65\\x72\\x32",
            "\\u0068\\u0075\\u006e\\u0074\\u0065\\u0072\\u0032",
            "\\u{68}unter2",
            "\\150\\165\\156\\164\\145\\162\\062",
            "&#104;&#117;&#110;&#116;&#101;&#114;&#50;",
            "&#x68;&#x75;&#x6e;&#x74;&#x65;&#x72;&#x32;",
        ] {
            check("hunter2", "", said, "⟨secret⟩");
        }
        check(
            "hunter2",
            "",
            "0x68, 0x75, 0x6e, 0x74, 0x65, 0x72, 0x32",
            "0x⟨secret⟩",
        );
        check("a&b <c", "", "x a&amp;b &lt;c y", "x ⟨secret⟩ y");
        check("a&b <c", "", "x a%26b+%3Cc y", "x ⟨secret⟩ y");
        check(
            "비밀번호",
            "",
            "&#48708;&#48128;&#48264;&#54840;",
            "⟨secret⟩",
        );
        check("비밀번호", "", "\\ube44\\ubc00\\ubc88\\ud638", "⟨secret⟩");
        check(
            "hunter2",
            "",
            "5.7.8 Error 535: 10.20.30.40 said 0x1f, 100% of 64 = 0x40",
            "5.7.8 Error 535: 10.20.30.40 said 0x1f, 100% of 64 = 0x40",
        );
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
    fn secrets_go_over_line_ends_too() {
        let check = |said: &[&str], expect: &[&str]| {
            let mut redactor = Redactor::default();
            redactor.add("hunter2");
            redactor.arm();
            let lines = said.iter().map(|line| (*line).to_owned()).collect();
            let code = crate::reply::Code::new(535).expect("a code");
            let reply = redactor.clean_reply(Reply::new(code, lines));
            assert_eq!(reply.lines, expect, "{said:?}");
        };
        check(
            &["you said hun", "ter2, no"],
            &["you said ⟨secret⟩", "⟨secret⟩, no"],
        );
        check(&["h", "u", "nter", "2"], &[SECRET, SECRET, SECRET, SECRET]);
        check(&["AGEAaH", "VudGVyMg=="], &["AGEA⟨secret⟩", "⟨secret⟩=="]);
        check(&["hunter", "3"], &["hunter", "3"]);
        check(&["", "hunter2", ""], &["", SECRET, ""]);
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
