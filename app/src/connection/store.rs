//! The state of the connection, and what the page does with it.

use std::rc::Rc;

use leptos::prelude::*;
use reactive_stores::Store;
use wire::{FromPage, Practice, Welcome};

use super::alone::Simulation;
use super::event::{LinkEvent, LinkState, Why};
use super::frame::Frame;
use super::link::Link;
use super::read;
use super::segment::Segment;
use crate::ui::{dom, use_later};

#[derive(Store)]
struct ConnectionState {
    /// The state of the connection.
    link: LinkState,
    /// The bridge's welcome, from the last time it was there.
    welcome: Option<Welcome>,
    /// Why the bridge is simulated in this page. None: it is not.
    alone: Option<Why>,
    /// What the simulated network does.
    simulation: Simulation,
}

type Handler = Rc<dyn Fn(&LinkEvent)>;

/// The connection to the bridge. Copies are the same connection.
#[derive(Clone, Copy)]
pub struct ConnectionStore {
    state: Store<ConnectionState>,
    /// None until the page connects.
    link: StoredValue<Option<Link>, LocalStorage>,
    handlers: StoredValue<Vec<Handler>, LocalStorage>,
}

impl ConnectionStore {
    /// Provides the connection to all components below. It is not opened yet, see
    /// [`ConnectionStore::open`].
    #[must_use]
    pub fn provide() -> ConnectionStore {
        let connection = ConnectionStore {
            state: Store::new(ConnectionState {
                link: LinkState::Connecting,
                welcome: None,
                alone: None,
                simulation: Simulation::default(),
            }),
            link: StoredValue::new_local(None),
            handlers: StoredValue::new_local(Vec::new()),
        };
        provide_context(connection);
        connection
    }

    /// Calls `handler` with each event, after the handlers registered before it.
    pub fn on_event(self, handler: impl Fn(&LinkEvent) + 'static) {
        self.handlers
            .update_value(|handlers| handlers.push(Rc::new(handler)));
    }

    /// Takes the token out of the address bar and connects.
    pub fn open(self) {
        let link = Link::open(move |event| self.dispatch(&event));
        self.link.set_value(Some(link));
        let read = use_later().get(read::all);
        Effect::new(move |_| {
            if let Some(read) = read.get() {
                self.with_link(|link| link.read_with(read));
            }
        });
        dom::on_visibility_change(move || self.with_link(Link::visibility_changed));
    }

    fn dispatch(self, event: &LinkEvent) {
        if let LinkEvent::Alone(why) = event {
            self.state.alone().set(*why);
        }
        if let LinkEvent::State(state) = event {
            if !matches!(state, LinkState::Open(_)) {
                self.state.alone().set(None);
            }
            if let LinkState::Open(welcome) = state {
                self.state.welcome().set(Some((**welcome).clone()));
            }
            self.state.link().set(state.clone());
        }
        // A copy, because a handler may send something, and that may dispatch another event.
        for handler in self.handlers.get_value() {
            handler(event);
        }
    }

    /// The state of the connection.
    #[must_use]
    pub fn state(self) -> LinkState {
        self.state.link().get()
    }

    /// Runs what calls this again when the connection is in another state.
    pub fn track_state(self) {
        self.state.link().track();
    }

    /// Whether the bridge is there.
    #[must_use]
    pub fn is_open(self) -> bool {
        let link = self.state.link();
        link.with(|link| matches!(link, LinkState::Open(_)))
    }

    /// Why the bridge is simulated in this page: there is no TLS, and nothing leaves the tab. None:
    /// it is not. Follows it.
    #[must_use]
    pub fn alone(self) -> Option<Why> {
        self.state.alone().get()
    }

    /// Whether the bridge is simulated in this page. Follows it.
    #[must_use]
    pub fn is_alone(self) -> bool {
        self.alone().is_some()
    }

    /// What the simulated network does. Follows it.
    #[must_use]
    pub fn simulation(self) -> Simulation {
        self.state.simulation().get()
    }

    /// The simulated network is this one from now on.
    pub fn simulate(self, simulation: Simulation) {
        self.state.simulation().set(simulation);
        self.with_link(|link| link.simulate(simulation));
    }

    /// The practice server, where the bridge runs one; as of the last time the bridge was there.
    #[must_use]
    pub fn practice(self) -> Option<Practice> {
        self.of_welcome(|welcome| welcome.practice.clone())
    }

    /// The ports of mail servers that the bridge connects to. Empty: to all of them, or not known.
    #[must_use]
    pub fn allowed_ports(self) -> Vec<u16> {
        self.of_welcome(|welcome| Some(welcome.ports.clone()))
            .unwrap_or_default()
    }

    /// The port at which the bridge would listen if it were free. None: it does listen there.
    #[must_use]
    pub fn usual_port(self) -> Option<u16> {
        self.of_welcome(|welcome| welcome.usual_port)
    }

    fn of_welcome<T>(self, pick: impl Fn(&Welcome) -> Option<T>) -> Option<T> {
        self.state
            .welcome()
            .with(|welcome| welcome.as_ref().and_then(pick))
    }

    /// Sends a message, if the bridge is there and the message fits a frame.
    pub fn send(self, message: &FromPage) {
        if let Some(frame) = Frame::new(message) {
            self.send_frame(&frame);
        }
    }

    /// Sends a frame, if the bridge is there.
    pub fn send_frame(self, frame: &Frame) {
        self.with_link(|link| {
            link.send(frame);
        });
    }

    /// Sends the frame of a [`FromPage::Start`] with this id. Its message follows as the bridge
    /// gives credit. False: there is no bridge.
    #[must_use]
    pub fn start(self, id: u32, start: &Frame, message: Vec<Segment>) -> bool {
        let link = self.link.get_value();
        link.is_some_and(|link| link.start(id, start, message))
    }

    /// Puts a message into the practice mailbox, under this number of the page's. What became of it
    /// comes as a [`MailboxEvent::Stored`](super::MailboxEvent::Stored). False: there is no bridge.
    #[must_use]
    pub fn store(self, id: u32, octets: Vec<u8>) -> bool {
        let size = octets.len() as u64;
        let link = self.link.get_value();
        let frame = Frame::new(&FromPage::Store { id, size });
        match (link, frame) {
            (Some(link), Some(frame)) => link.store(id, &frame, octets),
            _ => false,
        }
    }

    /// Tries to reach the bridge now.
    pub fn retry(self) {
        self.with_link(Link::retry);
    }

    /// The address bar has changed: the link of another run may have been opened in this tab.
    pub fn address_changed(self) {
        self.with_link(Link::address_changed);
    }

    fn with_link(self, act: impl Fn(&Link)) {
        // A copy, because the event that follows may need the link itself.
        if let Some(link) = self.link.get_value() {
            act(&link);
        }
    }
}

/// The connection, from any component.
#[must_use]
pub fn use_connection() -> ConnectionStore {
    expect_context()
}
