//! A person who uses the page.

pub mod commands;
pub mod faults;
mod stored;

use serde_json::{Value, json};

use crate::bridge::Bridge;
use crate::browser::Browser;

pub use stored::{Stored, checksum};

/// A person who uses Glasspost's page in a browser.
#[derive(Debug)]
pub struct Visitor {
    /// The browser.
    pub browser: Browser,
}

impl Visitor {
    /// Opens the link that the bridge printed, in a new browser profile.
    #[cfg(feature = "browser")]
    pub async fn first_visit(bridge: &Bridge) -> Visitor {
        Visitor::in_a_window(bridge, 1440, 900).await
    }

    /// The same in a window of this size in CSS pixels.
    #[cfg(feature = "browser")]
    pub async fn in_a_window(bridge: &Bridge, width: u32, height: u32) -> Visitor {
        Visitor::with(Browser::open(width, height).await, bridge).await
    }

    /// Opens the link that the bridge printed, in a new profile of Firefox.
    #[cfg(feature = "firefox")]
    pub async fn first_visit_in_firefox(bridge: &Bridge) -> Visitor {
        Visitor::with(Browser::open_firefox(1440, 900).await, bridge).await
    }

    /// Opens the link that the bridge printed, in a browser that has been opened.
    pub async fn with(browser: Browser, bridge: &Bridge) -> Visitor {
        browser.go(&bridge.announcement().url).await;
        let visitor = Visitor { browser };
        visitor.ready().await;
        visitor
    }

    /// Waits until the page is ready and connected.
    pub async fn ready(&self) {
        self.browser
            .until("named('button', 'Send') && !named('button', 'Send').disabled")
            .await;
    }

    /// Waits until the page is there and connected, also where its draft can't be written to.
    pub async fn ready_to_read(&self) {
        self.browser
            .until(
                "named('button', 'Send') && \
                 (!named('button', 'Send').disabled || named('button', 'Edit here'))",
            )
            .await;
    }

    /// Replaces recipients, subject and text of the draft.
    pub async fn write(&self, to: &str, subject: &str, text: &str) {
        self.browser.press("New message").await;
        self.browser.fill("To", to).await;
        self.browser.fill("Subject", subject).await;
        self.browser.fill("Message", text).await;
    }

    /// Focuses a field.
    pub async fn focus(&self, field: &str) {
        if let Err(error) = self.browser.named("textbox", field).await.click().await {
            panic!("{field}: {error}");
        }
    }

    /// Waits until the draft is saved.
    pub async fn saved(&self) {
        self.browser
            .until("/Draft saved/.test(region('Compose'))")
            .await;
    }

    /// Waits until the compose pane shows this text.
    pub async fn compose_shows(&self, text: &str) {
        self.says("Compose", text).await;
    }

    /// Waits until the list of drafts shows this text.
    pub async fn drafts_show(&self, text: &str) {
        self.says("Drafts", text).await;
    }

    /// Waits until the wire pane shows this text.
    pub async fn wire_shows(&self, text: &str) {
        self.says("Wire", text).await;
    }

    /// Waits until the inbox shows this text.
    pub async fn inbox_shows(&self, text: &str) {
        self.says("Inbox", text).await;
    }

    /// Waits until the explanation shows this text, in any language.
    pub async fn explanation_shows(&self, text: &str) {
        let text = Value::from(text);
        self.browser
            .until(&format!(
                "document.querySelector('.explain-place')?.innerText.includes({text})"
            ))
            .await;
    }

    async fn says(&self, region: &str, text: &str) {
        let (region, text) = (Value::from(region), Value::from(text));
        self.browser
            .until(&format!("region({region}).includes({text})"))
            .await;
    }

    /// Waits for an outcome of this kind: `accepted`, `refused`, `unknown`, `ended`, `failed`.
    pub async fn finished(&self, kind: &str) {
        let kind = Value::from(kind);
        let got = self
            .browser
            .until("document.querySelector('[data-outcome]')?.dataset.outcome")
            .await;
        assert_eq!(got, kind);
    }

    /// The line in the step editor; empty if the message itself is paused.
    pub async fn paused_line(&self) -> String {
        self.browser
            .evaluate("named('textbox', 'Paused line')?.value ?? ''")
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Waits until a line with this prefix is paused.
    pub async fn pauses_at(&self, start: &str) {
        let start = Value::from(start);
        self.browser
            .until(&format!(
                "named('textbox', 'Paused line')?.value.startsWith({start}) || null"
            ))
            .await;
    }

    /// Waits for the pause after the first `count`.
    pub async fn next_pause(&self, count: usize) {
        self.browser
            .until(&format!(
                "Number(document.querySelector('[data-step]')?.dataset.step) > {count} || null"
            ))
            .await;
    }

    /// Sends paused lines until one with this prefix is paused.
    pub async fn send_until(&self, start: &str) {
        for count in 0.. {
            self.next_pause(count).await;
            if self.paused_line().await.starts_with(start) {
                return;
            }
            self.browser.press("Send line").await;
        }
    }

    /// Replaces the paused line.
    pub async fn edit_paused_line(&self, line: &str) {
        self.browser.fill("Paused line", line).await;
    }

    /// Opens the inbox.
    pub async fn inbox(&self) {
        self.go_to("Inbox").await;
        self.browser.named("region", "Inbox").await;
    }

    /// Returns to the compose pane.
    pub async fn compose(&self) {
        self.go_to("Compose").await;
        self.browser.named("region", "Compose").await;
    }

    /// Opens the view with this name in the language of the page.
    pub async fn go_to(&self, view: &str) {
        let name = Value::from(view);
        let script = format!(
            "[...document.querySelectorAll('nav a, nav button')].find(e => visible(e) && \
             nameOf(e).startsWith({name})) || null"
        );
        self.browser.until(&format!("({script}) && true")).await;
        self.browser.evaluate(&format!("({script}).click()")).await;
    }

    /// Opens the newest message in the inbox and waits until it is shown.
    pub async fn opens_the_newest(&self) {
        self.browser
            .until("document.querySelector('[data-message]') && true")
            .await;
        self.browser
            .evaluate("document.querySelector('[data-message]').click()")
            .await;
        self.browser
            .until("document.querySelector('[data-reading]') && true")
            .await;
    }

    /// Waits until the newest message in the inbox has this subject, opens it and waits until it is
    /// shown.
    pub async fn opens_the_newest_named(&self, subject: &str) {
        let subject = json!(subject);
        let has = |place: &str| {
            format!("document.querySelector('{place}')?.innerText.includes({subject}) || null")
        };
        self.browser.until(&has("[data-message]")).await;
        self.opens_the_newest().await;
        self.browser.until(&has("[data-reading] h2")).await;
    }

    /// Follows a link to this address, within the same tab.
    pub async fn leaves_for(&self, url: &str) {
        self.browser
            .evaluate(&format!("(location.href = {}, true)", json!(url)))
            .await;
    }

    /// Signs in at the server that is chosen, from now on.
    pub async fn signs_in_as(&self, user: &str, password: &str) {
        self.browser.press("Mail server").await;
        self.browser.tick("Sign in").await;
        self.browser.fill("User name", user).await;
        self.browser.fill("Password", password).await;
        self.browser.press("Use this server").await;
    }

    /// Fails if the accessibility checker finds a violation.
    #[cfg(all(feature = "axe", feature = "browser"))]
    pub async fn without_violations(&self, view: &str) {
        let violations = self.browser.violations().await;
        assert!(violations.is_empty(), "{view}:\n{}", violations.join("\n"));
    }

    /// Closes the browser. Fails if the console has errors or warnings.
    pub async fn close(self) {
        let console_errors = self.browser.console_errors().await;
        assert_eq!(console_errors, Vec::<String>::new());
        self.browser.close().await;
    }
}
