//! The page: composes a message and shows how it is sent.
//!
//! [`draft`], [`drafts`], [`presets`], [`session`], [`visible`] and [`meaning`] are pure, and
//! tested natively. [`link`] alone touches the WebSocket, [`storage`] the browser's memory.
//! [`state`] is what components read and call; [`view`] is what is drawn.

#[allow(
    clippy::redundant_closure,
    reason = "`view!` gives closures that it sees written out one type, and leaves a name the type it has"
)]
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
#[allow(
    clippy::redundant_closure,
    reason = "`view!` gives closures that it sees written out one type, and leaves a name the type it has"
)]
pub mod view;
pub mod visible;
pub mod words;

include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));
