//! Drives one session over one socket. Has no SMTP logic.

#[cfg(test)]
mod tests;

use super::limiter::Activity;
use crate::{
    limits,
    mailbox::Mailbox,
    session::{Action, Input, Profile, Security, Session, queued},
};
use std::{
    io,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, SystemTime},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep, timeout, timeout_at},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

/// State shared by all connections.
pub(super) struct Shared {
    pub(super) acceptor: TlsAcceptor,
    pub(super) profile: Profile,
    pub(super) mailbox: Mailbox,
    /// The moment from which the sessions count time.
    pub(super) started: Instant,
    /// Memory for incomplete messages of all sessions, in bytes.
    pub(super) buffered: AtomicUsize,
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
    let mut driver = Driver::new(security, shared, activity, shutdown);
    if security == Security::Clear {
        match driver.run(&mut stream).await? {
            End::Closed => return Ok(()),
            End::StartTls => {}
        }
    }
    let handshake = timeout(limits::HANDSHAKE, shared.acceptor.accept(stream));
    let mut stream = tokio::select! {
        stream = handshake => stream??,
        () = driver.shutdown.cancelled() => return Ok(()),
    };
    if security == Security::Clear {
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
}

impl<'a> Driver<'a> {
    fn new(
        security: Security,
        shared: &'a Shared,
        activity: Activity,
        shutdown: CancellationToken,
    ) -> Self {
        Self {
            session: Session::new(shared.profile.clone(), security),
            shared,
            activity,
            shutdown,
            counted: 0,
            delivered_id: 0,
        }
    }

    /// The time for the session.
    fn now(&self) -> Duration {
        self.shared.started.elapsed()
    }

    async fn run<S: AsyncRead + AsyncWrite + Unpin>(&mut self, stream: &mut S) -> io::Result<End> {
        let mut buffer = vec![0; 16 * 1024];
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
    async fn perform<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
    ) -> io::Result<Option<End>> {
        while let Some(action) = self.session.poll() {
            match action {
                Action::Write(bytes) => write(stream, &bytes).await?,
                Action::Pause(pause) => {
                    tokio::select! {
                        () = sleep(pause) => {}
                        () = self.shutdown.cancelled() => return Ok(Some(End::Closed)),
                    }
                }
                Action::Deliver(delivered) => {
                    let mailbox = &self.shared.mailbox;
                    self.delivered_id = mailbox.deliver(*delivered, SystemTime::now());
                }
                Action::Confirm => {
                    write(stream, queued(self.delivered_id).as_bytes()).await?;
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
