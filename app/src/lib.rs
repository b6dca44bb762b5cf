//! The page: composes a message and shows how it is sent.
//!
//! A folder is a feature: its model (pure, tested natively), its views and its style sheet.
//! [`connection`] alone touches the WebSocket, [`storage`] the browser's storage. [`state`] is what
//! components read and call.

pub mod accounts;
pub mod compose;
pub mod connection;
pub mod explain;
pub mod i18n;
pub mod inbox;
pub mod shell;
pub mod state;
pub mod storage;
pub mod submission;
pub mod ui;
