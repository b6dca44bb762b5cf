//! Drives one session over one socket. Has no SMTP logic.

#[cfg(test)]
mod tests;

use super::limiter::Activity;
use crate::{
    limits,
    mailbox::Mailbox,
    scenario::ScenarioRun,
    session::{Action, Input, Leave, Profile, Security, Session},
};
use std::{
    io,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep, timeout, timeout_at},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tokio_util::sync::CancellationToken;

/// State shared by all connections.
pub(super) struct Shared {
    pub(super) played: RwLock<Played>,
    pub(super) profile: Profile,
    pub(super) mailbox: Mailbox,
    /// The moment from which the sessions count time.
    pub(super) started: Instant,
    /// Memory for incomplete messages of all sessions, in bytes.
    pub(super) buffered: AtomicUsize,
}

/// What new connections get.
#[derive(Clone)]
pub(super) struct Played {
    /// The scenario, if one is played.
    pub(super) run: Option<ScenarioRun>,
    /// With the certificate that belongs to it.
    pub(super) acceptor: TlsAcceptor,
}

impl Shared {
    pub(super) fn played(&self) -> Played {
        self.played
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Connections that are already open are not affected.
    pub(super) fn play(&self, played: Played) {
        *self.played.write().unwrap_or_else(PoisonError::into_inner) = played;
    }
}

/// A connection that a scenario can leave in impolite ways.
trait Link: AsyncRead + AsyncWrite + Unpin {
    /// Its socket, if it has one.
    fn socket(&self) -> Option<&TcpStream>;
}

impl Link for TcpStream {
    fn socket(&self) -> Option<&TcpStream> {
        Some(self)
    }
}

impl Link for TlsStream<TcpStream> {
    fn socket(&self) -> Option<&TcpStream> {
        Some(self.get_ref().0)
    }
}

/// Why [`Driver::run`] returned.
enum End {
    StartTls,
    Closed,
}

/// Serves one client until its connection ends. An error comes from the client or the network, and
/// ends only this session.
pub(super) async fn serve(
    stream: TcpStream,
    security: Security,
    shared: &Shared,
    activity: Activity,
    shutdown: CancellationToken,
) {
    if let Err(error) = try_serve(stream, security, shared, activity, shutdown).await {
        tracing::debug!(%error, "practice session ended");
    }
}

async fn try_serve(
    mut stream: TcpStream,
    security: Security,
    shared: &Shared,
    activity: Activity,
    shutdown: CancellationToken,
) -> io::Result<()> {
    // Each reply is written as a whole. Waiting for more would only delay the client.
    stream.set_nodelay(true)?;
    let played = shared.played();
    let run = played.run.as_ref();
    // A dialogue that begins with TLS does its handshake itself.
    let begins_in_clear =
        security == Security::Clear || run.is_some_and(|run| run.scenario().begins_with_tls());
    let mut driver = Driver::new(security, run, shared, activity, shutdown);
    if begins_in_clear {
        match driver.run(&mut stream).await? {
            End::Closed => return Ok(()),
            End::StartTls => {}
        }
    }
    let handshake = timeout(limits::HANDSHAKE, played.acceptor.accept(stream));
    let stream = tokio::select! {
        stream = handshake => stream,
        () = driver.shutdown.cancelled() => return Ok(()),
    };
    let mut stream = match stream.map_err(io::Error::from).flatten() {
        Ok(stream) => stream,
        Err(error) => {
            driver.session.handshake_failed(&error.to_string());
            return Err(error);
        }
    };
    if begins_in_clear {
        driver.session.handle(Input::TlsEstablished, driver.now());
    }
    driver.run(&mut stream).await.map(|_| ())
}

struct Driver<'a> {
    session: Session,
    shared: &'a Shared,
    activity: Activity,
    shutdown: CancellationToken,
    /// The part of [`Shared::buffered`] that belongs to this session.
    counted: usize,
    /// The mailbox id of the last message delivered.
    delivered_id: u64,
    /// What is held back by [`Action::Cork`].
    corked: Option<Vec<u8>>,
    /// Most bytes that are read at once.
    read_size: usize,
}

impl<'a> Driver<'a> {
    fn new(
        security: Security,
        run: Option<&ScenarioRun>,
        shared: &'a Shared,
        activity: Activity,
        shutdown: CancellationToken,
    ) -> Self {
        let now = shared.started.elapsed();
        let session = Session::start(shared.profile.clone(), security, run, now);
        let conversation = session.conversation().clone();
        shared.mailbox.begin(conversation, SystemTime::now());
        Self {
            session,
            shared,
            activity,
            shutdown,
            counted: 0,
            delivered_id: 0,
            corked: None,
            // Each command of a group may be answered at length by a scenario.
            read_size: if run.is_some() { 1024 } else { 16 * 1024 },
        }
    }

    /// The time for the session.
    fn now(&self) -> Duration {
        self.shared.started.elapsed()
    }

    async fn run<S: Link>(&mut self, stream: &mut S) -> io::Result<End> {
        let mut buffer = vec![0; self.read_size];
        let mut progress = self.session.progress();
        let mut deadline = Instant::now() + limits::IDLE;
        loop {
            if let Some(end) = self.perform(stream).await? {
                return Ok(end);
            }
            if self.session.progress() != progress {
                progress = self.session.progress();
                let now = Instant::now();
                deadline = now + limits::IDLE;
                if self.session.has_greeted() {
                    self.activity.record(now);
                }
            }
            // Read only after everything is written: a client that does not read replies can't send
            // more commands.
            let input = tokio::select! {
                read = timeout_at(deadline, stream.read(&mut buffer)) => match read {
                    Ok(Ok(0)) => Input::Closed,
                    Ok(Ok(length)) => Input::Received(&buffer[..length]),
                    Ok(Err(error)) => return Err(error),
                    Err(_) => Input::DeadlinePassed,
                },
                () = self.shutdown.cancelled() => Input::ShuttingDown,
            };
            let closed = matches!(input, Input::Closed);
            self.session.handle(input, self.now());
            if closed {
                return Ok(End::Closed);
            }
            self.count();
        }
    }

    /// Performs the session's actions until there are none.
    async fn perform<S: Link>(&mut self, stream: &mut S) -> io::Result<Option<End>> {
        while let Some(action) = self.session.poll() {
            match action {
                Action::Write(bytes) => self.write(stream, &bytes).await?,
                Action::Pause(pause) => {
                    if self.waited(pause).await.is_err() {
                        return Ok(Some(End::Closed));
                    }
                }
                Action::Deliver(delivered) => {
                    let mailbox = &self.shared.mailbox;
                    let conversation = self.session.conversation().clone();
                    let now = SystemTime::now();
                    self.delivered_id = mailbox.deliver_with(*delivered, conversation, now);
                }
                Action::Confirm => {
                    let reply = self.session.confirm(self.delivered_id);
                    self.write(stream, &reply).await?;
                }
                Action::Cork => {
                    self.corked.get_or_insert_default();
                }
                Action::Uncork => {
                    let kept = self.corked.take().unwrap_or_default();
                    self.write(stream, &kept).await?;
                }
                Action::Stall => {
                    if self.waited(limits::STALL).await.is_err() {
                        return Ok(Some(End::Closed));
                    }
                }
                Action::Leave(Leave::Fin) => {
                    // The client may have closed first.
                    let _ = timeout(limits::WRITE, stream.shutdown()).await;
                }
                Action::Leave(how) => {
                    if how == Leave::Rst
                        && let Some(socket) = stream.socket()
                    {
                        socket.set_zero_linger()?;
                    }
                    return Ok(Some(End::Closed));
                }
                Action::StartTls => return Ok(Some(End::StartTls)),
                Action::Close => {
                    // Ignore errors: the client may close first.
                    let _ = timeout(limits::DRAIN, drain(stream)).await;
                    return Ok(Some(End::Closed));
                }
            }
        }
        Ok(None)
    }

    async fn write<S: Link>(&mut self, stream: &mut S, bytes: &[u8]) -> io::Result<()> {
        match &mut self.corked {
            Some(kept) => kept.extend_from_slice(bytes),
            None => write(stream, bytes).await?,
        }
        Ok(())
    }

    /// Waits. An error if the server shuts down meanwhile.
    async fn waited(&self, how_long: Duration) -> Result<(), ()> {
        tokio::select! {
            () = sleep(how_long) => Ok(()),
            () = self.shutdown.cancelled() => Err(()),
        }
    }

    /// Updates the memory counted for this session, and refuses its message if all sessions
    /// together hold too much.
    fn count(&mut self) {
        if self.recount() > limits::UNFINISHED {
            self.session.handle(Input::NoRoom, self.now());
            self.recount();
        }
    }

    fn recount(&mut self) -> usize {
        let now = self.session.buffered();
        // Add before subtracting, so that the sum never goes below zero in between.
        let total = self.shared.buffered.fetch_add(now, Ordering::Relaxed) + now - self.counted;
        self.shared
            .buffered
            .fetch_sub(self.counted, Ordering::Relaxed);
        self.counted = now;
        total
    }
}

impl Drop for Driver<'_> {
    fn drop(&mut self) {
        self.shared
            .buffered
            .fetch_sub(self.counted, Ordering::Relaxed);
    }
}

async fn write<S: AsyncWrite + Unpin>(stream: &mut S, bytes: &[u8]) -> io::Result<()> {
    timeout(limits::WRITE, async {
        stream.write_all(bytes).await?;
        stream.flush().await
    })
    .await?
}

/// Closes the sending side and discards what still arrives. Closing a socket with unread bytes
/// resets it, and the client might not see the last reply.
async fn drain<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) -> io::Result<()> {
    stream.shutdown().await?;
    let mut dropped = [0; 4096];
    while stream.read(&mut dropped).await? > 0 {}
    Ok(())
}
