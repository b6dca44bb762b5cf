//! A page that sends a [`TestMessage`] as its credit allows, and measures the time.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::job;
use glasspost_tests::page::{Handshake, Page};
use smtp::{Outcome, Security, SendMode};
use tokio_tungstenite::tungstenite::Message;
use wire::{Credentials, FromBridge, FromPage, Server, Start};

use super::client::{FROM, TO};
use super::message::TestMessage;

/// The flags of every bridge here: everything that is not measured is off.
pub(crate) const QUIET: [&str; 5] = ["--no-practice", "--log", "warn", "--allow-port", "any"];

/// What to send, and how.
pub(crate) struct SendTask<'a> {
    pub(crate) server: Server,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) message: &'a TestMessage,
    /// Whether to use BDAT if the server offers CHUNKING.
    pub(crate) chunking: bool,
    /// Whether to keep the connection open for the next task.
    pub(crate) keep_open: bool,
}

impl<'a> SendTask<'a> {
    /// A task that uses DATA, without sign-in, over a connection of its own.
    pub(crate) fn new(server: Server, message: &'a TestMessage) -> SendTask<'a> {
        SendTask {
            server,
            credentials: None,
            message,
            chunking: false,
            keep_open: false,
        }
    }
}

/// Sends the message and waits until the server has accepted it and the dialogue has ended. Returns
/// the time from the frame `start` to the frame `finished`.
pub(crate) async fn send(page: &mut Page, task: SendTask<'_>) -> Result<Duration> {
    send_with_progress(page, task, |_| ()).await
}

/// Like [`send`], and calls `sent` with the number of octets sent so far.
pub(crate) async fn send_with_progress(
    page: &mut Page,
    task: SendTask<'_>,
    mut sent: impl FnMut(u64),
) -> Result<Duration> {
    let message = task.message;
    let start = Start {
        id: 1,
        server: task.server,
        credentials: task.credentials,
        from: Some(FROM.to_owned()),
        to: vec![TO.to_owned()],
        size: message.size(),
        eight_bit: false,
        utf8: false,
        mode: SendMode::Run,
        pipelining: true,
        chunking: task.chunking,
        keep_open: task.keep_open,
        client_name: None,
    };
    let started = Instant::now();
    page.send_frame(&FromPage::Start(Box::new(start))).await;
    let mut sent_octets = 0;
    loop {
        match page.next_event().await {
            FromBridge::Credit { upto, .. } => {
                while sent_octets < upto.min(message.size()) {
                    let piece = message.piece(sent_octets, upto)?;
                    sent_octets += piece.len() as u64;
                    let frame = wire::message_frame(1, &piece);
                    page.send_raw(Message::binary(frame)).await;
                }
            }
            FromBridge::Progress { sent: octets, .. } => sent(octets),
            FromBridge::Finished { outcome, .. } => {
                let took = started.elapsed();
                ensure!(
                    matches!(*outcome, Outcome::Accepted { .. }),
                    "the message was not accepted: {outcome:?}"
                );
                ensure!(
                    sent_octets == message.size(),
                    "accepted before it was sent whole"
                );
                return Ok(took);
            }
            FromBridge::NotStarted { why, .. } => bail!("the dialogue did not start: {why:?}"),
            FromBridge::Entry { .. } | FromBridge::Mailbox(_) | FromBridge::Recipients { .. } => (),
            other => bail!("in the middle of a dialogue: {other:?}"),
        }
    }
}

/// The server at this address.
pub(crate) fn at(address: SocketAddr, security: Security) -> Server {
    job::host(&address.ip().to_string(), address.port(), security)
}

/// Starts a bridge and opens a page.
pub(crate) async fn bridge<Flag: AsRef<str>>(more: &[Flag]) -> Result<(Bridge, Page)> {
    let more: Vec<&str> = more.iter().map(AsRef::as_ref).collect();
    let bridge = Bridge::with(&[&QUIET[..], &more].concat());
    let socket = match Handshake::of_page(&bridge).open().await {
        Ok(socket) => socket,
        Err(refusal) => bail!("the bridge refused the page: {refusal:?}"),
    };
    Ok((bridge, Page::welcomed(socket).await))
}
