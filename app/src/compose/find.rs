//! Finding and replacing in the text.

mod bar;
mod matches;

pub(super) use self::bar::{Find, FindBar, FindButton};
