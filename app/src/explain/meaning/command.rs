//! What a line that is sent asks for.

use smtp::{CommandKind, MailParameters, Stage};

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
        CommandKind::Mail(_) => (x!(v_mail), 5321, "4.1.1.2"),
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

pub(super) fn explain(meanings: &Meanings, command: CommandKind) -> Explanation {
    let mut explanation = Explanation::of(meanings, words(command));
    if let CommandKind::Mail(parameters) = command {
        explanation
            .text
            .push_str(&mail_parameters(meanings, parameters));
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

/// What the parameters behind a sender's address mean.
fn mail_parameters(meanings: &Meanings, parameters: MailParameters) -> String {
    let known = [
        (parameters.size, x!(m_size)),
        (parameters.eight_bit, x!(m_8bit)),
        (parameters.utf8, x!(m_utf8)),
    ];
    let mut text = String::new();
    for (_, key) in known.into_iter().filter(|(present, _)| *present) {
        text.push(' ');
        text.push_str(meanings.say(key));
    }
    text
}
