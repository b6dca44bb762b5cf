//! The state that all connections and pages of the bridge share.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::http::gate::Gate;
use crate::page::reading::Reader;
use crate::page::texts::Texts;
use crate::submission::environment::Environment;

/// Most pages (WebSockets) at once.
pub(crate) const MAX_PAGES: usize = 64;

/// Most dialogues at once, of all pages together.
pub(crate) const MAX_DIALOGUES: usize = 64;

/// Most messages at once that pages put into the practice mailbox.
pub(crate) const MAX_STORING: usize = 4;

/// Shared by everything that serves a browser.
pub(crate) struct AppState {
    pub(crate) gate: Gate,
    /// Identifies this run of the program to the pages.
    pub(crate) run: String,
    pub(crate) practice: Option<practice::Server>,
    /// Whether the page and its WebSocket are served, and not the API alone.
    pub(crate) serves_page: bool,
    /// The usual port of the page, if another program has it.
    pub(crate) usual_port: Option<u16>,
    pub(crate) environment: Environment,
    /// One permit for each page that may be open, see [`MAX_PAGES`].
    pub(crate) page_permits: Arc<Semaphore>,
    /// One permit for each dialogue that may run, see [`MAX_DIALOGUES`].
    pub(crate) dialogue_permits: Arc<Semaphore>,
    /// One permit for each message that a page puts into the mailbox, see [`MAX_STORING`].
    pub(crate) storing_permits: Arc<Semaphore>,
    /// Texts of stored messages, for searching.
    pub(crate) texts: Texts,
    /// Decodes messages of the practice mailbox.
    pub(crate) reader: Reader,
    /// Counts the open pages, so that shutting down can wait for them.
    pub(crate) pages: TaskTracker,
    /// Cancelled when the program shuts down.
    pub(crate) shutdown: CancellationToken,
}
