//! The source of the message: exactly the octets that will be sent, live, and what each of them is.

mod blocks;
mod decode;
mod highlight;
mod notes;
mod painter;
mod raw;
mod structure;
mod text;
mod view;

pub(super) use self::highlight::mark_found;
pub(super) use self::raw::{LeftSourceNotice, RawSource};
pub(super) use self::view::Source;
