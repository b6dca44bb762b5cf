//! A page without a bridge: it runs one of its own, with the practice server at the other end of a
//! network that is simulated ([`engine::SimulatedBridge`]). No octet leaves the tab.
//!
//! The code is of the part `alone`, which is loaded when there is no bridge.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use engine::{Network, Outbound, Settings, SimulatedBridge};
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::task::spawn_local;
use wire::FromBridge;

use crate::ui::dom::{self, now_ms};
use crate::ui::part::part;

/// Octets in a segment, where segments are split.
const SPLIT: usize = 7;

/// Something from the simulated bridge.
pub(super) enum Arrived {
    /// A message.
    Text(FromBridge),
    /// A binary frame.
    Octets(Vec<u8>),
}

/// What the simulated network does to octets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Simulation {
    /// How long octets take to the server and back, in milliseconds.
    pub round_trip_ms: u32,
    /// Of a hundred segments so many are lost, and sent again.
    pub loss: u8,
    /// Whether segments are split into small ones.
    pub split: bool,
}

/// A bridge that is simulated in this page.
pub(super) trait Alone {
    /// The page sends a text frame.
    fn text(&self, text: &str);

    /// The page sends a binary frame.
    fn octets(&self, frame: &[u8]);

    /// The network is this one from now on.
    fn simulate(&self, simulation: Simulation);

    /// Nothing comes from it any more.
    fn close(&self);
}

/// Calls with what comes from the bridge, outside the calls to it.
type Receive = Rc<dyn Fn(Arrived)>;

/// Begins a simulated bridge.
pub(super) type Begin = fn(Receive) -> Rc<dyn Alone>;

part! { alone:
    /// Loads what simulates a bridge.
    pub(super) fn begin() -> Begin {
        InThisPage::begin
    }
}

/// The bridge, and the clock that drives it. Clones are the same.
#[derive(Clone)]
struct InThisPage(Rc<Inner>);

struct Inner {
    bridge: RefCell<SimulatedBridge>,
    begun_ms: f64,
    receive: Receive,
    /// The timer for what happens next.
    timer: Cell<Option<TimeoutHandle>>,
    closed: Cell<bool>,
}

impl InThisPage {
    fn begin(receive: Receive) -> Rc<dyn Alone> {
        let [run, seed]: [[u8; 8]; 2] = [dom::random(), dom::random()];
        let time = Duration::from_secs_f64(js_sys::Date::now() / 1000.0);
        let settings = Settings {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            run: format!("{:016x}", u64::from_be_bytes(run)),
            time: SystemTime::UNIX_EPOCH + time,
            seed: u64::from_be_bytes(seed),
        };
        let alone = InThisPage(Rc::new(Inner {
            bridge: RefCell::new(SimulatedBridge::new(settings)),
            begun_ms: now_ms(),
            receive,
            timer: Cell::new(None),
            closed: Cell::new(false),
        }));
        alone.deliver();
        Rc::new(alone)
    }

    fn now(&self) -> Duration {
        Duration::from_secs_f64(((now_ms() - self.0.begun_ms) / 1000.0).max(0.0))
    }

    /// Passes on what the bridge has for the page, and sets the timer for what happens next. The
    /// page may be in the middle of something now, so it gets this afterwards.
    fn deliver(&self) {
        let mut arrived = Vec::new();
        let wait = {
            let mut bridge = self.0.bridge.borrow_mut();
            while let Some(outbound) = bridge.poll() {
                arrived.push(match outbound {
                    Outbound::Text(message) => Arrived::Text(*message),
                    Outbound::Octets(octets) => Arrived::Octets(octets),
                });
            }
            bridge.deadline()
        };
        let wait = wait.map(|at| at.saturating_sub(self.now()));
        if !arrived.is_empty() {
            let inner = Rc::clone(&self.0);
            spawn_local(async move {
                for one in arrived {
                    if inner.closed.get() {
                        return;
                    }
                    (inner.receive)(one);
                }
            });
        }
        if let Some(before) = self.0.timer.take() {
            before.clear();
        }
        let Some(wait) = wait.filter(|_| !self.0.closed.get()) else {
            return;
        };
        let alone = self.clone();
        let passed = move || {
            let now = alone.now();
            alone.0.bridge.borrow_mut().advance(now);
            alone.deliver();
        };
        let timer = set_timeout_with_handle(passed, wait).ok();
        self.0.timer.set(timer);
    }
}

impl Alone for InThisPage {
    fn text(&self, text: &str) {
        // The page writes nothing else.
        if let Ok(message) = serde_json::from_str(text) {
            let now = self.now();
            self.0.bridge.borrow_mut().text(message, now);
            self.deliver();
        }
    }

    fn octets(&self, frame: &[u8]) {
        let now = self.now();
        let taken = self.0.bridge.borrow_mut().octets(frame, now);
        if taken.is_ok() {
            self.deliver();
        }
    }

    fn simulate(&self, simulation: Simulation) {
        let round_trip = Duration::from_millis(simulation.round_trip_ms.into());
        self.0.bridge.borrow_mut().set_network(Network {
            delay: round_trip / 2,
            loss: simulation.loss,
            segment: if simulation.split { SPLIT } else { 0 },
        });
    }

    fn close(&self) {
        self.0.closed.set(true);
        if let Some(timer) = self.0.timer.take() {
            timer.clear();
        }
    }
}
