//! A secret in the encodings in which a server could send it back, and which the dialogue redacts.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use smtp::SECRET;

/// A secret in one encoding.
#[derive(Debug)]
pub struct Encoding {
    text: String,
    /// Whether ASCII case is ignored.
    ignore_case: bool,
}

impl Encoding {
    /// Whether the encoded secret occurs in `text`.
    #[must_use]
    pub fn occurs_in(&self, text: &str) -> bool {
        if self.ignore_case {
            text.to_ascii_lowercase().contains(&self.text)
        } else {
            text.contains(&self.text)
        }
    }
}

/// Returns the secret as it is, in hexadecimal, percent-encoded, and in base64 at any offset in a
/// longer text.
#[must_use]
pub fn of(secret: &str) -> Vec<Encoding> {
    let mut all: Vec<Encoding> = [secret.to_owned(), percent(secret), hex(secret, false)]
        .into_iter()
        .map(|text| Encoding {
            text: text.to_ascii_lowercase(),
            ignore_case: true,
        })
        .collect();
    // Leave out the digits that also depend on neighbouring octets.
    for (shift, first) in [(0, 0), (1, 2), (2, 3)] {
        let shifted = [&b"\0\0"[..shift], secret.as_bytes()].concat();
        for engine in [&STANDARD, &URL_SAFE] {
            let encoded = engine.encode(&shifted);
            if let Some(own) = encoded.get(first..shifted.len() * 8 / 6)
                && own.len() >= 3
            {
                all.push(Encoding {
                    text: own.to_owned(),
                    ignore_case: false,
                });
            }
        }
    }
    all
}

/// Whether the secret occurs in `text` in any encoding.
#[must_use]
pub fn found(secret: &str, text: &str) -> bool {
    of(secret).iter().any(|encoding| encoding.occurs_in(text))
}

/// Panics if the secret occurs in text that is shown.
pub fn assert_absent(secret: &str, shown: &str) {
    // The text on both sides of a gap must not be joined, and the gap itself is not a secret.
    let shown = shown.replace(SECRET, "\u{1}");
    for encoding in of(secret) {
        assert!(
            !encoding.occurs_in(&shown) || encoding.text == "\u{1}",
            "{:?}, which is {secret:?}, is shown: {shown:?}",
            encoding.text
        );
    }
}

/// The secret in hexadecimal.
#[must_use]
pub fn hex(secret: &str, upper: bool) -> String {
    let lower: String = secret.bytes().map(|b| format!("{b:02x}")).collect();
    if upper {
        lower.to_ascii_uppercase()
    } else {
        lower
    }
}

/// The secret, percent-encoded except for letters and digits.
#[must_use]
pub fn percent(secret: &str) -> String {
    utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string()
}
