//! The page: composes a message and shows how it is sent.
//!
//! [`draft`], [`drafts`], [`presets`], [`session`], [`visible`] and [`meaning`] are pure, and
//! tested natively. [`link`] alone touches the WebSocket, [`storage`] the browser's memory.
//! [`state`] is what components read and call; [`view`] is what is drawn.

pub mod app;
pub mod draft;
pub mod drafts;
pub mod history;
pub mod ime;
#[cfg(test)]
mod korean;
pub mod link;
pub mod meaning;
pub mod presets;
pub mod seen;
pub mod session;
pub mod state;
pub mod storage;
pub mod view;
pub mod visible;
pub mod words;

include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));
