//! The page: composes a message and shows how it is sent.
//!
//! A folder is a feature: its model (pure, tested natively), its store (what it knows, and what a
//! person can do), its views and its style sheet. A feature uses another only through what its root
//! file makes public; ARCHITECTURE.md says which may use which. [`shell`] puts them together.

#![allow(
    unreachable_pub,
    reason = "#[component] makes public items of components that a feature keeps to itself"
)]

pub mod accounts;
pub mod calendar;
pub mod commands;
pub mod compose;
pub mod connection;
pub mod contacts;
pub mod explain;
pub mod history;
pub mod i18n;
#[cfg(test)]
mod imports;
pub mod inbox;
#[cfg(test)]
mod korean;
pub mod lessons;
pub mod merge;
pub mod scenarios;
pub mod shell;
pub mod storage;
#[cfg(test)]
mod styles;
pub mod submission;
pub mod ui;
