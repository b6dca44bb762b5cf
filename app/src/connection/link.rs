//! The WebSocket to the bridge: the only file that touches one.
//!
//! [`super::attempts`] decides when to connect and what each end means, [`super::outgoing`] how a
//! message moves; both are pure. Every handler and timer here has the number of the attempt that it
//! belongs to, and does nothing once that is over. Timers decide only about what can wait: in a
//! hidden tab they are seconds late.

mod transfer;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use js_sys::{ArrayBuffer, Uint8Array};
use leptos::leptos_dom::helpers::set_timeout;
use leptos::task::spawn_local;
use smtp::RecipientResult;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{CloseEvent, Event, MessageEvent};
use wire::{Fragments, FromBridge};

use self::transfer::OpenFile;
use super::alone::{self, Alone, Arrived, Simulation};
use super::attempts::{Attempts, End, Next, Then, WELCOME_WITHIN};
use super::carrier::Carrier;
use super::event::{self, LinkEvent, LinkState, Why};
use super::fetch;
use super::frame::Frame;
use super::incoming::Incoming;
use super::outgoing::Outgoing;
use super::read::{self, Read};
use super::segment::Segment;
use super::socket::Socket;
use super::token::{self, Said};
use crate::storage::channel::Channel;
use crate::ui::dom::{is_hidden, is_served_alone, now_ms};

/// How long messages of the bridge are gathered before they become one event. In a hidden tab,
/// whose timers are slow, each becomes an event at once.
const GATHER: Duration = Duration::from_millis(4);

type OnEvent = Rc<dyn Fn(LinkEvent)>;

/// The WebSocket and what belongs to it. Clones are the same link.
#[derive(Clone)]
pub(super) struct Link {
    inner: Rc<RefCell<Inner>>,
    on_event: OnEvent,
}

#[derive(Default)]
struct Inner {
    token: Option<String>,
    attempts: Attempts,
    carrier: Option<Carrier>,
    /// What is simulated where the bridge is.
    alone: Option<Rc<dyn Alone>>,
    /// How.
    simulation: Simulation,
    /// What was dropped while one of its handlers may have been running; cleared by a later event.
    gone: Vec<Carrier>,
    /// Whether a bridge has welcomed this page.
    connected: bool,
    /// Messages of the bridge that are not part of an event yet.
    pending: Vec<FromBridge>,
    outgoing: Option<Outgoing>,
    /// A message on its way into the practice mailbox.
    storing: Option<Outgoing>,
    /// The file of the outgoing message that was read last.
    open_file: Option<OpenFile>,
    incoming: Incoming,
    fragments: Fragments,
    /// How text frames after the first are read, once that has been loaded.
    read: Option<Read>,
    /// Frames that wait for that, in their order.
    unread: VecDeque<Unread>,
    /// Results of recipients that came ahead of the end of their dialogue.
    results: Vec<RecipientResult>,
    /// Where tabs tell each other the token.
    tabs: Option<Channel>,
}

/// A frame that can't be read yet.
enum Unread {
    Text(String),
    /// Octets of a message that a text frame before them announces.
    Octets(Vec<u8>),
}

impl Link {
    /// Takes the token out of the address bar and connects. `on_event` is called with what happens.
    pub(super) fn open(on_event: impl Fn(LinkEvent) + 'static) -> Link {
        let link = Link {
            inner: Rc::default(),
            on_event: Rc::new(on_event),
        };
        let other = link.clone();
        let tabs = token::channel(move |said| other.other_tab(said));
        let mut inner = link.inner.borrow_mut();
        inner.tabs = Some(tabs);
        inner.token = token::take();
        drop(inner);
        link.connect();
        link
    }

    /// Another tab asks for the token, or says it.
    fn other_tab(&self, said: Said<'_>) {
        let mut inner = self.inner.borrow_mut();
        match said {
            Said::Asked => {
                let welcomed = inner.attempts.is_welcomed() && inner.alone.is_none();
                if let (true, Some(token), Some(tabs)) = (welcomed, &inner.token, &inner.tabs) {
                    Said::Is(token).post(tabs);
                }
            }
            Said::Is(token) => {
                let known = inner.token.as_deref() == Some(token);
                let welcomed = inner.attempts.is_welcomed() && inner.alone.is_none();
                if known || welcomed {
                    return;
                }
                token::keep(token);
                inner.token = Some(token.to_owned());
                drop(inner);
                self.retry();
            }
        }
    }

    /// There is no token, or the bridge does not know it: another tab may have the right one.
    fn ask_other_tabs(&self) {
        if let Some(tabs) = &self.inner.borrow().tabs {
            Said::Asked.post(tabs);
        }
    }

    /// Sends the frame of a [`wire::FromPage::Start`] with this id. Its message follows as the
    /// bridge gives credit. False: there is no bridge.
    pub(super) fn start(&self, id: u32, start: &Frame, message: Vec<Segment>) -> bool {
        self.inner.borrow_mut().outgoing = Some(Outgoing::new(id, message));
        self.send(start)
    }

    /// Sends the frame of a [`wire::FromPage::Store`] with this id. Its octets follow as the bridge
    /// gives credit. False: there is no bridge.
    pub(super) fn store(&self, id: u32, store: &Frame, octets: Vec<u8>) -> bool {
        let message = vec![Segment::Octets(octets)];
        self.inner.borrow_mut().storing = Some(Outgoing::new(id, message));
        self.send(store)
    }

    /// Sends a frame to the bridge. False: there is no bridge. If that shows only now, the event
    /// that the connection is lost comes before this returns.
    pub(super) fn send(&self, frame: &Frame) -> bool {
        let (sent, welcomed) = {
            let inner = self.inner.borrow();
            let carrier = inner.carrier.as_ref();
            let sent = carrier.is_some_and(|carrier| carrier.send_text(frame.text()));
            (sent, inner.attempts.is_welcomed())
        };
        if !sent && welcomed {
            self.ended(End::Deaf);
        }
        sent
    }

    /// Tries now instead of later. Leaves a connection that works as it is.
    pub(super) fn retry(&self) {
        let mut inner = self.inner.borrow_mut();
        let asked = inner.attempts.asked(now_ms()) || inner.alone.is_some();
        drop(inner);
        if asked {
            self.connect();
        }
    }

    /// The tab has come into view, or gone out of it.
    pub(super) fn visibility_changed(&self) {
        if is_hidden() {
            // The timer that gathers may now be slow.
            self.flush();
        } else if self.inner.borrow().attempts.is_waiting() {
            self.connect();
        }
    }

    /// The address bar has changed: the link of another run may have been opened in this tab. Only
    /// its fragment differs, so the page is not loaded again.
    pub(super) fn address_changed(&self) {
        if !token::is_in_address() {
            return;
        }
        self.inner.borrow_mut().token = token::take();
        self.retry();
    }

    fn connect(&self) {
        let was_alone = self.inner.borrow().alone.is_some();
        self.drop_carrier(None);
        if was_alone {
            (self.on_event)(LinkEvent::Alone(None));
        }
        if is_served_alone() {
            return self.go_alone(Why::Site);
        }
        let Some(token) = self.inner.borrow().token.clone() else {
            self.ask_other_tabs();
            (self.on_event)(LinkEvent::State(LinkState::NoToken));
            return self.go_alone(Why::NoToken);
        };
        let number = self.inner.borrow_mut().attempts.begin(now_ms());
        let handlers = [
            self.handler(number, |link, _| link.opened()),
            self.handler(number, |link, event| link.message(event)),
            self.handler(number, |link, event| link.closed(event)),
        ];
        let Some(socket) = Socket::connect(&token, handlers) else {
            return self.ended(End::BadToken);
        };
        self.inner.borrow_mut().carrier = Some(Carrier::Socket(socket));
        self.watch(number);
    }

    /// Simulates a bridge in this page, unless something else is under way when that has been
    /// loaded. Where it can't be loaded, the page stays as it is.
    fn go_alone(&self, why: Why) {
        let number = self.inner.borrow_mut().attempts.begin(now_ms());
        let link = self.clone();
        spawn_local(async move {
            let begin = alone::begin().await;
            let is_current = link.inner.borrow().attempts.is_current(number);
            let Some(begin) = begin.ok().filter(|_| is_current) else {
                return;
            };
            (link.on_event)(LinkEvent::Alone(Some(why)));
            let other = link.clone();
            let alone = begin(Rc::new(move |arrived| {
                let current = other.inner.borrow().attempts.is_current(number);
                match arrived {
                    _ if !current => {}
                    Arrived::Text(message) => other.received(message),
                    Arrived::Octets(octets) => other.octets(&octets),
                }
            }));
            let mut inner = link.inner.borrow_mut();
            alone.simulate(inner.simulation);
            inner.carrier = Some(Carrier::Alone(Rc::clone(&alone)));
            inner.alone = Some(alone);
        });
    }

    /// The simulated network is this one from now on.
    pub(super) fn simulate(&self, simulation: Simulation) {
        let mut inner = self.inner.borrow_mut();
        inner.simulation = simulation;
        if let Some(alone) = &inner.alone {
            alone.simulate(simulation);
        }
    }

    /// Ends the attempt of this number if the bridge's welcome does not come in time.
    fn watch(&self, number: u32) {
        let link = self.clone();
        set_timeout(
            move || {
                let overdue = link.inner.borrow().attempts.awaits_welcome(number);
                if overdue {
                    link.ended(End::Silent);
                }
            },
            WELCOME_WITHIN,
        );
    }

    fn handler(
        &self,
        number: u32,
        then: impl Fn(&Link, &Event) + 'static,
    ) -> Closure<dyn FnMut(Event)> {
        let link = self.clone();
        Closure::new(move |event: Event| {
            let current = link.inner.borrow().attempts.is_current(number);
            if current {
                then(&link, &event);
            }
        })
    }

    fn opened(&self) {
        let mut inner = self.inner.borrow_mut();
        inner.attempts.opened();
        // This is an event of this socket, so no handler of an earlier one is running.
        inner.gone.clear();
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
            let waits = !self.inner.borrow().unread.is_empty();
            if waits {
                let unread = &mut self.inner.borrow_mut().unread;
                return unread.push_back(Unread::Octets(octets));
            }
            self.octets(&octets);
        }
    }

    fn octets(&self, octets: &[u8]) {
        let fetched = self.inner.borrow_mut().incoming.octets(octets);
        if let Some(fetched) = fetched {
            (self.on_event)(LinkEvent::Fetched(fetched));
        }
    }

    fn text(&self, text: &str) {
        let (read, welcomed) = {
            let inner = self.inner.borrow();
            (inner.read, inner.attempts.is_welcomed())
        };
        let message = match read {
            Some(read) => read(text),
            None if !welcomed => read::first(text),
            None => {
                let unread = &mut self.inner.borrow_mut().unread;
                return unread.push_back(Unread::Text(text.to_owned()));
            }
        };
        match message {
            Ok(message) => self.received(message),
            Err(why) => self.misunderstood(&why),
        }
    }

    /// From now on text frames are read like this; first the frames that have waited for it.
    pub(super) fn read_with(&self, read: Read) {
        self.inner.borrow_mut().read = Some(read);
        loop {
            let next = self.inner.borrow_mut().unread.pop_front();
            match next {
                None => return,
                Some(Unread::Text(text)) => self.text(&text),
                Some(Unread::Octets(octets)) => self.octets(&octets),
            }
        }
    }

    fn received(&self, message: FromBridge) {
        match message {
            FromBridge::Welcome(welcome) => {
                let mut inner = self.inner.borrow_mut();
                inner.attempts.welcomed(now_ms());
                inner.connected |= inner.alone.is_none();
                // Tabs that have the token of an earlier run need not ask.
                if let (Some(token), Some(tabs), None) = (&inner.token, &inner.tabs, &inner.alone) {
                    Said::Is(token).post(tabs);
                }
                drop(inner);
                (self.on_event)(LinkEvent::State(LinkState::Open(welcome)));
            }
            FromBridge::Credit { id, upto } => self.credited(id, upto),
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
                self.gather(FromBridge::Finished { id, outcome, waits });
            }
            FromBridge::Message { id, size } => {
                self.inner.borrow_mut().incoming.announced(id, size);
            }
            FromBridge::Octets { id, size } => {
                let fetched = self.inner.borrow_mut().incoming.octets_announced(id, size);
                if let Some(fetched) = fetched {
                    (self.on_event)(LinkEvent::Fetched(fetched));
                }
            }
            FromBridge::Reading { id, reading } => self.read(id, Ok(reading)),
            FromBridge::NotRead { id, why } => self.read(id, Err(why)),
            message => self.gather(message),
        }
    }

    /// Lines come by the hundred: what arrives within [`GATHER`] becomes one event.
    fn gather(&self, message: FromBridge) {
        let first = {
            let mut inner = self.inner.borrow_mut();
            if let FromBridge::Finished { id, .. } | FromBridge::NotStarted { id, .. } = &message {
                inner.outgoing.take_if(|outgoing| outgoing.id() == *id);
            }
            if let FromBridge::Stored { id, .. } | FromBridge::NotStored { id, .. } = &message {
                inner.storing.take_if(|storing| storing.id() == *id);
            }
            inner.pending.push(message);
            inner.pending.len() == 1
        };
        if is_hidden() {
            self.flush();
        } else if first {
            let link = self.clone();
            set_timeout(move || link.flush(), GATHER);
        }
    }

    fn flush(&self) {
        let pending = std::mem::take(&mut self.inner.borrow_mut().pending);
        for event in event::sort(pending) {
            (self.on_event)(event);
        }
    }

    fn read(&self, id: u64, reading: Result<Box<wire::Reading>, wire::NotRead>) {
        let arrived = self.inner.borrow_mut().incoming.read(id, reading);
        if let Some(arrived) = arrived {
            (self.on_event)(LinkEvent::Message(Arc::new(arrived)));
        }
    }

    /// A message of the bridge can't be read. The socket is closed with the reason, which also ends
    /// the dialogue.
    fn misunderstood(&self, why: &str) {
        self.drop_carrier(Some(why));
        self.ended(End::Unreadable);
    }

    fn closed(&self, event: &Event) {
        let code = event.dyn_ref::<CloseEvent>().map_or(0, CloseEvent::code);
        self.ended(End::Closed(code));
    }

    /// The attempt under way, or its connection, has ended. What was in progress over it is lost.
    fn ended(&self, end: End) {
        self.flush();
        self.drop_carrier(None);
        let next = self.inner.borrow_mut().attempts.ended(end, now_ms());
        self.go_on(next);
    }

    /// Drops the socket, if there is one. It calls no handler any more, and is closed with the
    /// reason that is given.
    fn drop_carrier(&self, why: Option<&str>) {
        let mut inner = self.inner.borrow_mut();
        inner.alone = None;
        inner.outgoing = None;
        inner.storing = None;
        inner.open_file = None;
        inner.incoming = Incoming::default();
        inner.fragments = Fragments::default();
        inner.unread = VecDeque::new();
        inner.results = Vec::new();
        if let Some(gone) = inner.carrier.take() {
            gone.close(why);
            inner.gone.push(gone);
        }
    }

    fn go_on(&self, Next { show, then }: Next) {
        let number = self.inner.borrow().attempts.number();
        if let Some(show) = show {
            let stale = show == LinkState::Stale;
            if stale {
                self.ask_other_tabs();
            }
            (self.on_event)(LinkEvent::State(show));
            // Whoever has been connected to a bridge is not to take another for it.
            if stale && !self.inner.borrow().connected {
                return self.go_alone(Why::Stale);
            }
        }
        let link = self.clone();
        match then {
            Then::Stay => {}
            Then::Retry(wait) => set_timeout(
                move || {
                    let due = link.inner.borrow().attempts.may_retry(number);
                    if due {
                        link.connect();
                    }
                },
                wait,
            ),
            Then::Diagnose => {
                self.watch(number);
                spawn_local(async move {
                    let answers = fetch::bridge_answers().await;
                    let next = link.inner.borrow_mut().attempts.diagnosed(number, answers);
                    if let Some(next) = next {
                        link.go_on(next);
                    }
                });
            }
        }
    }
}
