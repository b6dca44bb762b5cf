//! Chromium through chromedriver, and what only the Chrome DevTools Protocol can do.

use std::path::Path;

use serde_json::{Value, json};
use thirtyfour::common::capabilities::chrome::ChromeCapabilities;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::prelude::*;
use thirtyfour::{CapabilitiesHelper, LoggingPrefsLogLevel};

use super::chromedriver::Chromedriver;
use super::{Browser, Engine, fine};
use crate::program;

impl Browser {
    /// Opens a window of this size in CSS pixels, in English, with the light color scheme.
    pub async fn open(width: u32, height: u32) -> Browser {
        Browser::open_in("en-US", width, height).await
    }

    /// Opens a window in this language.
    pub async fn open_in(language: &str, width: u32, height: u32) -> Browser {
        Browser::with(capabilities(language), width, height).await
    }

    /// Opens a window with the profile in this folder, which stays there.
    pub async fn open_profile(folder: &Path, width: u32, height: u32) -> Browser {
        let with_profile = capabilities("en-US").and_then(|mut capabilities| {
            capabilities.add_arg(&format!("--user-data-dir={}", folder.display()))?;
            Ok(capabilities)
        });
        Browser::with(with_profile, width, height).await
    }

    async fn with(
        capabilities: WebDriverResult<ChromeCapabilities>,
        width: u32,
        height: u32,
    ) -> Browser {
        let chromedriver = Chromedriver::start();
        let port = chromedriver.port();
        let capabilities = fine("the browser's settings", capabilities);
        let driver = fine(
            "a browser session",
            WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await,
        );
        let engine = Engine::Chromium {
            _chromedriver: chromedriver,
        };
        Browser::new(driver, engine, width, height).await
    }

    /// Kills the browser, with all its processes. No handler of a page runs, and nothing that is
    /// not on its way to the disk gets there.
    #[cfg(feature = "linux")]
    pub fn kill(self) {
        let process = self.driver.handle().capabilities().get("goog:processID");
        let id = process.and_then(Value::as_i64);
        let Some(id) = id.and_then(|id| i32::try_from(id).ok()) else {
            panic!("the browser's process is not known");
        };
        crate::process::kill_with_children(id);
    }

    pub(super) async fn emulate_screen(&self, width: u32, height: u32) {
        let screen =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", screen)
            .await;
    }

    /// Sets the color scheme that the system prefers: `light` or `dark`.
    pub async fn prefer_color_scheme(&self, scheme: &str) {
        self.prefer("prefers-color-scheme", scheme).await;
    }

    /// Sets what the system prefers: the value of a media feature.
    pub async fn prefer(&self, feature: &str, value: &str) {
        let media = json!({"features": [{"name": feature, "value": value}]});
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// Takes pictures of what is shown, in both schemes and at two widths, into the folder that
    /// GLASSPOST_PICTURES names. Does nothing where it names none.
    pub async fn pictures(&self, name: &str) {
        let Some(folder) = std::env::var_os("GLASSPOST_PICTURES") else {
            return;
        };
        for (width, height) in [(1440, 900), (390, 844)] {
            self.resize(width, height).await;
            for scheme in ["light", "dark"] {
                self.prefer_color_scheme(scheme).await;
                let frame = "requestAnimationFrame";
                self.until(&format!(
                    "new Promise(r => {frame}(() => {frame}(r))) && true"
                ))
                .await;
                let file = format!("{name}-{width}-{scheme}.png");
                let path = std::path::Path::new(&folder).join(file);
                std::fs::write(path, self.picture().await).expect("a picture");
            }
        }
        self.resize(1440, 900).await;
    }

    /// Sets the time zone of the machine, as pages see it.
    pub async fn time_zone(&self, name: &str) {
        self.devtools(
            "Emulation.setTimezoneOverride",
            json!({ "timezoneId": name }),
        )
        .await;
    }

    /// Shows the page for a medium, `screen` or `print`.
    pub async fn show_for(&self, medium: &str) {
        let media = json!({ "media": medium });
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// From now on the screen is touched, and there is no mouse.
    pub async fn touches(&self) {
        let touch = json!({"enabled": true, "maxTouchPoints": 5});
        self.devtools("Emulation.setTouchEmulationEnabled", touch)
            .await;
    }

    /// Opens another tab in front. The driver stays with this tab. Pass the result to
    /// [`Browser::close_tab_in_front`].
    pub async fn open_tab_in_front(&self) -> String {
        let target = json!({"url": "about:blank"});
        let created = fine(
            "another tab",
            self.driver
                .cdp()
                .send_raw("Target.createTarget", target)
                .await,
        );
        let id = created["targetId"].as_str().unwrap_or_default().to_owned();
        self.devtools("Target.activateTarget", json!({"targetId": id}))
            .await;
        id
    }

    /// Closes the tab in front.
    pub async fn close_tab_in_front(&self, tab: &str) {
        self.devtools("Target.closeTarget", json!({"targetId": tab}))
            .await;
    }

    /// Allows the pages of this origin to store so many octets, all of theirs together.
    pub async fn limit_storage(&self, origin: &str, octets: u64) {
        let limit = json!({ "origin": origin, "quotaSize": octets });
        self.devtools("Storage.overrideQuotaForOrigin", limit).await;
    }

    /// Moves the mouse to this position in the page, in CSS pixels.
    pub async fn point_at(&self, x: f64, y: f64) {
        self.mouse("mouseMoved", x, y).await;
    }

    /// Presses the mouse button at this position in the page.
    pub async fn mouse_down(&self, x: f64, y: f64) {
        self.mouse("mousePressed", x, y).await;
    }

    /// Releases the mouse button at this position in the page.
    pub async fn mouse_up(&self, x: f64, y: f64) {
        self.mouse("mouseReleased", x, y).await;
    }

    /// Moves the mouse to this position in the page with its button pressed.
    pub async fn drag_to(&self, x: f64, y: f64) {
        let event = json!({
            "type": "mouseMoved", "x": x, "y": y, "button": "left", "buttons": 1,
        });
        self.devtools("Input.dispatchMouseEvent", event).await;
    }

    /// Drags from one position in the page to another with a finger.
    pub async fn drag_with_a_finger(&self, from: (f64, f64), to: (f64, f64)) {
        for (kind, place) in [
            ("touchStart", Some(from)),
            ("touchMove", Some(to)),
            ("touchEnd", None),
        ] {
            let point = |(x, y)| json!({"x": x, "y": y});
            let points: Vec<Value> = place.into_iter().map(point).collect();
            let event = json!({"type": kind, "touchPoints": points});
            self.devtools("Input.dispatchTouchEvent", event).await;
        }
    }

    async fn mouse(&self, kind: &str, x: f64, y: f64) {
        let pressed = u8::from(kind == "mousePressed");
        let button = if kind == "mouseMoved" { "none" } else { "left" };
        let event = json!({
            "type": kind, "x": x, "y": y, "button": button, "buttons": pressed, "clickCount": 1,
        });
        self.devtools("Input.dispatchMouseEvent", event).await;
    }

    pub(super) async fn logged_errors(&self) -> Vec<String> {
        fine("the console", self.driver.browser_log().await)
            .into_iter()
            .filter(|entry| matches!(entry.level.as_str(), "SEVERE" | "WARNING"))
            .map(|entry| entry.message)
            .collect()
    }

    #[cfg(feature = "axe")]
    /// Runs the accessibility checker on the whole page. Returns each violation with its elements.
    pub async fn violations(&self) -> Vec<String> {
        let path = program::from_env("GLASSPOST_AXE");
        let axe = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        // Through DevTools, because the page's CSP would block the script.
        let source = json!({"expression": axe});
        self.devtools("Runtime.evaluate", source).await;
        let script = "const done = arguments[arguments.length - 1]; axe.run(document, \
            {resultTypes: ['violations']}).then(r => done(r.violations.map(v => v.id + ': ' + \
            v.help + ' ' + v.nodes.map(n => n.html + ' ' + n.failureSummary).join(' | '))), e => \
            done([String(e)]));";
        let found = fine("axe", self.driver.execute_async(script, Vec::new()).await);
        serde_json::from_value(found.json().clone()).unwrap_or_default()
    }

    pub(super) async fn devtools(&self, command: &str, parameters: Value) {
        self.ask_devtools(command, parameters).await;
    }

    /// What the browser answers to a command of its DevTools protocol.
    pub async fn ask_devtools(&self, command: &str, parameters: Value) -> Value {
        fine(
            command,
            self.driver.cdp().send_raw(command, parameters).await,
        )
    }
}

fn capabilities(language: &str) -> WebDriverResult<ChromeCapabilities> {
    let mut capabilities = DesiredCapabilities::chrome();
    capabilities.set_binary(&program::from_env("GLASSPOST_CHROMIUM").to_string_lossy())?;
    for argument in [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
    ] {
        capabilities.add_arg(argument)?;
    }
    capabilities.add_arg(&format!("--lang={language}"))?;
    capabilities.add_experimental_option("prefs", json!({"intl.accept_languages": language}))?;
    capabilities.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    capabilities.set("unhandledPromptBehavior", json!("accept"))?;
    Ok(capabilities)
}
