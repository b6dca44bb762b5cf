//! The page as a person uses it.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::Browser;
use serde_json::Value;

/// Glasspost's page in a browser.
pub(crate) struct Page {
    pub(crate) browser: Browser,
}

impl Page {
    /// Follows the link that the bridge printed, in a browser that has never seen the page.
    pub(crate) async fn first_visit(bridge: &Bridge) -> Page {
        let browser = Browser::open(1440, 900).await;
        browser.go(&bridge.announcement().url).await;
        let page = Page { browser };
        page.ready().await;
        page
    }

    /// Waits until the page is up and connected.
    pub(crate) async fn ready(&self) {
        self.browser
            .until("named('button', 'Send') && !named('button', 'Send').disabled")
            .await;
    }

    /// Replaces the draft's recipients, subject and text.
    pub(crate) async fn write(&self, to: &str, subject: &str, text: &str) {
        self.browser.press("New message").await;
        self.browser.fill("To", to).await;
        self.browser.fill("Subject", subject).await;
        self.browser.fill("Message", text).await;
    }

    pub(crate) async fn focus(&self, field: &str) {
        if let Err(error) = self.browser.named("textbox", field).await.click().await {
            panic!("{field}: {error}");
        }
    }

    /// Waits until the draft is saved.
    pub(crate) async fn saved(&self) {
        self.browser.until("/saved/i.test(region('Compose'))").await;
    }

    pub(crate) async fn compose_says(&self, text: &str) {
        self.says("Compose", text).await;
    }

    pub(crate) async fn wire_says(&self, text: &str) {
        self.says("Wire", text).await;
    }

    pub(crate) async fn inbox_says(&self, text: &str) {
        self.says("Inbox", text).await;
    }

    async fn says(&self, region: &str, text: &str) {
        let (region, text) = (Value::from(region), Value::from(text));
        self.browser
            .until(&format!("region({region}).includes({text})"))
            .await;
    }

    /// Waits for the end of a send, of this kind: `accepted`, `refused`, `unknown`, `ended`, `failed`.
    pub(crate) async fn finished(&self, kind: &str) {
        let kind = Value::from(kind);
        let got = self
            .browser
            .until("document.querySelector('[data-outcome]')?.dataset.outcome")
            .await;
        assert_eq!(got, kind);
    }

    /// The line in the hold editor; empty where the message itself is held.
    pub(crate) async fn held_line(&self) -> String {
        self.browser
            .evaluate("named('textbox', 'Held line')?.value ?? ''")
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Waits until a line that begins like this is held.
    pub(crate) async fn holds(&self, start: &str) {
        let start = Value::from(start);
        self.browser
            .until(&format!(
                "named('textbox', 'Held line')?.value.startsWith({start}) || null"
            ))
            .await;
    }

    /// Waits for the hold behind the `count`th.
    pub(crate) async fn next_hold(&self, count: usize, _message: bool) {
        self.browser
            .until(&format!(
                "Number(document.querySelector('[data-step]')?.dataset.step) > {count} || null"
            ))
            .await;
    }

    /// Sends held lines until one that begins like this is held.
    pub(crate) async fn release_until(&self, start: &str) {
        for count in 0.. {
            self.next_hold(count, false).await;
            if self.held_line().await.starts_with(start) {
                return;
            }
            self.browser.press("Send line").await;
        }
    }

    pub(crate) async fn edit_held(&self, line: &str) {
        self.browser.fill("Held line", line).await;
    }

    pub(crate) async fn inbox(&self) {
        self.go_to("Inbox").await;
        self.browser.named("region", "Inbox").await;
    }

    pub(crate) async fn compose(&self) {
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
    pub(crate) async fn opens_the_newest(&self) {
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

    pub(crate) async fn without_violations(&self, view: &str) {
        let violations = self.browser.violations().await;
        assert!(violations.is_empty(), "{view}:\n{}", violations.join("\n"));
    }

    /// Closes the browser; fails if the console complained of anything.
    pub(crate) async fn close(self) {
        let troubles = self.browser.troubles().await;
        assert_eq!(troubles, Vec::<String>::new());
        self.browser.close().await;
    }
}
