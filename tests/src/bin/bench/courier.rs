//! A page that sends a [`Letter`] as far as it has credit, and takes the time.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::job;
use glasspost_tests::page::{Knock, Page};
use smtp::{Outcome, Security, SendMode};
use tokio_tungstenite::tungstenite::Message;
use wire::{Credentials, FromBridge, FromPage, Server, Start};

use super::client::{FROM, TO};
use super::letter::Letter;

/// The flags with which every bridge here runs: what nobody measures is off.
pub(crate) const QUIET: [&str; 5] = ["--no-practice", "--log", "warn", "--allow-port", "any"];

/// What is sent, and how.
pub(crate) struct Errand<'a> {
    pub(crate) server: Server,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) letter: &'a Letter,
    /// By BDAT where the server offers it.
    pub(crate) chunking: bool,
    /// The connection waits for the next errand.
    pub(crate) keep_open: bool,
}

impl<'a> Errand<'a> {
    /// By DATA, without sign-in, over a connection of its own.
    pub(crate) fn new(server: Server, letter: &'a Letter) -> Errand<'a> {
        Errand {
            server,
            credentials: None,
            letter,
            chunking: false,
            keep_open: false,
        }
    }
}

/// Sends, and waits until the server has taken the letter and the dialogue is over. Gives the time
/// from the frame `start` to the frame `finished`.
pub(crate) async fn send(page: &mut Page, errand: Errand<'_>) -> Result<Duration> {
    send_and_hear(page, errand, |_| ()).await
}

/// Sends likewise; `sent` hears how many octets are out.
pub(crate) async fn send_and_hear(
    page: &mut Page,
    errand: Errand<'_>,
    mut sent: impl FnMut(u64),
) -> Result<Duration> {
    let letter = errand.letter;
    let start = Start {
        id: 1,
        server: errand.server,
        credentials: errand.credentials,
        from: Some(FROM.to_owned()),
        to: vec![TO.to_owned()],
        size: letter.size(),
        eight_bit: false,
        utf8: false,
        mode: SendMode::Run,
        pipelining: true,
        chunking: errand.chunking,
        keep_open: errand.keep_open,
        client_name: None,
    };
    let begun = Instant::now();
    page.say(&FromPage::Start(Box::new(start))).await;
    let mut given = 0;
    loop {
        match page.hear().await {
            FromBridge::Credit { upto, .. } => {
                while given < upto.min(letter.size()) {
                    let piece = letter.piece(given, upto)?;
                    given += piece.len() as u64;
                    let frame = wire::message_frame(1, &piece);
                    page.put(Message::binary(frame)).await;
                }
            }
            FromBridge::Progress { sent: octets, .. } => sent(octets),
            FromBridge::Finished { outcome, .. } => {
                let took = begun.elapsed();
                ensure!(
                    matches!(*outcome, Outcome::Accepted { .. }),
                    "the letter was not taken: {outcome:?}"
                );
                ensure!(given == letter.size(), "taken before it was handed over");
                return Ok(took);
            }
            FromBridge::NotStarted { why, .. } => bail!("the dialogue did not start: {why:?}"),
            FromBridge::Entry { .. } | FromBridge::Mailbox(_) | FromBridge::Recipients { .. } => (),
            other => bail!("in the middle of a dialogue: {other:?}"),
        }
    }
}

/// A server at this address.
pub(crate) fn at(address: SocketAddr, security: Security) -> Server {
    job::host(&address.ip().to_string(), address.port(), security)
}

/// A bridge, and a page of it.
pub(crate) async fn bridge<Flag: AsRef<str>>(more: &[Flag]) -> Result<(Bridge, Page)> {
    let more: Vec<&str> = more.iter().map(AsRef::as_ref).collect();
    let bridge = Bridge::with(&[&QUIET[..], &more].concat());
    let socket = match Knock::honest(&bridge).open().await {
        Ok(socket) => socket,
        Err(refusal) => bail!("the bridge refused the page: {refusal:?}"),
    };
    Ok((bridge, Page::welcomed(socket).await))
}
