//! Drives one dialogue over a socket. It decides nothing: it does what [`smtp::Dialogue`] says and tells it what happens.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;

use smtp::limits::Timeouts;
use smtp::{Action, ConnectFailure, Dialogue, Input, Job, Operator, Outcome, Pace, TlsFailure};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::Instant;
use wire::{FromBridge, WINDOW};

use crate::body::Body;
use crate::going::Going;
use crate::stream::{Connection, Turn};
use crate::tls::{Realm, Roots};
use crate::voice::{Gone, Voice};

/// Where a dialogue goes.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The addresses to try, in order; each allowed by the policy.
    pub(crate) addresses: Vec<SocketAddr>,
    /// The name its certificate has to bear.
    pub(crate) name: String,
    /// Whose certificates count.
    pub(crate) realm: Realm,
}

/// The page's end of a dialogue.
pub(crate) struct Page {
    pub(crate) id: u32,
    /// What the operator does. Closed when the page is gone.
    pub(crate) acts: mpsc::Receiver<Operator>,
    /// What the page is told. A page that does not read is felt by the server.
    pub(crate) voice: Voice,
    pub(crate) body: Arc<Body>,
}

/// A page is told of progress, and given credit, each time so many octets have left.
const STRIDE: u64 = WINDOW / 4;

/// Holds the dialogue to its end and tells the page of it, while there is one.
pub(crate) async fn converse(
    job: Job,
    pace: Pace,
    target: Target,
    roots: &Roots,
    page: Page,
    going: Going,
) {
    let body = page.body.clone();
    let timeouts = job.timeouts;
    let size = job.message.size;
    let driver = Driver {
        dialogue: Dialogue::new(job, pace),
        start: Instant::now(),
        timeouts,
        target,
        roots,
        connection: None,
        told: Vec::new(),
        size,
        sent: 0,
        credit: 0,
        reported: 0,
        early: None,
        told_to_end: false,
        page,
        going,
    };
    driver.run().await;
    body.finish();
}

struct Driver<'a> {
    dialogue: Dialogue,
    start: Instant,
    timeouts: Timeouts,
    target: Target,
    roots: &'a Roots,
    connection: Option<Connection>,
    /// What the page is to be told once everything written is on its way.
    told: Vec<FromBridge>,
    size: u64,
    /// Octets of the message that the dialogue has taken.
    sent: u64,
    credit: u64,
    reported: u64,
    /// A pace chosen while nothing could be held.
    early: Option<Pace>,
    told_to_end: bool,
    page: Page,
    going: Going,
}

/// What has to be done before anything else can happen.
enum Next {
    Wait,
    Connect,
    StartTls,
    Finish(Outcome),
}

impl Driver<'_> {
    async fn run(mut self) {
        let mut buffer = Vec::new();
        let mut there = true;
        loop {
            match self.act() {
                Next::Wait => {}
                Next::Connect => {
                    self.connect().await;
                    self.keep_pace();
                    continue;
                }
                Next::StartTls => {
                    // What was said in clear is told before the wait for what follows.
                    if self.tell().await.is_err() {
                        there = false;
                        self.handle(Input::PageGone);
                        continue;
                    }
                    self.start_tls().await;
                    self.keep_pace();
                    continue;
                }
                Next::Finish(outcome) => return self.finish(outcome).await,
            }
            let told = self.tell().await;
            if told.is_err() && there {
                there = false;
                self.handle(Input::PageGone);
                continue;
            }
            self.wait(&mut buffer, &mut there).await;
        }
    }

    fn handle(&mut self, input: Input<'_>) {
        self.dialogue.handle(input, self.start.elapsed());
    }

    fn keep_pace(&mut self) {
        if let Some(pace) = self.early.take() {
            self.handle(Input::Operator(Operator::SetPace { pace }));
        }
    }

    /// Does what can be done at once.
    fn act(&mut self) -> Next {
        while let Some(action) = self.dialogue.poll() {
            let id = self.page.id;
            match action {
                Action::Write(octets) => {
                    if let Some(connection) = &mut self.connection {
                        connection.write(octets);
                    }
                }
                Action::Record(entry) => self.told.push(FromBridge::Entry {
                    id,
                    entry: Box::new(entry),
                }),
                Action::Hold(held) => self.told.push(FromBridge::Held { id, held }),
                Action::Connect => return Next::Connect,
                Action::StartTls => return Next::StartTls,
                Action::Finish(outcome) => return Next::Finish(outcome),
            }
        }
        Next::Wait
    }

    /// Tells the page what it may know by now.
    async fn tell(&mut self) -> Result<(), Gone> {
        let drained = self.connection.as_ref().is_none_or(Connection::is_drained);
        if !drained {
            return Ok(());
        }
        for message in std::mem::take(&mut self.told) {
            self.say(message).await?;
        }
        let id = self.page.id;
        if self.sent > self.reported
            && (self.sent - self.reported >= STRIDE || self.sent == self.size)
        {
            self.reported = self.sent;
            self.say(FromBridge::Progress {
                id,
                sent: self.sent,
            })
            .await?;
        }
        let upto = (self.sent + WINDOW).min(self.size);
        let due = upto - self.credit >= STRIDE || upto == self.size;
        if self.dialogue.wants_message() > 0 && upto > self.credit && due {
            self.credit = upto;
            self.page.body.grant(upto);
            self.say(FromBridge::Credit { id, upto }).await?;
        }
        Ok(())
    }

    async fn say(&self, message: FromBridge) -> Result<(), Gone> {
        self.page.voice.say(message).await
    }

    /// Waits for the next thing to happen, and tells the dialogue.
    async fn wait(&mut self, buffer: &mut Vec<u8>, there: &mut bool) {
        let deadline = self
            .dialogue
            .deadline()
            .map(|deadline| self.start + deadline);
        let wanted = self.dialogue.wants_message();
        let connection = self.connection.as_mut();
        let drained = connection
            .as_ref()
            .is_none_or(|connection| connection.is_drained());
        tokio::select! {
            turn = turn(connection, buffer) => match turn {
                Turn::Read(count) => self.handle(Input::Received(&buffer[..count])),
                Turn::Closed => self.handle(Input::Closed),
                Turn::Drained => {}
            },
            octets = self.page.body.take(), if drained && wanted > 0 => self.hand_over(&octets),
            act = self.page.acts.recv(), if *there => match act {
                Some(act) => self.handle(Input::Operator(act)),
                None => {
                    *there = false;
                    self.handle(Input::PageGone);
                }
            },
            () = until(deadline) => self.handle(Input::DeadlinePassed),
            () = self.going.heard(), if !self.told_to_end => {
                self.told_to_end = true;
                self.handle(Input::ShutDown);
            }
        }
    }

    fn hand_over(&mut self, octets: &[u8]) {
        self.sent += octets.len() as u64;
        self.handle(Input::Message(octets));
    }

    async fn connect(&mut self) {
        let patience = self.timeouts.connect;
        let dialled = tokio::select! {
            dialled = tokio::time::timeout(patience, dial(&self.target.addresses)) => dialled.unwrap_or(Err(ConnectFailure::TimedOut)),
            gone = gone(&mut self.page.acts, &mut self.early) => return self.handle(gone),
            () = self.going.heard() => return self.handle(Input::ShutDown),
        };
        match dialled {
            Ok((stream, peer)) => {
                self.connection = Some(Connection::plain(stream));
                let peer = peer.to_string();
                self.handle(Input::Connected { peer });
            }
            Err(why) => self.handle(Input::NotConnected(why)),
        }
    }

    async fn start_tls(&mut self) {
        let Some(stream) = self.connection.take().and_then(Connection::into_plain) else {
            let detail = "the connection is not ready for it".to_owned();
            return self.handle(Input::TlsFailed(TlsFailure::Other { detail }));
        };
        let handshake = self
            .roots
            .shake_hands(stream, &self.target.name, self.target.realm);
        let shaken = tokio::select! {
            shaken = tokio::time::timeout(self.timeouts.tls, handshake) => shaken.unwrap_or(Err(TlsFailure::TimedOut)),
            gone = gone(&mut self.page.acts, &mut self.early) => return self.handle(gone),
            () = self.going.heard() => return self.handle(Input::ShutDown),
        };
        match shaken {
            Ok((stream, facts)) => {
                self.connection = Some(Connection::tls(stream));
                self.handle(Input::TlsEstablished(facts));
            }
            Err(why) => self.handle(Input::TlsFailed(why)),
        }
    }

    async fn finish(mut self, outcome: Outcome) {
        // The page first: what there is to know is known, and a server that does not read can't hold it back. Then the socket, in
        // order but without patience for it.
        for message in std::mem::take(&mut self.told) {
            if self.say(message).await.is_err() {
                break;
            }
        }
        if let Some(mut connection) = self.connection.take() {
            let brief = self
                .timeouts
                .quit
                .min(std::time::Duration::from_millis(500));
            // A server that has stopped reading gets its end of the connection anyway.
            drop(tokio::time::timeout(brief, connection.close()).await);
        }
        self.page.body.finish();
        let finished = FromBridge::Finished {
            id: self.page.id,
            outcome: Box::new(outcome),
        };
        // A page that is gone needs no telling.
        drop(self.say(finished).await);
    }
}

async fn turn(connection: Option<&mut Connection>, buffer: &mut Vec<u8>) -> Turn {
    match connection {
        Some(connection) => connection.turn(buffer).await,
        None => std::future::pending().await,
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// Giving up is the one act that counts at once while there is no line to hold; a pace chosen meanwhile is kept.
async fn gone(acts: &mut mpsc::Receiver<Operator>, early: &mut Option<Pace>) -> Input<'static> {
    loop {
        match acts.recv().await {
            None => return Input::PageGone,
            Some(Operator::Abort) => return Input::Operator(Operator::Abort),
            Some(Operator::SetPace { pace }) => *early = Some(pace),
            Some(_) => {}
        }
    }
}

async fn dial(addresses: &[SocketAddr]) -> Result<(TcpStream, SocketAddr), ConnectFailure> {
    let mut why = ConnectFailure::NoSuchHost;
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                // Commands are small, and each waits for its answer: they must not wait for more to come.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "TCP_NODELAY");
                }
                return Ok((stream, *address));
            }
            Err(error) => why = connect_failure(error.kind()),
        }
    }
    Err(why)
}

fn connect_failure(error: ErrorKind) -> ConnectFailure {
    match error {
        ErrorKind::ConnectionRefused => ConnectFailure::Refused,
        ErrorKind::TimedOut => ConnectFailure::TimedOut,
        // It may come before `connect` has returned.
        ErrorKind::ConnectionReset => ConnectFailure::Reset,
        _ => ConnectFailure::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_that_did_not_come_about() {
        let check = |error, expect| assert_eq!(connect_failure(error), expect, "{error}");
        check(ErrorKind::ConnectionRefused, ConnectFailure::Refused);
        check(ErrorKind::TimedOut, ConnectFailure::TimedOut);
        check(ErrorKind::ConnectionReset, ConnectFailure::Reset);
        check(ErrorKind::NetworkUnreachable, ConnectFailure::Unreachable);
        check(ErrorKind::HostUnreachable, ConnectFailure::Unreachable);
    }
}
