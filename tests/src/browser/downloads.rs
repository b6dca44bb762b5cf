//! Files that the page saves.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use serde_json::json;

use super::Browser;
use crate::TIMEOUT;

impl Browser {
    /// Saves files in this folder from now on, without asking.
    pub async fn save_in(&self, folder: &Path) {
        let behavior = json!({"behavior": "allow", "downloadPath": folder});
        self.devtools("Browser.setDownloadBehavior", behavior).await;
    }

    /// Waits until this file is in the folder, removes it and returns its content. The browser
    /// writes to a file of another name before it is complete.
    pub async fn saved_file(&self, folder: &Path, name: &str) -> Vec<u8> {
        let path = folder.join(name);
        let start = Instant::now();
        loop {
            if path.exists() {
                let content = std::fs::read(&path).and_then(|content| {
                    std::fs::remove_file(&path)?;
                    Ok(content)
                });
                return content.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            }
            assert!(
                start.elapsed() < TIMEOUT,
                "{name} was not saved; there are {:?}, page: {}, console: {:?}",
                files(folder),
                self.evaluate("document.body.innerText.slice(0, 4000)")
                    .await,
                self.console_errors().await
            );
            // Looks again a frame later.
            self.until("true").await;
        }
    }
}

/// The names of the files in a folder.
#[must_use]
pub fn files(folder: &Path) -> BTreeSet<String> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => panic!("{}: {error}", folder.display()),
    };
    let name = |entry: std::fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    entries.filter_map(Result::ok).map(name).collect()
}
