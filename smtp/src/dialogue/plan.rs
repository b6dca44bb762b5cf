//! Which line comes next.

use super::ending::Verdict;
use super::transaction::Message;
use super::{Dialogue, Progress};
use crate::auth::Mechanism;
use crate::command::Command;
use crate::entry::Stage;
use crate::job::Security;
use crate::limits;
use crate::operator::SendMode;
use crate::outcome::Failure;
use crate::reply::Reply;

/// What the plan says.
#[derive(Debug, PartialEq)]
pub(super) enum Plan {
    /// This comes next, as soon as it may.
    Next(Planned),
    /// Nothing, until something arrives.
    Wait,
    /// The message is completed, and the connection stays open.
    Complete,
    /// Nothing, until there is a message.
    Idle,
    /// The job can't be done here.
    Fail(Stage, Failure),
    /// No recipient is left; this reply refused the last of them.
    Refuse(Reply),
    /// Nothing more.
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
    /// The rest of what an operator's BDAT announced: the operator types it.
    Payload,
    Rset,
    Quit,
}

impl Dialogue {
    /// What comes next. Changes nothing.
    pub(super) fn plan(&self) -> Plan {
        if self.session.payload > 0 {
            return match self.mode {
                SendMode::Step => Plan::Next(Planned::Payload),
                // No operator is there to type it any more, and the server waits for it.
                SendMode::Run => Plan::Over,
            };
        }
        if self.session.in_data {
            return match self.transaction.message {
                Message::Todo => Plan::Next(Planned::Message),
                Message::Streaming { .. } => Plan::Wait,
                Message::Done => Plan::Next(Planned::Dot),
            };
        }
        if self.queue.awaits(&Command::Greeting) {
            return Plan::Wait;
        }
        if let Some(plan) = self.session.sign_in.plan_exchange() {
            return plan;
        }
        if self.transaction.is_streaming() {
            return Plan::Wait;
        }
        if self.verdict.is_some() || self.closing_by.is_some() {
            return self.plan_end();
        }
        self.session
            .plan_hello()
            .or_else(|| self.plan_tls())
            .or_else(|| self.plan_sign_in())
            .unwrap_or_else(|| self.plan_transaction())
    }

    /// Whether a message can be sent as soon as there is one.
    fn is_ready(&self) -> bool {
        self.session.plan_hello().is_none()
            && self.plan_tls().is_none()
            && self.plan_sign_in().is_none()
    }

    fn plan_tls(&self) -> Option<Plan> {
        if self.job.security != Security::Starttls || self.connection.secured {
            return None;
        }
        match self.session.starttls {
            Progress::Todo if self.session.capabilities.starttls => {
                Some(Plan::Next(Planned::Starttls))
            }
            Progress::Todo => Some(Plan::Fail(Stage::Tls, Failure::StarttlsNotOffered)),
            Progress::Sent => Some(Plan::Wait),
            Progress::Done | Progress::Skipped => None,
        }
    }

    fn plan_sign_in(&self) -> Option<Plan> {
        self.job.credentials.as_ref()?;
        let offered = &self.session.capabilities.auth;
        let allowed = self.connection.may_sign_in();
        self.session.sign_in.plan(offered, allowed)
    }

    fn plan_transaction(&self) -> Plan {
        if self.transaction.mail.is_none() {
            return Plan::Idle;
        }
        let envelope = self.transaction.plan_envelope(&self.session.capabilities);
        if let Some(plan) = envelope {
            return plan;
        }
        match self.transaction.data {
            Progress::Todo if self.transaction.may_have_recipients() => {
                Plan::Next(if self.uses_chunks() {
                    Planned::Message
                } else {
                    Planned::Data
                })
            }
            Progress::Todo => match self.transaction.last_refusal() {
                Some(reply) => Plan::Refuse(reply.clone()),
                None => Plan::Fail(Stage::Envelope, Failure::NoRecipients),
            },
            Progress::Sent => Plan::Wait,
            Progress::Done if !self.queue.is_empty() => Plan::Wait,
            // The operator sent something else in place of DATA: only the end is left.
            Progress::Done | Progress::Skipped => self.plan_end(),
        }
    }

    /// What follows a completed message, or a dialogue that has nothing left to send.
    fn plan_end(&self) -> Plan {
        if self.may_stay_open() {
            match self.transaction.reset {
                _ if !self.session.begun => return Plan::Complete,
                Progress::Todo => return Plan::Next(Planned::Rset),
                Progress::Sent => return Plan::Wait,
                // It was refused, or skipped: what the server would make of another message is
                // unknown.
                Progress::Done | Progress::Skipped => {}
            }
        }
        match self.session.quit {
            Progress::Todo => Plan::Next(Planned::Quit),
            Progress::Sent => Plan::Wait,
            Progress::Done | Progress::Skipped => Plan::Over,
        }
    }

    /// Whether the connection is to be kept open and can carry another message: what was decided
    /// was about this message, not about the connection.
    fn may_stay_open(&self) -> bool {
        self.transaction.keeps_open()
            && self.closing_by.is_none()
            && self.session.quit == Progress::Todo
            && self.is_ready()
            && matches!(
                self.verdict,
                Some(
                    Verdict::Accepted(_)
                        | Verdict::Refused(Stage::Envelope | Stage::Message, _)
                        | Verdict::Failed(Stage::Envelope, _)
                )
            )
    }

    /// Whether what is planned may be sent before the commands in flight are answered.
    pub(super) fn may_send(&self, planned: &Planned) -> bool {
        // What a BDAT announced is sent without waiting for its reply.
        if self.queue.is_empty() || *planned == Planned::Payload {
            return true;
        }
        self.pipelines()
            && self.queue.len() < limits::IN_FLIGHT
            && match planned {
                // RFC 2920 §3.1: MAIL and RCPT go in groups, DATA ends one.
                Planned::Rcpt(_) | Planned::Data => true,
                // Planned without DATA, it goes by BDAT (RFC 3030 §4.2).
                Planned::Message => self.transaction.facts().size <= limits::EAGER,
                _ => false,
            }
            && self.queue.is_groupable()
    }

    /// Whether commands may go in groups here (RFC 2920).
    pub(super) fn pipelines(&self) -> bool {
        self.mode == SendMode::Run
            && self.session.capabilities.pipelining
            && self.transaction.allows_pipelining()
    }

    /// Notes how far a planned line has come.
    pub(super) fn mark(&mut self, planned: &Planned, progress: Progress) {
        match planned {
            Planned::Ehlo | Planned::Helo => self.session.hello = progress,
            Planned::Starttls => self.session.starttls = progress,
            Planned::Auth(_) => self.session.sign_in.progress = progress,
            Planned::Mail => self.transaction.sender = progress,
            Planned::Data => self.transaction.data = progress,
            Planned::Rset => self.transaction.reset = progress,
            Planned::Quit => self.session.quit = progress,
            // A RCPT that is sent finds its recipient by its path, see `recipient_sent`.
            Planned::Rcpt(at) if progress == Progress::Skipped => {
                self.transaction.skip_recipient(*at);
            }
            Planned::Message if progress == Progress::Skipped => {
                self.transaction.message = Message::Done;
            }
            Planned::Rcpt(_)
            | Planned::AuthResponse
            | Planned::Message
            | Planned::Dot
            | Planned::Payload => {}
        }
    }

    /// The stage a line belongs to.
    pub(super) fn stage_of(&self, command: &Command) -> Stage {
        match command {
            Command::Greeting => self.stage,
            Command::Ehlo | Command::Helo if self.connection.secured => Stage::Tls,
            Command::Ehlo | Command::Helo => Stage::Connect,
            Command::Starttls => Stage::Tls,
            Command::Auth(_) | Command::AuthResponse | Command::AuthCancel => Stage::SignIn,
            Command::Mail(_) | Command::Rcpt(_) => Stage::Envelope,
            Command::Data | Command::Text | Command::Dot | Command::Bdat { .. } => Stage::Message,
            Command::Quit | Command::Rset | Command::Other(_) => match self.verdict {
                Some(Verdict::Accepted(_)) => Stage::Accepted,
                _ => self.stage,
            },
        }
    }
}
