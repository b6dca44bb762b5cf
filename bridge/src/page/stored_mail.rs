//! Sends a page the messages of the practice mailbox that it asks for.

use std::sync::Arc;

use hyper::body::Bytes;
use tokio::sync::mpsc;
use wire::FromBridge;

use crate::app_state::AppState;
use crate::outbox::{OutboundMessage, Outbox, PageGone};

/// Octets of a stored message in one binary frame.
const FRAME_OCTETS: usize = 64 * 1024;

/// Sends the messages with the `requested` ids, one after the other, each with its octets and then
/// decoded. A message is decoded only when its octets are on their way to the page.
pub(super) async fn run(app: Arc<AppState>, mut requested: mpsc::Receiver<u64>, outbox: Outbox) {
    while let Some(id) = requested.recv().await {
        let message = app
            .practice
            .as_ref()
            .and_then(|practice| practice.mailbox().get(id));
        let sent = match message {
            Some(message) => send(&app, message, &outbox).await,
            None => outbox.send(FromBridge::MessageGone { id }).await,
        };
        if sent.is_err() {
            return;
        }
    }
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
    for at in (0..raw.len()).step_by(FRAME_OCTETS) {
        let octets = raw.slice(at..raw.len().min(at + FRAME_OCTETS));
        outbox.push(OutboundMessage::Octets(octets)).await?;
    }
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
