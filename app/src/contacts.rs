//! People who were written to before: suggested while an address is typed, kept in this browser
//! only.

mod book;
mod dialog;
mod erase;
mod fold;
mod highlight;
mod import;
mod import_button;
mod meant;
mod model;
mod near;
mod sent;
mod store;
mod suggestions;

pub use self::dialog::ContactsDialog;
pub use self::meant::Meant;
pub use self::store::{ContactsStore, use_contacts};
pub use self::suggestions::Suggestions;
