//! Searches for a secret in every encoding.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

/// Returns the encoding in which `secret` occurs in `text`: plain, base64 with any alphabet and at
/// any offset, hexadecimal, percent-encoded, escaped, or as a list of numbers.
#[must_use]
pub fn found(secret: &str, text: &str) -> Option<&'static str> {
    encodings(secret)
        .into_iter()
        .find(|(_, encoding)| text.contains(encoding.as_str()))
        .map(|(name, _)| name)
}

/// Panics if a secret occurs in `text`, and names the encoding.
pub fn assert_absent(secrets: &[&str], text: &str, place: &str) {
    for secret in secrets {
        if let Some(encoding) = found(secret, text) {
            panic!("{secret:?} is in {place} ({encoding}):\n{text}");
        }
    }
}

/// Every encoding that is searched for, with its name.
#[must_use]
pub fn encodings(secret: &str) -> Vec<(&'static str, String)> {
    let octets = secret.as_bytes();
    let each = |encoding: fn(u8) -> String, between: &str| -> String {
        let all: Vec<String> = octets.iter().map(|b| encoding(*b)).collect();
        all.join(between)
    };
    let chars = |encoding: fn(char) -> String| -> String { secret.chars().map(encoding).collect() };
    let mut all = vec![
        ("plain", secret.to_owned()),
        ("in upper case", secret.to_uppercase()),
        ("in lower case", secret.to_lowercase()),
        ("base64", STANDARD.encode(octets)),
        ("base64 without padding", STANDARD_NO_PAD.encode(octets)),
        ("base64url", URL_SAFE.encode(octets)),
        ("base64url without padding", URL_SAFE_NO_PAD.encode(octets)),
        ("hexadecimal", each(|b| format!("{b:02x}"), "")),
        ("hexadecimal", each(|b| format!("{b:02X}"), "")),
        ("hexadecimal by spaces", each(|b| format!("{b:02x}"), " ")),
        ("hexadecimal by colons", each(|b| format!("{b:02X}"), ":")),
        ("a list of numbers", each(|b| b.to_string(), ", ")),
        ("a list of numbers", each(|b| b.to_string(), ",")),
        ("a list of numbers", each(|b| b.to_string(), " ")),
        ("percent-encoding", each(|b| format!("%{b:02X}"), "")),
        ("percent-encoding", each(|b| format!("%{b:02x}"), "")),
        ("quoted-printable", each(|b| format!("={b:02X}"), "")),
        ("escapes", each(|b| format!("\\x{b:02x}"), "")),
        ("octal escapes", each(|b| format!("\\{b:03o}"), "")),
        ("entities", chars(|c| format!("&#{};", u32::from(c)))),
        ("entities", chars(|c| format!("&#x{:x};", u32::from(c)))),
    ];
    if secret.chars().all(|c| u32::from(c) < 0x1_0000) {
        let escapes = chars(|c| format!("\\u{:04x}", u32::from(c)));
        all.push(("escapes of JSON", escapes));
    }
    // Inside a longer base64 text, such as PLAIN's NUL user NUL password, a secret starts at one of
    // three offsets. Only the digits that encode nothing but the secret are the same each time.
    for shift in 0..3 {
        let shifted = [&b"\0\0"[..shift], octets].concat();
        let encoded = STANDARD_NO_PAD.encode(&shifted);
        let first = [0, 2, 3][shift];
        let pure = shifted.len() * 8 / 6;
        if let Some(inner) = encoded.get(first..pure)
            && inner.len() >= 6
        {
            all.push(("base64 inside base64", inner.to_owned()));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: bool) {
        assert_eq!(found("open sesame", text).is_some(), expect, "{text}");
    }

    #[test]
    fn a_secret_is_found_in_every_encoding() {
        check("an open sesame here", true);
        check("an open door here", false);
        check("%6F%70%65%6E%20%73%65%73%61%6D%65", true);
        check("6f70656e20736573616d65", true);
        check(
            "[111, 112, 101, 110, 32, 115, 101, 115, 97, 109, 101]",
            true,
        );
        for user in ["a", "ab", "abc", "abcd"] {
            check(&STANDARD.encode(format!("\0{user}\0open sesame")), true);
            check(&STANDARD.encode(format!("\0{user}\0open sandals")), false);
        }
    }
}
