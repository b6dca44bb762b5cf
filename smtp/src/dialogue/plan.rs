//! Which line comes next.

use zeroize::Zeroizing;

use super::{Dialogue, Message, Progress, RecipientState, Verdict};
use crate::auth::Mechanism;
use crate::command::{Command, SECRET};
use crate::entry::Stage;
use crate::job::Security;
use crate::limits;
use crate::outcome::Failure;
use crate::pace::Pace;
use crate::reply::Reply;

/// What the plan says.
#[derive(Debug, PartialEq)]
pub(super) enum Plan {
    /// This comes next, as soon as it may.
    Next(Planned),
    /// Nothing, until something arrives.
    Wait,
    /// The message is settled, and the connection stays.
    Settle,
    /// Nothing, until there is a message.
    Idle,
    /// The job can't be done here; take leave.
    Fail(Stage, Failure),
    /// No recipient is left; this reply refused the last of them.
    Refuse(Reply),
    /// Nothing, ever.
    Over,
}

/// A line, or the message, in the plan.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Planned {
    Ehlo,
    Helo,
    Starttls,
    Auth(Mechanism),
    AuthResponse,
    Mail,
    Rcpt(usize),
    Data,
    Message,
    Dot,
    /// The rest of what an operator's BDAT announced: theirs to type.
    Payload,
    Rset,
    Quit,
}

/// A line about to leave.
pub(super) struct Line {
    /// As it goes out, without CRLF.
    pub(super) text: Zeroizing<String>,
    /// As it may be shown and edited: [`SECRET`] where a secret stands.
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
    /// What comes next. Changes nothing.
    pub(super) fn plan(&self) -> Plan {
        if self.payload > 0 {
            return match self.pace {
                Pace::Step => Plan::Next(Planned::Payload),
                // Nobody is there to type it any more, and the server waits for it.
                Pace::Run => Plan::Over,
            };
        }
        if self.in_data {
            return match self.message {
                Message::Todo => Plan::Next(Planned::Message),
                Message::Streaming { .. } => Plan::Wait,
                Message::Done => Plan::Next(Planned::Dot),
            };
        }
        if self.greeting_awaited() {
            return Plan::Wait;
        }
        if let Some(signing) = &self.signing {
            return if signing.awaited {
                Plan::Next(Planned::AuthResponse)
            } else {
                Plan::Wait
            };
        }
        if let Message::Streaming { .. } = self.message {
            return Plan::Wait;
        }
        if self.verdict.is_some() || self.closing_by.is_some() {
            return self.farewell();
        }
        match self.hello {
            Progress::Todo if self.plain_hello => return Plan::Next(Planned::Helo),
            Progress::Todo => return Plan::Next(Planned::Ehlo),
            Progress::Sent => return Plan::Wait,
            Progress::Done | Progress::Skipped => {}
        }
        self.protect()
            .or_else(|| self.sign_in())
            .unwrap_or_else(|| self.transaction())
    }

    /// Whether a message can be sent as soon as there is one.
    pub(super) fn is_ready(&self) -> bool {
        matches!(self.hello, Progress::Done | Progress::Skipped)
            && self.protect().is_none()
            && self.sign_in().is_none()
    }

    fn protect(&self) -> Option<Plan> {
        if self.job.security != Security::Starttls || self.secured {
            return None;
        }
        match self.starttls {
            Progress::Todo if self.capabilities.starttls => Some(Plan::Next(Planned::Starttls)),
            Progress::Todo => Some(Plan::Fail(Stage::Tls, Failure::StarttlsNotOffered)),
            Progress::Sent => Some(Plan::Wait),
            Progress::Done | Progress::Skipped => None,
        }
    }

    fn sign_in(&self) -> Option<Plan> {
        self.job.credentials.as_ref()?;
        match self.auth {
            Progress::Done | Progress::Skipped => return None,
            Progress::Sent => return Some(Plan::Wait),
            Progress::Todo => {}
        }
        let offered = &self.capabilities.auth;
        let plan = match Mechanism::choose_besides(offered, &self.refused) {
            _ if !self.may_sign_in() => Plan::Fail(Stage::SignIn, Failure::SignInInClear),
            Some(mechanism) => Plan::Next(Planned::Auth(mechanism)),
            None if offered.is_empty() => Plan::Fail(Stage::SignIn, Failure::SignInNotOffered),
            None => Plan::Fail(
                Stage::SignIn,
                Failure::NoCommonMechanism {
                    offered: offered.clone(),
                },
            ),
        };
        Some(plan)
    }

    fn transaction(&self) -> Plan {
        if self.current.is_none() {
            return Plan::Idle;
        }
        if self.mail == Progress::Todo {
            return match self.unfit() {
                Some(cause) => Plan::Fail(Stage::Envelope, cause),
                None => Plan::Next(Planned::Mail),
            };
        }
        let mut open = false;
        for (at, recipient) in self.recipients.iter().enumerate() {
            match &recipient.state {
                RecipientState::Todo => return Plan::Next(Planned::Rcpt(at)),
                RecipientState::Sent | RecipientState::Accepted(_) => open = true,
                RecipientState::Refused(_) | RecipientState::Skipped => {}
            }
        }
        match self.data {
            Progress::Todo if open && self.by_chunks() => Plan::Next(Planned::Message),
            Progress::Todo if open => Plan::Next(Planned::Data),
            Progress::Todo => match self.last_refusal() {
                Some(reply) => Plan::Refuse(reply.clone()),
                None => Plan::Fail(Stage::Envelope, Failure::NoRecipients),
            },
            Progress::Sent => Plan::Wait,
            Progress::Done if !self.in_flight.is_empty() => Plan::Wait,
            // The operator put something else in the place of DATA: there is nothing left to do but to leave.
            Progress::Done | Progress::Skipped => self.farewell(),
        }
    }

    fn last_refusal(&self) -> Option<&Reply> {
        self.recipients
            .iter()
            .rev()
            .find_map(|recipient| match &recipient.state {
                RecipientState::Refused(reply) => Some(reply),
                _ => None,
            })
    }

    /// What keeps this message from this server, by what the server said it can do.
    fn unfit(&self) -> Option<Failure> {
        let mail = self.current.as_ref()?;
        let message = &mail.message;
        if mail.envelope.to.is_empty() {
            return Some(Failure::NoRecipients);
        }
        if let Some(limit) = self.capabilities.size.filter(|limit| *limit > 0)
            && message.size > limit
        {
            return Some(Failure::TooLarge {
                size: message.size,
                limit,
            });
        }
        if !self.capabilities.utf8 {
            let address = mail
                .envelope
                .addresses()
                .find(|address| address.needs_utf8())
                .map(ToString::to_string);
            if message.utf8 || address.is_some() {
                return Some(Failure::Utf8NotOffered { address });
            }
        }
        // RFC 6531 §3.1 rule 8: SMTPUTF8 comes with 8BITMIME.
        let eight_bit = self.capabilities.eight_bit || self.capabilities.utf8;
        (message.eight_bit && !eight_bit).then_some(Failure::EightBitNotOffered)
    }

    /// The planned line in full.
    pub(super) fn line(&self, planned: &Planned) -> Line {
        match planned {
            Planned::Ehlo => Line::open(format!("EHLO {}", self.job.client_name)),
            Planned::Helo => Line::open(format!("HELO {}", self.job.client_name)),
            Planned::Starttls => Line::open("STARTTLS".into()),
            Planned::Auth(mechanism) => self.auth_line(*mechanism),
            Planned::AuthResponse => self.auth_response(),
            Planned::Mail => Line::open(self.mail_line()),
            Planned::Rcpt(at) => {
                let address = self.recipients.get(*at).map(|recipient| &recipient.address);
                Line::open(format!("RCPT TO:<{}>", address.map_or("", String::as_str)))
            }
            Planned::Data => Line::open("DATA".into()),
            Planned::Dot => Line::open(".".into()),
            Planned::Rset => Line::open("RSET".into()),
            Planned::Quit => Line::open("QUIT".into()),
            Planned::Message | Planned::Payload => Line::open(String::new()),
        }
    }

    fn auth_line(&self, mechanism: Mechanism) -> Line {
        let open = format!("AUTH {}", mechanism.name());
        // LOGIN's first response goes behind a challenge: its drafts know no initial response, and servers differ.
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
        let response = self.signing.as_ref().and_then(|signing| {
            let mechanism = signing.mechanism.filter(|_| !signing.cancel)?;
            mechanism.response(self.job.credentials.as_ref()?, signing.given)
        });
        match response {
            Some(response) => Line::secret("", &response),
            None => Line::open("*".into()),
        }
    }

    fn mail_line(&self) -> String {
        let (mail, can) = (self.current.as_ref(), &self.capabilities);
        let message = self.facts();
        let from = mail.and_then(|mail| mail.envelope.from.as_ref());
        let from = from.map(ToString::to_string).unwrap_or_default();
        let mut line = format!("MAIL FROM:<{from}>");
        if can.size.is_some() {
            line.push_str(&format!(" SIZE={}", message.size));
        }
        if message.eight_bit && can.eight_bit {
            line.push_str(" BODY=8BITMIME");
        }
        let utf8 = message.utf8
            || mail.is_some_and(|mail| mail.envelope.addresses().any(crate::Address::needs_utf8));
        if utf8 && can.utf8 {
            line.push_str(" SMTPUTF8");
        }
        line
    }

    /// Notes how far a planned line has come.
    pub(super) fn mark(&mut self, planned: &Planned, progress: Progress) {
        match planned {
            Planned::Ehlo | Planned::Helo => self.hello = progress,
            Planned::Starttls => self.starttls = progress,
            Planned::Auth(_) => self.auth = progress,
            Planned::Mail => self.mail = progress,
            Planned::Data => self.data = progress,
            Planned::Rset => self.reset = progress,
            Planned::Quit => self.quit = progress,
            Planned::Rcpt(at) => {
                // A RCPT that is sent claims its recipient by its path, see `claim`.
                if progress == Progress::Skipped
                    && let Some(recipient) = self.recipients.get_mut(*at)
                {
                    recipient.state = RecipientState::Skipped;
                }
            }
            Planned::Message if progress == Progress::Skipped => self.message = Message::Done,
            Planned::AuthResponse | Planned::Message | Planned::Dot | Planned::Payload => {}
        }
    }

    /// The stage a line belongs to.
    pub(super) fn stage_of(&self, command: &Command) -> Stage {
        match command {
            Command::Greeting => self.stage,
            Command::Ehlo | Command::Helo if self.secured => Stage::Tls,
            Command::Ehlo | Command::Helo => Stage::Connect,
            Command::Starttls => Stage::Tls,
            Command::Auth(_) | Command::AuthResponse | Command::AuthCancel => Stage::SignIn,
            Command::Mail | Command::Rcpt(_) => Stage::Envelope,
            Command::Data | Command::Text | Command::Dot | Command::Bdat { .. } => Stage::Message,
            Command::Quit | Command::Rset | Command::Other(_) => match self.verdict {
                Some(Verdict::Accepted(_)) => Stage::Accepted,
                _ => self.stage,
            },
        }
    }
}
