//! Aliases and repairs: names and forms that occur in mail although no standard has them. All other
//! modules resolve labels, encodings and types here.

use super::fields;

mod labels;

pub(super) use labels::{Charset, charset, guess};

/// A content transfer encoding (RFC 2045 §6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transfer {
    /// `7bit`, `8bit`, `binary`, or unknown.
    #[default]
    Identity,
    /// Base64 (RFC 2045 §6.8).
    Base64,
    /// Quoted-printable (RFC 2045 §6.7).
    QuotedPrintable,
    /// uuencode, not standardized: `x-uuencode`.
    Uuencode,
}

/// Parses a Content-Transfer-Encoding field; None if the name is unknown.
pub(super) fn transfer(value: &[u8]) -> Option<Transfer> {
    let plain: String = value
        .iter()
        .take_while(|octet| !b";(".contains(octet))
        .filter(|octet| octet.is_ascii_alphanumeric())
        .take(32)
        .map(|octet| char::from(octet.to_ascii_lowercase()))
        .collect();
    let plain = plain.strip_prefix('x').unwrap_or(&plain);
    match plain {
        "" => None,
        "b" | "b64" => Some(Transfer::Base64),
        "q" | "qp" => Some(Transfer::QuotedPrintable),
        _ if plain.contains("base64") => Some(Transfer::Base64),
        _ if plain.contains("quoted") || plain.contains("printable") => {
            Some(Transfer::QuotedPrintable)
        }
        _ if plain.starts_with("uu") => Some(Transfer::Uuencode),
        "7bit" | "7bits" | "8bit" | "8bits" | "binary" | "none" | "7" | "8" => {
            Some(Transfer::Identity)
        }
        _ => None,
    }
}

/// Parses the media type of a Content-Type field, in lower case; None if there is none. `bounded`
/// says that the field has a boundary parameter.
pub(super) fn media_type(value: &[u8], bounded: bool) -> Option<(String, String)> {
    const TOKEN: usize = 100;
    let text = String::from_utf8_lossy(&value[..value.len().min(2 * TOKEN)]).to_lowercase();
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
    let end = text.find([';', ',', '"', '\'', '(']).unwrap_or(text.len());
    let text = text[..end].trim();
    let text = match text.split_once(char::is_whitespace) {
        // `text / plain`, but also `text/plain charset=utf-8`.
        Some((first, rest)) if !rest.trim_start().starts_with('/') && !first.ends_with('/') => {
            first
        }
        _ => text,
    };
    let (main, sub) = text
        .split_once(['/', '\\'])
        .map_or((text, ""), |(main, sub)| (main.trim(), sub.trim()));
    let main: String = main
        .chars()
        .filter(|c| c.is_ascii_graphic())
        .take(TOKEN)
        .collect();
    let sub: String = sub
        .chars()
        .filter(|c| c.is_ascii_graphic())
        .take(TOKEN)
        .collect();
    let (main, sub) = match (main.as_str(), sub.as_str()) {
        // Incomplete types.
        ("text" | "plain", "") | ("", "plain") => ("text", "plain"),
        ("html" | "xhtml", "") | ("", "html") => ("text", "html"),
        ("multipart", "") => ("multipart", "mixed"),
        ("mixed" | "alternative" | "related" | "digest" | "report" | "signed", "") if bounded => {
            ("multipart", main.as_str())
        }
        ("message" | "rfc822", "") => ("message", "rfc822"),
        ("application" | "image" | "audio" | "video" | "font" | "model", "") => {
            (main.as_str(), "octet-stream")
        }
        ("" | "charset" | "boundary" | "name", _) | (_, "") if bounded => ("multipart", "mixed"),
        ("", _) | (_, "") => return None,
        (main, sub) => (main, sub),
    };
    // The type is missing and a parameter stands in its place.
    if main.contains('=') {
        return bounded.then(|| ("multipart".to_owned(), "mixed".to_owned()));
    }
    Some((main.to_owned(), sub.to_owned()))
}

/// Returns the start of the message. It is after a byte order mark, an mbox `From ` line, or empty
/// lines that are followed by header fields.
pub(super) fn beginning(raw: &[u8]) -> usize {
    let mut at = if raw.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        0
    };
    let blank = raw[at..]
        .iter()
        .take_while(|octet| b"\r\n \t".contains(octet))
        .count();
    if blank > 0 && !b" \t".contains(&raw[at + blank - 1]) {
        let (line, _) = fields::line(raw, at + blank);
        if line.starts_with(b"From ") || fields::name(line).is_some_and(fields::is_known) {
            at += blank;
        }
    }
    let (line, next) = fields::line(raw, at);
    if line.starts_with(b"From ") || line.starts_with(b">From ") {
        let (following, _) = fields::line(raw, next);
        if fields::name(following).is_some() {
            return next;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_aliases_are_known() {
        for (value, want) in [
            ("base64", Some(Transfer::Base64)),
            (" BASE-64 ", Some(Transfer::Base64)),
            ("\"base64\"", Some(Transfer::Base64)),
            ("base64;", Some(Transfer::Base64)),
            ("x-base64", Some(Transfer::Base64)),
            ("Quoted_Printable", Some(Transfer::QuotedPrintable)),
            ("quotedprintable", Some(Transfer::QuotedPrintable)),
            ("QP", Some(Transfer::QuotedPrintable)),
            ("x-uuencode", Some(Transfer::Uuencode)),
            ("x-uue", Some(Transfer::Uuencode)),
            ("8-bit", Some(Transfer::Identity)),
            ("7bits", Some(Transfer::Identity)),
            ("7bit (base64)", Some(Transfer::Identity)),
            ("", None),
            ("amazing", None),
        ] {
            assert_eq!(transfer(value.as_bytes()), want, "{value}");
        }
    }

    #[test]
    fn media_types_are_read_leniently() {
        for (value, bounded, want) in [
            ("text/plain; charset=x", false, Some("text/plain")),
            ("TEXT/HTML", false, Some("text/html")),
            ("text", false, Some("text/plain")),
            ("text/", false, Some("text/plain")),
            ("/html", false, Some("text/html")),
            ("html; charset=utf-8", false, Some("text/html")),
            ("text/plain charset=utf-8", false, Some("text/plain")),
            ("text / plain ; x=y", false, Some("text/plain")),
            ("\"text/html\"; charset=utf-8", false, Some("text/html")),
            ("'text/html'", false, Some("text/html")),
            ("text\\html", false, Some("text/html")),
            ("text/html (what else)", false, Some("text/html")),
            ("text/plain, charset=utf-8", false, Some("text/plain")),
            ("multipart; boundary=x", true, Some("multipart/mixed")),
            (
                "alternative; boundary=x",
                true,
                Some("multipart/alternative"),
            ),
            ("boundary=x", true, Some("multipart/mixed")),
            ("; boundary=x", true, Some("multipart/mixed")),
            ("message", false, Some("message/rfc822")),
            ("image", false, Some("image/octet-stream")),
            ("charset=utf-8", false, None),
            ("", false, None),
            ("nonsense", false, None),
        ] {
            let got =
                media_type(value.as_bytes(), bounded).map(|(main, sub)| format!("{main}/{sub}"));
            assert_eq!(got.as_deref(), want, "{value}");
        }
    }

    #[test]
    fn lines_before_the_message_are_skipped() {
        for (raw, want) in [
            ("Subject: x\n", 0),
            ("\u{feff}Subject: x\n", 3),
            (
                "From mina@example.org Thu Nov 26 09:00:00 2026\nSubject: x\n",
                47,
            ),
            ("\r\n\r\nSubject: x\n", 4),
            ("\nHello\n", 0),
            ("From here on: nothing\nbut words\n", 0),
            ("", 0),
        ] {
            assert_eq!(beginning(raw.as_bytes()), want, "{raw:?}");
        }
    }
}
