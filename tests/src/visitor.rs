//! A person at the page.

use serde_json::Value;

use crate::bridge::Bridge;
use crate::browser::Browser;

/// Somebody at Glasspost's page, in a browser.
#[derive(Debug)]
pub struct Visitor {
    /// The browser.
    pub browser: Browser,
}

impl Visitor {
    /// Follows the link that the bridge printed, in a browser that has never seen the page.
    pub async fn first_visit(bridge: &Bridge) -> Visitor {
        Visitor::in_a_window(bridge, 1440, 900).await
    }

    /// Likewise, in a window of this many CSS pixels.
    pub async fn in_a_window(bridge: &Bridge, width: u32, height: u32) -> Visitor {
        let browser = Browser::open(width, height).await;
        browser.go(&bridge.announcement().url).await;
        let visitor = Visitor { browser };
        visitor.ready().await;
        visitor
    }

    /// Waits until the page is up and connected.
    pub async fn ready(&self) {
        self.browser
            .until("named('button', 'Send') && !named('button', 'Send').disabled")
            .await;
    }

    /// Replaces the draft's recipients, subject and text.
    pub async fn write(&self, to: &str, subject: &str, text: &str) {
        self.browser.press("New message").await;
        self.browser.fill("To", to).await;
        self.browser.fill("Subject", subject).await;
        self.browser.fill("Message", text).await;
    }

    /// Puts the focus into a field.
    pub async fn focus(&self, field: &str) {
        if let Err(error) = self.browser.named("textbox", field).await.click().await {
            panic!("{field}: {error}");
        }
    }

    /// Waits until the draft is saved.
    pub async fn saved(&self) {
        self.browser.until("/saved/i.test(region('Compose'))").await;
    }

    /// Waits until this stands in the compose pane.
    pub async fn compose_says(&self, text: &str) {
        self.says("Compose", text).await;
    }

    /// Waits until this stands in the wire pane.
    pub async fn wire_says(&self, text: &str) {
        self.says("Wire", text).await;
    }

    /// Waits until this stands in the inbox.
    pub async fn inbox_says(&self, text: &str) {
        self.says("Inbox", text).await;
    }

    /// Waits until this stands in the explanation, whatever language the page is in.
    pub async fn explanation_says(&self, text: &str) {
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

    /// Waits for the end of a send, of this kind: `accepted`, `refused`, `unknown`, `ended`,
    /// `failed`.
    pub async fn finished(&self, kind: &str) {
        let kind = Value::from(kind);
        let got = self
            .browser
            .until("document.querySelector('[data-outcome]')?.dataset.outcome")
            .await;
        assert_eq!(got, kind);
    }

    /// The line in the hold editor; empty where the message itself is held.
    pub async fn held_line(&self) -> String {
        self.browser
            .evaluate("named('textbox', 'Paused line')?.value ?? ''")
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Waits until a line that begins like this is held.
    pub async fn holds(&self, start: &str) {
        let start = Value::from(start);
        self.browser
            .until(&format!(
                "named('textbox', 'Paused line')?.value.startsWith({start}) || null"
            ))
            .await;
    }

    /// Waits for the hold behind the `count`th.
    pub async fn next_hold(&self, count: usize) {
        self.browser
            .until(&format!(
                "Number(document.querySelector('[data-step]')?.dataset.step) > {count} || null"
            ))
            .await;
    }

    /// Sends held lines until one that begins like this is held.
    pub async fn release_until(&self, start: &str) {
        for count in 0.. {
            self.next_hold(count).await;
            if self.held_line().await.starts_with(start) {
                return;
            }
            self.browser.press("Send line").await;
        }
    }

    /// Replaces the held line.
    pub async fn edit_held(&self, line: &str) {
        self.browser.fill("Paused line", line).await;
    }

    /// Goes to the inbox.
    pub async fn inbox(&self) {
        self.go_to("Inbox").await;
        self.browser.named("region", "Inbox").await;
    }

    /// Goes back to composing.
    pub async fn compose(&self) {
        self.go_to("Compose").await;
        self.browser.named("region", "Compose").await;
    }

    async fn go_to(&self, view: &str) {
        let name = Value::from(view);
        let script = format!(
            "[...document.querySelectorAll('nav a, nav button')].find(e => visible(e) && nameOf(e).startsWith({name})) || null"
        );
        self.browser.until(&format!("({script}) && true")).await;
        self.browser.evaluate(&format!("({script}).click()")).await;
    }

    /// Opens the message on top of the inbox and waits until it can be read.
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

    /// Fails if the accessibility checker finds anything.
    #[cfg(feature = "axe")]
    pub async fn without_violations(&self, view: &str) {
        let violations = self.browser.violations().await;
        assert!(violations.is_empty(), "{view}:\n{}", violations.join("\n"));
    }

    /// Closes the browser; fails if the console complained of anything.
    pub async fn close(self) {
        let troubles = self.browser.troubles().await;
        assert_eq!(troubles, Vec::<String>::new());
        self.browser.close().await;
    }
}
