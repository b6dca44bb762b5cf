//! Messages between the tabs of this browser (BroadcastChannel).

use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use web_sys::{BroadcastChannel, MessageEvent};

/// A channel that all tabs of this browser share. Where the browser has none, nobody hears what is
/// sent.
#[derive(Clone, Debug)]
pub struct Channel(Option<BroadcastChannel>);

impl Channel {
    /// Opens it, and calls `on_message` with the texts that other tabs send, for as long as the
    /// page lives.
    pub fn open(name: &str, on_message: impl Fn(String) + 'static) -> Channel {
        let channel = BroadcastChannel::new(name).ok();
        if let Some(channel) = &channel {
            let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                if let Some(text) = event.data().as_string() {
                    on_message(text);
                }
            });
            channel.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
            on_message.forget();
        }
        Channel(channel)
    }

    /// Sends a text to the other tabs.
    pub fn post(&self, text: &str) {
        if let Some(channel) = &self.0 {
            channel.post_message(&JsValue::from_str(text)).ok();
        }
    }
}
