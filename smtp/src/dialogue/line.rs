//! Planned lines in full.

use zeroize::Zeroizing;

use super::Dialogue;
use super::plan::Planned;
use crate::auth::Mechanism;
use crate::command::SECRET;
use crate::limits;

/// A line about to be sent.
pub(super) struct Line {
    /// As it is sent, without CRLF.
    pub(super) text: Zeroizing<String>,
    /// As it may be shown and edited: [`SECRET`] in place of a secret.
    pub(super) template: String,
}

impl Line {
    pub(super) fn open(text: String) -> Line {
        Line {
            template: text.clone(),
            text: Zeroizing::new(text),
        }
    }

    fn secret(before: &str, secret: &str) -> Line {
        Line {
            text: Zeroizing::new(format!("{before}{secret}")),
            template: format!("{before}{SECRET}"),
        }
    }
}

impl Dialogue {
    /// The planned line in full.
    pub(super) fn line(&self, planned: &Planned) -> Line {
        match planned {
            Planned::Ehlo => Line::open(format!("EHLO {}", self.job.client_name)),
            Planned::Helo => Line::open(format!("HELO {}", self.job.client_name)),
            Planned::Starttls => Line::open("STARTTLS".into()),
            Planned::Auth(mechanism) => self.auth_line(*mechanism),
            Planned::AuthResponse => self.auth_response(),
            Planned::Mail => Line::open(self.transaction.mail_line(&self.session.capabilities)),
            Planned::Rcpt(at) => Line::open(self.transaction.rcpt_line(*at)),
            Planned::Data => Line::open("DATA".into()),
            Planned::Dot => Line::open(".".into()),
            Planned::Rset => Line::open("RSET".into()),
            Planned::Quit => Line::open("QUIT".into()),
            Planned::Message | Planned::Payload => Line::open(String::new()),
        }
    }

    fn auth_line(&self, mechanism: Mechanism) -> Line {
        let open = format!("AUTH {}", mechanism.name());
        // LOGIN's first response follows a challenge: its drafts know no initial response, and
        // servers differ.
        let initial = (mechanism == Mechanism::Plain)
            .then_some(self.job.credentials.as_ref())
            .flatten()
            .and_then(|credentials| mechanism.response(credentials, 0))
            .filter(|response| open.len() + response.len() + 3 <= limits::COMMAND_LINE);
        match initial {
            Some(response) => Line::secret(&format!("{open} "), &response),
            None => Line::open(open),
        }
    }

    fn auth_response(&self) -> Line {
        let credentials = self.job.credentials.as_ref();
        match self.session.sign_in.response(credentials) {
            Some(response) => Line::secret("", &response),
            None => Line::open("*".into()),
        }
    }
}
