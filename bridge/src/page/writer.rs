//! Writes a page's outgoing messages to its WebSocket.

use std::time::Duration;

use futures_util::SinkExt;
use futures_util::stream::SplitSink;
use hyper::body::Bytes;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use wire::{FromBridge, TextFrames};

use super::Socket;
use crate::outbox::{Close, OutboundMessage, PageGone, Queued};

/// How long a page may take to read one frame before it counts as gone.
const WRITE_TIMEOUT: Duration = Duration::from_secs(20);

/// How often an idle WebSocket is pinged, so that a page that is gone without closing is noticed.
const PING_INTERVAL: Duration = Duration::from_secs(20);

/// Writes what is queued until the queue or the WebSocket ends.
pub(super) async fn run(mut sink: SplitSink<Socket, Message>, mut queue: mpsc::Receiver<Queued>) {
    loop {
        let next = match queue.try_recv() {
            Ok(next) => Ok(Some(next)),
            // What was queued leaves together.
            Err(_) => match flush(&mut sink).await {
                Ok(()) => tokio::time::timeout(PING_INTERVAL, queue.recv()).await,
                Err(PageGone) => break,
            },
        };
        let queued = match next {
            Ok(None) => break,
            Ok(Some(queued)) => Some(queued),
            Err(_) => None,
        };
        // The message counts as queued until it is written.
        let (message, _permit) = match queued {
            Some(Queued { message, permit }) => (Some(message), Some(permit)),
            None => (None, None),
        };
        let written = match message {
            None => write(&mut sink, Message::Ping(Bytes::new())).await,
            Some(OutboundMessage::Text(message)) => write_text(&mut sink, message).await,
            Some(OutboundMessage::Octets(octets)) => {
                write(&mut sink, Message::Binary(octets)).await
            }
            Some(OutboundMessage::Close(close)) => {
                drop(write(&mut sink, Message::Close(Some(close_frame(&close)))).await);
                break;
            }
        };
        if written.is_err() {
            break;
        }
    }
    drop(tokio::time::timeout(WRITE_TIMEOUT, sink.close()).await);
}

/// Writes a frame, as soon as there is room for it. It leaves with the next flush, if not before.
async fn write(sink: &mut SplitSink<Socket, Message>, message: Message) -> Result<(), PageGone> {
    match tokio::time::timeout(WRITE_TIMEOUT, sink.feed(message)).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(PageGone),
    }
}

async fn flush(sink: &mut SplitSink<Socket, Message>) -> Result<(), PageGone> {
    match tokio::time::timeout(WRITE_TIMEOUT, sink.flush()).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(PageGone),
    }
}

async fn write_text(
    sink: &mut SplitSink<Socket, Message>,
    message: Box<FromBridge>,
) -> Result<(), PageGone> {
    let frames = TextFrames::encode(&message);
    // It may be large, and the page slow.
    drop(message);
    match frames {
        Ok(frames) => {
            for text in frames {
                write(sink, Message::Text(text.into())).await?;
            }
            Ok(())
        }
        Err(error) => {
            tracing::error!(%error, "a message to the page can't be encoded");
            Err(PageGone)
        }
    }
}

/// The control frame that closes a WebSocket.
pub(super) fn close_frame(close: &Close) -> CloseFrame {
    // RFC 6455 §5.5: a control frame's payload is at most 125 octets, two of them the code.
    let end = close.reason.floor_char_boundary(120);
    CloseFrame {
        code: CloseCode::from(close.code),
        reason: close.reason[..end].into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_fit_a_control_frame() {
        let close = close_frame(&Close::new(4002, "한".repeat(100)));
        assert!(close.reason.len() <= 123);
    }
}
