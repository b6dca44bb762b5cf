//! A WebSocket and the handlers it calls.

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BinaryType, Event, WebSocket};
use wire::handshake;

use super::fetch;

/// What a socket calls: when it has opened, with each message, and when it is closed.
pub(super) type Handlers = [Closure<dyn FnMut(Event)>; 3];

/// A socket of the page's own.
pub(super) struct Socket {
    socket: WebSocket,
    /// Kept for as long as the socket may call them.
    _handlers: Handlers,
}

impl Socket {
    /// Begins to connect. None: no subprotocol has the characters of this token.
    pub(super) fn connect(token: &str, handlers: Handlers) -> Option<Socket> {
        let protocols = Array::of2(
            &handshake::PROTOCOL.into(),
            &format!("{}{token}", handshake::TOKEN_PREFIX).into(),
        );
        let socket = WebSocket::new_with_str_sequence(&fetch::address(), &protocols).ok()?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let [opened, message, closed] = &handlers;
        socket.set_onopen(Some(opened.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        Some(Socket {
            socket,
            _handlers: handlers,
        })
    }

    /// Sends a text frame. False: the socket is not open, or not any more.
    pub(super) fn send_text(&self, text: &str) -> bool {
        // A socket that is closing takes everything and sends nothing.
        self.socket.ready_state() == WebSocket::OPEN && self.socket.send_with_str(text).is_ok()
    }

    /// Sends a binary frame. If the socket is closing, its close event follows.
    pub(super) fn send_octets(&self, octets: &[u8]) {
        self.socket.send_with_u8_array(octets).ok();
    }

    /// Closes the socket, which then calls no handler any more. `why` is given if the bridge sent
    /// something that the page can't read.
    pub(super) fn close(&self, why: Option<&str>) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let closed = match why {
            Some(why) => {
                // RFC 6455 §5.5: at most 125 octets, two of them the code.
                let why = &why[..why.floor_char_boundary(120)];
                self.socket
                    .close_with_code_and_reason(handshake::CLOSE_MALFORMED, why)
            }
            None => self.socket.close(),
        };
        // Closing fails if the code or reason can't be sent. The socket is dropped either way.
        closed.ok();
    }
}
