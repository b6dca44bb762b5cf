//! Keeps secrets out of what is sent to a page.
//!
//! What is promised, and what is not:
//!
//! - **Which secrets.** Every password that the page has used in this session (while its WebSocket
//!   is open), and every response to AUTH that an operator typed: the last [`limits::SECRETS`] of
//!   them.
//! - **From whom.** From any server of the session, not only the one that was sent the secret, from
//!   the first octet of its greeting on: in replies, in what is no reply, in the names and the
//!   issuer of its certificate, and in failures caused by them. From the operator, too: in a typed
//!   line a secret is shown as a gap.
//! - **For whom.** For anyone who looks at the page, its exported transcript, or the log. It is not
//!   hidden from the person who typed it, and a planned line with the person's own words (an
//!   address in MAIL that happens to contain the password) is shown as it is.
//! - **Which encodings.** As it is, in any case of its letters; in UTF-8, UTF-16 or Latin-1; in
//!   base64 of either alphabet at any alignment, hexadecimal, decimal numbers, percent-encoding,
//!   quoted-printable, the escapes of C, JSON, JavaScript and HTML; over the line ends of one
//!   reply.
//!
//! No more than that: error texts of servers often repeat what they were sent, and this keeps the
//! password in them off the screen and out of files. It does not cover every encoding. A hostile
//! server that was sent a password knows it, and can send it in a form of its own (reversed,
//! encrypted, spelled out, spread over several replies), or pass it on elsewhere. So a redacted
//! text from a hostile server may still contain the password.
//!
//! Secrets of one or two octets are only redacted as whole words, in the form they have: a password
//! `a` would hide everything.

mod facts;
mod known;
mod view;

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use zeroize::Zeroize;

use crate::command::{Command, SECRET};
use crate::limits;
use crate::reply::Reply;

use known::Known;

/// The secrets of one page, shared by all its dialogues: what one server was sent must not be shown
/// when another server sends it. Wiped from memory when the last clone is dropped.
///
/// A word that a server uses before a secret was sent anywhere, and that happens to hold the secret
/// (`mail.practice.test` and the password `practice`), stays readable afterwards, in this dialogue
/// and in later ones: it reveals nothing. So do the words that the person put into the job openly:
/// the server's name, the client's name and the addresses.
#[derive(Clone, Default)]
pub struct Secrets(Arc<Mutex<Redactor>>);

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(..)")
    }
}

impl Secrets {
    /// None yet.
    #[must_use]
    pub fn new() -> Secrets {
        Secrets::default()
    }

    fn redactor(&self) -> MutexGuard<'_, Redactor> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a secret and the `others` that give it away, such as the responses it is part of.
    pub(crate) fn add(&self, secret: &str, others: &[&str]) {
        self.redactor().add(secret, others);
    }

    /// This has been sent to a server: the secrets in it may be known to servers from here on.
    pub(crate) fn sent(&self, text: &str) {
        self.redactor().sent(text);
    }

    /// A server's `text` with [`SECRET`] in the place of every secret in it. `own` gives the words
    /// that the person put into the job openly.
    pub(crate) fn clean(&self, text: &str, own: &dyn Fn() -> Vec<String>) -> String {
        self.redactor().clean(text, own)
    }

    /// [`Secrets::clean`] for all lines of a reply together.
    pub(crate) fn clean_reply(&self, reply: Reply, own: &dyn Fn() -> Vec<String>) -> Reply {
        self.redactor().clean_reply(reply, own)
    }

    /// An operator's line with [`SECRET`] in the place of every secret in it, sent or not.
    pub(crate) fn clean_typed(&self, text: &str, own: &dyn Fn() -> Vec<String>) -> String {
        let mut redactor = self.redactor();
        let revealed = redactor.revealed(text, own, Text::Typed);
        without(text, &revealed)
    }

    /// Whether an operator's line holds a secret.
    pub(crate) fn occur_in(&self, text: &str, own: &dyn Fn() -> Vec<String>) -> bool {
        !self.redactor().revealed(text, own, Text::Typed).is_empty()
    }
}

/// Whose text it is.
#[derive(Clone, Copy, PartialEq)]
enum Text {
    Servers,
    Typed,
}

/// Finds secrets in texts.
#[derive(Default)]
struct Redactor {
    /// The one that was used last is last.
    known: Vec<Known>,
    /// A bit for each first three octets of a pattern, see [`bit`].
    beginnings: Vec<u64>,
}

/// Patterns shorter than this are looked for as whole words only, and as they are.
const SHORT: usize = 3;

/// How many different first three octets are distinguished, in units of 64.
const BEGINNINGS: usize = 1024;

/// A secret found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    start: usize,
    end: usize,
    /// Which secret.
    secret: usize,
}

impl Redactor {
    fn add(&mut self, secret: &str, others: &[&str]) {
        if secret.is_empty() {
            return;
        }
        let mut known = match self.known.iter().position(|known| known.is(secret)) {
            Some(at) => self.known.remove(at),
            None => Known::new(secret),
        };
        for other in others {
            known.add(other);
        }
        if self.known.len() >= limits::SECRETS {
            self.known.remove(0);
        }
        self.known.push(known);
        self.beginnings = vec![0; BEGINNINGS];
        for pattern in self.known.iter().flat_map(|known| &known.patterns) {
            if let Some(three) = pattern.first_chunk() {
                let bit = bit(*three);
                self.beginnings[bit / 64] |= 1 << (bit % 64);
            }
        }
    }

    fn sent(&mut self, text: &str) {
        for found in self.find(text) {
            self.known[found.secret].sent = true;
        }
    }

    fn clean(&mut self, text: &str, own: &dyn Fn() -> Vec<String>) -> String {
        let revealed = self.revealed(text, own, Text::Servers);
        without(text, &revealed)
    }

    fn clean_reply(&mut self, reply: Reply, own: &dyn Fn() -> Vec<String>) -> Reply {
        if self.known.is_empty() {
            return reply;
        }
        // No line holds a line feed: the framer ends lines there.
        let mut text = reply.lines.join("\n");
        let revealed = self.revealed(&text, own, Text::Servers);
        if revealed.is_empty() {
            return reply;
        }
        let lines = without(&text, &revealed)
            .split('\n')
            .map(str::to_owned)
            .collect();
        let code = reply.code;
        let mut reply = reply;
        reply.lines.zeroize();
        text.zeroize();
        // The enhanced code is read again: what is left of the text decides, so that a secret
        // shaped like one goes too.
        Reply::new(code, lines)
    }

    /// The places in `text` that reveal secrets, in order; they may overlap. Remembers words of
    /// servers that can't know the secret yet.
    fn revealed(
        &mut self,
        text: &str,
        own: &dyn Fn() -> Vec<String>,
        whose: Text,
    ) -> Vec<(usize, usize)> {
        let found = self.find(text);
        if found.is_empty() {
            return Vec::new();
        }
        let open = places_of(text, &own());
        let verb = match whose {
            Text::Typed => verb(text),
            Text::Servers => 0,
        };
        // A word may hold many secrets; it is looked at once.
        let (mut word, mut bare) = (0..0, 0..0);
        let mut revealed = Vec::new();
        for Found { start, end, secret } in found {
            let in_own_word = open
                .iter()
                .any(|open| open.start <= start && end <= open.end && end - start < open.len());
            if in_own_word || end <= verb {
                continue;
            }
            if start < word.start || word.end < end {
                word = word_around(text, start, end);
                bare = bare_of(text, &word);
            }
            let known = &mut self.known[secret];
            let around = bare.start <= start && end <= bare.end && end - start < bare.len();
            let word = &text[if around { bare.clone() } else { word.clone() }];
            if known.has_learned(word) {
                continue;
            }
            if whose == Text::Servers && !known.sent {
                known.learn(word);
            } else {
                revealed.push((start, end));
            }
        }
        revealed
    }

    /// The places of secrets in `text`, in order; they may overlap.
    fn find(&self, text: &str) -> Vec<Found> {
        let mut found = Vec::new();
        if self.known.is_empty() {
            return found;
        }
        for (n, read) in view::READERS.iter().enumerate() {
            let view = read(text);
            for at in 0..view.len() {
                if n == 0 {
                    self.find_short(text, &view, at, &mut found);
                }
                let begins = view.three(at).is_some_and(|three| {
                    let bit = bit(three);
                    self.beginnings[bit / 64] & (1 << (bit % 64)) != 0
                });
                if !begins {
                    continue;
                }
                for (secret, known) in self.known.iter().enumerate() {
                    let long = known.patterns.iter().filter(|one| one.len() >= SHORT);
                    found.extend(long.filter_map(|pattern| {
                        let (start, end) = view.place_of(pattern, at)?;
                        // Latin-1 octets may look like a part of a character of UTF-8.
                        let whole = text.is_char_boundary(start) && text.is_char_boundary(end);
                        whole.then_some(Found { start, end, secret })
                    }));
                }
            }
        }
        found.sort_unstable();
        found
    }

    fn find_short(&self, text: &str, view: &view::View, at: usize, found: &mut Vec<Found>) {
        for (secret, known) in self.known.iter().enumerate() {
            for pattern in known.patterns.iter().filter(|one| one.len() < SHORT) {
                if let Some((start, end)) = view.place_of(pattern, at)
                    && end - start == pattern.len()
                    && stands_alone(text, start, end)
                {
                    found.push(Found { start, end, secret });
                }
            }
        }
    }
}

/// The number of a beginning. Different ones may have the same: it is only for a first look.
fn bit(three: [u8; 3]) -> usize {
    let [a, b, c] = three.map(usize::from);
    (a ^ (b << 5) ^ (c << 10)) % (BEGINNINGS * 64)
}

/// `text` with [`SECRET`] in the place of each range; a range that goes over a line end leaves the
/// line end where it is.
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

/// The places of these words in `text`, each as a whole word, in any case.
fn places_of(text: &str, words: &[String]) -> Vec<Range<usize>> {
    let text = text.to_ascii_lowercase();
    let mut places = Vec::new();
    for word in words.iter().filter(|word| !word.is_empty()) {
        let word = word.to_ascii_lowercase();
        let all = text.match_indices(&word).map(|(at, _)| at..at + word.len());
        places.extend(all.filter(|place| stands_alone(&text, place.start, place.end)));
    }
    places
}

/// The length of the verb of an operator's line, where it is a verb of SMTP: a password `data` does
/// not make DATA a secret.
fn verb(text: &str) -> usize {
    match Command::read(text) {
        Command::Other(_) => 0,
        _ => text.find([' ', '\t']).unwrap_or(text.len()),
    }
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

/// The run between white space that contains `start..end`.
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

/// A word without the punctuation around it, so that a name at the end of a sentence is the same
/// word. If only the secret itself would be left, the word is not changed.
fn bare_of(text: &str, word: &Range<usize>) -> Range<usize> {
    let whole = &text[word.clone()];
    let behind = whole.trim_start_matches(|c: char| !c.is_alphanumeric());
    let bare = behind.trim_end_matches(|c: char| !c.is_alphanumeric());
    let start = word.start + whole.len() - behind.len();
    start..start + bare.len()
}

#[cfg(test)]
mod tests;
