//! The commands of the page: one table, which the palette, the shortcuts and the list of shortcuts
//! share.

mod command;
mod dialogs;
mod keyboard;
mod keys;
mod palette;
mod place;
mod rank;
mod recent;
mod run;
mod sheet;
mod store;
pub mod table;

pub use self::command::{Command, Group};
pub use self::dialogs::Commands;
pub use self::keys::{Keys, Pressed};
pub use self::sheet::SingleKeysBox;
pub use self::store::{CommandsStore, Shown, SingleKeys, mark, use_commands};
