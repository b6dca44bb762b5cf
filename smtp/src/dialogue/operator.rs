//! Step mode: what an operator does with the line that is paused.

use zeroize::Zeroizing;

use super::line::Line;
use super::plan::Planned;
use super::{Dialogue, Progress};
use crate::action::Action;
use crate::command::{Command, SECRET};
use crate::entry::{Event, Origin};
use crate::operator::{Next, Operator, Paused, SendMode};
use crate::outcome::Failure;

/// The planned line that waits for the operator.
#[derive(Debug, Default)]
pub(super) struct PausedLine {
    /// Counts the pauses. The latest has this number.
    pub(super) steps: u32,
    planned: Option<Planned>,
}

impl PausedLine {
    pub(super) fn is_some(&self) -> bool {
        self.planned.is_some()
    }

    /// Pauses before `planned`. Returns the number of the step.
    fn set(&mut self, planned: Planned) -> u32 {
        self.steps += 1;
        self.planned = Some(planned);
        self.steps
    }

    /// What is paused, if it is still the step that the operator saw.
    fn take(&mut self, step: u32) -> Option<Planned> {
        self.planned.take_if(|_| self.steps == step)
    }

    pub(super) fn clear(&mut self) {
        self.planned = None;
    }
}

impl Dialogue {
    /// Waits for the operator before this is sent.
    pub(super) fn pause(&mut self, planned: Planned) {
        let next = match planned {
            Planned::Message => Next::Message {
                octets: self.transaction.facts().size,
            },
            _ => Next::Line {
                command: self.command_of(&planned).kind(),
                line: self.line(&planned).template,
            },
        };
        let stage = self.stage_of(&self.command_of(&planned));
        self.actions.push_back(Action::Pause(Paused {
            step: self.paused.set(planned),
            stage,
            secured: self.connection.secured,
            next,
        }));
    }

    pub(super) fn operate(&mut self, act: Operator) {
        match act {
            Operator::Send { step, line } => {
                if let Some(planned) = self.paused.take(step) {
                    self.send_paused(planned, line);
                }
            }
            Operator::Skip { step } => {
                if let Some(planned) = self.paused.take(step) {
                    self.skip(planned);
                }
            }
            Operator::Insert { step, line } => {
                if self.paused.take(step).is_some() {
                    self.send(&Line::open(line), Origin::Typed);
                }
            }
            Operator::SetMode { mode } => {
                self.mode = mode;
                if mode == SendMode::Run {
                    self.paused.clear();
                }
            }
            Operator::Abort => self.shut_down(Failure::Aborted),
        }
    }

    /// Sends what was paused, or what the operator typed in its place.
    fn send_paused(&mut self, planned: Planned, typed: Option<String>) {
        if planned == Planned::Message {
            return self.send_planned(&planned);
        }
        let own = self.line(&planned);
        let Some(typed) = typed.filter(|typed| *typed != own.template) else {
            return match planned {
                // An empty line of payload is a line all the same.
                Planned::Payload => self.send(&own, Origin::Typed),
                _ => self.send_planned(&planned),
            };
        };
        // A typed line counts as the planned one only where it is of the same kind.
        let first = typed.split("\r\n").next().unwrap_or_default();
        let same = match (self.command_of(&planned), self.session.read(first)) {
            (Command::Ehlo | Command::Helo, Command::Ehlo | Command::Helo)
            | (Command::Auth(_), Command::Auth(_)) => true,
            (Command::Rcpt(own), Command::Rcpt(other)) => own == other,
            (own, other) => own == other,
        };
        let progress = if same {
            Progress::Sent
        } else {
            Progress::Skipped
        };
        self.mark(&planned, progress);
        let line = Line {
            text: own.with_secret(&typed),
            template: typed,
        };
        self.send(&line, Origin::Edited);
    }

    fn skip(&mut self, planned: Planned) {
        let line = match planned {
            Planned::Message => Vec::new(),
            _ => {
                let template = self.line(&planned).template;
                self.command_of(&planned).shown(&template)
            }
        };
        self.record(Event::Skipped { line });
        match planned {
            // The server waits for an answer to its challenge, so skipping it is cancelling.
            Planned::AuthResponse => {
                if !self.session.sign_in.cancel() {
                    self.end(Failure::Aborted);
                }
            }
            // Without its dot, or without all its octets, a message never ends. The connection can
            // only be closed.
            Planned::Dot | Planned::Payload => self.end(Failure::Aborted),
            _ => self.mark(&planned, Progress::Skipped),
        }
    }

    /// What the server will take a planned line for.
    fn command_of(&self, planned: &Planned) -> Command {
        match planned {
            Planned::Message | Planned::Payload => Command::Text,
            Planned::Dot => Command::Dot,
            Planned::AuthResponse => self.session.read(&self.line(planned).text),
            _ => Command::read(&self.line(planned).template),
        }
    }
}

impl Line {
    /// A typed line with the secret of this one where [`SECRET`] stands.
    fn with_secret(&self, typed: &str) -> Zeroizing<String> {
        let secret = self
            .template
            .split_once(SECRET)
            .and_then(|(before, behind)| {
                self.text
                    .strip_prefix(before)
                    .and_then(|rest| rest.strip_suffix(behind))
            });
        Zeroizing::new(match secret {
            Some(secret) => typed.replace(SECRET, secret),
            None => typed.to_owned(),
        })
    }
}
