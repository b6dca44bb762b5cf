//! Messages that are held back: for some seconds, so that sending can be undone, or until a time
//! that the person has chosen.
//!
//! A held message is a record of the database: the draft, frozen, the server, and when it is due.
//! One tab is in charge of it, the one that has its lock; another takes over when that tab is gone.
//! [`model`] decides what is to be done with it. What was due while no page was open is asked about
//! and never sent late in silence.

mod countdown;
mod menu;
mod model;
mod moment;
mod notices;
mod records;
mod sending;
mod store;
mod times;
mod waiting;

pub(super) use self::menu::SendMenu;
pub use self::menu::SendToMany;
pub(super) use self::notices::Notices;
pub use self::store::HeldStore;
pub(super) use self::store::use_held;
pub(super) use self::waiting::Waiting;
