//! The steps of a script, and how one line of a file is read.

use super::text::Text;
use std::time::Duration;

/// One step of a server.
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
    /// Does what the server would have done by itself, and sends its reply.
    Answer,
    /// The same without the reply.
    Execute,
    /// Leaves out the lines of the EHLO reply that begin with this keyword.
    Hide(String),
    /// Adds a line to the EHLO reply.
    Add(String),
}

/// What a step needs of the place it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It can stand anywhere.
    Anywhere,
    /// It reads, so it belongs in a whole dialogue.
    Dialogue,
    /// It changes what the session does, so it belongs in a rule.
    Rule,
    /// It changes the reply to EHLO.
    Ehlo,
}

impl Step {
    pub(super) fn place(&self) -> Place {
        match self {
            Step::Expect(_)
            | Step::Read(_)
            | Step::Record
            | Step::Message
            | Step::Tls
            | Step::NoTls
            | Step::End => Place::Dialogue,
            Step::Answer | Step::Execute => Place::Rule,
            Step::Hide(_) | Step::Add(_) => Place::Ehlo,
            _ => Place::Anywhere,
        }
    }

    /// Whether nothing after it is done.
    pub(super) fn is_last(&self) -> bool {
        matches!(
            self,
            Step::End | Step::Fin | Step::Rst | Step::Cut | Step::Silent | Step::Stall
        )
    }

    /// Its first word.
    pub(super) fn verb(&self) -> &'static str {
        match self {
            Step::Send(_) => "S:",
            Step::Split(..) => "S/",
            Step::Times(..) => "S*",
            Step::Flood(..) => "FLOOD",
            Step::Drip { endless: false, .. } => "DRIP",
            Step::Drip { endless: true, .. } => "DRIP*",
            Step::Cork => "CORK",
            Step::Uncork => "UNCORK",
            Step::Expect(_) => "C:",
            Step::Read(_) => "READ",
            Step::Record => "RECORD",
            Step::Message => "MESSAGE",
            Step::Pause(_) => "PAUSE",
            Step::Tls => "TLS",
            Step::NoTls => "NO TLS",
            Step::End => "END",
            Step::Fin => "FIN",
            Step::Rst => "RST",
            Step::Cut => "CUT",
            Step::Silent => "SILENT",
            Step::Stall => "STALL",
            Step::Answer => "ANSWER",
            Step::Execute => "EXECUTE",
            Step::Hide(_) => "HIDE",
            Step::Add(_) => "ADD",
        }
    }
}

/// The steps that are one word.
const BARE: [Step; 14] = [
    Step::Message,
    Step::Cork,
    Step::Uncork,
    Step::Record,
    Step::Tls,
    Step::NoTls,
    Step::End,
    Step::Fin,
    Step::Rst,
    Step::Cut,
    Step::Silent,
    Step::Stall,
    Step::Answer,
    Step::Execute,
];

/// Reads one step. `line` does not begin with a space.
pub(super) fn parse(line: &str) -> Result<Step, String> {
    let bare = line.trim_end();
    if let Some(step) = BARE.iter().find(|step| step.verb() == bare) {
        return Ok(step.clone());
    }
    if bare == "S:" {
        return Ok(Step::Send(Text::line("")?));
    }
    let (word, rest) = line.split_once(' ').unwrap_or((bare, ""));
    if rest.trim().is_empty() && matches!(word, "READ" | "PAUSE" | "HIDE" | "ADD") {
        return Err(format!("`{word}` needs something behind it"));
    }
    Ok(match word {
        "S:" => Step::Send(Text::line(rest)?),
        "S+" => Step::Send(Text::parse(rest)?),
        "S*" => {
            let (times, text) = counted(word, rest)?;
            Step::Times(small(times)?, not_empty(word, Text::parse(text)?)?)
        }
        "FLOOD" => {
            let (octets, text) = counted(word, rest)?;
            Step::Flood(octets, not_empty(word, Text::parse(text)?)?)
        }
        "DRIP" | "DRIP*" => {
            let (every, text) = counted(word, rest)?;
            Step::Drip {
                every: pause(every)?,
                text: not_empty(word, Text::parse(text)?)?,
                endless: word == "DRIP*",
            }
        }
        "C:" => Step::Expect(rest.to_ascii_uppercase()),
        "READ" => Step::Read(small(number(rest.trim())?)?),
        "PAUSE" => Step::Pause(pause(number(rest.trim())?)?),
        "HIDE" => Step::Hide(rest.trim().to_ascii_uppercase()),
        "ADD" => Step::Add(rest.trim().to_owned()),
        _ => match word.strip_prefix("S/") {
            Some(at) => Step::Split(small(number(at)?)?, Text::line(rest)?),
            None => return Err(unknown(word)),
        },
    })
}

fn counted<'a>(word: &str, rest: &'a str) -> Result<(u64, &'a str), String> {
    let (digits, text) = rest
        .split_once(' ')
        .ok_or_else(|| format!("`{word}` needs a number, a space and a text"))?;
    Ok((number(digits)?, text))
}

fn number(digits: &str) -> Result<u64, String> {
    digits
        .parse()
        .map_err(|_| format!("{digits:?} is not a number"))
}

fn small(number: u64) -> Result<usize, String> {
    usize::try_from(number).map_err(|_| format!("{number} is too large"))
}

/// The longest pause of one step: an hour.
const LONGEST_MS: u64 = 60 * 60 * 1000;

fn pause(milliseconds: u64) -> Result<Duration, String> {
    if milliseconds > LONGEST_MS {
        return Err(format!(
            "{milliseconds} milliseconds are more than an hour: use {LONGEST_MS} or less"
        ));
    }
    Ok(Duration::from_millis(milliseconds))
}

fn not_empty(word: &str, text: Text) -> Result<Text, String> {
    match text.is_empty() {
        true => Err(format!("`{word}` needs a text")),
        false => Ok(text),
    }
}

fn unknown(word: &str) -> String {
    let upper = word.to_ascii_uppercase();
    let verbs = "S: S+ S/n S* FLOOD DRIP DRIP* CORK UNCORK PAUSE ANSWER EXECUTE HIDE ADD FIN RST \
                 CUT SILENT STALL C: READ RECORD MESSAGE TLS END";
    if upper != word && verbs.split_whitespace().any(|verb| verb == upper) {
        return format!("unknown step `{word}`: steps are in capitals, `{upper}`");
    }
    format!("unknown step `{word}`: known are {verbs} and NO TLS")
}
