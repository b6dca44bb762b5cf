//! Scenarios: the practice server misbehaves as a file says. Which one is played, and the dialog in
//! which one is chosen or written.

mod button;
mod dialog;
mod purposes;
mod store;

pub use self::button::ScenarioButton;
pub use self::dialog::ScenariosDialog;
pub use self::store::ScenariosStore;
