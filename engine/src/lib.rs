//! The bridge without I/O.
//!
//! A bridge stands between a page ([`wire`]) and mail servers ([`smtp`]), with the practice server
//! ([`practice`]) beside it. What it does whatever carries the octets is here: it reads requests
//! ([`request`]), gives credit ([`Transfer`]), tells of the mailbox ([`MailboxFeed`]).
//!
//! [`SimulatedBridge`] is a whole bridge, with the practice server at the other end of a network
//! that is simulated. It opens no socket, so it can run in a page.

mod conversation;
mod ended;
mod faults;
mod mailbox;
mod reading;
pub mod request;
mod scenario;
mod search;
mod simulated;
mod transfer;

pub use conversation::{conversation, known_connection, known_connections, said};
pub use ended::{EndedMessages, Overdrawn};
pub use faults::practice_faults;
pub use mailbox::MailboxFeed;
pub use reading::readable;
pub use scenario::{known_scenarios, played, read_scenario};
pub use search::{searched_summary, searched_text};
pub use simulated::{Network, Outbound, Settings, SimulatedBridge};
pub use transfer::Transfer;
