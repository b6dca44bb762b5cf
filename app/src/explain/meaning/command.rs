//! What a line that is sent asks for.

use smtp::{SECRET, Span, Stage};

use super::{Entitled, Explanation, Meanings};

/// What a line asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    /// No line at all: what comes is the greeting.
    None,
    Ehlo,
    Helo,
    Starttls,
    Auth,
    AuthAnswer,
    Mail,
    Rcpt,
    Data,
    Bdat,
    Dot,
    Rset,
    Noop,
    Vrfy,
    Expn,
    Help,
    Quit,
    /// `*` behind AUTH.
    Cancel,
    /// A line of the message.
    Text,
    Other,
}

impl Verb {
    /// The command whose refusal ends a dialogue at this stage.
    pub(super) fn deciding(stage: Stage) -> Verb {
        match stage {
            Stage::Connect => Verb::None,
            Stage::Tls => Verb::Starttls,
            Stage::SignIn => Verb::Auth,
            Stage::Envelope => Verb::Rcpt,
            Stage::Message | Stage::Accepted => Verb::Dot,
        }
    }

    fn of(line: &str, stage: Stage) -> Verb {
        match Verb::read(line) {
            Verb::Other if stage == Stage::SignIn && line == "*" => Verb::Cancel,
            // At this stage the dialogue puts these alone; whatever else looks like a command there
            // is message.
            verb @ (Verb::Data | Verb::Bdat | Verb::Dot | Verb::Rset | Verb::Noop | Verb::Quit) => {
                verb
            }
            _ if stage == Stage::Message => Verb::Text,
            verb => verb,
        }
    }

    fn read(line: &str) -> Verb {
        match first_word(line).as_str() {
            "." => Verb::Dot,
            "EHLO" => Verb::Ehlo,
            "HELO" => Verb::Helo,
            "STARTTLS" => Verb::Starttls,
            "AUTH" => Verb::Auth,
            "MAIL" => Verb::Mail,
            "RCPT" => Verb::Rcpt,
            "DATA" => Verb::Data,
            "BDAT" => Verb::Bdat,
            "RSET" => Verb::Rset,
            "NOOP" => Verb::Noop,
            "VRFY" => Verb::Vrfy,
            "EXPN" => Verb::Expn,
            "HELP" => Verb::Help,
            "QUIT" => Verb::Quit,
            // Behind AUTH a line that begins with a secret answers the server's question.
            _ if line.starts_with(SECRET) => Verb::AuthAnswer,
            _ => Verb::Other,
        }
    }

    fn words(self) -> Entitled {
        match self {
            Verb::Ehlo => (x!(v_ehlo), 5321, "4.1.1.1"),
            Verb::Helo => (x!(v_helo), 5321, "4.1.1.1"),
            Verb::Starttls => (x!(v_starttls), 3207, "4"),
            Verb::Auth => (x!(v_auth), 4954, "4"),
            Verb::AuthAnswer => (x!(v_auth_answer), 4954, "4"),
            Verb::Mail => (x!(v_mail), 5321, "4.1.1.2"),
            Verb::Rcpt => (x!(v_rcpt), 5321, "4.1.1.3"),
            Verb::Data => (x!(v_data), 5321, "4.1.1.4"),
            Verb::Bdat => (x!(v_bdat), 3030, "2"),
            Verb::Dot => (x!(v_dot), 5321, "4.1.1.4"),
            Verb::Rset => (x!(v_rset), 5321, "4.1.1.5"),
            Verb::Noop => (x!(v_noop), 5321, "4.1.1.9"),
            Verb::Vrfy => (x!(v_vrfy), 5321, "4.1.1.6"),
            Verb::Expn => (x!(v_expn), 5321, "4.1.1.7"),
            Verb::Help => (x!(v_help), 5321, "4.1.1.8"),
            Verb::Quit => (x!(v_quit), 5321, "4.1.1.10"),
            Verb::Cancel => (x!(v_cancel), 4954, "4"),
            Verb::Text => (x!(v_text), 5321, "4.1.1.4"),
            Verb::None | Verb::Other => (x!(v_other), 5321, "4.2.4"),
        }
    }
}

fn first_word(line: &str) -> String {
    line.split([' ', '\t'])
        .next()
        .unwrap_or_default()
        .to_ascii_uppercase()
}

/// A line as it would be held: with the mark of a secret where one stood.
fn template(line: &[Span]) -> String {
    line.iter()
        .map(|span| match span {
            Span::Text(text) => text.as_str(),
            Span::Secret => SECRET,
        })
        .collect()
}

/// What a sent line asks for.
pub(super) fn verb(line: &[Span], stage: Stage) -> Verb {
    Verb::of(&template(line), stage)
}

pub(super) fn sent(meanings: &Meanings, line: &[Span], stage: Stage) -> Explanation {
    explain(meanings, &template(line), stage)
}

pub(super) fn explain(meanings: &Meanings, line: &str, stage: Stage) -> Explanation {
    let verb = Verb::of(line, stage);
    let mut explanation = Explanation::of(meanings, verb.words());
    if verb == Verb::Mail {
        explanation.text.push_str(&parameters(meanings, line));
    }
    match verb {
        Verb::Other | Verb::Text | Verb::AuthAnswer => explanation,
        _ => explanation.badged(first_word(line), None),
    }
}

/// What the parameters behind a sender's address say.
fn parameters(meanings: &Meanings, line: &str) -> String {
    let known = [
        ("SIZE=", x!(m_size)),
        ("BODY=8BITMIME", x!(m_8bit)),
        ("SMTPUTF8", x!(m_utf8)),
    ];
    let behind = line.rsplit_once('>').map_or("", |(_, behind)| behind);
    let mut said = String::new();
    for (parameter, key) in known {
        let stands = |word: &str| {
            word.get(..parameter.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(parameter))
        };
        if behind.split(' ').any(stands) {
            said.push(' ');
            said.push_str(meanings.say(key));
        }
    }
    said
}
