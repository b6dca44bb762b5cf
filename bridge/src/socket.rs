//! One page's WebSocket: what it says is checked and done, what happens is told to it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use hyper::body::Bytes;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use smtp::{Mail, Secrets, SendMode};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};
use wire::{
    BINARY_FRAME, FromBridge, FromPage, NotStarted, TEXT_FRAME, TextFrames, handshake,
    read_message_frame,
};

use crate::body::{Body, EndedMessages, Overdrawn};
use crate::driver::{self, Act, Next};
use crate::gate::Admitted;
use crate::hub::{DIALOGUES, Hub, Plan, Way};
use crate::mailbox_feed;
use crate::page_dialogues::{self, PageDialogues};
use crate::voice::{Close, Gone, Out, Queued, Voice};

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// How long a page may take to read one of them before it counts as gone.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long one that is turned away may take to hear why.
const PARTING: Duration = Duration::from_secs(5);

/// How often an idle socket is pinged, so that one that is gone without a word is noticed.
const PING: Duration = Duration::from_secs(20);

/// Octets of one stored message sent in one binary frame.
const PIECE: usize = 64 * 1024;

/// Stored messages that a page may have asked for and not got yet. Beyond them its next frame
/// waits.
const READS: usize = 64;

/// Serves a page until it goes.
pub(crate) async fn serve(io: TokioIo<Upgraded>, admitted: Admitted, hub: Arc<Hub>) {
    let mut config = WebSocketConfig::default();
    config.max_message_size = Some(TEXT_FRAME.max(BINARY_FRAME));
    config.max_frame_size = Some(TEXT_FRAME.max(BINARY_FRAME));
    // A page that does not read must not have its news pile up here.
    config.max_write_buffer_size = 512 * 1024;
    // It is cleared before each read, however little comes; most of what a page says is short.
    config.read_buffer_size = 32 * 1024;
    let _place = match place(&admitted, &hub) {
        Ok(place) => place,
        Err(close) => {
            // There may be many of these, and nothing they say is of interest.
            config.read_buffer_size = 1024;
            let socket = Socket::from_raw_socket(io, Role::Server, Some(config)).await;
            return refuse(socket, close).await;
        }
    };
    let socket = Socket::from_raw_socket(io, Role::Server, Some(config)).await;
    let (sink, stream) = socket.split();
    let (out, queue) = Voice::new();
    let writer = tokio::spawn(write(sink, queue));
    // Before anything else is said to it.
    let welcome = FromBridge::Welcome(Box::new(hub.welcome()));
    out.say(welcome).await.ok();
    let news = tokio::spawn(mailbox_feed::feed(hub.clone(), out.clone()));
    let (wanted, wants) = mpsc::channel(READS);
    let mail = tokio::spawn(send_mail(hub.clone(), wants, out.clone()));
    let mut page = Page {
        hub,
        out,
        wanted,
        running: None,
        ended: EndedMessages::default(),
        dialogues: PageDialogues::default(),
        secrets: Secrets::new(),
    };
    let close = page.read(stream).await;
    news.abort();
    mail.abort();
    // Dropping the page's end of a dialogue tells its driver that the page is gone.
    let Page {
        out,
        running,
        dialogues,
        ..
    } = page;
    drop(running);
    let ending = tokio::spawn(dialogues.end());
    if let Some(close) = close {
        out.send(Out::Close(close)).await.ok();
    }
    drop(out);
    for (task, name) in [(ending, "dialogues"), (writer, "writer")] {
        if let Err(error) = task.await {
            tracing::debug!(%error, name);
        }
    }
}

/// A place among the pages, or why there is none.
fn place(admitted: &Admitted, hub: &Hub) -> Result<OwnedSemaphorePermit, Close> {
    if !admitted.speaks_ours() {
        let reason = format!("this bridge speaks {}", handshake::PROTOCOL);
        return Err(Close::new(handshake::CLOSE_VERSION, reason));
    }
    let pages = hub.pages.clone();
    pages
        .try_acquire_owned()
        .map_err(|_| Close::new(handshake::CLOSE_BUSY, "too many pages are open"))
}

async fn refuse(mut socket: Socket, close: Close) {
    let closing = async {
        drop(socket.close(Some(frame(&close))).await);
        // Until the page has answered, or is gone: closing the TCP connection at once can cost it
        // the reason.
        while let Some(Ok(_)) = socket.next().await {}
    };
    drop(tokio::time::timeout(PARTING, closing).await);
}

fn frame(close: &Close) -> CloseFrame {
    CloseFrame {
        code: CloseCode::from(close.code),
        // RFC 6455 §5.5: a control frame's payload is at most 125 octets, two of them the code.
        reason: cut(&close.reason, 120).into(),
    }
}

fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

async fn write(mut sink: SplitSink<Socket, Message>, mut queue: mpsc::Receiver<Queued>) {
    loop {
        let next = match queue.try_recv() {
            Ok(next) => Ok(Some(next)),
            // What was there goes out together.
            Err(_) => match flush(&mut sink).await {
                Ok(()) => tokio::time::timeout(PING, queue.recv()).await,
                Err(Gone) => break,
            },
        };
        let queued = match next {
            Ok(None) => break,
            Ok(Some(queued)) => Some(queued),
            Err(_) => None,
        };
        // It keeps its room in the queue until it is written.
        let (out, _room) = match queued {
            Some(Queued { out, room }) => (Some(out), Some(room)),
            None => (None, None),
        };
        let sent = match out {
            None => push(&mut sink, Message::Ping(Bytes::new())).await,
            Some(Out::Say(message)) => say(&mut sink, message).await,
            Some(Out::Octets(octets)) => push(&mut sink, Message::Binary(octets)).await,
            Some(Out::Close(close)) => {
                drop(push(&mut sink, Message::Close(Some(frame(&close)))).await);
                break;
            }
        };
        if sent.is_err() {
            break;
        }
    }
    drop(tokio::time::timeout(PATIENCE, sink.close()).await);
}

/// Writes a frame, as soon as there is room for it. It leaves with the next flush, if not before.
async fn push(sink: &mut SplitSink<Socket, Message>, message: Message) -> Result<(), Gone> {
    match tokio::time::timeout(PATIENCE, sink.feed(message)).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(Gone),
    }
}

async fn flush(sink: &mut SplitSink<Socket, Message>) -> Result<(), Gone> {
    match tokio::time::timeout(PATIENCE, sink.flush()).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(Gone),
    }
}

async fn say(sink: &mut SplitSink<Socket, Message>, message: Box<FromBridge>) -> Result<(), Gone> {
    let frames = TextFrames::encode(&message);
    // It may be large, and the page slow.
    drop(message);
    match frames {
        Ok(frames) => {
            for text in frames {
                push(sink, Message::Text(text.into())).await?;
            }
            Ok(())
        }
        Err(error) => {
            tracing::error!(%error, "a message to the page can't be written");
            Err(Gone)
        }
    }
}

/// Sends the page the stored messages that it asks for, one after the other, each with its octets
/// and then as it reads. Nothing is decoded before the octets are on their way to the page.
async fn send_mail(hub: Arc<Hub>, mut wanted: mpsc::Receiver<u64>, out: Voice) {
    while let Some(id) = wanted.recv().await {
        let message = hub
            .practice
            .as_ref()
            .and_then(|practice| practice.mailbox().get(id));
        let sent = match message {
            Some(message) => send_message(&hub, message, &out).await,
            None => out.say(FromBridge::MessageGone { id }).await,
        };
        if sent.is_err() {
            return;
        }
    }
}

async fn send_message(hub: &Hub, message: Arc<practice::Message>, out: &Voice) -> Result<(), Gone> {
    let id = message.id;
    let raw = Bytes::from_owner(Raw(Arc::clone(&message)));
    let size = raw.len() as u64;
    out.say(FromBridge::Message { id, size }).await?;
    for at in (0..raw.len()).step_by(PIECE) {
        let piece = raw.slice(at..raw.len().min(at + PIECE));
        out.send(Out::Octets(piece)).await?;
    }
    let read = tokio::select! {
        read = hub.reader.read(message) => read,
        () = out.closed() => return Err(Gone),
    };
    out.say(match read {
        Ok(reading) => FromBridge::Reading {
            id,
            reading: Box::new(reading),
        },
        Err(why) => FromBridge::NotRead { id, why },
    })
    .await
}

/// The octets of a stored message, shared with the mailbox.
struct Raw(Arc<practice::Message>);

impl AsRef<[u8]> for Raw {
    fn as_ref(&self) -> &[u8] {
        &self.0.delivered.raw
    }
}

struct Page {
    hub: Arc<Hub>,
    out: Voice,
    /// Ids of stored messages that the page asks for.
    wanted: mpsc::Sender<u64>,
    running: Option<Running>,
    /// Messages that are over, and what the page may still have on its way of them.
    ended: EndedMessages,
    dialogues: PageDialogues,
    secrets: Secrets,
}

/// What was asked for last. Its connection may wait for more, or be closed by now.
struct Running {
    id: u32,
    way: Way,
    acts: mpsc::Sender<Act>,
    body: Arc<Body>,
}

impl Page {
    /// Does what the page says until it goes; gives the reason where it is the bridge that closes.
    async fn read(&mut self, mut stream: SplitStream<Socket>) -> Option<Close> {
        let mut going = self.hub.going.clone();
        loop {
            let message = tokio::select! {
                message = stream.next() => message,
                () = going.heard() => {
                    self.see_off().await;
                    return Some(Close::new(handshake::CLOSE_SHUTTING_DOWN, "the bridge is shutting down"));
                }
                // The writer has ended: the page reads nothing any more.
                () = self.out.closed() => return None,
            };
            let done = match message {
                None => return None,
                Some(Ok(Message::Text(text))) => self.text(&text).await,
                Some(Ok(Message::Binary(octets))) => self.binary(octets),
                Some(Ok(Message::Close(_))) => return None,
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(()),
                Some(Err(error)) => Err(malformed(&error)?),
            };
            if let Err(close) = done {
                return Some(close);
            }
        }
    }

    /// Lets a running dialogue take its leave.
    async fn see_off(&mut self) {
        if let Some(running) = self.running.take() {
            // Its driver hears of the end itself; its end of the channel closes when it is done.
            drop(tokio::time::timeout(self.hub.timeouts.quit * 2, running.acts.closed()).await);
        }
    }

    async fn text(&mut self, text: &str) -> Result<(), Close> {
        if text.len() > TEXT_FRAME {
            return Err(Close::new(
                handshake::CLOSE_MALFORMED,
                "a text frame is too large",
            ));
        }
        let said: FromPage = serde_json::from_str(text).map_err(|error| {
            // The error's own words may repeat what was said, a password among it; where it stands
            // is enough.
            let place = format!(
                "not a message of this protocol (line {}, column {}, {:?} error)",
                error.line(),
                error.column(),
                error.classify()
            );
            Close::new(handshake::CLOSE_MALFORMED, place)
        })?;
        match said {
            FromPage::Start(start) => {
                let (id, mode) = (start.id, start.mode);
                let plan = self.hub.plan(*start);
                self.begin(id, mode, plan).await;
            }
            FromPage::Open(open) => {
                let id = open.id;
                let plan = self.hub.plan_ahead(*open);
                self.begin(id, SendMode::Run, plan).await;
            }
            FromPage::Operator { id, act } => return self.operate(id, act),
            // What sends them ends with the page.
            FromPage::Read { id } => drop(self.wanted.send(id).await),
            FromPage::Delete { id } => {
                if let Some(practice) = &self.hub.practice {
                    practice.mailbox().delete(id);
                }
            }
            FromPage::Clear => {
                if let Some(practice) = &self.hub.practice {
                    practice.mailbox().clear();
                }
            }
        }
        Ok(())
    }

    fn binary(&mut self, frame: Bytes) -> Result<(), Close> {
        let Some((id, begin)) = read_message_frame(&frame) else {
            return Err(Close::new(
                handshake::CLOSE_MALFORMED,
                "a binary frame without the id of its dialogue",
            ));
        };
        let octets = frame.slice(begin..);
        let accepted = match &self.running {
            Some(running) if running.id == id => running.body.push(octets),
            _ => self.ended.drop_octets(id, octets.len() as u64),
        };
        accepted.map_err(|Overdrawn| {
            Close::new(
                handshake::CLOSE_CREDIT,
                "octets of a message beyond the credit for it",
            )
        })
    }

    fn operate(&mut self, id: u32, act: smtp::Operator) -> Result<(), Close> {
        let Some(running) = self.running.as_ref().filter(|running| running.id == id) else {
            // It has just ended; the page will have heard of it by now.
            return Ok(());
        };
        match running.acts.try_send(Act::Operator(act)) {
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => Ok(()),
            Err(mpsc::error::TrySendError::Full(_)) => Err(Close::new(
                handshake::CLOSE_MALFORMED,
                "more operator messages than any person sends",
            )),
        }
    }

    async fn say(&self, message: FromBridge) {
        // A writer that has ended is noticed where the page is read.
        self.out.say(message).await.ok();
    }

    async fn begin(&mut self, id: u32, mode: SendMode, plan: Result<Plan, NotStarted>) {
        if let Err(why) = match plan {
            Ok(plan) => self.try_begin(id, mode, plan).await,
            Err(why) => Err(why),
        } {
            self.say(FromBridge::NotStarted { id, why }).await;
        }
    }

    async fn try_begin(&mut self, id: u32, mode: SendMode, plan: Plan) -> Result<(), NotStarted> {
        if self
            .running
            .as_ref()
            .is_some_and(|running| !running.body.is_over())
        {
            return Err(NotStarted::Busy);
        }
        let (acts, heard) = mpsc::channel(64);
        let body = Arc::new(Body::new());
        let page = driver::Page {
            id,
            acts: heard,
            voice: self.out.clone(),
            body: body.clone(),
            secrets: self.secrets.clone(),
        };
        let Plan { way, mail } = plan;
        let before = self.running.take();
        if let Some(before) = &before {
            self.ended.remember(before.id, before.body.credit_left());
        }
        let running = Running {
            id,
            way: way.clone(),
            acts,
            body,
        };
        let Some(mail) = mail else {
            // There is no message to hand over yet, and none is in the way of the next.
            running.body.finish();
            self.dismiss(before);
            self.spawn(way, None, mode, page).await?;
            self.running = Some(running);
            return Ok(());
        };
        let next = Box::new(Next {
            way,
            mail,
            mode,
            page,
        });
        let next = match before {
            Some(before) if before.way == next.way => hand_over(&before, next),
            before => {
                self.dismiss(before);
                Some(next)
            }
        };
        if let Some(next) = next {
            let Next {
                way,
                mail,
                mode,
                page,
            } = *next;
            self.spawn(way, Some(mail), mode, page).await?;
        }
        self.running = Some(running);
        Ok(())
    }

    /// Lets a connection that waits close.
    fn dismiss(&mut self, before: Option<Running>) {
        if let Some(Running { acts, .. }) = before {
            self.dialogues.dismiss(acts);
        }
    }

    /// Holds a dialogue, and as many more as messages come too late for the one before.
    async fn spawn(
        &mut self,
        way: Way,
        mail: Option<Mail>,
        mode: SendMode,
        page: driver::Page,
    ) -> Result<(), NotStarted> {
        let too_many = |most| NotStarted::TooMany { most: most as u32 };
        let room = self.dialogues.make_room().await;
        room.map_err(|_| too_many(page_dialogues::MOST))?;
        let place = self
            .hub
            .dialogues
            .clone()
            .try_acquire_owned()
            .map_err(|_| too_many(DIALOGUES))?;
        let hub = self.hub.clone();
        self.dialogues.spawn(async move {
            let _place = place;
            let mut late = converse(&hub, way, mail, mode, page).await;
            while let Some(next) = late {
                let Next {
                    way,
                    mail,
                    mode,
                    page,
                } = *next;
                late = converse(&hub, way, Some(mail), mode, page).await;
            }
        });
        Ok(())
    }
}

/// Hands a message to the dialogue of the one before; gives it back where that is over.
fn hand_over(before: &Running, next: Box<Next>) -> Option<Box<Next>> {
    match before.acts.try_send(Act::Next(next)) {
        Ok(()) => None,
        Err(
            mpsc::error::TrySendError::Closed(Act::Next(next))
            | mpsc::error::TrySendError::Full(Act::Next(next)),
        ) => Some(next),
        Err(_) => None,
    }
}

async fn converse(
    hub: &Hub,
    way: Way,
    mail: Option<Mail>,
    mode: SendMode,
    page: driver::Page,
) -> Option<Box<Next>> {
    match hub.job(&way, mail) {
        Ok((job, target)) => driver::converse(job, mode, target, hub, page).await,
        Err(why) => page.not_started(why).await,
    }
}

/// A broken frame, as the page is told of it; None where there is nobody to tell.
fn malformed(error: &Error) -> Option<Close> {
    match error {
        Error::Capacity(_) => Some(Close::new(
            handshake::CLOSE_MALFORMED,
            "a frame is too large",
        )),
        Error::Utf8(_) => Some(Close::new(
            handshake::CLOSE_MALFORMED,
            "a text frame is not UTF-8",
        )),
        Error::Protocol(_) => Some(Close::new(
            handshake::CLOSE_MALFORMED,
            "a frame breaks the WebSocket protocol",
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_fit_a_control_frame() {
        let close = frame(&Close::new(4002, "한".repeat(100)));
        assert!(close.reason.len() <= 123);
    }
}
