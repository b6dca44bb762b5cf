//! The files that go with the draft: chosen, dropped or pasted, named, ordered and removed.

mod drop;
mod given;
mod list;
mod row;
mod size;
mod store;
mod view;
mod words;

pub(super) use self::drop::{DropOverlay, take_files};
pub(super) use self::list::free_name;
pub(super) use self::size::SizeBar;
pub(super) use self::store::{Attachments, new_content_id, use_attachments};
pub(super) use self::view::Attached;
