//! Firefox through geckodriver. What plain WebDriver lacks comes from WebDriver BiDi.

use std::path::Path;

use futures_util::StreamExt;
use serde_json::{Value, json};
use thirtyfour::CapabilitiesHelper;
use thirtyfour::bidi::events::LogEntryAdded;
use thirtyfour::bidi::{BiDi, EventStream};
use thirtyfour::common::capabilities::firefox::{FirefoxCapabilities, FirefoxPreferences};
use thirtyfour::prelude::*;
use tokio::sync::Mutex;
use tokio_rustls::rustls::crypto::ring;

use super::geckodriver::Geckodriver;
use super::{Browser, Engine, fine};
use crate::{program, soon};

/// Writes to the console what Firefox does not: images, scripts and style sheets that can't be
/// loaded.
const REPORTS: &str = "
    addEventListener('error', event => {
      const { href, src } = event.target;
      if (event.target !== window) console.error(`not loaded: ${src || href}`);
    }, true);";

/// A running Firefox.
#[derive(Debug)]
pub(super) struct Firefox {
    bidi: BiDi,
    console: Mutex<EventStream<LogEntryAdded>>,
    geckodriver: Geckodriver,
}

impl Browser {
    /// Opens a window of Firefox of this size in CSS pixels, in English, with the light color
    /// scheme.
    pub async fn open_firefox(width: u32, height: u32) -> Browser {
        let mut geckodriver = Geckodriver::start();
        let port = geckodriver.port();
        let capabilities = fine("the browser's settings", capabilities());
        let driver = fine(
            "a browser session",
            WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await,
        );
        let process = driver.handle().capabilities().get("moz:processID");
        geckodriver.started(process.and_then(Value::as_i64));
        // The connection is not encrypted, but the client wants to know which library would do it.
        drop(ring::default_provider().install_default());
        let bidi = fine("WebDriver BiDi", driver.bidi().await);
        let console = fine("the console", bidi.subscribe().await);
        let firefox = Firefox {
            bidi,
            console: Mutex::new(console),
            geckodriver,
        };
        firefox.run_in_new_documents(REPORTS).await;
        Browser::new(driver, Engine::Firefox(firefox), width, height).await
    }
}

impl Firefox {
    /// The session has ended.
    pub(super) fn ended(&mut self) {
        self.geckodriver.ended();
    }

    pub(super) async fn resize(&self, driver: &WebDriver, width: u32, height: u32) {
        let context = fine("the window", driver.window().await).to_string();
        let size = json!({"width": width, "height": height});
        let viewport = json!({"context": context, "viewport": size});
        self.send("browsingContext.setViewport", viewport).await;
    }

    pub(super) async fn run_in_new_documents(&self, script: &str) {
        let function = json!({"functionDeclaration": format!("() => {{ {script} }}")});
        self.send("script.addPreloadScript", function).await;
    }

    /// Saves files in this folder from now on, without asking.
    pub(super) async fn save_in(&self, folder: &Path) {
        let behavior = json!({"type": "allowed", "destinationFolder": folder});
        let behavior = json!({ "downloadBehavior": behavior });
        self.send("browser.setDownloadBehavior", behavior).await;
    }

    /// The errors and warnings in the console since the last call.
    pub(super) async fn console_errors(&self, driver: &WebDriver) -> Vec<String> {
        const LAST: &str = "the last entry for now";
        let script = format!("console.debug({})", Value::from(LAST));
        fine("console.debug", driver.execute(script, Vec::new()).await);
        let mut console = self.console.lock().await;
        let mut errors = Vec::new();
        loop {
            let Some(entry) = soon("the console", console.next()).await else {
                panic!("Firefox closed the connection");
            };
            let text = entry.text.unwrap_or_default();
            match entry.level.as_str() {
                _ if text == LAST => return errors,
                "error" | "warn" => errors.push(text),
                _ => {}
            }
        }
    }

    async fn send(&self, command: &str, parameters: Value) {
        fine(command, self.bidi.send_raw(command, parameters).await);
    }
}

fn capabilities() -> WebDriverResult<FirefoxCapabilities> {
    let mut preferences = FirefoxPreferences::new();
    preferences.set("intl.accept_languages", "en-US")?;
    // 1 is light.
    preferences.set("layout.css.prefers-color-scheme.content-override", 1)?;
    let mut capabilities = FirefoxCapabilities::new();
    capabilities.set_firefox_binary(&program::from_env("GLASSPOST_FIREFOX").to_string_lossy())?;
    capabilities.set_headless()?;
    capabilities.set_preferences(preferences)?;
    capabilities.enable_bidi()?;
    capabilities.set("unhandledPromptBehavior", json!("accept"))?;
    Ok(capabilities)
}
