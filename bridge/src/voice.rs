//! What a page is told, on its way to the page's WebSocket.

use std::sync::Arc;

use hyper::body::Bytes;
use smtp::{Event, Fate, RecipientResult, Reply, Span};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use wire::{Content, FromBridge};

/// Messages for the page that wait for it to read. Beyond them whoever has something to say waits
/// too.
const WAITING: usize = 64;

/// Octets that may wait, by [`Out::weight`]. What weighs more waits alone.
const ROOM: usize = 512 * 1024;

/// What the page is sent.
#[derive(Debug)]
pub(crate) enum Out {
    Say(Box<FromBridge>),
    /// Octets of a stored message.
    Octets(Bytes),
    Close(Close),
}

/// Something for the page, and the room it takes until it is written.
#[derive(Debug)]
pub(crate) struct Queued {
    pub(crate) out: Out,
    pub(crate) room: OwnedSemaphorePermit,
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

/// The page is gone, or reads nothing any more.
#[derive(Debug)]
pub(crate) struct Gone;

/// One of those who have something to say to a page.
#[derive(Clone, Debug)]
pub(crate) struct Voice {
    queue: mpsc::Sender<Queued>,
    room: Arc<Semaphore>,
}

impl Voice {
    /// A page's queue, and what reads it out.
    pub(crate) fn new() -> (Voice, mpsc::Receiver<Queued>) {
        let (queue, queued) = mpsc::channel(WAITING);
        let room = Arc::new(Semaphore::new(ROOM));
        (Voice { queue, room }, queued)
    }

    pub(crate) async fn say(&self, message: FromBridge) -> Result<(), Gone> {
        self.send(Out::Say(Box::new(message))).await
    }

    pub(crate) async fn send(&self, out: Out) -> Result<(), Gone> {
        let weight = u32::try_from(out.weight().min(ROOM)).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).acquire_many_owned(weight);
        // The queue closes when the page is gone, and with it what waits for room in it.
        let room = tokio::select! {
            biased;
            room = room => room.map_err(|_| Gone)?,
            () = self.queue.closed() => return Err(Gone),
        };
        let queued = Queued { out, room };
        self.queue.send(queued).await.map_err(|_| Gone)
    }

    /// Waits until nobody reads the queue any more.
    pub(crate) async fn closed(&self) {
        self.queue.closed().await;
    }
}

impl Out {
    /// Octets it keeps in memory, as good as they can be told without counting all.
    fn weight(&self) -> usize {
        const LEAST: usize = 128;
        LEAST
            + match self {
                Out::Octets(octets) => octets.len(),
                Out::Close(_) => 0,
                Out::Say(message) => match &**message {
                    FromBridge::Entry { entry, .. } => match &entry.event {
                        Event::Received {
                            reply,
                            capabilities,
                            ..
                        } => {
                            let offered = capabilities.iter().flat_map(|offered| &offered.auth);
                            of_reply(reply) + offered.map(|name| name.len() + 24).sum::<usize>()
                        }
                        Event::Sent { line, .. } | Event::Skipped { line } => of_line(line),
                        _ => 0,
                    },
                    FromBridge::Finished { outcome, .. } => {
                        outcome.recipients().iter().map(of_recipient).sum()
                    }
                    FromBridge::Recipients { results, .. } => {
                        results.iter().map(of_recipient).sum()
                    }
                    FromBridge::Mailbox(news) => news.added.len() * 1024,
                    FromBridge::Reading { reading, .. } => reading
                        .parts
                        .iter()
                        .map(|part| match &part.content {
                            Content::Text { text, .. } => text.len(),
                            Content::Attachment { name, .. } => LEAST + name.len(),
                            Content::Message { .. } => LEAST,
                        })
                        .sum(),
                    _ => 0,
                },
            }
    }
}

fn of_reply(reply: &Reply) -> usize {
    reply.lines.iter().map(|line| line.len() + 24).sum()
}

fn of_line(line: &[Span]) -> usize {
    line.iter()
        .map(|span| match span {
            Span::Text(text) => text.len(),
            Span::Secret => 0,
        })
        .sum()
}

fn of_recipient(recipient: &RecipientResult) -> usize {
    recipient.address.len()
        + match &recipient.fate {
            Fate::Accepted { reply } | Fate::Refused { reply } => of_reply(reply),
            Fate::NotTried => 0,
        }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn what_waits_is_bounded_by_its_size() {
        let (voice, mut queued) = Voice::new();
        let octets = || Out::Octets(Bytes::from(vec![0; ROOM / 2]));
        voice.send(octets()).await.expect("room");
        assert!(voice.send(octets()).now_or_never().is_none(), "no room");
        drop(queued.recv().await);
        voice.send(octets()).await.expect("room again");
        drop(queued.recv().await);
        let large = Out::Octets(Bytes::from(vec![0; 3 * ROOM]));
        voice.send(large).await.expect("it goes alone");
        let close = Out::Close(Close::new(4005, ""));
        assert!(voice.send(close).now_or_never().is_none());
        // Who waits for room is told when the page is gone.
        let waiting = tokio::spawn({
            let voice = voice.clone();
            async move { voice.send(octets()).await }
        });
        tokio::task::yield_now().await;
        queued.close();
        assert!(waiting.await.expect("no panic").is_err());
    }
}
