//! Commands, read back from the octets that left. What the dialogue expects next follows from what
//! was really sent, not from what was planned, so an operator's line can't put the two out of step.

mod kind;

pub use kind::{CommandKind, MailParameters};

use crate::entry::Span;
use crate::lenient;

/// Stands for a secret in a line that an operator reads and edits.
pub const SECRET: &str = "⟨secret⟩";

/// What one line that left is to a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Not a command: the greeting that a server owes a new connection.
    Greeting,
    /// EHLO (RFC 5321 §4.1.1.1).
    Ehlo,
    /// HELO (§4.1.1.1).
    Helo,
    /// STARTTLS (RFC 3207).
    Starttls,
    /// AUTH with the name of its mechanism (RFC 4954).
    Auth(String),
    /// A line in answer to a `334`.
    AuthResponse,
    /// `*` in answer to a `334`.
    AuthCancel,
    /// MAIL with its parameters (§4.1.1.2).
    Mail(MailParameters),
    /// RCPT with its path, angle brackets removed (§4.1.1.3).
    Rcpt(String),
    /// DATA (§4.1.1.4).
    Data,
    /// A line of the message: no reply comes to it.
    Text,
    /// The final dot.
    Dot,
    /// BDAT (RFC 3030 §2).
    Bdat {
        /// The octets that follow it.
        octets: u64,
        /// Whether they are the message's last.
        last: bool,
    },
    /// RSET (§4.1.1.5).
    Rset,
    /// QUIT (§4.1.1.10).
    Quit,
    /// Anything else: NOOP, VRFY, HELP, a slip of the pen. Its verb, cut to a sane length.
    Other(String),
}

impl Command {
    /// Reads a line, without its CRLF, sent where a command is due.
    #[must_use]
    pub fn read(line: &str) -> Command {
        let (verb, rest) = match line.split_once([' ', '\t']) {
            Some((verb, rest)) => (verb, rest.trim()),
            None => (line, ""),
        };
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => Command::Ehlo,
            "HELO" => Command::Helo,
            "STARTTLS" => Command::Starttls,
            "AUTH" => Command::Auth(
                rest.split([' ', '\t'])
                    .next()
                    .unwrap_or_default()
                    .to_ascii_uppercase(),
            ),
            "MAIL" => Command::Mail(MailParameters::read(rest)),
            "RCPT" => Command::Rcpt(forward_path(rest)),
            "DATA" => Command::Data,
            "BDAT" => {
                let mut words = rest.split([' ', '\t']).filter(|word| !word.is_empty());
                let octets = words.next().and_then(|octets| octets.parse().ok());
                Command::Bdat {
                    octets: octets.unwrap_or(0),
                    last: words
                        .next()
                        .is_some_and(|word| word.eq_ignore_ascii_case("LAST")),
                }
            }
            "RSET" => Command::Rset,
            "QUIT" => Command::Quit,
            verb => Command::Other(verb.chars().take(16).collect()),
        }
    }

    /// Its verb, for an error or a timeout to name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Command::Greeting => "greeting",
            Command::Ehlo => "EHLO",
            Command::Helo => "HELO",
            Command::Starttls => "STARTTLS",
            Command::Auth(_) | Command::AuthResponse | Command::AuthCancel => "AUTH",
            Command::Mail(_) => "MAIL",
            Command::Rcpt(_) => "RCPT",
            Command::Data => "DATA",
            Command::Text => "message",
            Command::Dot => ".",
            Command::Bdat { .. } => "BDAT",
            Command::Rset => "RSET",
            Command::Quit => "QUIT",
            Command::Other(verb) => verb,
        }
    }

    /// Which kind of command it is. The greeting is none; it counts as unknown.
    #[must_use]
    pub fn kind(&self) -> CommandKind {
        match self {
            Command::Ehlo => CommandKind::Ehlo,
            Command::Helo => CommandKind::Helo,
            Command::Starttls => CommandKind::Starttls,
            Command::Auth(_) => CommandKind::Auth,
            Command::AuthResponse => CommandKind::AuthResponse,
            Command::AuthCancel => CommandKind::AuthCancel,
            Command::Mail(parameters) => CommandKind::Mail(*parameters),
            Command::Rcpt(_) => CommandKind::Rcpt,
            Command::Data => CommandKind::Data,
            Command::Text => CommandKind::Text,
            Command::Dot => CommandKind::EndOfData,
            Command::Bdat { last, .. } => CommandKind::Bdat { last: *last },
            Command::Rset => CommandKind::Rset,
            Command::Quit => CommandKind::Quit,
            Command::Greeting => CommandKind::Unknown,
            Command::Other(verb) => CommandKind::of_other(verb),
        }
    }

    /// The line as it may be shown: the response of AUTH and the answers to its challenges are
    /// secrets, whoever typed them.
    pub(crate) fn shown(&self, line: &str) -> Vec<Span> {
        match self {
            Command::AuthResponse => vec![Span::Secret],
            Command::Auth(_) => {
                let (open, secret) = line.split_at(lenient::response_of_auth(line));
                if secret.trim().is_empty() {
                    return vec![Span::Text(line.to_owned())];
                }
                let gap = if open.ends_with(char::is_whitespace) {
                    ""
                } else {
                    " "
                };
                vec![Span::Text(format!("{open}{gap}")), Span::Secret]
            }
            _ => vec![Span::Text(line.to_owned())],
        }
    }
}

/// The path in the argument of RCPT, however odd: for matching a reply to a recipient, and for
/// showing.
fn forward_path(argument: &str) -> String {
    let path = argument
        .get(..3)
        .filter(|to| to.eq_ignore_ascii_case("TO:"))
        .map_or(argument, |_| argument[3..].trim_start());
    match path.strip_prefix('<') {
        Some(open) => {
            let mut quoted = false;
            let mut escaped = false;
            let end = open.find(|c: char| {
                let closes = c == '>' && !quoted;
                match c {
                    _ if escaped => escaped = false,
                    '\\' if quoted => escaped = true,
                    '"' => quoted = !quoted,
                    _ => {}
                }
                closes
            });
            open[..end.unwrap_or(open.len())].to_owned()
        }
        None => path.split(' ').next().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: Command, shown: &str) {
        let command = Command::read(line);
        assert_eq!(command, expect, "{line:?}");
        let got: String = command
            .shown(line)
            .iter()
            .map(|span| match span {
                Span::Text(text) => text.as_str(),
                Span::Secret => SECRET,
            })
            .collect();
        assert_eq!(got, shown, "{line:?}");
    }

    #[test]
    fn lines_are_read_for_what_they_are() {
        check("ehlo x", Command::Ehlo, "ehlo x");
        check("HELO", Command::Helo, "HELO");
        check(
            "RCPT TO:<a@b> NOTIFY=NEVER",
            Command::Rcpt("a@b".into()),
            "RCPT TO:<a@b> NOTIFY=NEVER",
        );
        check(
            "rcpt to: <\"a>b\"@c>",
            Command::Rcpt("\"a>b\"@c".into()),
            "rcpt to: <\"a>b\"@c>",
        );
        check("RCPT a@b", Command::Rcpt("a@b".into()), "RCPT a@b");
        check("RCPT", Command::Rcpt(String::new()), "RCPT");
        check("RCPT 한국", Command::Rcpt("한국".into()), "RCPT 한국");
        let bdat = |octets, last| Command::Bdat { octets, last };
        check("BDAT 12 LAST", bdat(12, true), "BDAT 12 LAST");
        check("bdat  7  last", bdat(7, true), "bdat  7  last");
        check("BDAT 5", bdat(5, false), "BDAT 5");
        check("BDAT x", bdat(0, false), "BDAT x");
        check(
            "AUTH PLAIN AGEAYg==",
            Command::Auth("PLAIN".into()),
            "AUTH PLAIN ⟨secret⟩",
        );
        check(
            "auth  login  YQ==",
            Command::Auth("LOGIN".into()),
            "auth  login ⟨secret⟩",
        );
        check("AUTH LOGIN", Command::Auth("LOGIN".into()), "AUTH LOGIN");
        check("AUTH", Command::Auth(String::new()), "AUTH");
        check("HLO there", Command::Other("HLO".into()), "HLO there");
        check("", Command::Other(String::new()), "");
    }
}
