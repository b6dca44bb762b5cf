//! Which mail server the next message goes to, and how to sign in there.

mod chip;
mod picker;
mod presets;
mod server;
mod store;

pub use self::chip::ServerChip;
pub use self::picker::Picker;
pub use self::server::{Destination, ServerChoice};
pub use self::store::{AccountsStore, use_accounts};
