//! One page of the browser: its WebSocket, from the handshake to its end.

pub(crate) mod reading;
pub(crate) mod texts;

mod connections;
mod dialogues;
mod mailbox_feed;
mod search;
mod session;
mod stored_mail;
mod storing;
mod submissions;
mod welcome;
mod writer;

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::sync::{OwnedSemaphorePermit, mpsc, watch};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use wire::{BINARY_FRAME, FromBridge, TEXT_FRAME, handshake};

use crate::app_state::AppState;
use crate::outbox::{Close, OutboundMessage, Outbox};
use session::{Asks, Session};

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// How long a page that is refused may take to read why.
const REFUSAL_TIMEOUT: Duration = Duration::from_secs(5);

/// Most stored messages that a page may have asked for and not received yet. Beyond them its next
/// frame waits.
const PENDING_READS: usize = 64;

/// Serves a page until it goes. `compatible`: it speaks this version of the protocol.
pub(crate) async fn serve(io: TokioIo<Upgraded>, compatible: bool, app: Arc<AppState>) {
    let mut config = WebSocketConfig::default();
    config.max_message_size = Some(TEXT_FRAME.max(BINARY_FRAME));
    config.max_frame_size = Some(TEXT_FRAME.max(BINARY_FRAME));
    // Frames for a page that does not read must not pile up here.
    config.max_write_buffer_size = 512 * 1024;
    // It is cleared before each read, however little arrives, and most frames of a page are short.
    config.read_buffer_size = 32 * 1024;
    let _permit = match admit(compatible, &app) {
        Ok(permit) => permit,
        Err(close) => {
            // There may be many of these, and nothing they send is read.
            config.read_buffer_size = 1024;
            let socket = Socket::from_raw_socket(io, Role::Server, Some(config)).await;
            return refuse(socket, close).await;
        }
    };
    // Shutting down waits until this is dropped.
    let _open = app.pages.token();
    let socket = Socket::from_raw_socket(io, Role::Server, Some(config)).await;
    let (sink, stream) = socket.split();
    let (outbox, queue) = Outbox::new();
    let writer = tokio::spawn(writer::run(sink, queue));
    // Before anything else is sent.
    let welcome = FromBridge::Welcome(Box::new(welcome::welcome(&app)));
    outbox.send(welcome).await.ok();
    let feed = tokio::spawn(mailbox_feed::run(app.clone(), outbox.clone()));
    let (reads, requested) = mpsc::channel(PENDING_READS);
    let stored_mail = tokio::spawn(stored_mail::run(app.clone(), requested, outbox.clone()));
    let (searches, searched) = watch::channel(None);
    let search = tokio::spawn(search::run(app.clone(), searched, outbox.clone()));
    let (follows, asked) = watch::channel(false);
    let connections = tokio::spawn(connections::run(app.clone(), asked, outbox.clone()));
    let asks = Asks {
        reads,
        searches,
        follows,
    };
    let mut session = Session::new(app, outbox.clone(), asks);
    let close = session.run(stream).await;
    feed.abort();
    stored_mail.abort();
    search.abort();
    connections.abort();
    let ending = tokio::spawn(session.end());
    if let Some(close) = close {
        outbox.push(OutboundMessage::Close(close)).await.ok();
    }
    drop(outbox);
    for (task, name) in [(ending, "dialogues"), (writer, "writer")] {
        if let Err(error) = task.await {
            tracing::debug!(%error, name);
        }
    }
}

/// A permit for one more page, or why there is none.
fn admit(compatible: bool, app: &AppState) -> Result<OwnedSemaphorePermit, Close> {
    if !compatible {
        let reason = format!("this bridge speaks {}", handshake::PROTOCOL);
        return Err(Close::new(handshake::CLOSE_VERSION, reason));
    }
    let permits = app.page_permits.clone();
    permits
        .try_acquire_owned()
        .map_err(|_| Close::new(handshake::CLOSE_BUSY, "too many pages are open"))
}

async fn refuse(mut socket: Socket, close: Close) {
    let closing = async {
        drop(socket.close(Some(writer::close_frame(&close))).await);
        // Until the page has answered, or is gone: closing the TCP connection at once can lose the
        // reason.
        while let Some(Ok(_)) = socket.next().await {}
    };
    drop(tokio::time::timeout(REFUSAL_TIMEOUT, closing).await);
}
