//! What a line that is sent asks for.

use smtp::{CommandKind, SECRET, Span, Stage};

use super::{Entitled, Explanation, Meanings};

/// The command whose refusal ends a dialogue at this stage. None: the greeting.
pub(super) fn deciding(stage: Stage) -> Option<CommandKind> {
    match stage {
        Stage::Connect => None,
        Stage::Tls => Some(CommandKind::Starttls),
        Stage::SignIn => Some(CommandKind::Auth),
        Stage::Envelope => Some(CommandKind::Rcpt),
        Stage::Message | Stage::Accepted => Some(CommandKind::EndOfData),
    }
}

fn words(command: CommandKind) -> Entitled {
    match command {
        CommandKind::Ehlo => (x!(v_ehlo), 5321, "4.1.1.1"),
        CommandKind::Helo => (x!(v_helo), 5321, "4.1.1.1"),
        CommandKind::Starttls => (x!(v_starttls), 3207, "4"),
        CommandKind::Auth => (x!(v_auth), 4954, "4"),
        CommandKind::AuthResponse => (x!(v_auth_answer), 4954, "4"),
        CommandKind::AuthCancel => (x!(v_cancel), 4954, "4"),
        CommandKind::Mail => (x!(v_mail), 5321, "4.1.1.2"),
        CommandKind::Rcpt => (x!(v_rcpt), 5321, "4.1.1.3"),
        CommandKind::Data => (x!(v_data), 5321, "4.1.1.4"),
        CommandKind::Text => (x!(v_text), 5321, "4.1.1.4"),
        CommandKind::EndOfData => (x!(v_dot), 5321, "4.1.1.4"),
        CommandKind::Bdat { .. } => (x!(v_bdat), 3030, "2"),
        CommandKind::Rset => (x!(v_rset), 5321, "4.1.1.5"),
        CommandKind::Noop => (x!(v_noop), 5321, "4.1.1.9"),
        CommandKind::Vrfy => (x!(v_vrfy), 5321, "4.1.1.6"),
        CommandKind::Expn => (x!(v_expn), 5321, "4.1.1.7"),
        CommandKind::Help => (x!(v_help), 5321, "4.1.1.8"),
        CommandKind::Quit => (x!(v_quit), 5321, "4.1.1.10"),
        CommandKind::Unknown => (x!(v_other), 5321, "4.2.4"),
    }
}

/// A line as it is shown while it is paused: with the mark of a secret where one stood.
fn template(line: &[Span]) -> String {
    line.iter()
        .map(|span| match span {
            Span::Text(text) => text.as_str(),
            Span::Secret => SECRET,
        })
        .collect()
}

pub(super) fn sent(meanings: &Meanings, command: CommandKind, line: &[Span]) -> Explanation {
    explain(meanings, command, &template(line))
}

pub(super) fn explain(meanings: &Meanings, command: CommandKind, line: &str) -> Explanation {
    let mut explanation = Explanation::of(meanings, words(command));
    if command == CommandKind::Mail {
        explanation.text.push_str(&parameters(meanings, line));
    }
    let badge = match command {
        CommandKind::AuthCancel => Some("*"),
        command => command.verb(),
    };
    match badge {
        Some(badge) => explanation.badged(badge.to_owned(), None),
        None => explanation,
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
