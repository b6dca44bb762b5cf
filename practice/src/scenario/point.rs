//! The points of a session at which a rule can apply.

use std::fmt;

/// A point of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// A client has connected; the greeting.
    Connect,
    /// EHLO.
    Ehlo,
    /// HELO.
    Helo,
    /// STARTTLS.
    StartTls,
    /// AUTH.
    Auth,
    /// The client's response to a challenge of AUTH.
    Response,
    /// MAIL.
    Mail,
    /// RCPT.
    Rcpt,
    /// DATA.
    Data,
    /// After this many octets of a message, on the wire.
    Body(u64),
    /// The end of a message, by DATA or by BDAT.
    Message,
    /// The end of a chunk that is not the last.
    Bdat,
    /// RSET.
    Rset,
    /// NOOP.
    Noop,
    /// VRFY.
    Vrfy,
    /// QUIT.
    Quit,
    /// Any command, also one that the server does not know.
    Any,
}

const NAMES: [(&str, Point); 16] = [
    ("CONNECT", Point::Connect),
    ("EHLO", Point::Ehlo),
    ("HELO", Point::Helo),
    ("STARTTLS", Point::StartTls),
    ("AUTH", Point::Auth),
    ("RESPONSE", Point::Response),
    ("MAIL", Point::Mail),
    ("RCPT", Point::Rcpt),
    ("DATA", Point::Data),
    ("MESSAGE", Point::Message),
    ("BDAT", Point::Bdat),
    ("RSET", Point::Rset),
    ("NOOP", Point::Noop),
    ("VRFY", Point::Vrfy),
    ("QUIT", Point::Quit),
    ("ANY", Point::Any),
];

impl Point {
    /// Reads a point from the words of an `on` line, and leaves the words behind it.
    pub(super) fn parse<'a>(words: &mut impl Iterator<Item = &'a str>) -> Result<Point, String> {
        let word = words
            .next()
            .ok_or_else(|| format!("`on` needs a point: {}", known()))?;
        if word == "BODY" {
            let octets = words.next().and_then(|word| word.parse().ok());
            return octets
                .filter(|octets| *octets > 0)
                .map(Point::Body)
                .ok_or_else(|| {
                    "`BODY` needs a number of octets, 1 or more: `on BODY 1000`".to_owned()
                });
        }
        NAMES
            .iter()
            .find(|(name, _)| *name == word)
            .map(|(_, point)| *point)
            .ok_or_else(|| format!("unknown point `{word}`: {}", known()))
    }

    /// Whether a rule for this point applies at `point`.
    pub(super) fn covers(self, point: Option<Point>) -> bool {
        match (self, point) {
            (Point::Any, None) => true,
            (
                Point::Any,
                Some(Point::Connect | Point::Response | Point::Body(_) | Point::Message),
            ) => false,
            (Point::Any, Some(_)) => true,
            (rule, at) => Some(rule) == at,
        }
    }

    /// Whether there is a sender by then.
    pub(super) fn has_sender(self) -> bool {
        matches!(
            self,
            Point::Mail | Point::Rcpt | Point::Data | Point::Body(_) | Point::Message | Point::Bdat
        )
    }

    /// Whether there is a recipient by then.
    pub(super) fn has_recipient(self) -> bool {
        self != Point::Mail && self.has_sender()
    }

    /// Whether a size is known: the one that MAIL states, or what has arrived.
    pub(super) fn has_size(self) -> bool {
        matches!(self, Point::Mail | Point::Message | Point::Bdat)
    }
}

fn known() -> String {
    let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
    format!("known are {} and BODY n", names.join(" "))
}

impl fmt::Display for Point {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Point::Body(octets) = self {
            return write!(out, "BODY {octets}");
        }
        let named = NAMES.iter().find(|(_, point)| point == self);
        out.write_str(named.map_or("ANY", |(name, _)| name))
    }
}
