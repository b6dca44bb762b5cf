//! The connection to the bridge: the only feature that knows the WebSocket.
//!
//! What the bridge says comes out of it as [`LinkEvent`]s. A feature registers a handler with
//! [`ConnectionStore::on_event`], and ignores events that are not for it. What the page sends goes
//! in as [`Frame`]s.

mod alone;
mod attempts;
mod carrier;
mod event;
mod fetch;
mod frame;
mod incoming;
mod link;
mod notice;
mod outgoing;
mod read;
mod segment;
mod simulation;
mod socket;
mod store;
mod token;

pub use self::alone::Simulation;
pub use self::event::{LinkEvent, LinkState, MailboxEvent, ScenarioEvent, Why};
pub use self::fetch::file;
pub use self::frame::Frame;
pub use self::incoming::{Arrived, Fetched};
pub use self::notice::LinkNotice;
pub use self::outgoing::SLICE;
pub use self::segment::{Segment, StoredFile, base64_lines, base64_size};
pub use self::simulation::SimulationBar;
pub use self::store::{ConnectionStore, use_connection};
