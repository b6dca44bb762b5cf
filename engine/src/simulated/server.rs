//! The practice server's end of one connection.

use std::time::Duration;

use practice::scenario::ScenarioRun;
use practice::{Action, Conversation, Delivered, Input, Leave, Profile, Security, Session, limits};

use super::network::Arrival;

/// A session, and what its driver would do.
pub(super) struct Server {
    session: Session,
    /// The session does nothing before this time.
    paused_until: Option<Duration>,
    /// When TLS is established.
    secured_at: Option<Duration>,
    /// When the client has been idle too long.
    idle_at: Duration,
    progress: u64,
    /// The id of the message that was stored last.
    stored: u64,
    /// What is held back.
    corked: Option<Vec<u8>>,
    closed: bool,
}

/// Something that the server did.
pub(super) enum Did {
    Wrote(Vec<u8>),
    Delivered(Box<Delivered>),
    /// It closes its sending side, and may go on reading.
    Closed,
}

impl Server {
    /// A session with a client that has connected now.
    pub(super) fn new(security: Security, scenario: Option<&ScenarioRun>, now: Duration) -> Server {
        let session = Session::start(Profile::default(), security, scenario, now);
        Server {
            progress: session.progress(),
            session,
            paused_until: None,
            secured_at: None,
            idle_at: now + limits::IDLE,
            stored: 0,
            corked: None,
            closed: false,
        }
    }

    /// The connection is closed.
    fn close(&mut self) {
        self.closed = true;
        self.session.closed();
    }

    /// Whether it has closed the connection.
    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether it reads what arrives now. It does not while it pauses, and in a handshake.
    pub(super) fn reads(&self) -> bool {
        !self.closed && self.paused_until.is_none() && self.secured_at.is_none()
    }

    /// When it does something by itself.
    pub(super) fn deadline(&self) -> Option<Duration> {
        if self.closed {
            return None;
        }
        let waits = [self.paused_until, self.secured_at];
        let waits = waits.into_iter().flatten().min();
        Some(waits.unwrap_or(self.idle_at))
    }

    /// Something has arrived.
    pub(super) fn arrived(&mut self, arrival: Arrival, now: Duration) {
        match arrival {
            Arrival::Octets(octets) => {
                self.session.handle(Input::Received(&octets), now);
                if self.session.buffered() > limits::UNFINISHED {
                    self.session.handle(Input::NoRoom, now);
                }
            }
            Arrival::End => {
                self.session.handle(Input::Closed, now);
                self.close();
            }
        }
        if self.session.progress() != self.progress {
            self.progress = self.session.progress();
            self.idle_at = now + limits::IDLE;
        }
    }

    /// Time has passed. Whether that changed anything.
    pub(super) fn time(&mut self, now: Duration) -> bool {
        if self.closed {
            return false;
        }
        if self.paused_until.take_if(|at| *at <= now).is_some() {
            return true;
        }
        if self.secured_at.take_if(|at| *at <= now).is_some() {
            self.session.handle(Input::TlsEstablished, now);
            return true;
        }
        if self.reads() && self.idle_at <= now {
            self.idle_at = now + limits::IDLE;
            self.session.handle(Input::DeadlinePassed, now);
            return true;
        }
        false
    }

    /// What was said so far.
    pub(super) fn conversation(&self) -> &Conversation {
        self.session.conversation()
    }

    /// The message that was delivered is stored under this id.
    pub(super) fn stored(&mut self, id: u64) {
        self.stored = id;
    }

    /// The next thing that it does, if it does any now. `delay` is that of the network.
    pub(super) fn act(&mut self, now: Duration, delay: Duration) -> Option<Did> {
        loop {
            if self.closed || self.paused_until.is_some() || self.secured_at.is_some() {
                return None;
            }
            return Some(match self.session.poll()? {
                Action::Write(octets) => match self.write(octets) {
                    Some(octets) => Did::Wrote(octets),
                    None => continue,
                },
                Action::Confirm => {
                    let reply = self.session.confirm(self.stored);
                    match self.write(reply) {
                        Some(octets) => Did::Wrote(octets),
                        None => continue,
                    }
                }
                Action::Cork => {
                    self.corked.get_or_insert_default();
                    continue;
                }
                Action::Uncork => Did::Wrote(self.corked.take().unwrap_or_default()),
                Action::Stall => {
                    self.paused_until = Some(now + limits::STALL);
                    continue;
                }
                // A page can't tell these apart: in both cases nothing more arrives.
                Action::Leave(Leave::Fin) => Did::Closed,
                Action::Leave(Leave::Cut | Leave::Rst) => {
                    self.close();
                    Did::Closed
                }
                Action::Deliver(delivered) => Did::Delivered(delivered),
                Action::Pause(pause) => {
                    self.paused_until = Some(now + pause);
                    continue;
                }
                Action::StartTls => {
                    self.secured_at = Some(now + delay * 2);
                    continue;
                }
                Action::Close => {
                    self.close();
                    Did::Closed
                }
            });
        }
    }

    /// Sends octets, unless they are held back.
    fn write(&mut self, octets: Vec<u8>) -> Option<Vec<u8>> {
        match &mut self.corked {
            Some(kept) => {
                kept.extend(octets);
                None
            }
            None => Some(octets),
        }
    }
}
