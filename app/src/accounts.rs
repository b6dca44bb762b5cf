//! Which mail server the next message goes to, and how to sign in there.

pub mod picker;
pub mod presets;
