//! Drives one session over one socket. Decides nothing about SMTP.

#[cfg(test)]
mod tests;

use super::seats::Heard;
use crate::{
    limits,
    mailbox::Mailbox,
    session::{Action, Input, Profile, Security, Session, queued},
};
use std::{
    io,
    sync::atomic::{AtomicUsize, Ordering},
    time::SystemTime,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    sync::watch,
    time::{Instant, sleep, timeout, timeout_at},
};
use tokio_rustls::TlsAcceptor;

/// What all connections have in common.
pub(super) struct Shared {
    pub(super) acceptor: TlsAcceptor,
    pub(super) profile: Profile,
    pub(super) mailbox: Mailbox,
    /// Memory held for unfinished messages by all sessions, in bytes.
    pub(super) held: AtomicUsize,
}

/// Why [`converse`] came back.
enum End {
    StartTls,
    Closed,
}

/// Serves one client to the end. Errors are the client's or the network's and end only this
/// session.
pub(super) async fn serve(
    stream: TcpStream,
    security: Security,
    shared: &Shared,
    heard: Heard,
    stopped: watch::Receiver<bool>,
) {
    if let Err(error) = try_serve(stream, security, shared, heard, stopped).await {
        tracing::debug!(%error, "practice session ended");
    }
}

async fn try_serve(
    mut stream: TcpStream,
    security: Security,
    shared: &Shared,
    heard: Heard,
    stopped: watch::Receiver<bool>,
) -> io::Result<()> {
    // Replies are whole when written; waiting for more only delays the client.
    stream.set_nodelay(true)?;
    let mut driver = Driver::new(security, shared, heard, stopped);
    if security == Security::Clear {
        match driver.converse(&mut stream).await? {
            End::Closed => return Ok(()),
            End::StartTls => {}
        }
    }
    let handshake = timeout(limits::HANDSHAKE, shared.acceptor.accept(stream));
    let mut stream = tokio::select! {
        stream = handshake => stream??,
        _ = driver.stopped.wait_for(|&stopped| stopped) => return Ok(()),
    };
    if security == Security::Clear {
        driver.session.handle(Input::TlsEstablished);
    }
    driver.converse(&mut stream).await.map(|_| ())
}

struct Driver<'a> {
    session: Session,
    shared: &'a Shared,
    heard: Heard,
    stopped: watch::Receiver<bool>,
    /// This session's part of [`Shared::held`].
    counted: usize,
    /// The mailbox's id of the last message delivered.
    delivered_id: u64,
}

impl<'a> Driver<'a> {
    fn new(
        security: Security,
        shared: &'a Shared,
        heard: Heard,
        stopped: watch::Receiver<bool>,
    ) -> Self {
        Self {
            session: Session::new(shared.profile.clone(), security),
            shared,
            heard,
            stopped,
            counted: 0,
            delivered_id: 0,
        }
    }

    async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
    ) -> io::Result<End> {
        let mut buffer = vec![0; 16 * 1024];
        let mut progress = self.session.progress();
        let mut deadline = Instant::now() + limits::IDLE;
        loop {
            if let Some(end) = self.act(stream).await? {
                return Ok(end);
            }
            if self.session.progress() != progress {
                progress = self.session.progress();
                let now = Instant::now();
                deadline = now + limits::IDLE;
                if self.session.is_introduced() {
                    self.heard.stir(now);
                }
            }
            // Only read once everything is written: a client that does not read its replies is not
            // read from either.
            let input = tokio::select! {
                read = timeout_at(deadline, stream.read(&mut buffer)) => match read {
                    Ok(Ok(0)) => Input::Closed,
                    Ok(Ok(length)) => Input::Received(&buffer[..length]),
                    Ok(Err(error)) => return Err(error),
                    Err(_) => Input::DeadlinePassed,
                },
                _ = self.stopped.wait_for(|&stopped| stopped) => Input::ShuttingDown,
            };
            let closed = matches!(input, Input::Closed);
            self.session.handle(input);
            if closed {
                return Ok(End::Closed);
            }
            self.count();
        }
    }

    /// Does what the session asks for, until it asks for nothing more.
    async fn act<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
    ) -> io::Result<Option<End>> {
        while let Some(action) = self.session.poll() {
            match action {
                Action::Write(bytes) => write(stream, &bytes).await?,
                Action::Pause(pause) => {
                    tokio::select! {
                        () = sleep(pause) => {}
                        _ = self.stopped.wait_for(|&stopped| stopped) => return Ok(Some(End::Closed)),
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
                    // A client that does not wait for the end is no fault of ours.
                    let _ = timeout(limits::LINGER, linger(stream)).await;
                    return Ok(Some(End::Closed));
                }
            }
        }
        Ok(None)
    }

    /// Accounts for the memory this session holds, and makes it let go when all together hold too
    /// much.
    fn count(&mut self) {
        if self.recount() > limits::UNFINISHED {
            self.session.handle(Input::NoRoom);
            self.recount();
        }
    }

    fn recount(&mut self) -> usize {
        let now = self.session.held();
        // Added before it is taken away, so that the sum is never below zero in between.
        let total = self.shared.held.fetch_add(now, Ordering::Relaxed) + now - self.counted;
        self.shared.held.fetch_sub(self.counted, Ordering::Relaxed);
        self.counted = now;
        total
    }
}

impl Drop for Driver<'_> {
    fn drop(&mut self) {
        self.shared.held.fetch_sub(self.counted, Ordering::Relaxed);
    }
}

async fn write<S: AsyncWrite + Unpin>(stream: &mut S, bytes: &[u8]) -> io::Result<()> {
    timeout(limits::WRITE, async {
        stream.write_all(bytes).await?;
        stream.flush().await
    })
    .await?
}

/// Sends the end of the stream, and drops what still comes: closing a socket with unread bytes
/// resets it, and the client might never see the last reply.
async fn linger<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) -> io::Result<()> {
    stream.shutdown().await?;
    let mut dropped = [0; 4096];
    while stream.read(&mut dropped).await? > 0 {}
    Ok(())
}
