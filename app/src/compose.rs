//! Where a message is written, and where drafts are kept.

mod addresses;
mod answer;
mod archive;
mod attachments;
mod body;
mod checks;
mod commands;
mod draft;
mod drafts;
mod eml;
mod find;
mod footer;
mod from;
mod held;
mod import;
mod invitation;
mod notices;
mod opened;
mod options;
mod pane;
mod parts;
mod preview;
mod problem;
mod rail;
mod shown_draft;
mod source;
mod store;
mod templates;
mod words;

pub use self::draft::{
    Attachment, BRACE, BodyFormat, Draft, Fill, MessageStamp, Moment, Place, Problem, Unfinished,
    Wrong, is_picture, media_type_of, nearest_field, picture_mark, recipient_key, recipients,
    sent_name, shown_html, shown_name,
};
pub use self::drafts::load;
pub use self::eml::save_segments;
pub use self::held::{HeldStore, SendToMany};
pub use self::pane::{HeldMessages, PANE};
pub use self::preview::MessageFrame;
pub use self::rail::DRAFTS;
pub use self::shown_draft::{ShownDraft, use_shown_draft};
pub use self::store::{about, stamp};
pub use self::words::wrong;
