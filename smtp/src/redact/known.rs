//! One secret, and how it may look in a text.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use zeroize::Zeroizing;

/// So few digits of base64 could be an ordinary word.
const DIGITS: usize = 6;

/// Octets of a secret in UTF-16 or Latin-1 that are too few to look for.
const SHORT: usize = 2;

/// Most patterns of one secret: a password may be used with many user names.
const PATTERNS: usize = 128;

/// Most words remembered for one secret, so that a server can't fill memory with them.
const WORDS: usize = 256;

/// A longer word, in octets, is not remembered.
const WORD: usize = 256;

/// One secret.
pub(super) struct Known {
    /// Octet sequences to look for, ASCII letters in lower case; the secret itself first.
    pub(super) patterns: Vec<Zeroizing<Vec<u8>>>,
    /// It has been sent: from here on a server may know it.
    pub(super) sent: bool,
    /// Words with the secret in them that servers used before it was sent anywhere.
    words: HashSet<String>,
}

impl Known {
    /// The secret `text`, as it is.
    pub(super) fn new(text: &str) -> Known {
        let mut known = Known {
            patterns: Vec::new(),
            sent: false,
            words: HashSet::new(),
        };
        known.add(text);
        known
    }

    /// Whether this is the secret `text`.
    pub(super) fn is(&self, text: &str) -> bool {
        self.patterns
            .first()
            .is_some_and(|own| own.eq_ignore_ascii_case(text.as_bytes()))
    }

    /// Looks for `text` as well, in the character sets and cases a server may have it in.
    pub(super) fn add(&mut self, text: &str) {
        self.seek(text.as_bytes());
        self.seek(Zeroizing::new(text.to_lowercase()).as_bytes());
        self.seek(Zeroizing::new(text.to_uppercase()).as_bytes());
        let units: Zeroizing<Vec<u16>> = Zeroizing::new(text.encode_utf16().collect());
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        self.seek_long(&Zeroizing::new(little));
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        self.seek_long(&Zeroizing::new(big));
        let latin1: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(c).ok()).collect();
        if let Some(latin1) = latin1 {
            self.seek_long(&Zeroizing::new(latin1));
        }
        self.add_digits(text);
    }

    /// Looks for `text` in base64 where other octets are joined to it: only by the digits that
    /// depend on `text` alone.
    fn add_digits(&mut self, text: &str) {
        for shift in 0..3 {
            let mut octets = Zeroizing::new(vec![0u8; shift]);
            octets.extend_from_slice(text.as_bytes());
            let from = (shift * 4).div_ceil(3);
            for engine in [&STANDARD, &URL_SAFE] {
                let encoded = Zeroizing::new(engine.encode(octets.as_slice()));
                let upto = octets.len() * 8 / 6;
                if let Some(own) = encoded.get(from..upto).filter(|own| own.len() >= DIGITS) {
                    self.seek(own.as_bytes());
                }
            }
        }
    }

    /// In another character set a short secret could match anything.
    fn seek_long(&mut self, octets: &[u8]) {
        if octets.len() > SHORT {
            self.seek(octets);
        }
    }

    fn seek(&mut self, octets: &[u8]) {
        let pattern = Zeroizing::new(octets.to_ascii_lowercase());
        let room = self.patterns.len() < PATTERNS;
        if room && !pattern.is_empty() && !self.patterns.contains(&pattern) {
            self.patterns.push(pattern);
        }
    }

    /// Remembers a word that a server used before it could know the secret.
    pub(super) fn learn(&mut self, word: &str) {
        if self.words.len() < WORDS && word.len() <= WORD {
            self.words.insert(word.to_owned());
        }
    }

    /// Whether a server used this word before it could know the secret.
    pub(super) fn has_learned(&self, word: &str) -> bool {
        word.len() <= WORD && self.words.contains(word)
    }
}
