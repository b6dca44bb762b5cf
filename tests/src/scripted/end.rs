//! The server's side of one connection: performs the steps of a script in order.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use practice::scenario::Step;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::server::TlsStream;

use super::socket::{Budget, Socket};
use super::{Connection, Cut, Leave, Level};
use crate::http::find;

/// The pause between the two pieces of a split: long enough for the client to read the first piece
/// alone.
const BREATH: Duration = Duration::from_millis(15);

/// Approximate number of octets that a flood writes at once.
const WAVE: usize = 64 * 1024;

/// Why a script ends before its last step.
enum Stop {
    /// The client has closed, or the rest of the script is up to the client.
    Over,
    /// The client did not do what the script expects.
    Deviation(String),
    /// The server closes.
    Leave(Leave),
}

impl From<io::Error> for Stop {
    /// After the client has closed, a write fails with a broken pipe. Only what the client wrote
    /// before counts.
    fn from(_: io::Error) -> Stop {
        Stop::Over
    }
}

enum Link {
    Plain(Socket),
    Tls(Box<TlsStream<Socket>>),
}

pub(super) struct End {
    /// None after closing.
    link: Option<Link>,
    budget: Budget,
    tls: Option<Arc<ServerConfig>>,
    client_gave_up: watch::Receiver<bool>,
    /// Octets that were read but not consumed by a step.
    unread: Vec<u8>,
    last_line: String,
    /// Octets that are held back, to be sent together.
    corked: Option<Vec<u8>>,
    connection: Connection,
}

impl End {
    pub(super) fn new(
        stream: TcpStream,
        cut: Option<Cut>,
        tls: Option<Arc<ServerConfig>>,
        client_gave_up: watch::Receiver<bool>,
    ) -> End {
        let budget = Budget::of(cut, Level::Wire);
        End {
            link: Some(Link::Plain(Socket { stream, budget })),
            budget: Budget::of(cut, Level::Text),
            tls,
            client_gave_up,
            unread: Vec::new(),
            last_line: String::new(),
            corked: None,
            connection: Connection::default(),
        }
    }

    /// Performs all steps, then reads until the client closes.
    pub(super) async fn follow(mut self, steps: &[Step]) -> Connection {
        let mut stop = self.cut();
        for step in steps {
            if stop.is_err() {
                break;
            }
            stop = self.take(step).await;
            if let Some(how) = self.wire_budget().over() {
                stop = Err(Stop::Leave(how));
            }
        }
        match stop {
            Ok(()) | Err(Stop::Over) => {}
            Err(Stop::Deviation(how)) => self.connection.deviation = Some(how),
            Err(Stop::Leave(how)) => self.leave(how).await,
        }
        self.drain().await;
        self.connection.sent = self.budget.sent;
        self.connection.read = self.budget.read;
        self.connection.wire_sent = self.wire_budget().sent;
        self.connection
    }

    async fn take(&mut self, step: &Step) -> Result<(), Stop> {
        match step {
            Step::Send(text) => {
                let octets = text.octets(&self.last_line);
                self.send(&octets).await
            }
            Step::Split(at, text) => {
                let octets = text.octets(&self.last_line);
                let (first, second) = octets.split_at((*at).min(octets.len()));
                self.send(first).await?;
                tokio::time::sleep(BREATH).await;
                self.send(second).await
            }
            Step::Times(times, text) => {
                let octets = text.octets(&self.last_line);
                for _ in 0..*times {
                    self.send(&octets).await?;
                }
                Ok(())
            }
            Step::Flood(most, text) => {
                let octets = text.octets(&self.last_line);
                let wave = octets.repeat(WAVE / octets.len().max(1) + 1);
                let mut left = usize::try_from(*most).unwrap_or(usize::MAX);
                while left > 0 {
                    self.send(&wave[..left.min(wave.len())]).await?;
                    left -= left.min(wave.len());
                }
                Ok(())
            }
            Step::Drip {
                every,
                text,
                endless,
            } => {
                let octets = text.octets(&self.last_line);
                let mut tick = tokio::time::interval(*every);
                loop {
                    for octet in &octets {
                        tick.tick().await;
                        self.send(&[*octet]).await?;
                    }
                    if !endless {
                        return Ok(());
                    }
                }
            }
            Step::Expect(prefix) => {
                let Some(line) = self.line().await? else {
                    return Err(Stop::Deviation(format!(
                        "expected {prefix:?}, but the client closed"
                    )));
                };
                let fits = line.to_ascii_uppercase().starts_with(prefix.as_str());
                self.last_line = line;
                if fits {
                    Ok(())
                } else {
                    let line = &self.last_line;
                    Err(Stop::Deviation(format!(
                        "expected {prefix:?}, got {line:?}"
                    )))
                }
            }
            Step::Cork => {
                self.corked.get_or_insert_default();
                Ok(())
            }
            Step::Uncork => {
                let kept = self.corked.take().unwrap_or_default();
                self.send(&kept).await
            }
            Step::Read(count) => self.some(*count).await,
            Step::Record => {
                self.some(5).await?;
                let record = self.connection.clear.len() - self.unread.len();
                let head = &self.connection.clear[record - 5..record];
                let length = usize::from(head[3]) << 8 | usize::from(head[4]);
                self.some(length).await
            }
            Step::Message => loop {
                match self.line().await?.as_deref() {
                    Some(".") => return Ok(()),
                    Some(_) => (),
                    None => return Err(Stop::Deviation("the message has no final dot".to_owned())),
                }
            },
            Step::Pause(how_long) => {
                tokio::time::sleep(*how_long).await;
                Ok(())
            }
            Step::Tls => self.shake_hands().await,
            Step::NoTls => match self.shake_hands().await {
                Err(Stop::Deviation(_)) => Err(Stop::Over),
                Ok(()) => Err(Stop::Deviation(
                    "the client completed the handshake".to_owned(),
                )),
                other => other,
            },
            Step::End => {
                if self.unread.is_empty() && !self.more().await? {
                    return Err(Stop::Over);
                }
                let unread = self.unread.escape_ascii();
                Err(Stop::Deviation(format!(
                    "expected nothing more, got \"{unread}\""
                )))
            }
            Step::Fin => {
                match &mut self.link {
                    Some(Link::Plain(socket)) => socket.shutdown().await?,
                    Some(Link::Tls(stream)) => stream.shutdown().await?,
                    None => (),
                }
                Err(Stop::Over)
            }
            Step::Rst => Err(Stop::Leave(Leave::Rst)),
            Step::Cut => Err(Stop::Leave(Leave::Cut)),
            Step::Silent => Err(Stop::Over),
            Step::Answer | Step::Execute | Step::Hide(_) | Step::Add(_) => {
                unreachable!("no dialogue has {step}")
            }
            Step::Stall => {
                // The sender is gone if the server was dropped.
                drop(
                    self.client_gave_up
                        .wait_for(|client_gave_up| *client_gave_up)
                        .await,
                );
                Err(Stop::Over)
            }
        }
    }

    /// The end of the connection, if it was reached.
    fn cut(&self) -> Result<(), Stop> {
        match self.budget.over() {
            Some(how) => Err(Stop::Leave(how)),
            None => Ok(()),
        }
    }

    fn wire_budget(&self) -> Budget {
        match &self.link {
            Some(Link::Plain(socket)) => socket.budget,
            Some(Link::Tls(stream)) => stream.get_ref().0.budget,
            None => Budget::default(),
        }
    }

    async fn send(&mut self, octets: &[u8]) -> Result<(), Stop> {
        if let Some(kept) = &mut self.corked {
            kept.extend_from_slice(octets);
            return Ok(());
        }
        let upto = octets.len().min(self.budget.may_send());
        match &mut self.link {
            Some(Link::Plain(socket)) => socket.write_all(&octets[..upto]).await?,
            Some(Link::Tls(stream)) => {
                stream.write_all(&octets[..upto]).await?;
                stream.flush().await?;
            }
            None => return Err(Stop::Over),
        }
        self.budget.sent += upto;
        self.cut()
    }

    /// Reads the available octets. Returns false at the end.
    async fn more(&mut self) -> Result<bool, Stop> {
        let mut buffer = [0; 16 * 1024];
        let most = buffer.len().min(self.budget.may_read());
        let (count, record) = match &mut self.link {
            Some(Link::Plain(socket)) => (
                socket.read(&mut buffer[..most]).await?,
                &mut self.connection.clear,
            ),
            Some(Link::Tls(stream)) => (
                stream.read(&mut buffer[..most]).await?,
                &mut self.connection.secured,
            ),
            None => return Err(Stop::Over),
        };
        self.unread.extend_from_slice(&buffer[..count]);
        record.extend_from_slice(&buffer[..count]);
        self.budget.read += count;
        self.cut()?;
        Ok(count > 0)
    }

    /// Reads a line without its CRLF. Returns None if the client closes before the end of a line.
    async fn line(&mut self) -> Result<Option<String>, Stop> {
        loop {
            if let Some(at) = find(&self.unread, b"\r\n") {
                let line: Vec<u8> = self.unread.drain(..at + 2).collect();
                return Ok(Some(String::from_utf8_lossy(&line[..at]).into_owned()));
            }
            match self.more().await {
                Ok(true) => (),
                Ok(false) | Err(Stop::Over) => return Ok(None),
                Err(stop) => return Err(stop),
            }
        }
    }

    async fn some(&mut self, count: usize) -> Result<(), Stop> {
        while self.unread.len() < count {
            if !self.more().await? {
                let got = self.unread.len();
                return Err(Stop::Deviation(format!(
                    "expected {count} octets, got {got}"
                )));
            }
        }
        self.unread.drain(..count);
        Ok(())
    }

    async fn shake_hands(&mut self) -> Result<(), Stop> {
        if !self.unread.is_empty() {
            let unread = self.unread.escape_ascii();
            return Err(Stop::Deviation(format!(
                "\"{unread}\" before the handshake"
            )));
        }
        let (Some(Link::Plain(socket)), Some(config)) = (self.link.take(), self.tls.clone()) else {
            let why = "TLS takes a certificate, and comes once";
            return Err(Stop::Deviation(why.to_owned()));
        };
        let accept = TlsAcceptor::from(config).accept(socket).into_fallible();
        match accept.await {
            Ok(stream) => {
                self.connection.tls = true;
                self.link = Some(Link::Tls(Box::new(stream)));
                Ok(())
            }
            Err((error, socket)) => {
                self.link = Some(Link::Plain(socket));
                Err(Stop::Deviation(format!("TLS: {error}")))
            }
        }
    }

    async fn leave(&mut self, how: Leave) {
        let socket = match &mut self.link {
            Some(Link::Plain(socket)) => socket,
            Some(Link::Tls(stream)) => stream.get_mut().0,
            None => return,
        };
        match how {
            // The client may have closed first.
            Leave::Fin => return drop(AsyncWriteExt::shutdown(&mut socket.stream).await),
            // If setting the option fails, the drop sends a FIN, and the test that expected a reset
            // fails.
            Leave::Rst => drop(socket.stream.set_zero_linger()),
            Leave::Cut => {}
        }
        self.connection.wire_sent = socket.budget.sent;
        self.link = None;
    }

    /// Reads until the client closes, so that everything it sent is recorded.
    async fn drain(&mut self) {
        self.budget = self.budget.lifted();
        match &mut self.link {
            Some(Link::Plain(socket)) => socket.budget = socket.budget.lifted(),
            Some(Link::Tls(stream)) => {
                let socket = stream.get_mut().0;
                socket.budget = socket.budget.lifted();
            }
            None => return,
        }
        while let Ok(true) = self.more().await {}
    }
}
