//! Outgoing messages for one page. The queue is bounded, so a page that stops reading slows the
//! SMTP connection down.

use std::sync::Arc;

use hyper::body::Bytes;
use smtp::{Event, Fate, RecipientResult, Reply, Span};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use wire::{Content, FromBridge};

/// Most messages in the queue.
const QUEUE_MESSAGES: usize = 64;

/// Most bytes in the queue, by [`OutboundMessage::weight`]. A message that weighs more is queued
/// alone.
const QUEUE_BYTES: usize = 512 * 1024;

/// A message for the page.
#[derive(Debug)]
pub(crate) enum OutboundMessage {
    /// A text frame, or several where it is long.
    Text(Box<FromBridge>),
    /// A binary frame: octets of a stored message.
    Octets(Bytes),
    /// The end of the WebSocket.
    Close(Close),
}

/// A message in the queue. It takes its share of [`QUEUE_BYTES`] until this is dropped.
#[derive(Debug)]
pub(crate) struct Queued {
    pub(crate) message: OutboundMessage,
    pub(crate) permit: OwnedSemaphorePermit,
}

/// Why the bridge closes a WebSocket.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Close {
    pub(crate) code: u16,
    pub(crate) reason: String,
}

impl Close {
    pub(crate) fn new(code: u16, reason: impl Into<String>) -> Close {
        Close {
            code,
            reason: reason.into(),
        }
    }
}

/// The page is gone, or has stopped reading.
#[derive(Debug)]
pub(crate) struct PageGone;

/// The sending end of a page's queue. Clones send into the same queue.
#[derive(Clone, Debug)]
pub(crate) struct Outbox {
    queue: mpsc::Sender<Queued>,
    bytes: Arc<Semaphore>,
}

impl Outbox {
    /// A page's queue, and its receiving end.
    pub(crate) fn new() -> (Outbox, mpsc::Receiver<Queued>) {
        let (queue, queued) = mpsc::channel(QUEUE_MESSAGES);
        let bytes = Arc::new(Semaphore::new(QUEUE_BYTES));
        (Outbox { queue, bytes }, queued)
    }

    /// Queues a text frame, once there is room for it.
    ///
    /// # Errors
    /// The page is gone.
    pub(crate) async fn send(&self, message: FromBridge) -> Result<(), PageGone> {
        self.push(OutboundMessage::Text(Box::new(message))).await
    }

    /// Queues a message of any kind, once there is room for it.
    ///
    /// # Errors
    /// The page is gone.
    pub(crate) async fn push(&self, message: OutboundMessage) -> Result<(), PageGone> {
        let weight = u32::try_from(message.weight().min(QUEUE_BYTES)).unwrap_or(u32::MAX);
        let permit = Arc::clone(&self.bytes).acquire_many_owned(weight);
        // The queue closes when the page is gone, and with it what waits for room in it.
        let permit = tokio::select! {
            biased;
            permit = permit => permit.map_err(|_| PageGone)?,
            () = self.queue.closed() => return Err(PageGone),
        };
        let queued = Queued { message, permit };
        self.queue.send(queued).await.map_err(|_| PageGone)
    }

    /// Waits until nothing reads the queue any more.
    pub(crate) async fn closed(&self) {
        self.queue.closed().await;
    }
}

impl OutboundMessage {
    /// About as many bytes as it takes in memory.
    fn weight(&self) -> usize {
        const LEAST: usize = 128;
        LEAST
            + match self {
                OutboundMessage::Octets(octets) => octets.len(),
                OutboundMessage::Close(_) => 0,
                OutboundMessage::Text(message) => match &**message {
                    FromBridge::Entry { entry, .. } => weight_of_event(&entry.event),
                    FromBridge::Finished { outcome, .. } => {
                        outcome.recipients().iter().map(weight_of_recipient).sum()
                    }
                    FromBridge::Recipients { results, .. } => {
                        results.iter().map(weight_of_recipient).sum()
                    }
                    FromBridge::Mailbox(update) => update.added.len() * 1024,
                    FromBridge::Reading { reading, .. } => reading
                        .parts
                        .iter()
                        .map(|part| match &part.content {
                            Content::Text { text, .. } => text.len(),
                            Content::Html { html, text, .. } => html.len() + text.len(),
                            Content::Attachment { name, .. } => LEAST + name.len(),
                            Content::Message { .. } => LEAST,
                        })
                        .chain(
                            reading
                                .entities
                                .iter()
                                .map(|entity| 2 * LEAST + entity.name.len()),
                        )
                        .sum(),
                    _ => 0,
                },
            }
    }
}

fn weight_of_event(event: &Event) -> usize {
    match event {
        Event::Received {
            reply,
            capabilities,
            ..
        } => {
            let mechanisms = capabilities.iter().flat_map(|offered| &offered.auth);
            weight_of_reply(reply) + mechanisms.map(|name| name.len() + 24).sum::<usize>()
        }
        Event::Sent { line, .. } | Event::Skipped { line } => weight_of_line(line),
        _ => 0,
    }
}

fn weight_of_reply(reply: &Reply) -> usize {
    reply.lines.iter().map(|line| line.len() + 24).sum()
}

fn weight_of_line(line: &[Span]) -> usize {
    line.iter()
        .map(|span| match span {
            Span::Text(text) => text.len(),
            Span::Secret => 0,
        })
        .sum()
}

fn weight_of_recipient(recipient: &RecipientResult) -> usize {
    recipient.address.len()
        + match &recipient.fate {
            Fate::Accepted { reply } | Fate::Refused { reply } => weight_of_reply(reply),
            Fate::NotTried => 0,
        }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn the_queue_is_bounded_by_its_size() {
        let (outbox, mut queued) = Outbox::new();
        let octets = || OutboundMessage::Octets(Bytes::from(vec![0; QUEUE_BYTES / 2]));
        outbox.push(octets()).await.expect("room");
        assert!(outbox.push(octets()).now_or_never().is_none(), "no room");
        drop(queued.recv().await);
        outbox.push(octets()).await.expect("room again");
        drop(queued.recv().await);
        let large = OutboundMessage::Octets(Bytes::from(vec![0; 3 * QUEUE_BYTES]));
        outbox.push(large).await.expect("it is queued alone");
        let close = OutboundMessage::Close(Close::new(4005, ""));
        assert!(outbox.push(close).now_or_never().is_none());
        // A sender that waits for room gets an error when the page is gone.
        let waiting = tokio::spawn({
            let outbox = outbox.clone();
            async move { outbox.push(octets()).await }
        });
        tokio::task::yield_now().await;
        queued.close();
        assert!(waiting.await.expect("no panic").is_err());
    }
}
