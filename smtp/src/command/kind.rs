//! What a line in a transcript is, without its arguments.

/// The kind of a line that was sent. It holds nothing of the line itself, so no secret either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum CommandKind {
    /// EHLO (RFC 5321 §4.1.1.1).
    Ehlo,
    /// HELO (§4.1.1.1).
    Helo,
    /// STARTTLS (RFC 3207).
    Starttls,
    /// AUTH, with an initial response or without (RFC 4954 §4).
    Auth,
    /// A response to a challenge of AUTH (RFC 4954 §4).
    AuthResponse,
    /// `*` in answer to a challenge: AUTH is cancelled (RFC 4954 §4).
    AuthCancel,
    /// MAIL (RFC 5321 §4.1.1.2).
    Mail(MailParameters),
    /// RCPT (§4.1.1.3).
    Rcpt,
    /// DATA (§4.1.1.4).
    Data,
    /// A line of the message. No reply comes to it.
    Text,
    /// The final dot (§4.1.1.4).
    EndOfData,
    /// BDAT (RFC 3030 §2).
    Bdat {
        /// Whether its chunk is the message's last.
        last: bool,
    },
    /// RSET (RFC 5321 §4.1.1.5).
    Rset,
    /// NOOP (§4.1.1.9).
    Noop,
    /// VRFY (§4.1.1.6).
    Vrfy,
    /// EXPN (§4.1.1.7).
    Expn,
    /// HELP (§4.1.1.8).
    Help,
    /// QUIT (§4.1.1.10).
    Quit,
    /// A line that is none of these.
    Unknown,
}

/// Which parameters a MAIL line has behind its path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MailParameters {
    /// SIZE (RFC 1870 §3).
    pub size: bool,
    /// BODY=8BITMIME (RFC 6152 §2).
    pub eight_bit: bool,
    /// SMTPUTF8 (RFC 6531 §3.4).
    pub utf8: bool,
}

impl MailParameters {
    /// Reads what follows the verb.
    pub(super) fn read(argument: &str) -> MailParameters {
        // A quoted local part may contain the bracket and spaces, so the last bracket counts.
        let behind = argument.rsplit_once('>').map_or("", |(_, behind)| behind);
        let mut parameters = MailParameters::default();
        for word in behind.split([' ', '\t']) {
            let word = word.to_ascii_uppercase();
            parameters.size |= word.starts_with("SIZE=");
            parameters.eight_bit |= word == "BODY=8BITMIME";
            parameters.utf8 |= word == "SMTPUTF8";
        }
        parameters
    }
}

impl CommandKind {
    /// The kind of a verb that the dialogue does not act on, in upper case.
    pub(super) fn of_other(verb: &str) -> CommandKind {
        match verb {
            "NOOP" => CommandKind::Noop,
            "VRFY" => CommandKind::Vrfy,
            "EXPN" => CommandKind::Expn,
            "HELP" => CommandKind::Help,
            _ => CommandKind::Unknown,
        }
    }

    /// The verb, or the dot that ends a message. None: the line has none, or one that is not known.
    #[must_use]
    pub fn verb(self) -> Option<&'static str> {
        Some(match self {
            CommandKind::Ehlo => "EHLO",
            CommandKind::Helo => "HELO",
            CommandKind::Starttls => "STARTTLS",
            CommandKind::Auth => "AUTH",
            CommandKind::Mail(_) => "MAIL",
            CommandKind::Rcpt => "RCPT",
            CommandKind::Data => "DATA",
            CommandKind::EndOfData => ".",
            CommandKind::Bdat { .. } => "BDAT",
            CommandKind::Rset => "RSET",
            CommandKind::Noop => "NOOP",
            CommandKind::Vrfy => "VRFY",
            CommandKind::Expn => "EXPN",
            CommandKind::Help => "HELP",
            CommandKind::Quit => "QUIT",
            CommandKind::AuthResponse
            | CommandKind::AuthCancel
            | CommandKind::Text
            | CommandKind::Unknown => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;

    #[test]
    fn the_kind_of_a_line_is_that_of_its_verb() {
        for verb in [
            "EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "BDAT", "RSET", "NOOP",
            "VRFY", "EXPN", "HELP", "QUIT",
        ] {
            for line in [verb.to_owned(), format!("{} x", verb.to_lowercase())] {
                assert_eq!(Command::read(&line).kind().verb(), Some(verb), "{line}");
            }
        }
        let last = |line| Command::read(line).kind();
        let mail = |line| match Command::read(line).kind() {
            CommandKind::Mail(MailParameters {
                size,
                eight_bit,
                utf8,
            }) => (size, eight_bit, utf8),
            kind => panic!("{kind:?}"),
        };
        assert_eq!(mail("MAIL FROM:<a@b.example>"), (false, false, false));
        assert_eq!(mail("MAIL FROM:<a@b> SIZE=9"), (true, false, false));
        assert_eq!(
            mail("mail from:<a@b>\tbody=8bitmime  smtputf8"),
            (false, true, true)
        );
        assert_eq!(
            mail("MAIL FROM:<\"> SIZE=1\"@b> BODY=7BIT"),
            (false, false, false)
        );
        assert_eq!(last("BDAT 3 LAST"), CommandKind::Bdat { last: true });
        assert_eq!(last("BDAT 3"), CommandKind::Bdat { last: false });
        for line in ["", "WHATEVER", "HELPX", "⟨secret⟩"] {
            assert_eq!(Command::read(line).kind(), CommandKind::Unknown, "{line}");
        }
    }
}
