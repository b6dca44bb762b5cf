//! Sends a page the messages of the practice mailbox that it asks for.

use std::sync::Arc;

use hyper::body::Bytes;
use tokio::sync::mpsc;
use wire::FromBridge;

use crate::app_state::AppState;
use crate::outbox::{OutboundMessage, Outbox, PageGone};

/// Octets of a stored message in one binary frame.
const FRAME_OCTETS: usize = 64 * 1024;

/// What a page asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A message's octets, and the message decoded.
    Read(u64),
    /// A message's octets.
    Fetch(u64),
}

/// Sends the messages that are `requested`, one after the other, each with its octets and then
/// decoded. A message is decoded only when its octets are on their way to the page.
pub(super) async fn run(app: Arc<AppState>, mut requested: mpsc::Receiver<Wanted>, outbox: Outbox) {
    while let Some(wanted) = requested.recv().await {
        let (Wanted::Read(id) | Wanted::Fetch(id)) = wanted;
        let message = app
            .practice
            .as_ref()
            .and_then(|practice| practice.mailbox().get(id));
        let sent = match message {
            Some(message) => match wanted {
                Wanted::Read(_) => send(&app, message, &outbox).await,
                Wanted::Fetch(_) => send_octets(message, &outbox).await,
            },
            None => outbox.send(FromBridge::MessageGone { id }).await,
        };
        if sent.is_err() {
            return;
        }
    }
}

/// Sends the octets of a message.
async fn send_octets(message: Arc<practice::Message>, outbox: &Outbox) -> Result<(), PageGone> {
    let id = message.id;
    let raw = Bytes::from_owner(Raw(message));
    let size = raw.len() as u64;
    outbox.send(FromBridge::Octets { id, size }).await?;
    in_frames(&raw, outbox).await
}

async fn in_frames(raw: &Bytes, outbox: &Outbox) -> Result<(), PageGone> {
    for at in (0..raw.len()).step_by(FRAME_OCTETS) {
        let octets = raw.slice(at..raw.len().min(at + FRAME_OCTETS));
        outbox.push(OutboundMessage::Octets(octets)).await?;
    }
    Ok(())
}

async fn send(
    app: &AppState,
    message: Arc<practice::Message>,
    outbox: &Outbox,
) -> Result<(), PageGone> {
    let id = message.id;
    let raw = Bytes::from_owner(Raw(Arc::clone(&message)));
    let size = raw.len() as u64;
    outbox.send(FromBridge::Message { id, size }).await?;
    in_frames(&raw, outbox).await?;
    let read = tokio::select! {
        read = app.reader.read(message) => read,
        () = outbox.closed() => return Err(PageGone),
    };
    let decoded = match read {
        Ok(reading) => FromBridge::Reading {
            id,
            reading: Box::new(reading),
        },
        Err(why) => FromBridge::NotRead { id, why },
    };
    outbox.send(decoded).await
}

/// The octets of a stored message, shared with the mailbox.
struct Raw(Arc<practice::Message>);

impl AsRef<[u8]> for Raw {
    fn as_ref(&self) -> &[u8] {
        &self.0.delivered.raw
    }
}
