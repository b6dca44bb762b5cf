//! Keeps what is written: any number of drafts, in several tabs, in a database that all tabs share.
//!
//! [`session`] decides what a page does, and is pure. [`record`] says when a text may replace what
//! is stored: only where that went into it. The decision is made inside the transaction that
//! writes ([`records`]), so it holds whatever tabs know of each other. Locks and messages between
//! tabs only keep people from writing the same draft twice.
//!
//! A database answers later than a page that is being closed can wait. What is not stored by then
//! is also in the [`journal`], from which the next page stores it under the same rule.

mod browser;
mod journal;
mod load;
pub mod lock;
mod old;
mod record;
mod records;
mod session;
#[cfg(test)]
mod tests;

pub use browser::{TabMemory, keep_tab_memory};
pub use load::{Loaded, load, loaded, take_over, unreadable};
pub use record::{Head, Write, Writer};
pub use session::{Access, DraftNotice, Message, Output, Session, Written};

pub use crate::ui::dom::{new_id, now};

/// Drafts in the database.
pub mod database {
    pub use super::records::{
        get, heads, mark, purge, remove_in, remove_unused_files, search, store, store_in,
    };
}

/// Texts that are not in the database yet.
pub mod unstored {
    pub use super::journal::{PREFIX, keep, remove};
}

/// What the keys of drafts begin with that an earlier version of the page stored.
pub use old::PREFIX as OLD_PREFIX;
