//! Step pace: what an operator does with the line that is held.

use zeroize::Zeroizing;

use super::plan::{Line, Planned};
use super::{Dialogue, Progress, Signing};
use crate::command::{Command, SECRET};
use crate::entry::{Event, Origin};
use crate::outcome::Failure;
use crate::pace::{Action, Held, Next, Operator, Pace};

impl Dialogue {
    pub(super) fn hold(&mut self, planned: Planned) {
        self.steps += 1;
        let next = match planned {
            Planned::Message => Next::Message {
                octets: self.facts().size,
            },
            _ => Next::Line {
                line: self.line(&planned).template,
            },
        };
        self.actions.push_back(Action::Hold(Held {
            step: self.steps,
            stage: self.stage_of(&self.command_of(&planned)),
            secured: self.secured,
            next,
        }));
        self.held = Some((self.steps, planned));
    }

    pub(super) fn operate(&mut self, act: Operator) {
        match act {
            Operator::Release { step, line } => {
                if let Some(planned) = self.take_held(step) {
                    self.release(planned, line);
                }
            }
            Operator::Skip { step } => {
                if let Some(planned) = self.take_held(step) {
                    self.skip(planned);
                }
            }
            Operator::Insert { step, line } => {
                if self.take_held(step).is_some() {
                    self.send(&Line::open(line), Origin::Typed);
                }
            }
            Operator::SetPace { pace } => {
                self.pace = pace;
                if pace == Pace::Run {
                    self.held = None;
                }
            }
            Operator::Abort => self.leave(Failure::Aborted),
        }
    }

    /// What is held, if it is still the step the operator saw.
    fn take_held(&mut self, step: u32) -> Option<Planned> {
        match &self.held {
            Some((held, _)) if *held == step => self.held.take().map(|(_, planned)| planned),
            _ => None,
        }
    }

    fn release(&mut self, planned: Planned, typed: Option<String>) {
        if planned == Planned::Message {
            return self.go(&planned);
        }
        let own = self.line(&planned);
        let Some(typed) = typed.filter(|typed| *typed != own.template) else {
            return match planned {
                // An empty line of payload is a line all the same.
                Planned::Payload => self.send(&own, Origin::Typed),
                _ => self.go(&planned),
            };
        };
        // What is put in the place of a planned line takes its place in the plan only where it is of the same kind.
        let first = typed.split("\r\n").next().unwrap_or_default();
        let same = match (self.command_of(&planned), self.read(first)) {
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
            text: self.with_secret(&planned, &typed),
            template: typed,
        };
        self.send(&line, Origin::Edited);
    }

    /// The operator's line with the secret of the planned one where [`SECRET`] stands.
    fn with_secret(&self, planned: &Planned, typed: &str) -> Zeroizing<String> {
        let own = self.line(planned);
        let secret = own
            .template
            .split_once(SECRET)
            .and_then(|(before, behind)| {
                own.text
                    .strip_prefix(before)
                    .and_then(|rest| rest.strip_suffix(behind))
            });
        Zeroizing::new(match secret {
            Some(secret) => typed.replace(SECRET, secret),
            None => typed.to_owned(),
        })
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
            // The server waits for an answer to its challenge; leaving it out is cancelling.
            Planned::AuthResponse => {
                if let Some(Signing { cancel: true, .. }) = self.signing {
                    return self.end(Failure::Aborted);
                }
                if let Some(signing) = &mut self.signing {
                    signing.cancel = true;
                }
            }
            // Without its dot, or without all its octets, a message never ends: only closing is left.
            Planned::Dot | Planned::Payload => self.end(Failure::Aborted),
            _ => self.mark(&planned, Progress::Skipped),
        }
    }

    /// What the server will take a planned line for.
    fn command_of(&self, planned: &Planned) -> Command {
        match planned {
            Planned::Message | Planned::Payload => Command::Text,
            Planned::Dot => Command::Dot,
            Planned::AuthResponse => self.read(&self.line(planned).text),
            _ => Command::read(&self.line(planned).template),
        }
    }
}
