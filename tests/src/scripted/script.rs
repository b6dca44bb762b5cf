//! Parses the language of scripts. `tests/hostile/README.md` describes it.

use std::time::Duration;

/// One step of a scripted server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Sends these octets.
    Send(Text),
    /// Sends these octets in two pieces with a pause in between. The number is the length of the
    /// first piece.
    Split(usize, Text),
    /// Sends the text this many times.
    Times(usize, Text),
    /// Sends the text repeatedly until this many octets are sent or the client has closed.
    Flood(u64, Text),
    /// Sends one octet at a time, once or repeatedly.
    Drip {
        /// The time between two octets.
        every: Duration,
        /// The octets.
        text: Text,
        /// Whether to start again after the last octet.
        endless: bool,
    },
    /// Starts holding back what is sent.
    Cork,
    /// Sends what was held back, all at once.
    Uncork,
    /// Reads a line, which must begin with this text. Case is ignored.
    Expect(String),
    /// Reads this many octets of any kind.
    Read(usize),
    /// Reads one TLS record without decrypting it.
    Record,
    /// Reads until after the line with a single dot.
    Message,
    /// Waits.
    Pause(Duration),
    /// Accepts a TLS handshake.
    Tls,
    /// Starts a TLS handshake that the client must abort.
    NoTls,
    /// Expects the client to close without sending anything.
    End,
    /// Closes the sending side.
    Fin,
    /// Resets the connection.
    Rst,
    /// Closes both sides at once, without a close_notify inside TLS.
    Cut,
    /// Sends nothing more until the client closes.
    Silent,
    /// Stops reading until the client has given up.
    Stall,
}

/// What a server sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
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

    fn parse(text: &str) -> Result<Text, String> {
        let (mut pieces, mut octets) = (Vec::new(), Vec::new());
        let mut rest = text;
        while let Some(at) = rest.find('\\') {
            octets.extend_from_slice(&rest.as_bytes()[..at]);
            rest = &rest[at + 1..];
            if let Some(behind) = rest.strip_prefix("{line}") {
                pieces.push(Piece::Octets(std::mem::take(&mut octets)));
                pieces.push(Piece::LastLine);
                rest = behind;
                continue;
            }
            let (octet, length) =
                escape(rest).ok_or_else(|| format!("unknown escape in {text:?}"))?;
            octets.push(octet);
            rest = &rest[length..];
        }
        octets.extend_from_slice(rest.as_bytes());
        pieces.push(Piece::Octets(octets));
        Ok(Text(pieces))
    }

    fn line(text: &str) -> Result<Text, String> {
        let mut line = Text::parse(text)?;
        line.0.push(Piece::Octets(b"\r\n".to_vec()));
        Ok(line)
    }
}

/// The octet of an escape after the backslash, and the length of the escape.
fn escape(rest: &str) -> Option<(u8, usize)> {
    Some(match rest.bytes().next()? {
        b'r' => (b'\r', 1),
        b'n' => (b'\n', 1),
        b't' => (b'\t', 1),
        b'0' => (0, 1),
        b'\\' => (b'\\', 1),
        b'x' => (u8::from_str_radix(rest.get(1..3)?, 16).ok()?, 3),
        _ => return None,
    })
}

/// Replaces the escapes of a script in a text.
///
/// # Errors
/// A message about an invalid escape.
pub fn unescape(text: &str) -> Result<Vec<u8>, String> {
    Ok(Text::parse(text)?.octets(""))
}

/// Parses a script with one step on each line. Empty lines and lines that begin with `#` are
/// ignored.
///
/// # Errors
/// A message about the first invalid line.
pub fn parse(script: &str) -> Result<Vec<Step>, String> {
    script
        .lines()
        .map(str::trim_start)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| step(line).map_err(|why| format!("{line:?}: {why}")))
        .collect()
}

fn step(line: &str) -> Result<Step, String> {
    match line.trim_end() {
        "MESSAGE" => return Ok(Step::Message),
        "CORK" => return Ok(Step::Cork),
        "UNCORK" => return Ok(Step::Uncork),
        "RECORD" => return Ok(Step::Record),
        "TLS" => return Ok(Step::Tls),
        "NO TLS" => return Ok(Step::NoTls),
        "END" => return Ok(Step::End),
        "FIN" => return Ok(Step::Fin),
        "RST" => return Ok(Step::Rst),
        "CUT" => return Ok(Step::Cut),
        "SILENT" => return Ok(Step::Silent),
        "STALL" => return Ok(Step::Stall),
        "S:" => return Ok(Step::Send(Text::line("")?)),
        _ => {}
    }
    let (word, rest) = line.split_once(' ').ok_or("unknown step")?;
    let counted = || {
        let (number, text) = rest.split_once(' ').ok_or("expected a number and a text")?;
        Ok::<_, String>((
            number.parse::<u64>().map_err(|error| error.to_string())?,
            text,
        ))
    };
    let number = || rest.trim().parse().map_err(|error| format!("{error}"));
    Ok(match word {
        "S:" => Step::Send(Text::line(rest)?),
        "S+" => Step::Send(Text::parse(rest)?),
        "S*" => {
            let (times, text) = counted()?;
            Step::Times(
                usize::try_from(times).map_err(|error| error.to_string())?,
                Text::parse(text)?,
            )
        }
        "FLOOD" => {
            let (octets, text) = counted()?;
            Step::Flood(octets, Text::parse(text)?)
        }
        "DRIP" | "DRIP*" => {
            let (every, text) = counted()?;
            Step::Drip {
                every: Duration::from_millis(every),
                text: Text::parse(text)?,
                endless: word == "DRIP*",
            }
        }
        "C:" => Step::Expect(rest.to_ascii_uppercase()),
        "READ" => Step::Read(number()?),
        "PAUSE" => Step::Pause(Duration::from_millis(number()? as u64)),
        _ => match word.strip_prefix("S/") {
            Some(at) => Step::Split(
                at.parse().map_err(|error| format!("{error}"))?,
                Text::line(rest)?,
            ),
            None => return Err("unknown step".to_owned()),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: Result<&[u8], ()>) {
        let got = parse(line).map(|steps| match steps.as_slice() {
            [Step::Send(text)] => text.octets("EHLO x"),
            other => panic!("{line:?}: {other:?}"),
        });
        assert_eq!(got.as_deref().map_err(|_| ()), expect, "{line:?}");
    }

    #[test]
    fn texts() {
        check("S: 250 ok", Ok(b"250 ok\r\n"));
        check("  S: 250 ok\\x20", Ok(b"250 ok \r\n"));
        check("S:", Ok(b"\r\n"));
        check("S+ 250\\r\\n\\0\\t\\\\\\xff", Ok(b"250\r\n\0\t\\\xff"));
        check("S: you said \\{line}!", Ok(b"you said EHLO x!\r\n"));
        for invalid in [
            "S+ \\q", "S+ \\x9", "S+ \\xgg", "S+ \\", "X: y", "s: x", "FINE", "S* x y", "READ x",
        ] {
            assert!(parse(invalid).is_err(), "{invalid:?}");
        }
    }

    #[test]
    fn steps() {
        let script = "# a remark\n\n  S/3 220 hi\nC: ehlo\nREAD 7\nPAUSE 5\nDRIP* 9 ab\n\
                      FLOOD 70 c\nNO TLS\n";
        let text = |text| Text::parse(text).expect("a text");
        assert_eq!(
            parse(script),
            Ok(vec![
                Step::Split(3, Text::line("220 hi").expect("a text")),
                Step::Expect("EHLO".to_owned()),
                Step::Read(7),
                Step::Pause(Duration::from_millis(5)),
                Step::Drip {
                    every: Duration::from_millis(9),
                    text: text("ab"),
                    endless: true
                },
                Step::Flood(70, text("c")),
                Step::NoTls,
            ])
        );
    }
}
