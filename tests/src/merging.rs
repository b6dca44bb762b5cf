//! A person who sends a message to many.

use std::path::PathBuf;

use serde_json::Value;

use crate::visitor::Visitor;

/// The dialog in which it is done.
pub struct Merging<'a> {
    page: &'a Visitor,
    _folder: tempfile::TempDir,
}

impl Merging<'_> {
    /// Opens the dialog and chooses a table.
    pub async fn open<'a>(page: &'a Visitor, table: &[u8]) -> Merging<'a> {
        page.browser.press("Send later, undo send").await;
        page.browser.press("Send to many …").await;
        let folder = tempfile::tempdir().expect("a folder");
        let path: PathBuf = folder.path().join("people.csv");
        std::fs::write(&path, table).expect("a file");
        page.browser.choose_files(".merge-table", &[&path]).await;
        let merging = Merging {
            page,
            _folder: folder,
        };
        merging.shows("people.csv").await;
        merging
    }

    /// Waits until the dialog shows this text.
    pub async fn shows(&self, text: &str) {
        shows(self.page, text).await;
    }

    /// Chooses what is called so in the field of this id.
    pub async fn choose(&self, field: &str, option: &str) {
        let (field, option) = (Value::from(field), Value::from(option));
        self.page
            .browser
            .evaluate(&format!(
                "(() => {{ const field = document.getElementById({field}); \
                 field.value = [...field.options].find(one => \
                 one.text.trim() === {option}).value; \
                 field.dispatchEvent(new Event('change', {{ bubbles: true }})); return true; }})()"
            ))
            .await;
    }
}

/// Waits until the dialog shows this text.
pub async fn shows(page: &Visitor, text: &str) {
    let text = Value::from(text);
    page.browser
        .until(&format!(
            "document.querySelector('.merge')?.innerText.includes({text})"
        ))
        .await;
}

/// Chooses a server on this port of this machine, without encryption.
pub async fn choose_server(page: &Visitor, port: u16) {
    page.browser.press("Mail server").await;
    page.browser
        .evaluate("named('radio', 'Another server').click()")
        .await;
    page.browser.fill("Host", "127.0.0.1").await;
    page.browser
        .evaluate(&format!(
            "(() => {{ const field = document.getElementById('port'); field.value = {port}; \
             field.dispatchEvent(new Event('input', {{ bubbles: true }})); return true; }})()"
        ))
        .await;
    page.browser
        .evaluate("named('radio', 'None (not encrypted)').click()")
        .await;
    page.browser.press("Use this server").await;
}
