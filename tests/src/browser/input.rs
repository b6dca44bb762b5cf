//! What keyboards, input methods and clipboards do, as the browser gets it from the system.

use serde_json::{Value, json};

use super::Browser;

/// `keyCode` of a key that an input method has handled.
const HANDLED: u32 = 229;

impl Browser {
    /// An input method shows `text`, which is still being composed, at the caret.
    pub async fn composes(&self, text: &str) {
        let end = text.encode_utf16().count();
        let composition = json!({"text": text, "selectionStart": end, "selectionEnd": end});
        self.devtools("Input.imeSetComposition", composition).await;
    }

    /// A key goes to the input method: the page is told of it, but it means nothing to the page.
    pub async fn composes_with(&self, key: &str) {
        for kind in ["rawKeyDown", "keyUp"] {
            self.dispatch(kind, key, HANDLED, 0).await;
        }
    }

    /// The input method ends the composition with this text.
    pub async fn composed(&self, text: &str) {
        self.devtools("Input.insertText", json!({"text": text}))
            .await;
    }

    /// Ctrl+Enter, wherever the focus is.
    pub async fn control_enter(&self) {
        for kind in ["rawKeyDown", "keyUp"] {
            self.dispatch(kind, "Enter", 13, 2).await;
        }
    }

    /// Copies text to the clipboard, by way of the field of this name.
    pub async fn copy(&self, field: &str, text: &str) {
        let (field, text) = (Value::from(field), Value::from(text));
        self.evaluate(&format!(
            "(field => {{ field.focus(); field.value = {text}; field.select(); }})\
             (named('textbox', {field}))"
        ))
        .await;
        self.keys("\u{e009}c").await;
    }

    async fn dispatch(&self, kind: &str, key: &str, code: u32, modifiers: u32) {
        self.devtools(
            "Input.dispatchKeyEvent",
            json!({
                "type": kind,
                "key": key,
                "code": key,
                "windowsVirtualKeyCode": code,
                "modifiers": modifiers,
            }),
        )
        .await;
    }
}
