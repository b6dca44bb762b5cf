//! A page that sends a [`Letter`] as far as it has credit, and takes the time.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::job;
use glasspost_tests::page::{Knock, Page};
use smtp::{Outcome, Pace, Security};
use tokio_tungstenite::tungstenite::Message;
use wire::{Credentials, FromBridge, FromPage, Server, Start};

use super::letter::Letter;

/// The flags with which every bridge here runs: what nobody measures is off.
pub(crate) const QUIET: [&str; 5] = ["--no-practice", "--log", "warn", "--allow-port", "any"];

/// Sends by this way and waits until the server has taken the letter and the dialogue is over; `sent` hears of progress. Gives the
/// time from the frame `start` to the frame `finished`.
pub(crate) async fn send(
    page: &mut Page,
    server: Server,
    credentials: Option<Credentials>,
    letter: &Letter,
    chunking: bool,
    mut sent: impl FnMut(u64),
) -> Result<Duration> {
    let start = Start {
        id: 1,
        server,
        credentials,
        from: Some("mina@example.org".to_owned()),
        to: vec!["hana@example.org".to_owned()],
        size: letter.size(),
        eight_bit: false,
        utf8: false,
        pace: Pace::Run,
        pipelining: true,
        chunking,
        keep_open: false,
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
                    page.put(Message::binary(piece)).await;
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
            FromBridge::Entry { .. } | FromBridge::Mailbox(_) => (),
            other => bail!("in the middle of a dialogue: {other:?}"),
        }
    }
}

/// A server at this address, in clear.
pub(crate) fn in_clear(address: SocketAddr) -> Server {
    job::host(&address.ip().to_string(), address.port(), Security::None)
}

/// A bridge, and a page of it.
pub(crate) async fn bridge(more: &[&str]) -> Result<(Bridge, Page)> {
    let bridge = Bridge::with(&[&QUIET, more].concat());
    let socket = match Knock::honest(&bridge).open().await {
        Ok(socket) => socket,
        Err(refusal) => bail!("the bridge refused the page: {refusal:?}"),
    };
    Ok((bridge, Page::welcomed(socket).await))
}
