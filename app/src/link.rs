//! The WebSocket to the bridge: the only file that touches one.

mod incoming;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use js_sys::{Array, ArrayBuffer, Uint8Array};
use leptos::leptos_dom::helpers::set_timeout;
use leptos::task::spawn_local;
use smtp::RecipientResult;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    BinaryType, CloseEvent, Event, MessageEvent, RequestCache, RequestInit, Response, WebSocket,
};
use wire::handshake;
use wire::{Fragments, FromBridge, FromPage, Start, Welcome};

use crate::storage;

pub use incoming::Arrived;
use incoming::Incoming;

/// How the page stands to its bridge.
#[derive(Clone, Debug, PartialEq)]
pub enum Connection {
    /// No answer yet.
    Connecting,
    /// Open, and greeted.
    Open(Box<Welcome>),
    /// It was open, or should be, and is not: trying again.
    Lost,
    /// The page was opened without a token.
    NoToken,
    /// The bridge is there and does not know this token: it has been started anew.
    Stale,
    /// Page and bridge are of different versions.
    OtherVersion,
    /// The bridge serves as many pages as it will.
    TooMany,
    /// The bridge has closed because of what this page said; a fault of ours. Trying again.
    Misunderstood(String),
}

/// What the link tells the page.
#[derive(Debug)]
pub enum News {
    /// How the page stands to its bridge has changed.
    Connection(Connection),
    /// What the bridge said since last time.
    Said(Vec<FromBridge>),
    /// A message asked for has arrived whole.
    Mail(Arrived),
}

/// Octets of a message per binary frame.
const PIECE: usize = 64 * 1024;

/// Octets that may wait in the browser's own buffer before the page stops handing over more.
const BUFFERED: u32 = 512 * 1024;

/// Longest wait before trying to connect again, milliseconds.
const SLOWEST: u64 = 5_000;

type Tell = Rc<dyn Fn(News)>;

/// The link. Clones are the same link.
#[derive(Clone)]
pub struct Link {
    inner: Rc<RefCell<Inner>>,
    tell: Tell,
}

#[derive(Default)]
struct Inner {
    token: Option<String>,
    socket: Option<Socket>,
    /// Times in a row that connecting came to nothing.
    tries: u32,
    /// Said by the bridge and not yet told to the page.
    said: Vec<FromBridge>,
    outgoing: Option<Outgoing>,
    incoming: Incoming,
    fragments: Fragments,
    /// Results of recipients that came ahead of the end of their dialogue.
    results: Vec<RecipientResult>,
}

struct Socket {
    socket: WebSocket,
    /// Whether it has been open, which a refused handshake never is.
    opened: bool,
    /// Kept for as long as the socket may call them.
    _handlers: [Closure<dyn FnMut(Event)>; 3],
}

struct Outgoing {
    id: u32,
    octets: Vec<u8>,
    sent: usize,
    upto: usize,
}

impl Link {
    /// Takes the token out of the address bar and connects. `tell` is called with what happens.
    pub fn open(tell: impl Fn(News) + 'static) -> Link {
        let link = Link {
            inner: Rc::default(),
            tell: Rc::new(tell),
        };
        link.inner.borrow_mut().token = storage::take_token();
        link.connect();
        link
    }

    /// Begins a send; the octets follow as the bridge gives credit.
    pub fn start(&self, start: Start, octets: Vec<u8>) {
        self.inner.borrow_mut().outgoing = Some(Outgoing {
            id: start.id,
            octets,
            sent: 0,
            upto: 0,
        });
        self.say(&FromPage::Start(Box::new(start)));
    }

    /// Says one thing to the bridge. Without a bridge it is lost, and the page knows that there is none.
    pub fn say(&self, said: &FromPage) {
        let inner = self.inner.borrow();
        if let (Some(socket), Ok(text)) = (&inner.socket, crate::json::write(said)) {
            // A socket that is closing says so by its close event.
            socket.socket.send_with_str(&text).ok();
        }
    }

    /// Tries now instead of later.
    pub fn retry(&self) {
        let idle = self.inner.borrow().socket.is_none();
        if idle {
            self.inner.borrow_mut().tries = 0;
            self.connect();
        }
    }

    fn connect(&self) {
        let Some(token) = self.inner.borrow().token.clone() else {
            return (self.tell)(News::Connection(Connection::NoToken));
        };
        let protocols = Array::of2(
            &handshake::PROTOCOL.into(),
            &format!("{}{token}", handshake::TOKEN_PREFIX).into(),
        );
        let Ok(socket) = WebSocket::new_with_str_sequence(&address(), &protocols) else {
            // A token with characters that no subprotocol has was never one of ours.
            return (self.tell)(News::Connection(Connection::Stale));
        };
        socket.set_binary_type(BinaryType::Arraybuffer);
        let handlers = [
            self.handler(|link, _| link.opened()),
            self.handler(|link, event| link.message(event)),
            self.handler(|link, event| link.closed(event)),
        ];
        socket.set_onopen(Some(handlers[0].as_ref().unchecked_ref()));
        socket.set_onmessage(Some(handlers[1].as_ref().unchecked_ref()));
        socket.set_onclose(Some(handlers[2].as_ref().unchecked_ref()));
        self.inner.borrow_mut().socket = Some(Socket {
            socket,
            opened: false,
            _handlers: handlers,
        });
    }

    fn handler(&self, then: impl Fn(&Link, &Event) + 'static) -> Closure<dyn FnMut(Event)> {
        let link = self.clone();
        Closure::new(move |event: Event| then(&link, &event))
    }

    fn opened(&self) {
        let mut inner = self.inner.borrow_mut();
        inner.tries = 0;
        if let Some(socket) = &mut inner.socket {
            socket.opened = true;
        }
    }

    fn message(&self, event: &Event) {
        let Some(event) = event.dyn_ref::<MessageEvent>() else {
            return;
        };
        let data = event.data();
        if let Some(text) = data.as_string() {
            self.text(&text);
        } else if let Some(buffer) = data.dyn_ref::<ArrayBuffer>() {
            let octets = Uint8Array::new(buffer).to_vec();
            self.inner.borrow_mut().incoming.octets(&octets);
        }
    }

    fn text(&self, text: &str) {
        match crate::json::read::<FromBridge>(text) {
            Ok(said) => self.heard(said),
            Err(error) => self.misunderstood(&error),
        }
    }

    fn heard(&self, said: FromBridge) {
        match said {
            FromBridge::Welcome(welcome) => {
                (self.tell)(News::Connection(Connection::Open(welcome)))
            }
            FromBridge::Credit { id, upto } => {
                if let Some(outgoing) = self
                    .inner
                    .borrow_mut()
                    .outgoing
                    .as_mut()
                    .filter(|outgoing| outgoing.id == id)
                {
                    outgoing.upto = usize::try_from(upto).unwrap_or(usize::MAX);
                }
                self.pump();
            }
            FromBridge::Fragment { text, last } => {
                let whole = self.inner.borrow_mut().fragments.push(&text, last);
                match whole {
                    Ok(Some(text)) => self.text(&text),
                    Ok(None) => {}
                    Err(error) => self.misunderstood(&error.to_string()),
                }
            }
            FromBridge::Recipients { results, .. } => {
                self.inner.borrow_mut().results.extend(results);
            }
            FromBridge::Finished {
                id,
                mut outcome,
                waits,
            } => {
                let before = std::mem::take(&mut self.inner.borrow_mut().results);
                if let Some(results) = outcome.recipients_mut() {
                    results.splice(..0, before);
                }
                self.collect(FromBridge::Finished { id, outcome, waits });
            }
            FromBridge::Message { id, size } => {
                self.inner.borrow_mut().incoming.announced(id, size);
            }
            FromBridge::Reading { id, reading } => self.read(id, Ok(reading)),
            FromBridge::NotRead { id, why } => self.read(id, Err(why)),
            said => self.collect(said),
        }
    }

    /// Lines come by the hundred: what arrives within a moment is told in one go.
    fn collect(&self, said: FromBridge) {
        if let FromBridge::Finished { .. } | FromBridge::NotStarted { .. } = said {
            self.inner.borrow_mut().outgoing = None;
        }
        let first = {
            let mut inner = self.inner.borrow_mut();
            inner.said.push(said);
            inner.said.len() == 1
        };
        if first {
            let link = self.clone();
            set_timeout(move || link.flush(), Duration::from_millis(4));
        }
    }

    fn flush(&self) {
        let said = std::mem::take(&mut self.inner.borrow_mut().said);
        if !said.is_empty() {
            (self.tell)(News::Said(said));
        }
    }

    /// Hands over what there is credit for, as fast as the browser sends it.
    fn pump(&self) {
        let mut inner = self.inner.borrow_mut();
        let Inner {
            socket, outgoing, ..
        } = &mut *inner;
        let (Some(socket), Some(outgoing)) = (socket, outgoing) else {
            return;
        };
        let upto = outgoing.upto.min(outgoing.octets.len());
        while outgoing.sent < upto {
            if socket.socket.buffered_amount() > BUFFERED {
                let link = self.clone();
                set_timeout(move || link.pump(), Duration::from_millis(5));
                return;
            }
            let end = upto.min(outgoing.sent + PIECE);
            if socket
                .socket
                .send_with_u8_array(&outgoing.octets[outgoing.sent..end])
                .is_err()
            {
                return;
            }
            outgoing.sent = end;
        }
    }

    fn read(&self, id: u64, reading: Result<Box<wire::Reading>, wire::NotRead>) {
        let arrived = self.inner.borrow_mut().incoming.read(id, reading);
        if let Some(arrived) = arrived {
            (self.tell)(News::Mail(arrived));
        }
    }

    fn misunderstood(&self, why: &str) {
        (self.tell)(News::Connection(Connection::Misunderstood(why.to_owned())));
    }

    fn closed(&self, event: &Event) {
        self.flush();
        let opened = {
            let mut inner = self.inner.borrow_mut();
            inner.outgoing = None;
            inner.incoming = Incoming::default();
            inner.fragments = Fragments::default();
            inner.results = Vec::new();
            inner.tries += 1;
            // Its handlers are running: they go when the next event does.
            let gone = inner.socket.take();
            let opened = gone.as_ref().is_some_and(|socket| socket.opened);
            set_timeout(move || drop(gone), Duration::ZERO);
            opened
        };
        let close = event.dyn_ref::<CloseEvent>();
        let code = close.map_or(0, CloseEvent::code);
        match code {
            handshake::CLOSE_VERSION => (self.tell)(News::Connection(Connection::OtherVersion)),
            handshake::CLOSE_BUSY => {
                (self.tell)(News::Connection(Connection::TooMany));
                self.later();
            }
            handshake::CLOSE_MALFORMED | handshake::CLOSE_CREDIT => {
                self.misunderstood(&close.map(CloseEvent::reason).unwrap_or_default());
                self.later();
            }
            _ if opened => {
                (self.tell)(News::Connection(Connection::Lost));
                self.later();
            }
            // A refused handshake looks like no bridge at all, so the page asks for itself.
            _ => {
                let link = self.clone();
                spawn_local(async move { link.diagnose().await });
            }
        }
    }

    async fn diagnose(&self) {
        let state = if bridge_answers().await {
            Connection::Stale
        } else {
            Connection::Lost
        };
        let lost = state == Connection::Lost;
        (self.tell)(News::Connection(state));
        if lost {
            self.later();
        }
    }

    fn later(&self) {
        let tries = self.inner.borrow().tries.min(8);
        let wait = (250u64 << tries).min(SLOWEST);
        let link = self.clone();
        set_timeout(
            move || {
                let idle = link.inner.borrow().socket.is_none();
                if idle {
                    link.connect();
                }
            },
            Duration::from_millis(wait),
        );
    }
}

fn address() -> String {
    let host = web_sys::window()
        .and_then(|window| window.location().host().ok())
        .unwrap_or_default();
    let secure = web_sys::window().is_some_and(|window| {
        window
            .location()
            .protocol()
            .is_ok_and(|protocol| protocol == "https:")
    });
    format!(
        "{}://{host}{}",
        if secure { "wss" } else { "ws" },
        handshake::PATH
    )
}

async fn bridge_answers() -> bool {
    let options = RequestInit::new();
    options.set_method("HEAD");
    options.set_cache(RequestCache::NoStore);
    fetch("/", &options).await.is_some()
}

/// A file that the bridge serves beside the page. None: it does not answer, or has no such file.
pub async fn file(path: &str) -> Option<String> {
    let answer = fetch(path, &RequestInit::new()).await?;
    JsFuture::from(answer.text().ok()?).await.ok()?.as_string()
}

async fn fetch(path: &str, options: &RequestInit) -> Option<Response> {
    let asked = web_sys::window()?.fetch_with_str_and_init(path, options);
    let answer: Response = JsFuture::from(asked).await.ok()?.dyn_into().ok()?;
    answer.ok().then_some(answer)
}
