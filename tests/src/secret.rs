//! Looking for a secret in any dress.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

/// The dress in which `secret` stands in `text`, where it does: plain, base64 in any alphabet and at any offset, hexadecimal,
/// percent-encoded, escaped or spelled as numbers.
#[must_use]
pub fn found(secret: &str, text: &str) -> Option<&'static str> {
    dresses(secret)
        .into_iter()
        .find(|(_, dress)| text.contains(dress.as_str()))
        .map(|(name, _)| name)
}

/// Panics where a secret stands in `text`, and says in which dress.
pub fn assert_absent(secrets: &[&str], text: &str, place: &str) {
    for secret in secrets {
        if let Some(dress) = found(secret, text) {
            panic!("{secret:?} stands in {place} ({dress}):\n{text}");
        }
    }
}

fn dresses(secret: &str) -> Vec<(&'static str, String)> {
    let octets = secret.as_bytes();
    let hex = |upper: bool| -> String {
        octets
            .iter()
            .map(|b| {
                if upper {
                    format!("{b:02X}")
                } else {
                    format!("{b:02x}")
                }
            })
            .collect()
    };
    let mut all = vec![
        ("plain", secret.to_owned()),
        ("base64", STANDARD.encode(octets)),
        ("base64 without padding", STANDARD_NO_PAD.encode(octets)),
        ("base64url", URL_SAFE.encode(octets)),
        ("base64url without padding", URL_SAFE_NO_PAD.encode(octets)),
        ("hexadecimal", hex(false)),
        ("hexadecimal", hex(true)),
        (
            "a list of numbers",
            octets
                .iter()
                .map(u8::to_string)
                .collect::<Vec<_>>()
                .join(", "),
        ),
        (
            "percent-encoding",
            octets.iter().map(|b| format!("%{b:02X}")).collect(),
        ),
    ];
    // Inside a longer base64 text, such as PLAIN's NUL user NUL password, a secret begins at any of three offsets. Only the digits
    // that hold nothing but the secret are the same each time.
    for shift in 0..3 {
        let shifted = [&b"\0\0"[..shift], octets].concat();
        let encoded = STANDARD_NO_PAD.encode(&shifted);
        let first = [0, 2, 3][shift];
        let pure = shifted.len() * 8 / 6;
        if let Some(inner) = encoded.get(first..pure)
            && inner.len() >= 6
        {
            all.push(("base64 inside another", inner.to_owned()));
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
    fn a_secret_is_found_in_every_dress() {
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
