//! Replies (RFC 5321 §4.2) and enhanced status codes (RFC 3463). A reply is data: a refusal is not
//! an error.

use std::fmt;

/// A reply code, 200 to 599 (RFC 5321 §4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "u16", into = "u16"))]
pub struct Code(u16);

impl Code {
    /// The code with this value, if its first digit is one SMTP uses (2 to 5).
    #[must_use]
    pub fn new(value: u16) -> Option<Code> {
        (200..=599).contains(&value).then_some(Code(value))
    }

    /// The three digits as a number.
    #[must_use]
    pub fn value(self) -> u16 {
        self.0
    }

    /// What the first digit says.
    #[must_use]
    pub fn class(self) -> Class {
        match self.0 / 100 {
            2 => Class::Success,
            3 => Class::Intermediate,
            4 => Class::Temporary,
            _ => Class::Permanent,
        }
    }
}

impl TryFrom<u16> for Code {
    type Error = String;
    fn try_from(value: u16) -> Result<Self, Self::Error> {
        Code::new(value).ok_or_else(|| format!("{value} is not an SMTP reply code (200 to 599)"))
    }
}

impl From<Code> for u16 {
    fn from(code: Code) -> u16 {
        code.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}", self.0)
    }
}

/// The first digit of a reply code (RFC 5321 §4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// 2yz: done.
    Success,
    /// 3yz: the server expects more.
    Intermediate,
    /// 4yz: refused for now; the same may succeed later.
    Temporary,
    /// 5yz: refused.
    Permanent,
}

/// An enhanced status code `class.subject.detail` (RFC 3463 §2, RFC 2034).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct EnhancedCode {
    /// 2, 4 or 5.
    pub class: u8,
    /// 0 to 999.
    pub subject: u16,
    /// 0 to 999.
    pub detail: u16,
}

impl EnhancedCode {
    /// Reads a code at the very start of `text`, followed by a space or the end.
    #[must_use]
    pub fn leading(text: &str) -> Option<EnhancedCode> {
        let word = text.split(' ').next()?;
        let mut parts = word.split('.');
        let class = match parts.next()? {
            "2" => 2,
            "4" => 4,
            "5" => 5,
            _ => return None,
        };
        let number = |part: Option<&str>| -> Option<u16> {
            let part = part?;
            let plain = matches!(part.len(), 1..=3) && part.bytes().all(|b| b.is_ascii_digit());
            // RFC 3463 §2: no leading zero, but the digit zero itself.
            (plain && (part.len() == 1 || !part.starts_with('0')))
                .then(|| part.parse().ok())
                .flatten()
        };
        let (subject, detail) = (number(parts.next())?, number(parts.next())?);
        parts.next().is_none().then_some(EnhancedCode {
            class,
            subject,
            detail,
        })
    }
}

impl fmt::Display for EnhancedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

impl TryFrom<String> for EnhancedCode {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        EnhancedCode::leading(&text)
            .filter(|code| code.to_string() == text)
            .ok_or_else(|| format!("{text:?} is not an enhanced status code"))
    }
}

impl From<EnhancedCode> for String {
    fn from(code: EnhancedCode) -> String {
        code.to_string()
    }
}

/// One whole reply of the server, all its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Reply {
    /// The code, the same on every line.
    pub code: Code,
    /// The enhanced status code at the start of the text, where there is one of the same class (RFC
    /// 2034 §4).
    pub enhanced: Option<EnhancedCode>,
    /// The text of each line as it came, without code, separator and CRLF, but with the enhanced
    /// code. Octets that are not UTF-8 are U+FFFD. Control characters are kept, and must be made
    /// visible where a line is shown. At least one line, which may be empty.
    pub lines: Vec<String>,
}

impl Reply {
    /// A reply made of its parts; the enhanced code is read off the first line. No lines count as
    /// one empty line.
    #[must_use]
    pub fn new(code: Code, mut lines: Vec<String>) -> Reply {
        if lines.is_empty() {
            lines.push(String::new());
        }
        let enhanced = EnhancedCode::leading(&lines[0])
            .filter(|enhanced| u16::from(enhanced.class) == code.value() / 100);
        Reply {
            code,
            enhanced,
            lines,
        }
    }

    /// This reply with at most `most` octets of text; where it has more, `…` ends what is left.
    #[must_use]
    pub fn shortened(&self, most: usize) -> Reply {
        let mut room = most;
        let mut lines = Vec::new();
        for line in &self.lines {
            if line.len() > room {
                // Exactly so much: a string that grows doubles.
                lines.push([&line[..line.floor_char_boundary(room)], "…"].concat());
                break;
            }
            // An empty line takes memory as well, and a reply may have hundreds.
            room = room.saturating_sub(line.len().max(1));
            lines.push(line.clone());
        }
        Reply {
            code: self.code,
            enhanced: self.enhanced,
            lines,
        }
    }

    /// What the first digit says.
    #[must_use]
    pub fn class(&self) -> Class {
        self.code.class()
    }

    /// Whether the code is this number.
    #[must_use]
    pub fn is(&self, code: u16) -> bool {
        self.code.value() == code
    }

    /// All lines joined by one space: for an error sentence, not for parsing.
    #[must_use]
    pub fn text(&self) -> String {
        self.lines.join(" ")
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Option<&str>) {
        let got = EnhancedCode::leading(text).map(|code| code.to_string());
        assert_eq!(got.as_deref(), expect, "{text:?}");
    }

    #[test]
    fn enhanced_codes_are_read_strictly() {
        check("2.1.0 Sender ok", Some("2.1.0"));
        check("5.7.26", Some("5.7.26"));
        check("4.999.999 x", Some("4.999.999"));
        check("3.1.0 no such class", None);
        check("2.1 short", None);
        check("2.1.0.1 long", None);
        check("2.01.0 leading zero", None);
        check("2.1000.0 four digits", None);
        check("2.1.0: colon", None);
        check(" 2.1.0", None);
        check("", None);
        check("2.+1.0", None);
    }

    #[test]
    fn a_long_reply_is_shortened() {
        let check = |lines: &[&str], most, expect: &[&str]| {
            let lines = lines.iter().map(|line| (*line).to_owned()).collect();
            let reply = Reply::new(Code::new(550).expect("a code"), lines);
            assert_eq!(reply.shortened(most).lines, expect);
        };
        check(&["5.1.1 no", "such user"], 100, &["5.1.1 no", "such user"]);
        check(&["5.1.1 no", "such user"], 17, &["5.1.1 no", "such user"]);
        check(&["5.1.1 no", "such user"], 12, &["5.1.1 no", "such…"]);
        check(&["5.1.1 no", "such user"], 8, &["5.1.1 no", "…"]);
        check(&["한국"], 4, &["한…"]);
        check(&["", "", "", "x"], 2, &["", "", "", "…"]);
    }

    #[test]
    fn an_enhanced_code_of_another_class_is_only_text() {
        let reply = Reply::new(Code::new(250).expect("a code"), vec!["5.1.1 odd".into()]);
        assert_eq!(reply.enhanced, None);
    }
}
