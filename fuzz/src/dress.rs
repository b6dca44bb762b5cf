//! A secret in the encodings in which a server could say it back: those that the dialogue promises
//! to see through.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use smtp::SECRET;

/// A secret as it may stand in a text.
#[derive(Debug)]
pub struct Dress {
    text: String,
    /// In any case of its ASCII letters.
    fold: bool,
}

impl Dress {
    /// Whether it stands there.
    #[must_use]
    pub fn stands_in(&self, text: &str) -> bool {
        if self.fold {
            text.to_ascii_lowercase().contains(&self.text)
        } else {
            text.contains(&self.text)
        }
    }
}

/// As it is, in hexadecimal, percent-encoded, and in base64 at any offset within a longer text.
#[must_use]
pub fn of(secret: &str) -> Vec<Dress> {
    let mut all: Vec<Dress> = [secret.to_owned(), percent(secret), hex(secret, false)]
        .into_iter()
        .map(|text| Dress {
            text: text.to_ascii_lowercase(),
            fold: true,
        })
        .collect();
    // The digits in which octets before or behind have a share are not the secret's own.
    for (shift, first) in [(0, 0), (1, 2), (2, 3)] {
        let shifted = [&b"\0\0"[..shift], secret.as_bytes()].concat();
        for engine in [&STANDARD, &URL_SAFE] {
            let encoded = engine.encode(&shifted);
            if let Some(own) = encoded.get(first..shifted.len() * 8 / 6)
                && own.len() >= 3
            {
                all.push(Dress {
                    text: own.to_owned(),
                    fold: false,
                });
            }
        }
    }
    all
}

/// Whether it stands in `text` in any dress.
#[must_use]
pub fn found(secret: &str, text: &str) -> bool {
    of(secret).iter().any(|dress| dress.stands_in(text))
}

/// Panics where it stands in what a person is shown.
pub fn assert_absent(secret: &str, shown: &str) {
    // What is left on both sides of a gap must not be read together, and the gap itself is no
    // secret.
    let shown = shown.replace(SECRET, "\u{1}");
    for dress in of(secret) {
        assert!(
            !dress.stands_in(&shown) || dress.text == "\u{1}",
            "{:?}, which is {secret:?}, is shown: {shown:?}",
            dress.text
        );
    }
}

/// In hexadecimal.
#[must_use]
pub fn hex(secret: &str, upper: bool) -> String {
    let lower: String = secret.bytes().map(|b| format!("{b:02x}")).collect();
    if upper {
        lower.to_ascii_uppercase()
    } else {
        lower
    }
}

/// Percent-encoded where it is not a letter or a digit.
#[must_use]
pub fn percent(secret: &str) -> String {
    utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string()
}
