//! Which mail server the next message goes to, how to sign in there, and whom messages are from.

mod chip;
mod identities;
mod picker;
mod presets;
mod server;
mod store;

pub use self::chip::ServerChip;
pub use self::identities::{
    IdentitiesStore, Identity, IdentityDialog, IdentityOffer, SenderChooser, use_identities,
};
pub use self::picker::Picker;
pub use self::server::{Destination, ServerChoice};
pub use self::store::{AccountsStore, use_accounts};
