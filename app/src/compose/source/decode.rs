//! What encodings of a source stand for, for showing. Text in other charsets than UTF-8 is not
//! decoded.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// An encoded word (RFC 2047 §2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EncodedWord {
    /// Its charset, as it is written.
    pub(super) charset: String,
    /// Base64, rather than the encoding that resembles quoted-printable.
    pub(super) base64: bool,
    /// The text; None where it can't be decoded.
    pub(super) text: Option<String>,
}

impl EncodedWord {
    /// Reads `=?charset?encoding?text?=`.
    pub(super) fn read(word: &str) -> Option<EncodedWord> {
        let inner = word.strip_prefix("=?")?.strip_suffix("?=")?;
        let mut fields = inner.splitn(3, '?');
        let (charset, encoding, text) = (fields.next()?, fields.next()?, fields.next()?);
        let octets = match encoding {
            "B" | "b" => base64(text),
            "Q" | "q" => Some(escaped(&text.replace('_', " "), b'=')),
            _ => return None,
        };
        // RFC 2231 §5: a language may follow the charset.
        let charset = charset.split('*').next().unwrap_or_default();
        let is_utf8 = ["utf-8", "us-ascii"]
            .iter()
            .any(|one| charset.eq_ignore_ascii_case(one));
        let text = octets.filter(|_| is_utf8);
        Some(EncodedWord {
            charset: charset.to_owned(),
            base64: encoding.eq_ignore_ascii_case("b"),
            text: text.and_then(|octets| String::from_utf8(octets).ok()),
        })
    }
}

/// The octets of a line of base64.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.trim()).ok()
}

/// The text of the value of an extended parameter (RFC 2231 §4), or of a section of it.
pub(super) fn percent(value: &str) -> String {
    let value = value.trim_matches('"');
    let text = match value.split_once('\'') {
        Some((_, rest)) => rest.split_once('\'').map_or(value, |(_, text)| text),
        None => value,
    };
    String::from_utf8_lossy(&escaped(text, b'%')).into_owned()
}

/// The octets of a text in which `mark` and two hexadecimal digits stand for an octet.
fn escaped(text: &str, mark: u8) -> Vec<u8> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        let octet = digits
            .filter(|_| *first == mark)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        octets.push(octet.unwrap_or(*first));
        rest = if octet.is_some() { &after[2..] } else { after };
    }
    octets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words() {
        let check = |word: &str, expect: Option<Option<&str>>| {
            let got = EncodedWord::read(word).map(|word| word.text);
            assert_eq!(got, expect.map(|text| text.map(str::to_owned)), "{word:?}");
        };
        check("=?utf-8?Q?=EA=B0=80_b?=", Some(Some("가 b")));
        check("=?UTF-8*ko?b?67CV?=", Some(Some("박")));
        check("=?utf-8?B?67C?=", Some(None));
        check("=?euc-kr?B?sKE=?=", Some(None));
        check("=?utf-8?X?a?=", None);
        check("=?utf-8?Q?=", None);
        check("=?=", None);
    }

    #[test]
    fn extended_parameters() {
        assert_eq!(percent("utf-8''%EA%B0%80.png"), "가.png");
        assert_eq!(percent("\"%41%4\""), "A%4");
        assert_eq!(percent("it's"), "it's");
    }
}
