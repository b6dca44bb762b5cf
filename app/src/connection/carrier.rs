//! What carries frames between the page and a bridge: a WebSocket, or nothing at all, where the
//! bridge is simulated in the page.

use std::rc::Rc;

use super::alone::Alone;
use super::socket::Socket;

/// What carries frames.
pub(super) enum Carrier {
    /// To a bridge.
    Socket(Socket),
    /// To a bridge that is simulated in this page.
    Alone(Rc<dyn Alone>),
}

impl Carrier {
    /// Sends a text frame. False: it is not open, or not any more.
    pub(super) fn send_text(&self, text: &str) -> bool {
        match self {
            Carrier::Socket(socket) => socket.send_text(text),
            Carrier::Alone(alone) => {
                alone.text(text);
                true
            }
        }
    }

    /// Sends a binary frame.
    pub(super) fn send_octets(&self, octets: &[u8]) {
        match self {
            Carrier::Socket(socket) => socket.send_octets(octets),
            Carrier::Alone(alone) => alone.octets(octets),
        }
    }

    /// Closes it. `why` is given if the bridge sent something that the page can't read.
    pub(super) fn close(&self, why: Option<&str>) {
        match self {
            Carrier::Socket(socket) => socket.close(why),
            Carrier::Alone(alone) => alone.close(),
        }
    }
}
