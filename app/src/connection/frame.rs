//! Messages of the page, as they are sent over the WebSocket.

use wire::{FromPage, TEXT_FRAME};

/// A text frame for the bridge.
pub struct Frame(String);

impl Frame {
    /// The frame of this message. None: it would be longer than [`TEXT_FRAME`], and the bridge
    /// would close the connection.
    #[must_use]
    pub fn new(message: &FromPage) -> Option<Frame> {
        let text = serde_json::to_string(message).ok()?;
        (text.len() <= TEXT_FRAME).then_some(Frame(text))
    }

    pub(super) fn text(&self) -> &str {
        &self.0
    }
}
