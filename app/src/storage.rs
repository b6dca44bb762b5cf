//! What the browser stores for the page: texts in localStorage and sessionStorage, and drafts,
//! files and contacts in a database (IndexedDB); and what the tabs that share all this have for
//! getting along: locks and messages. The only files that use any of these. No password is ever
//! stored.

pub mod channel;
pub mod database;
mod error;
pub mod files;
mod local;
pub mod locks;
pub mod table;

pub use error::StoreError;
pub use local::{keep, keep_tab_text, keep_text, keys, remove, tab_text, text, value};
