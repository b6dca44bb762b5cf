//! Where a message is written, and where drafts are kept.

mod addresses;
mod attachments;
mod body;
mod draft;
mod drafts;
mod eml;
mod footer;
mod from;
mod notices;
mod pane;
mod parts;
mod problem;
mod rail;
mod source;
mod store;
mod words;

pub use self::draft::{
    Attachment, Draft, MessageStamp, Moment, Place, Problem, Unfinished, Wrong, is_picture,
    media_type_of, picture_mark, sent_name, shown_name,
};
pub use self::pane::PANE;
pub use self::rail::DRAFTS;
