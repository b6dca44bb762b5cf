//! A page without a browser: the WebSocket, and the protocol of `wire` spoken over it. Whatever the
//! protocol promises about the order of frames is asserted here, for every test.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use smtp::{Entry, Event, Operator, Outcome, Paused, Span};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::http::Request;
use tokio_tungstenite::tungstenite::{Error, Message};
use wire::handshake;
use wire::{
    Fragments, FromBridge, FromPage, MailboxState, NotRead, NotStarted, Open, Reading, Start,
    TEXT_FRAME, WINDOW, Welcome, message_frame,
};

use crate::bridge::Bridge;
use crate::soon;

/// The opening handshake as a page, honest or not, would send it.
#[derive(Clone, Debug)]
pub struct Knock {
    /// Where to connect.
    pub address: SocketAddr,
    /// The request's target.
    pub path: String,
    /// The Host field.
    pub host: String,
    /// The Origin field, if any.
    pub origin: Option<String>,
    /// The subprotocols offered, if any.
    pub protocols: Option<String>,
}

/// Why a handshake came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Answered with this status and body instead.
    Status(u16, String),
    /// The connection ended, or what came was no handshake.
    Broken(String),
}

impl Knock {
    /// As the bridge's own page does it.
    #[must_use]
    pub fn honest(bridge: &Bridge) -> Knock {
        Knock {
            address: bridge.address(),
            path: handshake::PATH.to_owned(),
            host: bridge.address().to_string(),
            origin: Some(bridge.origin()),
            protocols: Some(protocols(bridge.token())),
        }
    }

    /// Connects and shakes hands.
    ///
    /// # Errors
    /// What came instead.
    pub async fn open(&self) -> Result<WebSocketStream<TcpStream>, Refusal> {
        let mut request = Request::builder()
            .uri(format!("ws://{}{}", self.address, self.path))
            .header("Host", &self.host)
            .header("Connection", "Upgrade")
            .header("Upgrade", "websocket")
            .header("Sec-WebSocket-Version", "13")
            .header("Sec-WebSocket-Key", generate_key());
        if let Some(origin) = &self.origin {
            request = request.header("Origin", origin);
        }
        if let Some(protocols) = &self.protocols {
            request = request.header("Sec-WebSocket-Protocol", protocols);
        }
        let request = request.body(()).expect("a request");
        let broken = |error: &dyn std::fmt::Display| Refusal::Broken(error.to_string());
        soon("the answer to a WebSocket handshake", async {
            let stream = TcpStream::connect(self.address)
                .await
                .map_err(|error| broken(&error))?;
            // Frames are small, and a browser does not let them wait for more to come.
            stream.set_nodelay(true).map_err(|error| broken(&error))?;
            match tokio_tungstenite::client_async(request, stream).await {
                Ok((socket, _)) => Ok(socket),
                Err(Error::Http(response)) => Err(Refusal::Status(
                    response.status().as_u16(),
                    String::from_utf8_lossy(response.body().as_deref().unwrap_or_default())
                        .into_owned(),
                )),
                Err(error) => Err(broken(&error)),
            }
        })
        .await
    }
}

/// What this version's page offers with this token.
#[must_use]
pub fn protocols(token: &str) -> String {
    format!(
        "{}, {}{token}",
        handshake::PROTOCOL,
        handshake::TOKEN_PREFIX
    )
}

/// What arrived.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame {
    /// A text frame.
    Said(Box<FromBridge>),
    /// A binary frame.
    Octets(Vec<u8>),
    /// The end, with the close code where one came.
    Closed(Option<(u16, String)>),
}

/// A page that has been welcomed.
pub struct Page {
    socket: WebSocketStream<TcpStream>,
    /// The first frame.
    pub welcome: Welcome,
    /// The newest state of the practice mailbox, if any came.
    pub mailbox: Option<MailboxState>,
    /// Octets of a message handed over in one frame, at most.
    pub piece: usize,
}

/// How a job went.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Everything the dialogue recorded.
    pub entries: Vec<Entry>,
    /// Everything it paused.
    pub paused: Vec<Paused>,
    /// How it ended.
    pub end: End,
    /// The connection waits for another message.
    pub waits: bool,
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The dialogue began, and ended so.
    Finished(Outcome),
    /// It did not begin.
    NotStarted(NotStarted),
}

impl Page {
    /// Opens the bridge's WebSocket and reads the welcome.
    pub async fn open(bridge: &Bridge) -> Page {
        match Knock::honest(bridge).open().await {
            Ok(socket) => Page::welcomed(socket).await,
            Err(refusal) => panic!("the honest page was refused: {refusal:?}\n{}", bridge.log()),
        }
    }

    /// Reads the welcome off an open WebSocket.
    pub async fn welcomed(mut socket: WebSocketStream<TcpStream>) -> Page {
        match soon("the welcome", frame(&mut socket)).await {
            Frame::Said(said) => match *said {
                FromBridge::Welcome(welcome) => Page {
                    socket,
                    welcome: *welcome,
                    mailbox: None,
                    piece: wire::MESSAGE_OCTETS,
                },
                other => panic!("the first frame is {other:?}"),
            },
            other => panic!("the first frame is {other:?}"),
        }
    }

    /// Says something to the bridge.
    pub async fn say(&mut self, what: &FromPage) {
        let text = serde_json::to_string(what).expect("every value of the protocol is JSON");
        self.put(Message::text(text)).await;
    }

    /// The WebSocket itself, for what no page would do with it.
    #[must_use]
    pub fn into_socket(self) -> WebSocketStream<TcpStream> {
        self.socket
    }

    /// Sends a frame of any kind.
    pub async fn put(&mut self, message: Message) {
        if let Err(error) = soon("a frame to leave", self.socket.send(message)).await {
            panic!("the WebSocket broke under a frame: {error}");
        }
    }

    /// Sends a frame to a bridge that may have closed by now.
    pub async fn put_anyway(&mut self, message: Message) {
        drop(soon("a frame to leave", self.socket.send(message)).await);
    }

    /// The next frame, its fragments put together; news of the mailbox is kept on the way.
    pub async fn frame(&mut self) -> Frame {
        let frame = soon("a frame from the bridge", frame(&mut self.socket)).await;
        if let Frame::Said(said) = &frame
            && let FromBridge::Mailbox(news) = said.as_ref()
        {
            let state = self.mailbox.get_or_insert_default();
            for added in &news.added {
                assert!(
                    state.messages.iter().all(|known| known.id != added.id),
                    "message {} is added twice",
                    added.id
                );
            }
            for removed in &news.removed {
                assert!(
                    state.messages.iter().any(|known| known.id == *removed),
                    "message {removed} is removed and was never there"
                );
            }
            state.apply(news.clone());
        }
        frame
    }

    /// What the bridge says next; panics where it sends octets or closes instead.
    pub async fn hear(&mut self) -> FromBridge {
        match self.frame().await {
            Frame::Said(said) => *said,
            other => panic!("awaited a text frame, got {other:?}"),
        }
    }

    /// Reads on until the bridge closes. Gives the close code and its reason.
    pub async fn closed(&mut self) -> Option<(u16, String)> {
        loop {
            if let Frame::Closed(how) = self.frame().await {
                return how;
            }
        }
    }

    /// Reads on until the practice mailbox is as `wanted`.
    pub async fn mailbox(&mut self, wanted: impl Fn(&MailboxState) -> bool) -> MailboxState {
        loop {
            let state = self.mailbox.as_ref();
            if let Some(state) = state.filter(|state| state.complete && wanted(state)) {
                return state.clone();
            }
            drop(self.hear().await);
        }
    }

    /// The octets of a message in the practice mailbox; None where it is gone.
    pub async fn read(&mut self, id: u64) -> Option<Vec<u8>> {
        self.read_whole(id).await.map(|(octets, _)| octets)
    }

    /// The octets of a message in the practice mailbox, and how it reads; None where it is gone.
    pub async fn read_whole(&mut self, id: u64) -> Option<(Vec<u8>, Result<Reading, NotRead>)> {
        self.say(&FromPage::Read { id }).await;
        let size = loop {
            match self.hear().await {
                FromBridge::Message { id: of, size } if of == id => break size,
                FromBridge::MessageGone { id: of } if of == id => return None,
                FromBridge::Mailbox(_) => (),
                other => panic!("awaited message {id}, got {other:?}"),
            }
        };
        let mut octets = Vec::new();
        let reading = loop {
            match self.frame().await {
                Frame::Octets(some) => {
                    assert!(
                        some.len() <= wire::BINARY_FRAME,
                        "a frame of {} octets",
                        some.len()
                    );
                    octets.extend_from_slice(&some);
                }
                Frame::Said(said) => match *said {
                    FromBridge::Reading { id: of, reading } if of == id => break Ok(*reading),
                    FromBridge::NotRead { id: of, why } if of == id => break Err(why),
                    FromBridge::Mailbox(_) => (),
                    other => panic!("awaited the reading of message {id}, got {other:?}"),
                },
                other => panic!("awaited octets of message {id}, got {other:?}"),
            }
        };
        assert_eq!(octets.len() as u64, size, "octets of message {id}");
        Some((octets, reading))
    }

    /// Runs a whole job; the job must never be paused.
    pub async fn send(&mut self, start: Start, message: &[u8]) -> Sent {
        self.run(start, message, &mut |paused| {
            panic!("paused without being asked to: {paused:?}")
        })
        .await
    }

    /// Runs a whole job; `operator` decides at each paused line.
    pub async fn run(
        &mut self,
        start: Start,
        message: &[u8],
        operator: &mut (dyn FnMut(&Paused) -> Operator + Send),
    ) -> Sent {
        let id = start.id;
        self.say(&FromPage::Start(Box::new(start))).await;
        self.follow(id, message, operator).await
    }

    /// Opens a connection ahead of its message; gives what happened until it waited, or could not
    /// be had.
    pub async fn open_ahead(&mut self, open: Open) -> Sent {
        let id = open.id;
        self.say(&FromPage::Open(Box::new(open))).await;
        self.follow(id, &[], &mut |paused| {
            panic!("paused without being asked to: {paused:?}")
        })
        .await
    }

    /// Reads on until the connection that waits under this id is closed; gives what happened on it.
    pub async fn connection_closed(&mut self, id: u32) -> Vec<Entry> {
        let mut entries = Vec::new();
        loop {
            match self.hear().await {
                FromBridge::Entry { id: of, entry } if of == id => entries.push(*entry),
                FromBridge::Closed { id: of } if of == id => return entries,
                FromBridge::Mailbox(_) => (),
                other => panic!("on a connection that waits: {other:?}"),
            }
        }
    }

    /// Goes along with a job that was started, to its end.
    pub async fn follow(
        &mut self,
        id: u32,
        message: &[u8],
        operator: &mut (dyn FnMut(&Paused) -> Operator + Send),
    ) -> Sent {
        let (mut entries, mut all_held) = (Vec::<Entry>::new(), Vec::<Paused>::new());
        let (mut given, mut credit, mut left) = (0_usize, 0_u64, 0_u64);
        let mut waiting = false;
        let mut results = Vec::new();
        let end = loop {
            match self.hear().await {
                FromBridge::Entry { id: of, entry } => {
                    assert_eq!(of, id, "an entry of another dialogue");
                    if let Some(before) = entries.last() {
                        assert_eq!(entry.seq, before.seq + 1, "a gap in the transcript");
                        assert!(
                            entry.at_us >= before.at_us,
                            "time runs backwards: {entry:?}"
                        );
                    }
                    entries.push(*entry);
                }
                FromBridge::Paused { id: of, paused } => {
                    assert_eq!(of, id, "paused in another dialogue");
                    let act = operator(&paused);
                    all_held.push(paused);
                    self.say(&FromPage::Operator { id, act }).await;
                }
                FromBridge::Credit { id: of, upto } => {
                    assert_eq!(of, id, "credit for another dialogue");
                    assert!(upto >= credit, "credit shrank from {credit} to {upto}");
                    assert!(
                        upto <= given as u64 + WINDOW,
                        "credit up to {upto} with {given} handed over is beyond the window"
                    );
                    credit = upto;
                    let upto = usize::try_from(credit)
                        .unwrap_or(usize::MAX)
                        .min(message.len());
                    while given < upto {
                        let next = upto.min(given + self.piece);
                        self.put(Message::binary(message_frame(id, &message[given..next])))
                            .await;
                        given = next;
                    }
                }
                FromBridge::Progress { id: of, sent } => {
                    assert_eq!(of, id, "progress of another dialogue");
                    assert!(sent >= left, "progress shrank from {left} to {sent}");
                    assert!(
                        sent <= given as u64,
                        "{sent} octets sent of {given} handed over"
                    );
                    left = sent;
                }
                FromBridge::Recipients {
                    id: of,
                    results: some,
                } => {
                    assert_eq!(of, id, "results of another dialogue");
                    results.extend(some);
                }
                FromBridge::Finished {
                    id: of,
                    mut outcome,
                    waits,
                } => {
                    assert_eq!(of, id, "the end of another dialogue");
                    waiting = waits;
                    if let Some(left) = outcome.recipients_mut() {
                        left.splice(..0, results);
                    }
                    break End::Finished(*outcome);
                }
                FromBridge::NotStarted { id: of, why } => {
                    assert_eq!(of, id, "a refusal of another dialogue");
                    assert!(entries.is_empty(), "not started, and yet {entries:?}");
                    break End::NotStarted(why);
                }
                FromBridge::Mailbox(_) => (),
                other => panic!("in the middle of a dialogue: {other:?}"),
            }
        };
        Sent {
            entries,
            paused: all_held,
            end,
            waits: waiting,
        }
    }
}

/// The next frame off an open WebSocket; fragments are put together.
pub async fn frame(socket: &mut WebSocketStream<TcpStream>) -> Frame {
    let mut fragments = Fragments::default();
    let mut begun = false;
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                assert!(text.len() <= TEXT_FRAME, "a frame of {} octets", text.len());
                let said = of_protocol(text.as_str());
                let FromBridge::Fragment { text, last } = said else {
                    assert!(!begun, "a text frame between fragments: {said:?}");
                    return Frame::Said(Box::new(said));
                };
                begun = true;
                if let Some(whole) = fragments.push(&text, last).expect("within the bound") {
                    assert!(whole.len() > TEXT_FRAME, "fragments without need: {whole}");
                    return Frame::Said(Box::new(of_protocol(&whole)));
                }
            }
            Some(Ok(Message::Binary(octets))) => return Frame::Octets(octets.to_vec()),
            Some(Ok(Message::Close(close))) => {
                return Frame::Closed(
                    close.map(|frame| (u16::from(frame.code), frame.reason.as_str().to_owned())),
                );
            }
            Some(Ok(_)) => (),
            Some(Err(_)) | None => return Frame::Closed(None),
        }
    }
}

fn of_protocol(text: &str) -> FromBridge {
    match serde_json::from_str(text) {
        Ok(said) => said,
        Err(error) => panic!("not of the protocol ({error}): {text}"),
    }
}

impl Sent {
    /// How the dialogue ended; panics where it did not begin.
    #[must_use]
    pub fn outcome(&self) -> &Outcome {
        match &self.end {
            End::Finished(outcome) => outcome,
            End::NotStarted(why) => panic!("not started: {why:?}"),
        }
    }

    /// Whether the server took the message.
    #[must_use]
    pub fn accepted(&self) -> bool {
        matches!(&self.end, End::Finished(Outcome::Accepted { .. }))
    }

    /// How it ended in a few words, as `docs/wire.md` has them: `accepted 250`, `refused 550`,
    /// `failed starttls_not_offered`, `unknown connection_lost`, `not_started bad_host`.
    #[must_use]
    pub fn summary(&self) -> String {
        let value = match &self.end {
            End::Finished(outcome) => serde_json::to_value(outcome),
            End::NotStarted(why) => serde_json::to_value(why)
                .map(|why| serde_json::json!({"not_started": {"cause": why}})),
        };
        let value = value.expect("every value of the protocol is JSON");
        let (kind, told) = tagged(&value);
        let (cause, more) = tagged(&told["cause"]);
        let (why, _) = tagged(&more["why"]);
        let words = [kind, told["reply"]["code"].clone(), cause, why];
        words
            .into_iter()
            .filter_map(|word| match word {
                serde_json::Value::String(word) => Some(word),
                serde_json::Value::Number(number) => Some(number.to_string()),
                _ => None,
            })
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The transcript of it all, see [`transcript`].
    #[must_use]
    pub fn transcript(&self) -> String {
        transcript(&self.entries)
    }
}

/// A transcript as people write one: `C: …`, `S: …`, a `*` for what is neither. Inside TLS the
/// colon is doubled.
#[must_use]
pub fn transcript(entries: &[Entry]) -> String {
    entries
        .iter()
        .map(|entry| {
            let colon = if entry.secured { "::" } else { ":" };
            match &entry.event {
                Event::Sent { line, .. } => format!("C{colon} {}\n", spans(line)),
                Event::Received { reply, .. } => reply
                    .lines
                    .iter()
                    .map(|line| format!("S{colon} {} {line}\n", reply.code))
                    .collect(),
                event => format!("* {event:?}\n"),
            }
        })
        .collect()
}

/// A line with `⟨secret⟩` where a secret stood.
fn spans(line: &[Span]) -> String {
    line.iter()
        .map(|span| match span {
            Span::Text(text) => text.as_str(),
            Span::Secret => smtp::SECRET,
        })
        .collect()
}

/// What a value of several kinds is, and what it holds.
fn tagged(value: &serde_json::Value) -> (serde_json::Value, &serde_json::Value) {
    match value.as_object().and_then(|object| object.iter().next()) {
        Some((kind, holds)) => (kind.clone().into(), holds),
        None => (value.clone(), &serde_json::Value::Null),
    }
}
