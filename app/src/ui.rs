//! Widgets and functions that several features use.

pub mod icon;
pub mod ime;
pub(crate) mod text_field;
pub mod visible;
pub mod widgets;
