//! Input from keyboards, input methods and clipboards, as the system passes it to the browser.

use serde_json::Value;
#[cfg(feature = "browser")]
use serde_json::json;

#[cfg(feature = "browser")]
use thirtyfour::By;

use super::Browser;
use super::fine;

#[cfg(feature = "browser")]
/// The `keyCode` of a key that an input method has handled.
const HANDLED: u32 = 229;

impl Browser {
    /// Copies text to the clipboard by way of the field with this name.
    pub async fn copy(&self, field: &str, text: &str) {
        let (field, text) = (Value::from(field), Value::from(text));
        self.evaluate(&format!(
            "(field => {{ field.focus(); field.value = {text}; field.select(); }})\
             (named('textbox', {field}))"
        ))
        .await;
        self.keys("\u{e009}c").await;
    }

    /// Presses keys on the keyboard, one after the other, whatever has the focus: letters, signs or
    /// names of keys, with modifiers before them, as in `g i` and `Ctrl+Shift+c`.
    pub async fn presses(&self, keys: &str) {
        let mut actions = self.driver.action_chain();
        for keys in keys.split(' ') {
            let (modifiers, key) = keys.rsplit_once('+').unwrap_or(("", keys));
            let modifiers: Vec<char> = modifiers.split('+').filter_map(code).collect();
            for modifier in &modifiers {
                actions = actions.key_down(*modifier);
            }
            let written = code(key).map_or_else(|| key.to_owned(), String::from);
            actions = actions.send_keys(&written);
            for modifier in modifiers.iter().rev() {
                actions = actions.key_up(*modifier);
            }
        }
        fine(keys, actions.perform().await);
    }
}

/// The code of a key that writes nothing (WebDriver, "Keyboard actions").
fn code(name: &str) -> Option<char> {
    Some(match name {
        "Backspace" => '\u{e003}',
        "Tab" => '\u{e004}',
        "Enter" => '\u{e007}',
        "Shift" => '\u{e008}',
        "Ctrl" => '\u{e009}',
        "Alt" => '\u{e00a}',
        "Escape" => '\u{e00c}',
        "Space" => '\u{e00d}',
        "End" => '\u{e010}',
        "Home" => '\u{e011}',
        "ArrowLeft" => '\u{e012}',
        "ArrowUp" => '\u{e013}',
        "ArrowRight" => '\u{e014}',
        "ArrowDown" => '\u{e015}',
        "Delete" => '\u{e017}',
        "F1" => '\u{e031}',
        "F2" => '\u{e032}',
        _ => return None,
    })
}

#[cfg(feature = "browser")]
impl Browser {
    /// Drags an element onto another with the mouse, each found by its CSS selector.
    pub async fn drag_onto(&self, from: &str, to: &str) {
        let [from, to] = [from, to].map(By::Css);
        let from = fine("what is dragged", self.driver.find(from).await);
        let to = fine("where it is dropped", self.driver.find(to).await);
        let drag = self.driver.action_chain();
        let drag = drag.move_to_element_center(&from).click_and_hold();
        // The browser takes it for a drag once the mouse has moved, and asks an element whether it
        // takes what is dragged once the mouse moves within it.
        let drag = drag.move_by_offset(5, 5).move_to_element_center(&to);
        let drag = drag.move_by_offset(2, 2).move_by_offset(2, 2);
        fine("a drag", drag.release().perform().await);
    }

    /// Lets an input method show `text`, which is still being composed, at the caret.
    pub async fn composes(&self, text: &str) {
        let end = text.encode_utf16().count();
        let composition = json!({"text": text, "selectionStart": end, "selectionEnd": end});
        self.devtools("Input.imeSetComposition", composition).await;
    }

    /// Sends a key to the input method. The page gets an event, but the key has no meaning for it.
    pub async fn composes_with(&self, key: &str) {
        for kind in ["rawKeyDown", "keyUp"] {
            self.dispatch(kind, key, HANDLED, 0).await;
        }
    }

    /// Ends the composition with this text.
    pub async fn composed(&self, text: &str) {
        self.devtools("Input.insertText", json!({"text": text}))
            .await;
    }

    /// Types a letter into the focused element, by its key.
    pub async fn letter(&self, letter: char) {
        let key = letter.to_string();
        let event = json!({"type": "keyDown", "key": key, "text": key});
        self.devtools("Input.dispatchKeyEvent", event).await;
        let event = json!({"type": "keyUp", "key": key});
        self.devtools("Input.dispatchKeyEvent", event).await;
    }

    /// Presses a key as a keyboard with another input source sends it: `key` and `code` as the
    /// event has them. `taken`: the input method has taken it.
    pub async fn other_layout(&self, key: &str, code: &str, shift: bool, taken: bool) {
        let number = code.bytes().last().map_or(0, u32::from);
        for kind in ["rawKeyDown", "keyUp"] {
            let event = json!({
                "type": kind,
                "key": key,
                "code": code,
                "windowsVirtualKeyCode": if taken { HANDLED } else { number },
                "modifiers": if shift { 8 } else { 0 },
            });
            self.devtools("Input.dispatchKeyEvent", event).await;
        }
    }

    /// Presses Ctrl+Enter in the focused element.
    pub async fn control_enter(&self) {
        for kind in ["rawKeyDown", "keyUp"] {
            self.dispatch(kind, "Enter", 13, 2).await;
        }
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
