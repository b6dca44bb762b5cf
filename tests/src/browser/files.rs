//! Files that a person chooses, drops or pastes.

use std::path::Path;

#[cfg(feature = "browser")]
use serde_json::{Value, json};
use thirtyfour::By;

use super::{Browser, fine};

impl Browser {
    /// Chooses these files in the field that this CSS selector finds, as the dialog of the system
    /// would.
    pub async fn choose_files(&self, field: &str, files: &[&Path]) {
        let there = format!("document.querySelector({field:?})");
        self.until(&there).await;
        let field = fine(field, self.driver.find(By::Css(field)).await);
        let paths: Vec<_> = files.iter().map(|file| file.to_string_lossy()).collect();
        fine("files", field.send_keys(paths.join("\n")).await);
    }
}

#[cfg(feature = "browser")]
impl Browser {
    /// Drags these files and folders to this place of the page. They are dropped with
    /// [`Browser::drop_files`].
    pub async fn drag_files(&self, x: f64, y: f64, files: &[&Path]) {
        for kind in ["dragEnter", "dragOver"] {
            self.drag(kind, x, y, files).await;
        }
    }

    /// Drops these files and folders at this place of the page.
    pub async fn drop_files(&self, x: f64, y: f64, files: &[&Path]) {
        self.drag_files(x, y, files).await;
        self.drag("drop", x, y, files).await;
    }

    async fn drag(&self, kind: &str, x: f64, y: f64, files: &[&Path]) {
        let paths: Vec<_> = files.iter().map(|file| file.to_string_lossy()).collect();
        let data = json!({"items": [], "files": paths, "dragOperationsMask": 1});
        let event = json!({"type": kind, "x": x, "y": y, "data": data});
        self.devtools("Input.dispatchDragEvent", event).await;
    }

    /// Puts a red picture into the clipboard, as a screenshot would be there.
    pub async fn copy_picture(&self) {
        let allowed = json!({"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]});
        self.devtools("Browser.grantPermissions", allowed).await;
        self.evaluate(
            "(() => {
                const canvas = document.createElement('canvas');
                canvas.width = canvas.height = 40;
                const draw = canvas.getContext('2d');
                draw.fillStyle = '#c00';
                draw.fillRect(0, 0, 40, 40);
                window.copied = false;
                canvas.toBlob((blob) => navigator.clipboard
                    .write([new ClipboardItem({ 'image/png': blob })])
                    .then(() => { window.copied = true; }, (e) => { window.copied = String(e); }));
            })() ?? true",
        )
        .await;
        let copied = self.until("window.copied").await;
        assert_eq!(copied, Value::Bool(true));
    }

    /// Puts formatted text into the clipboard, as another program would: as HTML and as text.
    pub async fn copy_html(&self, html: &str, text: &str) {
        let allowed = json!({"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]});
        self.devtools("Browser.grantPermissions", allowed).await;
        let (html, text) = (Value::from(html), Value::from(text));
        let copied = self
            .evaluate(&format!(
                "navigator.clipboard.write([new ClipboardItem({{ \
                 'text/html': new Blob([{html}], {{ type: 'text/html' }}), \
                 'text/plain': new Blob([{text}], {{ type: 'text/plain' }}) }})])\
                 .then(() => true, error => String(error))"
            ))
            .await;
        assert_eq!(copied, Value::Bool(true));
    }

    /// The size of the page's WebAssembly memory in octets. It never shrinks. Known only after
    /// [`Browser::watch_memory`].
    pub async fn wasm_memory(&self) -> u64 {
        self.evaluate("window.wasmMemory.buffer.byteLength")
            .await
            .as_u64()
            .unwrap_or_default()
    }

    /// Keeps the page's WebAssembly memory within reach, from the next document on.
    pub async fn watch_memory(&self) {
        self.run_in_new_documents(
            "for (const name of ['instantiate', 'instantiateStreaming']) {
                const original = WebAssembly[name];
                WebAssembly[name] = async (...given) => {
                    const made = await original.apply(WebAssembly, given);
                    const instance = made.instance ?? made;
                    // A part of the page has no memory of its own.
                    window.wasmMemory = instance.exports.memory ?? window.wasmMemory;
                    return made;
                };
            }",
        )
        .await;
    }
}
