//! A real Chromium, driven by chromedriver. What is on the page is found as a person using a screen
//! reader would find it: by role and accessible name. Waiting is done in the browser, on its own
//! events.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use thirtyfour::common::capabilities::chrome::ChromeCapabilities;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::prelude::*;
use thirtyfour::{CapabilitiesHelper, LoggingPrefsLogLevel};

use crate::{PATIENCE, program};

mod input;
mod tabs;

pub use tabs::Tab;

/// Finds elements by role and accessible name, and waits for what becomes of them.
const SCRIPT: &str = include_str!("browser.js");

/// One browser window with a profile of its own. Ends when it is closed; its driver ends when this
/// is dropped.
#[derive(Debug)]
pub struct Browser {
    driver: WebDriver,
    /// Last, so that the session ends before its driver.
    _chromedriver: Chromedriver,
}

#[derive(Debug)]
struct Chromedriver(Child);

impl Drop for Chromedriver {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Browser {
    /// Opens a window of this many CSS pixels, in English, light.
    pub async fn open(width: u32, height: u32) -> Browser {
        Browser::open_in("en-US", width, height).await
    }

    /// Opens a window in this language.
    pub async fn open_in(language: &str, width: u32, height: u32) -> Browser {
        let (chromedriver, port) = start_chromedriver();
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
            browser.driver.set_script_timeout(PATIENCE).await,
        );
        browser.resize(width, height).await;
        browser
    }

    /// Makes the page this many CSS pixels, whatever the window's frame takes.
    pub async fn resize(&self, width: u32, height: u32) {
        let screen =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", screen)
            .await;
    }

    /// Tells the page which colours the person's system prefers: `light` or `dark`.
    pub async fn prefer(&self, scheme: &str) {
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// Goes to a page.
    pub async fn go(&self, url: &str) {
        fine(url, self.driver.goto(url).await);
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        fine("a reload", self.driver.refresh().await);
    }

    /// Runs a script in every document from now on, before any of the page's own. The page's
    /// policy, which lets no such script in, does not apply to it.
    pub async fn run_in_new_documents(&self, script: &str) {
        let source = json!({"source": script});
        self.devtools("Page.addScriptToEvaluateOnNewDocument", source)
            .await;
    }

    /// Presses the browser's Back button.
    pub async fn back(&self) {
        fine("Back", self.driver.back().await);
    }

    /// Presses the browser's Forward button.
    pub async fn forward(&self) {
        fine("Forward", self.driver.forward().await);
    }

    /// Opens another tab in front of this one, which stays the one that is driven. Its name is for
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

    /// Closes a tab that was opened in front.
    pub async fn close_tab_in_front(&self, tab: &str) {
        self.devtools("Target.closeTarget", json!({"targetId": tab}))
            .await;
    }

    /// Moves the mouse to this place of the page, in CSS pixels.
    pub async fn point_at(&self, x: f64, y: f64) {
        self.mouse("mouseMoved", x, y).await;
    }

    /// Presses the mouse button at this place of the page.
    pub async fn mouse_down(&self, x: f64, y: f64) {
        self.mouse("mousePressed", x, y).await;
    }

    /// Lets go of the mouse button at this place of the page.
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

    /// The address bar.
    pub async fn address(&self) -> String {
        fine("the address", self.driver.current_url().await).to_string()
    }

    /// Runs an expression in the page.
    pub async fn evaluate(&self, expression: &str) -> Value {
        let script = format!("{SCRIPT}\nreturn ({expression});");
        let done = self.driver.execute(script.as_str(), Vec::new()).await;
        fine(expression, done).json().clone()
    }

    /// Waits until an expression in the page is neither false, null nor undefined, and gives it.
    pub async fn until(&self, expression: &str) -> Value {
        let script = format!(
            "{SCRIPT}\nconst done = arguments[arguments.length - 1]; becomes(() => ({expression})).then(done);"
        );
        match self.driver.execute_async(script.as_str(), Vec::new()).await {
            Ok(value) => value.json().clone(),
            Err(error) => {
                let text = self
                    .evaluate("document.body.innerText.slice(0, 4000)")
                    .await;
                panic!(
                    "waited in vain for {expression}: {error}\nthe page says:\n{text}\nand: {:?}",
                    self.troubles().await
                );
            }
        }
    }

    /// The same in a hidden tab, which draws no frames and has slow timers: looks again whenever
    /// something has changed in the document.
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

    /// The element of this role and name, once it is there and visible.
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

    /// Whether an element of this role and name is there and visible now.
    pub async fn has(&self, role: &str, name: &str) -> bool {
        let (role, name) = (Value::from(role), Value::from(name));
        self.evaluate(&format!("named({role}, {name}) !== null"))
            .await
            == Value::Bool(true)
    }

    /// Presses the button of this name.
    pub async fn press(&self, name: &str) {
        self.until(&format!("steady('button', {})", Value::from(name)))
            .await;
        fine(name, self.named("button", name).await.click().await);
    }

    /// Ticks the box of this name, or unticks it.
    pub async fn tick(&self, name: &str) {
        self.until(&format!("steady('checkbox', {})", Value::from(name)))
            .await;
        fine(name, self.named("checkbox", name).await.click().await);
    }

    /// Replaces what stands in a text field.
    pub async fn fill(&self, name: &str, text: &str) {
        let field = self.named("textbox", name).await;
        fine(name, field.clear().await);
        fine(name, field.send_keys(text).await);
    }

    /// Types at whatever has the focus.
    pub async fn keys(&self, keys: impl AsRef<str>) {
        let focused = fine("the focus", self.driver.active_element().await);
        fine("keys", focused.send_keys(keys.as_ref()).await);
    }

    /// What stands in a text field.
    pub async fn value(&self, name: &str) -> String {
        let field = self.named("textbox", name).await;
        fine(name, field.prop("value").await).unwrap_or_default()
    }

    /// Everything the console complained of since it was last asked: errors and warnings, refused
    /// content among them.
    pub async fn troubles(&self) -> Vec<String> {
        fine("the console", self.driver.browser_log().await)
            .into_iter()
            .filter(|entry| matches!(entry.level.as_str(), "SEVERE" | "WARNING"))
            .map(|entry| entry.message)
            .collect()
    }

    #[cfg(feature = "axe")]
    /// Asks the accessibility checker about the whole page; gives each violation with the elements
    /// it is about.
    pub async fn violations(&self) -> Vec<String> {
        let path = program::from_env("GLASSPOST_AXE");
        let axe = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        // Through the debugger: the page's own policy lets no such script in.
        let source = json!({"expression": axe});
        self.devtools("Runtime.evaluate", source).await;
        let script = "const done = arguments[arguments.length - 1]; axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations.map(v => v.id + ': ' + v.help + ' ' + v.nodes.map(n => n.html + ' ' + n.failureSummary).join(' | '))), e => done([String(e)]));";
        let found = fine("axe", self.driver.execute_async(script, Vec::new()).await);
        serde_json::from_value(found.json().clone()).unwrap_or_default()
    }

    /// A picture of the page, PNG.
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

/// Times that chromedriver may find its port taken.
const PORTS: usize = 30;

/// Starts chromedriver on a port of its choice.
///
/// It chooses one that is free for IPv6, insists on the same for IPv4, and ends where that is
/// taken: by another chromedriver, or by what is left of the thousands of connections of other
/// tests. Then, and only then, it is started again.
fn start_chromedriver() -> (Chromedriver, u16) {
    let mut said = String::new();
    for _ in 0..PORTS {
        match try_chromedriver() {
            Ok(started) => return started,
            Err(why) => said = why,
        }
        assert!(
            said.contains("port not available"),
            "chromedriver did not start: {said}"
        );
    }
    panic!("chromedriver found {PORTS} ports taken: {said}");
}

/// # Errors
/// What it said instead of its port.
fn try_chromedriver() -> Result<(Chromedriver, u16), String> {
    let mut child = Command::new(program::from_env("GLASSPOST_CHROMEDRIVER"))
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("chromedriver: {error}"));
    let stdout = child.stdout.take();
    let chromedriver = Chromedriver(child);
    let Some(stdout) = stdout else {
        panic!("chromedriver's stdout is piped");
    };
    let mut said = String::new();
    let mut lines = BufReader::new(stdout).lines();
    // "ChromeDriver was started successfully on port 12345."
    let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
        said.push_str(&line);
        said.push('\n');
        let (_, port) = line.split_once("successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    let port = port.ok_or(said)?;
    // Its pipe is read to the end, so that it never blocks on what it has to say.
    std::thread::spawn(move || lines.for_each(drop));
    Ok((chromedriver, port))
}

fn fine<T, E: std::fmt::Display>(what: &str, result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{what}: {error}"),
    }
}
