//! What a page is told, on its way to the page's WebSocket.

use std::sync::Arc;

use tokio::sync::mpsc;
use wire::FromBridge;

/// Messages for the page that wait for it to read. Beyond them whoever has something to say waits too.
const WAITING: usize = 64;

/// What the page is sent.
#[derive(Debug)]
pub(crate) enum Out {
    Say(Box<FromBridge>),
    /// A stored message: the announcement and its octets, in one go.
    Message(Arc<practice::Message>),
    Close(Close),
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
pub(crate) struct Voice(mpsc::Sender<Out>);

impl Voice {
    /// A page's queue, and what reads it out.
    pub(crate) fn new() -> (Voice, mpsc::Receiver<Out>) {
        let (out, queue) = mpsc::channel(WAITING);
        (Voice(out), queue)
    }

    pub(crate) async fn say(&self, message: FromBridge) -> Result<(), Gone> {
        self.send(Out::Say(Box::new(message))).await
    }

    pub(crate) async fn send(&self, out: Out) -> Result<(), Gone> {
        self.0.send(out).await.map_err(|_| Gone)
    }

    /// Waits until nobody reads the queue any more.
    pub(crate) async fn closed(&self) {
        self.0.closed().await;
    }
}
