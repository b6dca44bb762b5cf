//! A real Chromium or Firefox, driven through chromedriver or geckodriver. Elements are found by
//! role and accessible name, as a person with a screen reader finds them. Waiting is done in the
//! browser, on its own events.
//!
//! What needs the Chrome DevTools Protocol is in `chromium`, and only there with the feature
//! `browser`.

use serde_json::Value;
use thirtyfour::prelude::*;

use crate::TIMEOUT;

#[cfg(feature = "browser")]
mod chromedriver;
#[cfg(feature = "browser")]
mod chromium;
mod downloads;
mod files;
#[cfg(feature = "firefox")]
mod firefox;
#[cfg(feature = "firefox")]
mod geckodriver;
mod input;
mod tabs;

pub use tabs::Tab;

/// Finds elements by role and accessible name, and waits for their state.
const SCRIPT: &str = include_str!("browser.js");

/// A browser window with its own profile. Dropping it ends the browser and its driver.
#[derive(Debug)]
pub struct Browser {
    /// Dropping it ends browser and driver.
    engine: Engine,
    driver: WebDriver,
}

/// What differs between the browsers.
#[derive(Debug)]
enum Engine {
    #[cfg(feature = "browser")]
    Chromium {
        _chromedriver: chromedriver::Chromedriver,
    },
    #[cfg(feature = "firefox")]
    Firefox(firefox::Firefox),
}

impl Browser {
    async fn new(driver: WebDriver, engine: Engine, width: u32, height: u32) -> Browser {
        let browser = Browser { engine, driver };
        fine(
            "the script timeout",
            browser.driver.set_script_timeout(TIMEOUT).await,
        );
        browser.resize(width, height).await;
        browser
    }

    /// Resizes the viewport to this size in CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) {
        match &self.engine {
            #[cfg(feature = "browser")]
            Engine::Chromium { .. } => self.emulate_screen(width, height).await,
            #[cfg(feature = "firefox")]
            Engine::Firefox(firefox) => firefox.resize(&self.driver, width, height).await,
        }
    }

    /// Runs a script in every later document before the page's own scripts. The page's CSP would
    /// block such a script, but does not apply to it.
    pub async fn run_in_new_documents(&self, script: &str) {
        match &self.engine {
            #[cfg(feature = "browser")]
            Engine::Chromium { .. } => self.first_run(script).await,
            #[cfg(feature = "firefox")]
            Engine::Firefox(firefox) => firefox.run_in_new_documents(script).await,
        }
    }

    /// Opens a URL.
    pub async fn go(&self, url: &str) {
        fine(url, self.driver.goto(url).await);
    }

    /// Reloads the page.
    pub async fn reload(&self) {
        fine("a reload", self.driver.refresh().await);
    }

    /// Goes back in the history.
    pub async fn back(&self) {
        fine("Back", self.driver.back().await);
    }

    /// Goes forward in the history.
    pub async fn forward(&self) {
        fine("Forward", self.driver.forward().await);
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

    /// Waits two animation frames of the page. By then every effect of a key has happened, and
    /// whatever was to happen with the next frame.
    pub async fn two_frames(&self) {
        let script = "const done = arguments[arguments.length - 1]; \
                      requestAnimationFrame(() => requestAnimationFrame(() => done(true)));";
        fine(
            "two frames",
            self.driver.execute_async(script, Vec::new()).await,
        );
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
        match &self.engine {
            #[cfg(feature = "browser")]
            Engine::Chromium { .. } => self.logged_errors().await,
            #[cfg(feature = "firefox")]
            Engine::Firefox(firefox) => firefox.console_errors(&self.driver).await,
        }
    }

    /// A screenshot of the page as PNG.
    pub async fn picture(&self) -> Vec<u8> {
        fine("a picture", self.driver.screenshot_as_png().await)
    }

    /// Ends the session.
    pub async fn close(mut self) {
        fine("the end of the session", self.driver.clone().quit().await);
        match &mut self.engine {
            #[cfg(feature = "browser")]
            Engine::Chromium { .. } => {}
            #[cfg(feature = "firefox")]
            Engine::Firefox(firefox) => firefox.ended(),
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Otherwise it would ask its driver to end the session, over a connection that nobody
        // reads any more, and wait for two minutes. It has no session if the test has closed it.
        drop(self.driver.clone().leak());
    }
}

fn fine<T, E: std::fmt::Display>(what: &str, result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{what}: {error}"),
    }
}
