//! A real Chromium, driven through chromedriver. Elements are found by role and accessible name, as
//! a person with a screen reader finds them. Waiting is done in the browser, on its own events.

use serde_json::{Value, json};
use thirtyfour::common::capabilities::chrome::ChromeCapabilities;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::prelude::*;
use thirtyfour::{CapabilitiesHelper, LoggingPrefsLogLevel};

use crate::{TIMEOUT, program};

mod chromedriver;
mod files;
mod input;
mod tabs;

use chromedriver::Chromedriver;
pub use tabs::Tab;

/// Finds elements by role and accessible name, and waits for their state.
const SCRIPT: &str = include_str!("browser.js");

/// A browser window with its own profile. Dropping it ends the browser and its driver.
#[derive(Debug)]
pub struct Browser {
    driver: WebDriver,
    /// Declared last, so that the session ends before its driver.
    _chromedriver: Chromedriver,
}

impl Browser {
    /// Opens a window of this size in CSS pixels, in English, with the light color scheme.
    pub async fn open(width: u32, height: u32) -> Browser {
        Browser::open_in("en-US", width, height).await
    }

    /// Opens a window in this language.
    pub async fn open_in(language: &str, width: u32, height: u32) -> Browser {
        let chromedriver = Chromedriver::start();
        let port = chromedriver.port();
        let capabilities = fine("the browser's settings", capabilities(language));
        let driver = fine(
            "a browser session",
            WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await,
        );
        let browser = Browser {
            driver,
            _chromedriver: chromedriver,
        };
        fine(
            "the script timeout",
            browser.driver.set_script_timeout(TIMEOUT).await,
        );
        browser.resize(width, height).await;
        browser
    }

    /// Resizes the viewport to this size in CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) {
        let screen =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", screen)
            .await;
    }

    /// Sets the color scheme that the system prefers: `light` or `dark`.
    pub async fn prefer_color_scheme(&self, scheme: &str) {
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// Opens a URL.
    pub async fn go(&self, url: &str) {
        fine(url, self.driver.goto(url).await);
    }

    /// Reloads the page.
    pub async fn reload(&self) {
        fine("a reload", self.driver.refresh().await);
    }

    /// Runs a script in every later document before the page's own scripts. The page's CSP would
    /// block such a script, but does not apply to it.
    pub async fn run_in_new_documents(&self, script: &str) {
        let source = json!({"source": script});
        self.devtools("Page.addScriptToEvaluateOnNewDocument", source)
            .await;
    }

    /// Goes back in the history.
    pub async fn back(&self) {
        fine("Back", self.driver.back().await);
    }

    /// Goes forward in the history.
    pub async fn forward(&self) {
        fine("Forward", self.driver.forward().await);
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

    async fn mouse(&self, kind: &str, x: f64, y: f64) {
        let pressed = u8::from(kind == "mousePressed");
        let button = if kind == "mouseMoved" { "none" } else { "left" };
        let event = json!({
            "type": kind, "x": x, "y": y, "button": button, "buttons": pressed, "clickCount": 1,
        });
        self.devtools("Input.dispatchMouseEvent", event).await;
    }

    /// The address in the address bar.
    pub async fn address(&self) -> String {
        fine("the address", self.driver.current_url().await).to_string()
    }

    /// Evaluates an expression in the page.
    pub async fn evaluate(&self, expression: &str) -> Value {
        let script = format!("{SCRIPT}\nreturn ({expression});");
        let done = self.driver.execute(script.as_str(), Vec::new()).await;
        fine(expression, done).json().clone()
    }

    /// Waits until an expression in the page is not false, null or undefined, and returns its
    /// value.
    pub async fn until(&self, expression: &str) -> Value {
        let script = format!(
            "{SCRIPT}\nconst done = arguments[arguments.length - 1]; becomes(() => \
             ({expression})).then(done);"
        );
        match self.driver.execute_async(script.as_str(), Vec::new()).await {
            Ok(value) => value.json().clone(),
            Err(error) => {
                let text = self
                    .evaluate("document.body.innerText.slice(0, 4000)")
                    .await;
                panic!(
                    "timed out waiting for {expression}: {error}\npage:\n{text}\nconsole: {:?}",
                    self.console_errors().await
                );
            }
        }
    }

    /// The same for a hidden tab, which draws no frames and has slow timers: evaluates again after
    /// every change of the document.
    pub async fn until_hidden(&self, expression: &str) {
        let script = format!(
            "{SCRIPT}\nconst done = arguments[arguments.length - 1];
            const holds = () => ({expression});
            const look = () => holds() && (watch.disconnect(), done(true));
            const watch = new MutationObserver(look);
            watch.observe(document, {{ subtree: true, childList: true, attributes: true }});
            look();"
        );
        let done = self.driver.execute_async(script.as_str(), Vec::new()).await;
        fine(expression, done);
    }

    /// Waits for a visible element with this role and name.
    pub async fn named(&self, role: &str, name: &str) -> WebElement {
        let role = Value::from(role);
        let name = Value::from(name);
        self.until(&format!("named({role}, {name}) !== null")).await;
        let script = format!("{SCRIPT}\nreturn named({role}, {name});");
        let found = fine(
            "an element",
            self.driver.execute(script.as_str(), Vec::new()).await,
        );
        fine("an element", found.element())
    }

    /// Whether a visible element with this role and name exists now.
    pub async fn has(&self, role: &str, name: &str) -> bool {
        let (role, name) = (Value::from(role), Value::from(name));
        self.evaluate(&format!("named({role}, {name}) !== null"))
            .await
            == Value::Bool(true)
    }

    /// Clicks the button with this name.
    pub async fn press(&self, name: &str) {
        self.until(&format!("steady('button', {})", Value::from(name)))
            .await;
        fine(name, self.named("button", name).await.click().await);
    }

    /// Checks or unchecks the checkbox with this name.
    pub async fn tick(&self, name: &str) {
        self.until(&format!("steady('checkbox', {})", Value::from(name)))
            .await;
        fine(name, self.named("checkbox", name).await.click().await);
    }

    /// Replaces the content of a text field.
    pub async fn fill(&self, name: &str, text: &str) {
        let field = self.named("textbox", name).await;
        fine(name, field.clear().await);
        fine(name, field.send_keys(text).await);
    }

    /// Types into the focused element.
    pub async fn keys(&self, keys: impl AsRef<str>) {
        let focused = fine("the focus", self.driver.active_element().await);
        fine("keys", focused.send_keys(keys.as_ref()).await);
    }

    /// The content of a text field.
    pub async fn value(&self, name: &str) -> String {
        let field = self.named("textbox", name).await;
        fine(name, field.prop("value").await).unwrap_or_default()
    }

    /// The console's errors and warnings since the last call, including blocked content.
    pub async fn console_errors(&self) -> Vec<String> {
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

    /// A screenshot of the page as PNG.
    pub async fn picture(&self) -> Vec<u8> {
        fine("a picture", self.driver.screenshot_as_png().await)
    }

    /// Ends the session.
    pub async fn close(self) {
        fine("the end of the session", self.driver.clone().quit().await);
    }

    async fn devtools(&self, command: &str, parameters: Value) {
        fine(
            command,
            self.driver.cdp().send_raw(command, parameters).await,
        );
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

fn fine<T, E: std::fmt::Display>(what: &str, result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{what}: {error}"),
    }
}
