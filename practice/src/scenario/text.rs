//! The texts of steps, with their escapes.

use crate::limits;
use std::fmt;

/// What a server sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// Never empty, and never two in a row.
    Octets(Vec<u8>),
    /// The last line that was read from the client.
    LastLine,
}

impl Text {
    /// The octets. `last_line` is the last line that the client sent.
    #[must_use]
    pub fn octets(&self, last_line: &str) -> Vec<u8> {
        self.0
            .iter()
            .flat_map(|piece| match piece {
                Piece::Octets(octets) => octets.as_slice(),
                Piece::LastLine => last_line.as_bytes(),
            })
            .copied()
            .collect()
    }

    /// The most octets it can have.
    pub(super) fn longest(&self) -> usize {
        let piece = |piece: &Piece| match piece {
            Piece::Octets(octets) => octets.len(),
            Piece::LastLine => limits::COMMAND_LINE,
        };
        self.0.iter().map(piece).sum()
    }

    /// Whether it contains the last line that the client sent.
    #[must_use]
    pub fn quotes(&self) -> bool {
        self.0.contains(&Piece::LastLine)
    }

    /// The text of a step, with its escapes.
    ///
    /// # Errors
    /// A message about an invalid escape.
    pub fn parse(text: &str) -> Result<Text, String> {
        let (mut pieces, mut octets) = (Vec::new(), Vec::new());
        let mut rest = text;
        while let Some(at) = rest.find('\\') {
            octets.extend_from_slice(&rest.as_bytes()[..at]);
            rest = &rest[at + 1..];
            if let Some(behind) = rest.strip_prefix("{line}") {
                if !octets.is_empty() {
                    pieces.push(Piece::Octets(std::mem::take(&mut octets)));
                }
                pieces.push(Piece::LastLine);
                rest = behind;
                continue;
            }
            let (octet, length) = escape(rest).ok_or_else(|| unknown_escape(rest))?;
            octets.push(octet);
            rest = &rest[length..];
        }
        octets.extend_from_slice(rest.as_bytes());
        if !octets.is_empty() {
            pieces.push(Piece::Octets(octets));
        }
        Ok(Text(pieces))
    }

    /// The same with a CRLF at its end.
    ///
    /// # Errors
    /// A message about an invalid escape.
    pub fn line(text: &str) -> Result<Text, String> {
        let mut line = Text::parse(text)?;
        match line.0.last_mut() {
            Some(Piece::Octets(octets)) => octets.extend_from_slice(b"\r\n"),
            _ => line.0.push(Piece::Octets(b"\r\n".to_vec())),
        }
        Ok(line)
    }

    /// Without the CRLF at its end, if it has one.
    pub(super) fn without_crlf(&self) -> Option<Text> {
        let (last, before) = self.0.split_last()?;
        let Piece::Octets(octets) = last else {
            return None;
        };
        let octets = octets.strip_suffix(b"\r\n")?;
        let mut pieces = before.to_vec();
        if !octets.is_empty() {
            pieces.push(Piece::Octets(octets.to_vec()));
        }
        Some(Text(pieces))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Writes the text so that it parses to the same.
impl fmt::Display for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.0.len().saturating_sub(1);
        for (at, piece) in self.0.iter().enumerate() {
            match piece {
                Piece::LastLine => out.write_str("\\{line}")?,
                Piece::Octets(octets) => {
                    // Spaces at either end of a line are easily lost.
                    let inner = octets.trim_ascii();
                    let start = octets.len() - octets.trim_ascii_start().len();
                    let (before, rest) = octets.split_at(if at == 0 { start } else { 0 });
                    let end = match at == last && !inner.is_empty() {
                        true => rest.trim_ascii_end().len(),
                        false => rest.len(),
                    };
                    write_hidden(out, before)?;
                    write_shown(out, &rest[..end])?;
                    write_hidden(out, &rest[end..])?;
                }
            }
        }
        Ok(())
    }
}

fn write_shown(out: &mut fmt::Formatter<'_>, octets: &[u8]) -> fmt::Result {
    for chunk in octets.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\\' => out.write_str("\\\\")?,
                '\r' => out.write_str("\\r")?,
                '\n' => out.write_str("\\n")?,
                '\t' => out.write_str("\\t")?,
                other if other.is_control() || other.is_whitespace() && other != ' ' => {
                    write_hidden(out, other.encode_utf8(&mut [0; 4]).as_bytes())?;
                }
                other => write!(out, "{other}")?,
            }
        }
        write_hidden(out, chunk.invalid())?;
    }
    Ok(())
}

fn write_hidden(out: &mut fmt::Formatter<'_>, octets: &[u8]) -> fmt::Result {
    for octet in octets {
        match octet {
            b'\r' => out.write_str("\\r")?,
            b'\n' => out.write_str("\\n")?,
            b'\t' => out.write_str("\\t")?,
            0 => out.write_str("\\0")?,
            other => write!(out, "\\x{other:02x}")?,
        }
    }
    Ok(())
}

/// The octet of an escape after the backslash, and the length of the escape.
fn escape(rest: &str) -> Option<(u8, usize)> {
    Some(match rest.bytes().next()? {
        b'r' => (b'\r', 1),
        b'n' => (b'\n', 1),
        b't' => (b'\t', 1),
        b'0' => (0, 1),
        b'\\' => (b'\\', 1),
        b'x' => {
            let digits = rest.get(1..3)?;
            if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return None;
            }
            (u8::from_str_radix(digits, 16).ok()?, 3)
        }
        _ => return None,
    })
}

fn unknown_escape(rest: &str) -> String {
    let shown: String = rest.chars().take(1).collect();
    format!(
        "unknown escape `\\{shown}`: use \\r, \\n, \\t, \\0, \\\\, \\xHH with two hexadecimal \
         digits, or \\{{line}}"
    )
}

/// Replaces the escapes of a script in a text.
///
/// # Errors
/// A message about an invalid escape.
pub fn unescape(text: &str) -> Result<Vec<u8>, String> {
    Ok(Text::parse(text)?.octets(""))
}
