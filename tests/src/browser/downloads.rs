//! Files that the page saves.

use std::path::Path;
use std::time::Instant;

#[cfg(feature = "browser")]
use serde_json::json;

use super::{Browser, Engine};
use crate::TIMEOUT;

impl Browser {
    /// Saves files in this folder from now on, without asking.
    pub async fn save_in(&self, folder: &Path) {
        match &self.engine {
            #[cfg(feature = "browser")]
            Engine::Chromium { .. } => {
                let behavior = json!({"behavior": "allow", "downloadPath": folder});
                self.devtools("Browser.setDownloadBehavior", behavior).await;
            }
            #[cfg(feature = "firefox")]
            Engine::Firefox(firefox) => firefox.save_in(folder).await,
        }
    }

    /// Waits until a folder has exactly one file, with this name and a content that is `complete`.
    /// The browser reserves the name by an empty file, and writes to a file beside it.
    pub async fn saved(&self, folder: &Path, name: &str, complete: impl Fn(&[u8]) -> bool) {
        let start = Instant::now();
        loop {
            let names = files(folder);
            let only = names.len() == 1 && names[0] == name;
            let content = std::fs::read(folder.join(name)).unwrap_or_default();
            if only && complete(&content) {
                return;
            }
            assert!(
                start.elapsed() < TIMEOUT,
                "{name} was not saved; there are {names:?} and {} octets, {}; page: {}; console: \
                 {:?}",
                content.len(),
                String::from_utf8_lossy(&content[..content.len().min(200)]),
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
fn files(folder: &Path) -> Vec<String> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => panic!("{}: {error}", folder.display()),
    };
    let name = |entry: std::fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    entries.filter_map(Result::ok).map(name).collect()
}
