//! A page without a browser: a WebSocket with the protocol of `wire`. What the protocol promises
//! about the order of frames is asserted here for every test.

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

/// The opening handshake that a page, honest or not, would send.
#[derive(Clone, Debug)]
pub struct Handshake {
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

/// Why a handshake failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The response had this status and body.
    Status(u16, String),
    /// The connection ended, or the response was not a handshake.
    Broken(String),
}

impl Handshake {
    /// The handshake of the bridge's own page.
    #[must_use]
    pub fn of_page(bridge: &Bridge) -> Handshake {
        Handshake {
            address: bridge.address(),
            path: handshake::PATH.to_owned(),
            host: bridge.address().to_string(),
            origin: Some(bridge.origin()),
            protocols: Some(protocols(bridge.token())),
        }
    }

    /// Connects and performs the handshake.
    ///
    /// # Errors
    /// The response that came instead.
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
        soon("the response to a WebSocket handshake", async {
            let stream = TcpStream::connect(self.address)
                .await
                .map_err(|error| broken(&error))?;
            // Frames are small and must be sent at once, as a browser does.
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

/// The subprotocols that a page of this version offers with this token.
#[must_use]
pub fn protocols(token: &str) -> String {
    format!(
        "{}, {}{token}",
        handshake::PROTOCOL,
        handshake::TOKEN_PREFIX
    )
}

/// A received frame.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame {
    /// A text frame.
    Event(Box<FromBridge>),
    /// A binary frame.
    Octets(Vec<u8>),
    /// The end, with the close code if there was one.
    Closed(Option<(u16, String)>),
}

/// A page that has received `welcome`.
pub struct Page {
    socket: WebSocketStream<TcpStream>,
    /// The first frame.
    pub welcome: Welcome,
    /// The latest state of the practice mailbox, if any was received.
    pub mailbox: Option<MailboxState>,
    /// Most octets of a message in one frame.
    pub chunk_size: usize,
}

/// The result of a job.
#[derive(Clone, Debug)]
pub struct Sent {
    /// All entries of the transcript.
    pub entries: Vec<Entry>,
    /// All pauses.
    pub paused: Vec<Paused>,
    /// How it ended.
    pub end: End,
    /// Whether the connection was kept open for another message.
    pub waits: bool,
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The dialogue started and had this outcome.
    Finished(Outcome),
    /// The dialogue was not started.
    NotStarted(NotStarted),
}

impl Page {
    /// Opens the bridge's WebSocket and reads the welcome.
    pub async fn open(bridge: &Bridge) -> Page {
        match Handshake::of_page(bridge).open().await {
            Ok(socket) => Page::welcomed(socket).await,
            Err(refusal) => panic!(
                "the of_page page was refused: {refusal:?}\n{}",
                bridge.log()
            ),
        }
    }

    /// Reads the welcome from an open WebSocket.
    pub async fn welcomed(mut socket: WebSocketStream<TcpStream>) -> Page {
        match soon("the welcome", frame(&mut socket)).await {
            Frame::Event(event) => match *event {
                FromBridge::Welcome(welcome) => Page {
                    socket,
                    welcome: *welcome,
                    mailbox: None,
                    chunk_size: wire::MESSAGE_OCTETS,
                },
                other => panic!("the first frame is {other:?}"),
            },
            other => panic!("the first frame is {other:?}"),
        }
    }

    /// Sends a frame to the bridge.
    pub async fn send_frame(&mut self, what: &FromPage) {
        let text = serde_json::to_string(what).expect("every value of the protocol is JSON");
        self.send_raw(Message::text(text)).await;
    }

    /// The WebSocket itself, for things that no real page would do.
    #[must_use]
    pub fn into_socket(self) -> WebSocketStream<TcpStream> {
        self.socket
    }

    /// Sends a frame of any kind.
    pub async fn send_raw(&mut self, message: Message) {
        if let Err(error) = soon("a frame to be sent", self.socket.send(message)).await {
            panic!("the WebSocket broke under a frame: {error}");
        }
    }

    /// Sends a frame to a bridge that may have closed the connection.
    pub async fn try_send_raw(&mut self, message: Message) {
        drop(soon("a frame to be sent", self.socket.send(message)).await);
    }

    /// Returns the next frame with its fragments joined. Updates of the mailbox are recorded on the
    /// way.
    pub async fn frame(&mut self) -> Frame {
        let frame = soon("a frame from the bridge", frame(&mut self.socket)).await;
        if let Frame::Event(event) = &frame
            && let FromBridge::Mailbox(update) = event.as_ref()
        {
            let state = self.mailbox.get_or_insert_default();
            for added in &update.added {
                assert!(
                    state.messages.iter().all(|known| known.id != added.id),
                    "message {} is added twice",
                    added.id
                );
            }
            for removed in &update.removed {
                assert!(
                    state.messages.iter().any(|known| known.id == *removed),
                    "message {removed} is removed but was never added"
                );
            }
            state.apply(update.clone());
        }
        frame
    }

    /// Returns the bridge's next event. Panics if it sends octets or closes instead.
    pub async fn next_event(&mut self) -> FromBridge {
        match self.frame().await {
            Frame::Event(event) => *event,
            other => panic!("expected a text frame, got {other:?}"),
        }
    }

    /// Reads until the bridge closes. Returns the close code and its reason.
    pub async fn closed(&mut self) -> Option<(u16, String)> {
        loop {
            if let Frame::Closed(how) = self.frame().await {
                return how;
            }
        }
    }

    /// Reads until the practice mailbox is as `wanted`.
    pub async fn mailbox(&mut self, wanted: impl Fn(&MailboxState) -> bool) -> MailboxState {
        loop {
            let state = self.mailbox.as_ref();
            if let Some(state) = state.filter(|state| state.complete && wanted(state)) {
                return state.clone();
            }
            drop(self.next_event().await);
        }
    }

    /// The octets of a message in the practice mailbox. None if it was deleted.
    pub async fn read(&mut self, id: u64) -> Option<Vec<u8>> {
        self.read_whole(id).await.map(|(octets, _)| octets)
    }

    /// The octets of a message in the practice mailbox and its decoded form. None if it was
    /// deleted.
    pub async fn read_whole(&mut self, id: u64) -> Option<(Vec<u8>, Result<Reading, NotRead>)> {
        self.send_frame(&FromPage::Read { id }).await;
        let size = loop {
            match self.next_event().await {
                FromBridge::Message { id: of, size } if of == id => break size,
                FromBridge::MessageGone { id: of } if of == id => return None,
                FromBridge::Mailbox(_) | FromBridge::Scenario { .. } => (),
                other => panic!("expected message {id}, got {other:?}"),
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
                Frame::Event(event) => match *event {
                    FromBridge::Reading { id: of, reading } if of == id => break Ok(*reading),
                    FromBridge::NotRead { id: of, why } if of == id => break Err(why),
                    FromBridge::Mailbox(_) | FromBridge::Scenario { .. } => (),
                    other => panic!("expected the reading of message {id}, got {other:?}"),
                },
                other => panic!("expected octets of message {id}, got {other:?}"),
            }
        };
        assert_eq!(octets.len() as u64, size, "octets of message {id}");
        Some((octets, reading))
    }

    /// Runs a whole job, which must not pause.
    pub async fn send(&mut self, start: Start, message: &[u8]) -> Sent {
        self.run(start, message, &mut |paused| {
            panic!("unexpected pause: {paused:?}")
        })
        .await
    }

    /// Runs a whole job. `operator` decides at each pause.
    pub async fn run(
        &mut self,
        start: Start,
        message: &[u8],
        operator: &mut (dyn FnMut(&Paused) -> Operator + Send),
    ) -> Sent {
        let id = start.id;
        self.send_frame(&FromPage::Start(Box::new(start))).await;
        self.follow(id, message, operator).await
    }

    /// Opens a connection ahead of its message. Returns its events until it waits or has failed.
    pub async fn open_ahead(&mut self, open: Open) -> Sent {
        let id = open.id;
        self.send_frame(&FromPage::Open(Box::new(open))).await;
        self.follow(id, &[], &mut |paused| {
            panic!("unexpected pause: {paused:?}")
        })
        .await
    }

    /// Reads until the waiting connection with this id is closed. Returns its remaining entries.
    pub async fn connection_closed(&mut self, id: u32) -> Vec<Entry> {
        let mut entries = Vec::new();
        loop {
            match self.next_event().await {
                FromBridge::Entry { id: of, entry } if of == id => entries.push(*entry),
                FromBridge::Closed { id: of } if of == id => return entries,
                FromBridge::Mailbox(_) | FromBridge::Scenario { .. } => (),
                other => panic!("on a waiting connection: {other:?}"),
            }
        }
    }

    /// Runs a started job to its end.
    pub async fn follow(
        &mut self,
        id: u32,
        message: &[u8],
        operator: &mut (dyn FnMut(&Paused) -> Operator + Send),
    ) -> Sent {
        let (mut entries, mut all_held) = (Vec::<Entry>::new(), Vec::<Paused>::new());
        let (mut sent_octets, mut credit, mut left) = (0_usize, 0_u64, 0_u64);
        let mut waiting = false;
        let mut results = Vec::new();
        let end = loop {
            match self.next_event().await {
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
                    assert_eq!(of, id, "a pause of another dialogue");
                    let act = operator(&paused);
                    all_held.push(paused);
                    self.send_frame(&FromPage::Operator { id, act }).await;
                }
                FromBridge::Credit { id: of, upto } => {
                    assert_eq!(of, id, "credit for another dialogue");
                    assert!(upto >= credit, "credit decreased from {credit} to {upto}");
                    assert!(
                        upto <= sent_octets as u64 + WINDOW,
                        "credit up to {upto} with {sent_octets} sent exceeds the window"
                    );
                    credit = upto;
                    let upto = usize::try_from(credit)
                        .unwrap_or(usize::MAX)
                        .min(message.len());
                    while sent_octets < upto {
                        let next = upto.min(sent_octets + self.chunk_size);
                        self.send_raw(Message::binary(message_frame(
                            id,
                            &message[sent_octets..next],
                        )))
                        .await;
                        sent_octets = next;
                    }
                }
                FromBridge::Progress { id: of, sent } => {
                    assert_eq!(of, id, "progress of another dialogue");
                    assert!(sent >= left, "progress decreased from {left} to {sent}");
                    assert!(
                        sent <= sent_octets as u64,
                        "progress {sent} of only {sent_octets} octets"
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
                    assert_eq!(of, id, "not_started of another dialogue");
                    assert!(entries.is_empty(), "not started, but {entries:?}");
                    break End::NotStarted(why);
                }
                FromBridge::Mailbox(_) | FromBridge::Scenario { .. } => (),
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

/// The next frame of an open WebSocket, with its fragments joined.
pub async fn frame(socket: &mut WebSocketStream<TcpStream>) -> Frame {
    let mut fragments = Fragments::default();
    let mut started = false;
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                assert!(text.len() <= TEXT_FRAME, "a frame of {} octets", text.len());
                let event = of_protocol(text.as_str());
                let FromBridge::Fragment { text, last } = event else {
                    assert!(!started, "a text frame between fragments: {event:?}");
                    return Frame::Event(Box::new(event));
                };
                started = true;
                if let Some(whole) = fragments.push(&text, last).expect("within the bound") {
                    assert!(whole.len() > TEXT_FRAME, "unnecessary fragments: {whole}");
                    return Frame::Event(Box::new(of_protocol(&whole)));
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
        Ok(event) => event,
        Err(error) => panic!("not a frame of the protocol ({error}): {text}"),
    }
}

impl Sent {
    /// The outcome. Panics if the dialogue was not started.
    #[must_use]
    pub fn outcome(&self) -> &Outcome {
        match &self.end {
            End::Finished(outcome) => outcome,
            End::NotStarted(why) => panic!("not started: {why:?}"),
        }
    }

    /// Whether the server accepted the message.
    #[must_use]
    pub fn accepted(&self) -> bool {
        matches!(&self.end, End::Finished(Outcome::Accepted { .. }))
    }

    /// The end in a few words, with the terms of `docs/wire.md`: `accepted 250`, `refused 550`,
    /// `failed starttls_not_offered`, `unknown connection_lost`, `not_started bad_host`.
    #[must_use]
    pub fn summary(&self) -> String {
        let value = match &self.end {
            End::Finished(outcome) => serde_json::to_value(outcome),
            End::NotStarted(why) => serde_json::to_value(why)
                .map(|why| serde_json::json!({"not_started": {"cause": why}})),
        };
        let value = value.expect("every value of the protocol is JSON");
        let (kind, fields) = tagged(&value);
        let (cause, more) = tagged(&fields["cause"]);
        let (why, _) = tagged(&more["why"]);
        let words = [kind, fields["reply"]["code"].clone(), cause, why];
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

    /// The transcript of the whole job, see [`transcript`].
    #[must_use]
    pub fn transcript(&self) -> String {
        transcript(&self.entries)
    }
}

/// A transcript in the usual notation: `C: …`, `S: …`, and `*` for anything else. Inside TLS
/// the colon is doubled.
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

/// A line with `⟨secret⟩` in place of a secret.
fn spans(line: &[Span]) -> String {
    line.iter()
        .map(|span| match span {
            Span::Text(text) => text.as_str(),
            Span::Secret => smtp::SECRET,
        })
        .collect()
}

/// The tag and the content of a tagged value.
fn tagged(value: &serde_json::Value) -> (serde_json::Value, &serde_json::Value) {
    match value.as_object().and_then(|object| object.iter().next()) {
        Some((kind, holds)) => (kind.clone().into(), holds),
        None => (value.clone(), &serde_json::Value::Null),
    }
}
