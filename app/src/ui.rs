//! Widgets and functions that several features use. Knows none of them.

mod code;
mod dialog;
pub mod dom;
pub mod download;
mod file_field;
pub mod file_name;
mod icon;
pub mod ime;
pub mod library;
pub mod mailbox;
pub mod moment;
pub mod numbers;
mod on_demand;
mod pane;
pub mod part;
pub mod rows;
pub mod sealed;
pub mod table_text;
pub mod text_field;
pub mod text_file;
mod unfold;
pub mod visible;
mod widgets;

pub use self::code::code_class;
pub use self::dialog::{Dialog, DialogHead};
pub use self::file_field::{FileField, choose_files};
pub use self::icon::{Glyph, Icon, drawing};
pub use self::on_demand::OnDemand;
pub use self::pane::{Folding, Pane, PaneButton, ShowPane, show_pane, use_folding};
pub use self::part::{Later, LaterPart, use_later};
pub use self::unfold::{Fold, Unfold};
pub use self::widgets::{Checkbox, FormRow, IconButton, Radio, SaveProblem, Toggle};
